"""Accounts that go on elsewhere: followers go along only when both sides say so."""

from functools import partial
from typing import Any

import pytest

from node.errors import Problem
from node.services import following, moving
from node.store import accounts, follows
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.peers import PeerActor


def moves(ward: Ward, target: str, *, object_uri: str | None = None) -> dict[str, Any]:
    return ward.okapi.activity("Move", object_uri or ward.okapi.uri, target=target)


def heron(ward: Ward, *aliases: str) -> PeerActor:
    """Return where okapi says to go on: an actor of another server that names these aliases."""
    return ward.network.peer("gts.example").actor("heron", alsoKnownAs=list(aliases))


def followed(snapshot: Snapshot, account_id: int) -> set[str]:
    found = accounts.by_ids(snapshot, [row[1] for row in snapshot.conn.execute(follows.following(account_id))])
    return {account.uri for account in found.values()}


async def whom_asha_follows(ward: Ward) -> set[str]:
    return await ward.node.db.read(followed, ward.asha.id)


async def moved_to(ward: Ward) -> str | None:
    found = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert found is not None
    return found.moved_to_uri


async def test_followers_go_along_when_the_new_account_names_the_old_one(ward: Ward) -> None:
    """Asha asks to follow the new account and stops following the old one, which is marked as moved."""
    new = heron(ward, ward.okapi.uri)

    answer = await ward.takes(moves(ward, new.uri))

    assert answer.status_code == 202
    assert await moved_to(ward) == new.uri
    assert [act["object"] for act in new.peer.got("Follow")] == [new.uri]
    assert [act["object"]["type"] for act in ward.peer.got("Undo")] == ["Follow"]


async def test_app_sees_where_an_account_went(ward: Ward) -> None:
    """The old account's entity carries the new one."""
    new = heron(ward, ward.okapi.uri)
    await ward.takes(moves(ward, new.uri))
    found = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert found is not None

    shown = (await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{found.id}")).json()

    assert shown["moved"]["acct"] == "heron@gts.example"
    assert shown["moved"]["followers_count"] == 0


async def test_S065_move_of_another_account_is_refused(ward: Ward) -> None:
    """Only the account itself says where it goes."""
    evil = ward.network.peer("evil.example").actor("evil", alsoKnownAs=[ward.okapi.uri])
    act = evil.activity("Move", ward.okapi.uri, target=evil.uri)

    await ward.takes(act, by=evil)

    assert await moved_to(ward) is None
    assert await whom_asha_follows(ward) == {ward.okapi.uri}


async def test_S066_move_needs_the_back_link_as_it_is_now(ward: Ward) -> None:
    """What the new account said once does not count: it is asked anew, and no longer names the old one."""
    new = heron(ward, ward.okapi.uri)
    await ward.node.find(new.handle)
    new.peer.shelf[new.uri] = new.document(alsoKnownAs=["https://elsewhere.example/users/okapi"])

    await ward.takes(moves(ward, new.uri))

    assert await moved_to(ward) is None
    assert await whom_asha_follows(ward) == {ward.okapi.uri}


async def test_S067_second_move_within_the_cool_down_is_ignored(ward: Ward) -> None:
    """Seven days must pass between two moves of an account."""
    first = heron(ward, ward.okapi.uri)
    second = ward.network.peer("gts.example").actor("ibis", alsoKnownAs=[ward.okapi.uri])
    await ward.takes(moves(ward, first.uri))

    await ward.takes(moves(ward, second.uri))
    early = await moved_to(ward)
    ward.network.clock.pass_time(days=8)
    await ward.takes(moves(ward, second.uri))

    assert (early, await moved_to(ward)) == (first.uri, second.uri)


async def test_S067_move_to_a_suspended_account_is_ignored_and_audited(ward: Ward) -> None:
    """Nobody is led to an account that was shut out here."""
    new = heron(ward, ward.okapi.uri)
    held = await ward.node.find(new.handle)
    await ward.node.db.write(lambda unit: accounts.change(unit, held, is_suspended=True))

    await ward.takes(moves(ward, new.uri))

    assert await moved_to(ward) is None
    acts = await ward.node.db.read(lambda s: list(s.conn.exec_driver_sql("SELECT act FROM audit").scalars()))
    assert "account.move-refused" in acts


async def test_those_who_block_the_old_account_block_the_new_one(ward: Ward) -> None:
    """A move is no way around a block."""
    ben = await ward.node.user("ben")
    old = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert old is not None
    await ward.node.db.write(following.block, ben.id, old.id)
    new = heron(ward, ward.okapi.uri)

    await ward.takes(moves(ward, new.uri))

    held = await ward.node.find(new.handle)
    relations = await ward.node.db.read(following.relations, ben.id, [held.id])
    assert relations[held.id].is_blocking


async def test_our_account_moves_away_and_tells_its_followers(ward: Ward) -> None:
    """Followers hear the Move, and the actor document says both where it is from and where it went."""
    new = heron(ward, ward.asha.account.uri)
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    held = await ward.node.find(new.handle)

    await ward.node.db.write(moving.leave, "asha", held.id)
    await ward.network.settle()

    (told,) = ward.peer.got("Move")
    assert (told["object"], told["target"]) == (ward.asha.account.uri, new.uri)
    updates = [act["object"]["movedTo"] for act in ward.peer.got("Update")]
    assert updates == [new.uri]


async def test_our_account_moves_only_to_one_that_names_it(ward: Ward) -> None:
    """Without the back link nobody would follow, so it is said at once."""
    held = await ward.node.find(heron(ward).handle)

    with pytest.raises(Problem, match="no-back-link") as caught:
        await ward.node.db.write(moving.leave, "asha", held.id)

    assert caught.value.status == 422


async def test_account_moves_here_once_its_alias_is_said(ward: Ward) -> None:
    """A peer's follower-taking asks our actor document, which names the old account."""
    await ward.node.db.write(moving.add_alias, "asha", ward.okapi.uri)

    await ward.takes(moves(ward, ward.asha.account.uri))

    assert await moved_to(ward) == ward.asha.account.uri


async def test_blocks_and_mutes_go_along_with_whoever_moves(ward: Ward) -> None:
    """Each with an id of its own to page by; a mute ends when it would have, one that has ended stays behind."""
    one, two = ward.peer.actor("one"), ward.peer.actor("two")
    old, new = [await ward.node.find(actor.handle) for actor in (one, two)]
    ines, sam, eva = [await ward.node.user(name) for name in ("ines", "sam", "eva")]
    for who, lasts_s in ((ines, 7200), (sam, None), (eva, 60)):
        await ward.node.db.write(partial(following.mute, lasts_s=lasts_s), who.id, old.id)
    await ward.node.db.write(following.block, ines.id, old.id)
    ward.node.world.clock.pass_time(seconds=61)

    await ward.node.db.write(follows.copy_blocks, old.id, new.id)

    ends = {}
    for who in (ines, sam, eva):
        muted = (await ward.node.world.client(who).get("/api/v1/mutes")).json()
        ends[who.account.username] = [one["mute_expires_at"] for one in muted]
    assert ends == {"ines": ["2026-11-25T11:00:00.000Z"] * 2, "sam": [None] * 2, "eva": []}
    client = ward.node.world.client(ines)
    pages = [(await client.get(f"/api/v1/{kind}?limit=1")) for kind in ("mutes", "blocks")]
    assert [page.json()[0]["username"] for page in pages] == ["two", "two"]
    assert [(await client.get(page.links["next"]["url"])).json()[0]["username"] for page in pages] == ["one", "one"]
