"""What software a server runs and who its staff are, by NodeInfo: for administrators to read, never a reason to behave otherwise."""

from typing import Final

from federation import discovery, uris
from federation.discovery import NodeInfo
from federation.reasons import PeerError
from node.ports import Fetcher
from node.services import policing
from node.social.site import Site
from node.store import domains, peers
from node.store.database import Database
from node.store.unit import Snapshot

_JSON: Final = "application/json"
_UNKNOWN: Final = NodeInfo("", "")


async def describe(db: Database, fetcher: Fetcher, host: str, *, site: Site) -> None:
    """Ask a host what it is, and keep its answer; in vain is as good as answered, until a week is over.

    A host that is kept out, that a person looks at first, or that does not answer is asked nothing.
    """
    if not await db.read(_may_be_asked, host):
        return
    try:
        found = await _asked(fetcher, host, site=site)
    except PeerError:
        found = _UNKNOWN
    staff = discovery.staff_of(found, loopback_http=site.loopback_http)
    await db.write(peers.describe, host, found.software or None, found.version, staff)


def _may_be_asked(snapshot: Snapshot, host: str) -> bool:
    site = snapshot.site
    is_elsewhere = host not in (site.host, site.handle_host)
    is_kept_out = domains.standing(snapshot, host).refusal is not None
    is_there = peers.breaker(snapshot, host).state == "closed"
    return (
        is_elsewhere and is_there and not is_kept_out and not policing.waits_for_a_person(snapshot, f"https://{host}/")
    )


async def _asked(fetcher: Fetcher, host: str, *, site: Site) -> NodeInfo:
    """Return what a host says of itself, from its own host alone. Raises: PeerError."""
    scheme = "http" if site.loopback_http and uris.is_loopback(host) else "https"
    index = await fetcher.json(f"{scheme}://{host}/.well-known/nodeinfo", accept=_JSON)
    address = discovery.parse_nodeinfo_index(index, host=host, loopback_http=site.loopback_http)
    if address is None:
        return _UNKNOWN
    return discovery.parse_nodeinfo(await fetcher.json(address, accept=_JSON))
