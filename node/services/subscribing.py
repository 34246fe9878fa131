"""Looks the actor of a LitePub relay up, and then subscribes to it."""

from msgspec.structs import replace

from node.ports import Fetcher
from node.services import fetching, relaying
from node.social.site import Site
from node.store import accounts, relays
from node.store.database import Database
from node.store.unit import Unit


async def meet(db: Database, fetcher: Fetcher, relay_id: int, *, site: Site) -> None:
    """Look a LitePub relay's actor up, whatever its type, and follow it. Raises: PeerError when it cannot be had."""
    relay = await db.read(relays.by_id, relay_id)
    if relay is None or relay.actor_uri is None or relay.state != "pending":
        return
    account_id = await fetching.actor(db, fetcher, relay.actor_uri, site=site)
    await db.write(_follow, relay_id, account_id)


def _follow(unit: Unit, relay_id: int, account_id: int) -> None:
    relay, account = relays.by_id(unit, relay_id), accounts.by_id(unit, account_id)
    if relay is None or account is None or relay.state != "pending":
        return
    relays.change(unit, relay_id, inbox=account.inbox, actor_uri=account.uri)
    relaying.subscribe(unit, replace(relay, inbox=account.inbox, actor_uri=account.uri))
