"""Asks the origin of a post that is held whether it changed or is gone, when somebody without authority says so."""

from federation import loose
from federation.audience import OPEN
from federation.reasons import PeerError, Reason
from node.ports import Fetcher
from node.services import fetching, policing, posting
from node.social.site import Site
from node.store import accounts, arrivals, statuses
from node.store.database import Database
from node.store.unit import Unit

_GONE = (Reason.NOT_FOUND, Reason.GONE)


async def recheck(db: Database, fetcher: Fetcher, uri: str, *, site: Site) -> None:
    """Renew a post from its origin, or remove it when it is gone there.

    Raises: PeerError when the origin cannot be asked.
    """
    if site.is_ours(uri) or await db.read(statuses.by_uri, uri) is None:
        return
    await db.read(policing.check_unasked, uri)
    try:
        found = await fetcher.activity(uri)
    except PeerError as error:
        if error.reason not in _GONE:
            raise
        await db.write(_remove, uri)
        return
    if "Tombstone" in loose.types_of(loose.plain(found.document)):
        await db.write(_remove, uri)
    elif found.uri == uri:
        await fetching.keep_post(db, fetcher, found, site=site)


def _remove(unit: Unit, uri: str) -> None:
    """Remove an open post that its origin no longer has."""
    status = statuses.by_uri(unit, uri)
    author = accounts.by_id(unit, status.account_id) if status is not None else None
    if status is None or author is None or author.is_local or status.visibility not in OPEN:
        return
    arrivals.bury(unit, uri, actor_uri=author.uri, kind="deleted")
    posting.remove(unit, status)
