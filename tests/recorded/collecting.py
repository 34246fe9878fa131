"""Collections of a folder, read as what they are to us: an actor's pins and posts, who moderates a group, who follows somebody."""

from collections.abc import Mapping
from typing import Any

from federation import collections, followers_sync, loose
from federation.reasons import PeerError, Reason
from node.services import grouping, pinning, recalling, synchronising
from node.store import accounts, follows
from node.store.follows import Follow
from node.store.unit import Unit
from tests.recorded.seeding import Seeded, prepare

Document = Mapping[str, Any]


async def take(node: Seeded, document: Document, actors: Mapping[str, Document]) -> None:
    """Read a collection of an actor of the folder. Raises: PeerError for one that is nothing to us."""
    uri = str(document.get("id"))
    for owner, actor in actors.items():
        if loose.id_of(loose.plain(actor).get("featured")) == uri:
            account_id = await node.db.write(known, owner, actors)
            await pinning.refresh(node.db, node.fetcher, account_id, site=node.site)
            return
        if loose.id_of(loose.plain(actor).get("outbox")) == uri:
            account_id = await node.db.write(known, owner, actors)
            await recalling.recall(node.db, node.fetcher, account_id, site=node.site)
            return
        if loose.id_of(loose.plain(actor).get("attributedTo")) == uri:
            await node.db.write(known, owner, actors)
            ruling = {"group": owner, "actor": "", "object": "", "reason": "", "is_removal": False}
            await grouping.moderate_when_proven(node.db, node.fetcher, ruling)  # reads who may rule
            return
        if uri == f"{owner}/followers_synchronization":
            announced = followers_sync.digest_of(map(str, collections.read(document).items))
            claim = {"actor": owner, "url": uri, "digest": announced}
            await synchronising.synchronise(node.db, node.fetcher, claim, site=node.site)
            return
    raise PeerError(Reason.UNKNOWN_TYPE, "this is no collection that we read")


def owner_of(document: Document, actors: Mapping[str, Document]) -> str | None:
    """Return the actor of the folder that a collection lies below."""
    return next((owner for owner in actors if str(document.get("id")).startswith(f"{owner}/")), None)


def let_both_follow(unit: Unit, owner: str, actors: Mapping[str, Document]) -> None:
    """Let asha and ben follow the owner of a collection."""
    account_id, ben = known(unit, owner, actors), accounts.local_by_username(unit, "ben")
    assert ben is not None
    uri = f"{ben.uri}/follows/504"
    follows.insert(unit, Follow(504, ben.id, account_id, uri, True, True, False, unit.now))


def known(unit: Unit, owner: str, actors: Mapping[str, Document]) -> int:
    """Let the node know an actor whom asha follows, and return its account."""
    prepare(unit, owner, {}, actors)
    found = accounts.by_uri(unit, owner)
    assert found is not None
    return found.id
