"""The posts at the top of a profile: pinned by our people, kept of peers as their featured collections say."""

from contextlib import suppress
from typing import Final

from federation import loose, uris
from federation.reasons import PeerError, Reason
from federation.vocab.note import authors_of
from node.entities.instance import MAX_PINNED
from node.errors import invalid, not_found
from node.events import Pinned, Unpinned
from node.ports import Fetcher
from node.services import collecting, fetching, posting
from node.services.collecting import Found, Purse
from node.social.site import Site
from node.store import accounts, pins, statuses
from node.store.accounts import Account
from node.store.database import Database
from node.store.statuses import Status
from node.store.unit import Unit

MAX_KEPT: Final = pins.MAX_SHOWN  # of a peer's account
PINNABLE: Final = frozenset({"public", "unlisted", "private"})


def pin(unit: Unit, account_id: int, status_id: int) -> None:
    """Pin a post of one's own; again is fine. Raises: 404, 422 for what cannot be pinned and for a sixth."""
    status = statuses.visible(unit, status_id, account_id)
    if status is None:
        raise not_found()
    if status.account_id != account_id:
        raise invalid("Validation failed: someone else's post cannot be pinned", code="not-pinnable")
    if status.boost_of_id is not None:
        raise invalid("Validation failed: a boost cannot be pinned. Pin a post that you wrote.", code="not-pinnable")
    if status.visibility not in PINNABLE:
        raise invalid(
            "Validation failed: only a post that everybody or your followers may see can be pinned", code="not-pinnable"
        )
    accounts.hold(unit, (account_id,))
    if pins.is_pinned(unit, account_id, status.id):
        return
    if pins.count(unit, account_id) >= MAX_PINNED:
        raise invalid(
            f"Validation failed: you have pinned {MAX_PINNED} posts, and no more fit. Unpin one of them first.",
            code="too-many",
        )
    pins.insert(unit, account_id, status.id)
    unit.record(Pinned(account_id, status.id))


def unpin(unit: Unit, account_id: int, status_id: int) -> None:
    """Take a pin of one's own away; none is fine. Raises: 404."""
    status = posting.own(unit, account_id, status_id)
    if pins.remove(unit, account_id, status.id):
        unit.record(Unpinned(account_id, status.id))


def keep(unit: Unit, account: Account, status: Status) -> None:
    """Keep that a peer's account pinned a post, if it is its own."""
    is_own = status.account_id == account.id and status.boost_of_id is None
    if is_own and pins.count(unit, account.id) < MAX_KEPT:
        pins.insert(unit, account.id, status.id)


def drop(unit: Unit, account_id: int, status_id: int) -> None:
    """Forget that a peer's account pinned a post."""
    pins.remove(unit, account_id, status_id)


async def refresh(db: Database, fetcher: Fetcher, account_id: int, *, site: Site, purse: Purse | None = None) -> None:
    """Fetch what an account of a peer has pinned and keep that, and nothing else, as its pins.

    Raises: PeerError when the collection cannot be had; a post in it that cannot be is left out.
    """
    account = await db.read(accounts.by_id, account_id)
    if account is None or account.is_local or account.featured_uri is None:
        return
    kept: list[int] = []
    purse, seen = purse or Purse(pages=2, objects=MAX_KEPT), 0
    async for found in collecting.walk(fetcher, account.featured_uri, owner_uri=account.uri, purse=purse):
        seen += 1
        if seen > MAX_KEPT:
            break
        with suppress(PeerError):
            kept.append(await _kept(db, fetcher, found, account, purse=purse, site=site))
    await db.write(_replace, account.id, kept)


async def _kept(db: Database, fetcher: Fetcher, found: Found, account: Account, *, purse: Purse, site: Site) -> int:
    """Return the id of a pinned post, kept as an old one if it is new here. Raises: PeerError for another's."""
    known = await db.read(statuses.by_uri, found.uri)
    if known is not None:
        return known.id
    if not uris.is_same_origin(found.uri, account.uri):
        raise PeerError(Reason.NOT_OWNER, "the pinned post is of another origin")
    whole = await collecting.whole(fetcher, found, purse=purse)
    if authors_of(loose.plain(whole.document))[:1] != (account.uri,):
        raise PeerError(Reason.NOT_OWNER, "the pinned post is another's")
    return await fetching.keep_post(db, fetcher, whole, site=site, is_old=True)


def _replace(unit: Unit, account_id: int, status_ids: list[int]) -> None:
    own = [i for i in status_ids if (status := statuses.by_id(unit, i)) and status.account_id == account_id]
    pins.replace(unit, account_id, own)
