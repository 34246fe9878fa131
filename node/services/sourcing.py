"""What the sources of our learnings are called: asked by a job of Crossref, PubMed, arXiv or the page itself, once a source.

How it works. Whoever keeps a record asks `expect` in the same transaction. Only the identifier or address leaves the node,
never a word of the learning; of a direct one nothing, and a page's address only when the learning is open to everybody, since
it may be a secret. Nobody waits for the answer: the learning is kept as it is, and gets its title as the next revision.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from federation.audience import OPEN
from federation.reasons import PeerError, Reason
from federation.records.fields import Learning
from node.errors import Problem
from node.learning import sources, titles
from node.ports import WorkshopError
from node.privacy import pages
from node.services import learning, marking, recording
from node.services.proxying import Tools
from node.social.site import Site
from node.store import cards, jobs, learnings, records, statuses, terms
from node.store import sources as kept_sources
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_PAGE_BYTES: Final = 256 * 1024
LOOK_AGAIN: Final = timedelta(days=30)
MAX_REVISION: Final = 9999
BATCH: Final = 50
LOOKED_UP: Final = ("public", "unlisted", "private")
JSON: Final = "application/json"
ATOM: Final = "application/atom+xml, application/xml;q=0.9"
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_ABSENT: Final = frozenset({
    Reason.NOT_FOUND, Reason.GONE, Reason.REFUSED_BY_PEER, Reason.WRONG_CONTENT_TYPE, Reason.TOO_LARGE, Reason.TOO_DEEP,
    Reason.MALFORMED, Reason.DUPLICATE_KEY, Reason.FORBIDDEN_ADDRESS, Reason.INSECURE_ADDRESS, Reason.TOO_MANY_REDIRECTS,
})  # fmt: skip


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A source that was typed, and what it is called as far as is known; `state` is found, waiting, absent or unknown."""

    key: str
    doi: str | None
    pmid: str | None
    link: str | None
    title: str | None
    state: str


def known(unit: Unit, typed: str) -> Known | None:
    """Return what a typed source is called, and have it looked up when that is not known yet; None when it is no source."""
    found = sources.find(typed[:2000])
    key = sources.key_of(found.source) if found else None
    if found is None or key is None:
        return None
    _ask(unit, key, found.source.link, may_fetch_pages=False)
    row = kept_sources.by_key(unit, key)
    return Known(
        key=key,
        doi=found.source.doi,
        pmid=found.source.pmid,
        link=found.source.link,
        title=row.title if row else None,
        state=row.state if row else "unknown",
    )


# ------------------------------------------------------------------ what is to be looked up


def expect(unit: Unit, status_id: int) -> None:
    """Have the source of a learning of ours looked up, unless somebody gave it a name."""
    status = statuses.by_id(unit, status_id)
    if status is None or not status.is_local or status.visibility not in LOOKED_UP:
        return
    made = _learning(unit, status_id)
    came_from = made.learned_from if made else None
    if made is None or made.status == "withdrawn" or came_from is None or came_from.label is not None:
        return
    key = sources.key_of(came_from)
    if key is not None:
        _ask(unit, key, came_from.link, may_fetch_pages=status.visibility in OPEN)


def _ask(unit: Unit, key: str, link: str | None, *, may_fetch_pages: bool) -> None:
    if not may_ask(unit.site, key, may_fetch_pages=may_fetch_pages):
        return
    held = kept_sources.by_key(unit, key)
    is_asked = held is not None and held.state == "absent" and not _is_old(unit, held)
    if is_asked or (held is not None and held.state == "found"):
        return
    kept_sources.claim(unit, key)
    jobs.add(unit, "source", key, source=key, link=link)


def may_ask(site: Site, key: str, *, may_fetch_pages: bool) -> bool:
    """Tell whether a source may be looked up: the setting is on, and it is public what is asked for."""
    kind = key.partition(":")[0]
    if kind == "url":
        return may_fetch_pages and site.has_source_lookup and site.has_previews
    return kind in ("doi", "pmid", "arxiv") and site.has_source_lookup


def _is_old(snapshot: Snapshot, held: kept_sources.Source) -> bool:
    return held.looked_at is None or held.looked_at < snapshot.now - LOOK_AGAIN


# ------------------------------------------------------------------ looking it up


async def look_up(tools: Tools, site: Site, key: str, link: str | None) -> None:
    """Find out what a source is called and tell every learning of ours that came from it and gives it no name.

    Raises: PeerError when it may be known later.
    """
    held = await tools.db.read(kept_sources.by_key, key)
    title = held.title if held is not None and held.state == "found" else await _asked(tools, site, key, link)
    await tools.db.write(kept_sources.settle, key, title)
    after = 0
    while title and (last := await tools.db.write(_label_some, key, title, after)):
        after = last


async def _asked(tools: Tools, site: Site, key: str, link: str | None) -> str | None:
    kind, _, ident = key.partition(":")
    try:
        return await _ASKING[kind](tools, site, ident, link)
    except PeerError as error:
        if error.reason in _ABSENT:
            return None
        raise
    except WorkshopError:
        return None


async def _crossref(tools: Tools, site: Site, doi: str, _link: str | None) -> str | None:
    query = f"?{urlencode({'mailto': site.contact_email})}" if site.contact_email else ""
    address = f"https://api.crossref.org/works/{quote(doi, safe='')}{query}"
    return titles.of_crossref(await tools.fetcher.json(address, accept=JSON))


async def _pubmed(tools: Tools, site: Site, pmid: str, _link: str | None) -> str | None:
    asked = {"db": "pubmed", "id": pmid, "retmode": "json", "tool": "rounds"}
    if site.contact_email:
        asked["email"] = site.contact_email
    address = f"https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi?{urlencode(asked)}"
    return titles.of_pubmed(await tools.fetcher.json(address, accept=JSON), pmid)


async def _arxiv(tools: Tools, _site: Site, ident: str, _link: str | None) -> str | None:
    address = f"https://export.arxiv.org/api/query?{urlencode({'id_list': ident, 'max_results': 1})}"
    return titles.of_arxiv(await tools.fetcher.text(address, accept=ATOM))


async def _page(tools: Tools, _site: Site, _ident: str, link: str | None) -> str | None:
    if link is None:
        return None
    card = await tools.db.read(cards.by_url, link)
    if card is not None and card.state == "shown":
        return titles.plain_title(card.title)
    page = await tools.fetcher.page(link, max_bytes=MAX_PAGE_BYTES)
    if page.media_type not in _HTML:
        return None
    facts = await tools.outside.workshop.run(pages.read, page.data, page.charset, page.url)
    return titles.plain_title(facts.title)


_ASKING: Final[Mapping[str, Callable[[Tools, Site, str, str | None], Awaitable[str | None]]]] = {
    "doi": _crossref,
    "pmid": _pubmed,
    "arxiv": _arxiv,
    "url": _page,
}


# ------------------------------------------------------------------ telling our learnings


def _label_some(unit: Unit, key: str, title: str, after: int) -> int:
    """Give some learnings the name of their source; return the last of them, 0 when there are no more."""
    found = terms.ours(unit, key, after=after, limit=BATCH)
    for status_id in found:
        _label(unit, status_id, key, title)
    return found[-1] if len(found) == BATCH else 0


def _label(unit: Unit, status_id: int, key: str, title: str) -> None:
    status, made = statuses.by_id(unit, status_id), _learning(unit, status_id)
    came_from = made.learned_from if made else None
    if status is None or made is None or made.status == "withdrawn" or came_from is None or came_from.label is not None:
        return
    if sources.key_of(came_from) != key:
        return
    named = msgspec.structs.replace(made, learned_from=msgspec.structs.replace(came_from, label=title))
    if not _fits(unit, named):
        return
    if learnings.is_from_post(unit, status_id):
        marking.name_source(unit, status)
    else:
        _renew(unit, status, named)


def _renew(unit: Unit, status: Status, named: Learning) -> None:
    recording.renew(unit, status, named)
    learning.keep_row(unit, status.id, named)


def _fits(snapshot: Snapshot, named: Learning) -> bool:
    """Tell whether a record may still leave with the name: one at its limits stays as it is."""
    try:
        recording.checked(snapshot, named)
    except Problem:
        return False
    return named.revision < MAX_REVISION


def _learning(snapshot: Snapshot, status_id: int) -> Learning | None:
    kept = records.of_status(snapshot, status_id)
    made = recording.typed(kept) if kept is not None else None
    return made if isinstance(made, Learning) else None
