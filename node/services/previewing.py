"""Previews of the pages that posts link to: one link of a post, one fetch of a page in a day, text and a picture of ours.

How it works. Whoever keeps a post asks `expect`, in the same transaction: the row of the page is the claim to fetch it, and a
job does so a little later, at another moment on each node. Only posts that are open to everybody have a page fetched, since
the link in any other may be a secret; but each may show what is known already. Nobody is told that a post now has a preview.
"""

import hashlib
from datetime import timedelta
from typing import Any, Final

from federation import uris
from federation.audience import OPEN
from federation.reasons import PeerError
from node.ports import WorkshopError
from node.privacy import images, pages
from node.privacy.images import Picture, UnusableImage
from node.privacy.pages import PageFacts
from node.services import proxying, tidying, uploading, writing
from node.services.proxying import Tools
from node.social.links import pages_in
from node.social.references import without_reference
from node.store import accounts, cards, domains, jobs, quotes, statuses, tags
from node.store.cards import Card
from node.store.database import Database
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_PAGE_BYTES: Final = 1024 * 1024
MAX_IMAGE_BYTES: Final = 8 * 1024 * 1024
MAX_LOOKED_AT: Final = 8
SPREAD_S: Final = 60
BATCH: Final = 100
UNUSED_LIFE: Final = timedelta(days=30)
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


# ------------------------------------------------------------------ which page a post is about


def expect(unit: Unit, status_id: int, *, may_fetch: bool) -> None:
    """Hang the preview of its link on a post that is new or says something else now, and have it fetched if it may be."""
    status = statuses.by_id(unit, status_id)
    if status is None or status.boost_of_id is not None:
        return
    had = cards.attached_id(unit, status_id)
    card = _card(unit, status, may_fetch=may_fetch)
    if card is None:
        if had is not None:
            cards.detach(unit, status_id)
            writing.render(unit, status_id)
    elif card.id != had:
        cards.attach(unit, status_id, card.id)
        if card.state == "shown" or had is not None:
            writing.render(unit, status_id)


def _card(unit: Unit, status: Status, *, may_fetch: bool) -> Card | None:
    url = _link(unit, status)
    if url is None:
        return None
    if not (may_fetch and status.visibility in OPEN and unit.site.has_previews):
        known = cards.by_url(unit, url)
        return known if known is not None and known.state == "shown" else None
    card, is_due = cards.claim(unit, url)
    if is_due:
        jobs.add(unit, "card", str(card.id), at=unit.now + _delay(unit.site.host, url), card_id=card.id)
    return card


def _delay(host: str, url: str) -> timedelta:
    """Return how long a node waits with a page, each another time, so that not all of them ask at once."""
    number = int.from_bytes(hashlib.sha256(f"{host} {url}".encode()).digest()[:4])
    return timedelta(seconds=1 + number % SPREAD_S)


def _link(snapshot: Snapshot, status: Status) -> str | None:
    """Return the first page that a post links to: none of ours or its own, nobody it names, no hashtag, nothing it quotes."""
    if "<a " not in status.content_html:
        return None
    quote = quotes.of(snapshot, status.id)
    markup = status.content_html
    beside = _people(snapshot, status) | {status.uri, status.url}
    if quote is not None and quote.quoted_uri:
        quoted = statuses.by_id(snapshot, quote.quoted_id) if quote.quoted_id is not None else None
        beside |= {quote.quoted_uri} | ({quoted.uri, quoted.url} if quoted is not None else set())
        markup = without_reference(markup, beside)
    names = tags.names_of(snapshot, status.id)
    for address in pages_in(markup, most=MAX_LOOKED_AT):
        if address not in beside and not _is_tag(address, names) and _is_page(snapshot, address):
            return address
    return None


def _people(snapshot: Snapshot, status: Status) -> set[str]:
    named = accounts.by_ids(snapshot, statuses.mention_ids(snapshot, status.id, with_silent=False))
    return {address for one in named.values() for address in (one.uri, one.url)}


def _is_tag(address: str, names: list[str]) -> bool:
    _, _, last = address.rstrip("/").lower().rpartition("/")
    return last in names and "/tag" in address.lower()


def _is_page(snapshot: Snapshot, address: str) -> bool:
    site = snapshot.site
    if len(address) > pages.MAX_URL or site.is_ours(address):
        return False
    return uris.is_for_readers(address, loopback_http=site.loopback_http)


# ------------------------------------------------------------------ what a page says


async def fetch(tools: Tools, card_id: int) -> None:
    """Look at a page, once, and show what it says under the posts that link to it. A page that cannot be had says nothing."""
    card = await tools.db.read(cards.by_id, card_id)
    if card is None:
        return
    facts = await _facts(tools, card.url)
    picture = await _picture(tools, facts.image_url) if facts is not None and facts.image_url else None
    key = f"cards/{uploading.new_name()}{picture.whole.suffix}" if picture is not None else None
    files = {key: picture.whole} if picture is not None and key is not None else {}
    values = _values(card.url, facts, picture, key)
    await uploading.keep(tools.outside.blobs, files, lambda: tools.db.write(_fill, card_id, values))
    if facts is not None or card.state == "shown":
        await _render_all(tools.db, card_id)


async def _facts(tools: Tools, url: str) -> PageFacts | None:
    try:
        page = await tools.fetcher.page(url, max_bytes=MAX_PAGE_BYTES)
        if page.media_type not in _HTML:
            return None
        facts = await tools.outside.workshop.run(pages.read, page.data, page.charset, page.url)
    except (PeerError, WorkshopError):
        return None
    return facts if facts.title else None


async def _picture(tools: Tools, url: str) -> Picture | None:
    """Return a page's picture, made anew; none of a host whose pictures are not wanted."""
    try:
        if (await tools.db.read(domains.standing, uris.host_of(url))).no_media:
            return None
        data = await proxying.fetched(tools, url, max_bytes=MAX_IMAGE_BYTES)
        return await tools.outside.workshop.run(images.preview, data)
    except (PeerError, UnusableImage, WorkshopError):
        return None


def _values(url: str, facts: PageFacts | None, picture: Picture | None, key: str | None) -> dict[str, Any]:
    if facts is None:
        return {"state": "empty", "image_blob": None}
    has_author = bool(facts.author_name or facts.author_url)
    host = uris.host_of(url)
    return {
        "state": "shown",
        "title": facts.title,
        "description": facts.description,
        "language": facts.language,
        "authors": [{"name": facts.author_name, "url": facts.author_url}] if has_author else [],
        "provider_name": facts.provider_name or host,
        "provider_url": f"{url.partition('://')[0]}://{host}",
        "image_blob": key,
        "image_alt": facts.image_alt if picture is not None else "",
        "blurhash": picture.blurhash if picture is not None else None,
        "width": picture.whole.width if picture is not None else 0,
        "height": picture.whole.height if picture is not None else 0,
        "published_at": facts.published_at,
    }


def _fill(unit: Unit, card_id: int, values: dict[str, Any]) -> bool:
    """Write what a page said; False when its card is gone. A page that fails now keeps what it said before."""
    card = cards.by_id(unit, card_id)
    if card is None:
        return False
    if values["state"] == "empty" and card.state == "shown":
        return True
    tidying.let_go(unit, (card.image_blob,))
    cards.fill(unit, card_id, values)
    return True


async def _render_all(db: Database, card_id: int) -> None:
    after = 0
    while done := await db.write(_render, card_id, after):
        after = done


def _render(unit: Unit, card_id: int, after: int) -> int:
    """Render some of the posts that show a card; return the last of them, 0 when there are no more."""
    found = cards.showing(unit, card_id, after=after, limit=BATCH)
    for status_id in found:
        writing.render(unit, status_id)
    return found[-1] if len(found) == BATCH else 0


def sweep(unit: Unit) -> int:
    """Remove previews that nothing shows any more; return how many. Call again while it is `BATCH`."""
    gone = cards.remove_unused(unit, before=unit.now - UNUSED_LIFE, limit=BATCH)
    tidying.let_go(unit, [card.image_blob for card in gone])
    return len(gone)
