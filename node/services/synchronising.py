"""Followers synchronisation (FEP-8fcf): two nodes find out where they disagree about who follows whom, and put it right.

Careful on purpose: a list counts only from the actor's own origin, only when its digest is the one that was announced in
a signed request, and it changes nothing but follows of that very actor.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from federation import followers_sync, uris
from federation.followers_sync import Claim
from node.events import FollowDisowned
from node.ports import Fetcher
from node.services import collecting, following
from node.services.collecting import Purse
from node.social.site import Site
from node.store import accounts, follows, jobs, partials, pauses
from node.store.accounts import Account
from node.store.database import Database
from node.store.deliveries import Due
from node.store.unit import Snapshot, Unit

MAX_PAGES: Final = 20
MAX_LISTED: Final = partials.MAX_PEOPLE
MAX_CLAIMS: Final = 1024
PAUSE: Final = timedelta(hours=1)  # between two looks at the list of one actor


class Claims:
    """What we say about our followers, worked out when a delivery goes out and once for a body and a server."""

    def __init__(self, db: Database) -> None:
        self._db: Final = db
        self._kept: dict[tuple[int, str], dict[str, str]] = {}

    async def headers(self, item: Due) -> dict[str, str]:
        """Return the header that goes with a delivery: none unless it is for followers alone."""
        if item.visibility != "private":
            return {}
        key = (item.body_id, uris.origin_of(item.inbox))
        if key not in self._kept:
            if len(self._kept) >= MAX_CLAIMS:
                self._kept.clear()
            self._kept[key] = await self._db.read(_header, item.account_id, key[1])
        return self._kept[key]


def _header(snapshot: Snapshot, account_id: int, origin: str) -> dict[str, str]:
    account = accounts.by_id(snapshot, account_id)
    if account is None or account.kind == "application":
        return {}
    digest = followers_sync.digest_of(partials.followers_at(snapshot, account_id, origin))
    collection = account.followers_collection
    return {followers_sync.HEADER: followers_sync.build(Claim(collection, list_uri(account), digest))}


def list_uri(account: Account) -> str:
    """Return where the followers of an account of ours can be read, by each server its own."""
    return f"{account.uri}/followers_synchronization"


async def notice(db: Database, signer: str, headers: Mapping[str, str]) -> None:
    """Look whether we agree with what a signed request says of its actor's followers here; if not, have the list read."""
    claim = followers_sync.parse(headers.get(followers_sync.HEADER, ""))
    if claim is not None and await db.read(_differs, signer, claim):
        await db.write(_ask, signer, claim)


def _differs(snapshot: Snapshot, signer: str, claim: Claim) -> bool:
    account = accounts.by_uri(snapshot, signer)
    if account is None or account.is_local or claim.collection_uri != account.followers_uri:
        return False
    if not uris.is_same_origin(claim.url, account.uri):
        return False
    here = partials.followers_here(snapshot, account.id)
    return followers_sync.digest_of(one.uri for one in here) != claim.digest


def _ask(unit: Unit, signer: str, claim: Claim) -> None:
    if pauses.claim(unit, f"synchronise:{signer}", length=PAUSE):
        jobs.add(unit, "synchronise", signer, actor=signer, url=claim.url, digest=claim.digest)


async def synchronise(db: Database, fetcher: Fetcher, claim: Mapping[str, Any], *, site: Site) -> None:
    """Read the list of an actor's followers here and put right what differs, if the list is the one that was announced.

    Raises: PeerError when it cannot be had.
    """
    account = await db.read(accounts.by_uri, claim["actor"])
    if account is None or account.is_local:
        return
    listed: set[str] = set()
    purse = Purse(pages=MAX_PAGES, objects=0)
    async for found in collecting.walk(fetcher, claim["url"], owner_uri=account.uri, purse=purse):
        listed.add(found.uri)
        if len(listed) > MAX_LISTED:
            return
    if followers_sync.digest_of(listed) == claim["digest"]:
        await db.write(_settle, account.id, {uri for uri in listed if site.is_ours(uri)})


def _settle(unit: Unit, account_id: int, listed: set[str]) -> None:
    """End the follows that their target does not know of, and tell it of those that we do not know of."""
    here = {one.uri: one.account_id for one in partials.followers_here(unit, account_id)}
    for uri in here.keys() - listed:
        following.reject(unit, account_id, here[uri])
    for local in accounts.by_uris(unit, listed - here.keys()).values():
        if not local.is_local:
            continue
        if follows.between(unit, local.id, account_id) is not None:
            following.accept(unit, account_id, local.id)
        else:
            unit.record(FollowDisowned(local.id, account_id))
