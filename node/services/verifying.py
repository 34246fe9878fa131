"""Links of a profile that lead to a page which names the profile back: looked at once for each change, by a job."""

from typing import Any, Final

from federation import uris
from federation.reasons import PeerError
from node.entities.instants import iso
from node.ports import Fetcher, Workshop, WorkshopError
from node.privacy import mutual
from node.store import accounts, jobs, users
from node.store.accounts import Account
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_PAGE_BYTES: Final = 1024 * 1024
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


def expect(unit: Unit, account: Account) -> None:
    """Have the links of a profile of ours looked at that were not verified before."""
    if _links(unit, account):
        jobs.add(unit, "verify", str(account.id), account_id=account.id)


def _links(snapshot: Snapshot, account: Account) -> dict[int, str]:
    """Return the addresses that stand alone in a field and are not verified, by the place of the field."""
    user = users.by_account(snapshot, account.id)
    typed = user.preferences.get("fields", ()) if user is not None else ()
    loopback = snapshot.site.loopback_http
    found = {place: str(one.get("value", "")).strip() for place, one in enumerate(typed)}
    return {
        place: url
        for place, url in found.items()
        if uris.is_for_readers(url, loopback_http=loopback)
        and not snapshot.site.is_ours(url)
        and place < len(account.fields)
        and not account.fields[place].get("verified_at")
    }


def _wanted(snapshot: Snapshot, account_id: int) -> tuple[dict[int, str], tuple[str, ...]]:
    account = accounts.by_id(snapshot, account_id)
    if account is None or not account.is_local or account.is_suspended:
        return {}, ()
    return _links(snapshot, account), (account.url, account.uri)


async def verify(db: Database, fetcher: Fetcher, workshop: Workshop, account_id: int) -> None:
    """Look at each page once and keep which name the profile back; one that cannot be read is not verified."""
    links, names = await db.read(_wanted, account_id)
    proven = {place: url for place, url in links.items() if await _is_mutual(fetcher, workshop, url, names)}
    if proven:
        await db.write(_keep, account_id, proven)


async def _is_mutual(fetcher: Fetcher, workshop: Workshop, url: str, names: tuple[str, ...]) -> bool:
    try:
        page = await fetcher.page(url, max_bytes=MAX_PAGE_BYTES)
        return page.media_type in _HTML and await workshop.run(mutual.names_back, page.data, names)
    except (PeerError, WorkshopError):
        return False


def _keep(unit: Unit, account_id: int, proven: dict[int, str]) -> None:
    account = accounts.by_id(unit, account_id)
    if account is None:
        return
    still = {place for place, url in _links(unit, account).items() if proven.get(place) == url}
    fields: list[dict[str, Any]] = [
        one | {"verified_at": iso(unit.now)} if place in still else one for place, one in enumerate(account.fields)
    ]
    if still:
        accounts.change(unit, account, fields=fields)
