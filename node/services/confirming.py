"""Looking up what a quote rests on: the quoted post, and its author's word at its own address. Called by a job."""

from federation.reasons import PeerError, Reason
from node.ports import Fetcher
from node.services import approving, fetching, policing, quoting
from node.social.site import Site
from node.store import quotes
from node.store.database import Database
from node.store.unit import Snapshot, Unit

_GONE = frozenset({Reason.GONE, Reason.NOT_FOUND})


async def quote(db: Database, fetcher: Fetcher, status_id: int, *, site: Site) -> None:
    """Fetch what a post quotes, when it is not here, and the word for it, when it names one. Raises: PeerError."""
    uri = await db.read(_unknown, status_id)
    if uri is not None:
        await db.read(policing.check_unasked, uri)
        try:
            await fetching.post(db, fetcher, uri, site=site)
        except PeerError as error:
            if error.reason is not Reason.GONE:
                raise
            await db.write(_deleted, status_id)
    word = await db.read(quoting.authorization_to_fetch, status_id)
    if word is not None:
        await db.read(policing.check_unasked, word)
        await _word(db, fetcher, status_id, word)


async def _word(db: Database, fetcher: Fetcher, status_id: int, word: str) -> None:
    try:
        found = await fetcher.activity(word)
    except PeerError as error:
        if error.reason not in _GONE:
            raise
        await db.write(_taken_back, status_id, word)
        return
    if found.uri != word or await db.write(approving.believe, found.uri, found.document) != status_id:
        await db.write(_taken_back, status_id, word)


def _unknown(snapshot: Snapshot, status_id: int) -> str | None:
    held = quotes.of(snapshot, status_id)
    return held.quoted_uri if held is not None and held.quoted_id is None and held.state == "pending" else None


def _deleted(unit: Unit, status_id: int) -> None:
    held = quotes.of(unit, status_id)
    if held is not None and held.quoted_id is None:
        quoting.end(unit, held, "deleted")


def _taken_back(unit: Unit, status_id: int, word: str) -> None:
    """End a quote whose word is no longer where it lay; one that never had it goes on waiting."""
    held = quotes.of(unit, status_id)
    if held is not None and held.state == "accepted" and held.authorization_uri == word:
        quoting.end(unit, held, "revoked")
