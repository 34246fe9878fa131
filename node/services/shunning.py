"""Hosts that somebody wants nothing of: no posts, no notices, nobody of there who follows or is followed."""

from typing import Any, Final

from federation import uris
from federation.reasons import PeerError
from node.errors import invalid
from node.services import following
from node.services.reading import Listed, Page
from node.store import jobs, shunned
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_HOSTS: Final = 1000  # of one account
BATCH: Final = 100


def block(unit: Unit, account_id: int, sent: str) -> None:
    """Block a host; twice is once. Follows end in both directions, a few at once and the rest by a job. Raises: 422."""
    host = _host(unit, sent)
    if shunned.count(unit, account_id) >= MAX_HOSTS:
        raise invalid(f"Validation failed: you may block at most {MAX_HOSTS} domains", code="too-many")
    shunned.add(unit, account_id, host)
    if _part_from_some(unit, account_id, host) == BATCH:
        jobs.add(unit, "shun", f"{account_id} {host}", account_id=account_id, host=host)


def unblock(unit: Unit, account_id: int, sent: str) -> None:
    """Block a host no more; none is fine, and nobody is followed again by it. Raises: 422."""
    shunned.remove(unit, account_id, _host(unit, sent))


async def part_from(db: Database, account_id: int, host: str) -> None:
    """End what follows are left with a host that somebody blocks, a few in each transaction."""
    while await db.write(_part_from_some, account_id, host) == BATCH:
        continue


def _part_from_some(unit: Unit, account_id: int, host: str) -> int:
    if not shunned.has(unit, account_id, host):
        return 0
    found = shunned.knowing(unit, account_id, host, limit=BATCH)
    for other_id in found:
        following.part(unit, account_id, other_id)
    return len(found)


def page(snapshot: Snapshot, account_id: int, part: Page) -> list[Listed]:
    """Return a page of the hosts that an account blocks, as JSON text."""
    return [Listed(block_id, f'"{host}"') for block_id, host in shunned.page(snapshot, account_id, part)]


def preview(snapshot: Snapshot, account_id: int, sent: str) -> dict[str, Any]:
    """Return how many follows would end. Raises: 422."""
    followed, followers = shunned.counts(snapshot, account_id, _host(snapshot, sent))
    return {"following_count": followed, "followers_count": followers}


def _host(snapshot: Snapshot, sent: str) -> str:
    """Return a host as accounts have it. Raises: 422 for what is none, and for this one."""
    try:
        host = uris.canonical_host(sent.strip().lstrip("@"))
    except PeerError:
        host = ""
    if "." not in host:
        raise invalid("Validation failed: Domain is not a valid domain name", field="domain")
    if host == snapshot.site.host:
        raise invalid("Validation failed: Domain is the one of this server", field="domain")
    return host
