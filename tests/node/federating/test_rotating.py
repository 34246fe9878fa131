"""Keys change, theirs and ours: who has a right to a name keeps it, and nobody else inherits it quietly."""

from typing import Any

import pytest
from sqlalchemy import select

from federation.signatures import multikeys
from node.services import following, keyring, profiles
from node.services.profiles import ProfileEdit
from node.store import follows, keys, tables
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.peers import PeerActor
from tests.support.world import key_pair


async def _follows(ward: Ward, actor: PeerActor) -> None:
    await ward.takes(actor.follow(ward.asha.account.uri), by=actor)


def _signed_with(request: Any) -> str:
    return str(request.headers["signature"].partition('keyId="')[2].partition('"')[0])


async def test_our_new_key_is_told_with_the_old_one_and_signs_two_days_later(ward: Ward) -> None:
    """A follower can verify every delivery with what the actor lists at that time."""
    await _follows(ward, ward.okapi)
    old = await ward.node.db.read(keys.for_account, ward.asha.id)
    assert old is not None

    new = await ward.node.db.write(keyring.rotate, "asha", key_pair(7))
    await ward.network.settle()
    ward.network.clock.pass_time(days=3)
    await ward.node.post(ward.asha, "Signed with the new one")
    await ward.network.settle()

    posts = [request for request in ward.network.wire.sent if request.url.host == "masto.example"]
    signed = [_signed_with(request) for request in posts if request.method == "POST"]
    [update] = ward.peer.got("Update")
    assert [key["id"] for key in update["object"]["publicKey"]] == [old.key_id, new]
    assert signed[-2:] == [old.key_id, new]
    assert len(ward.peer.got("Create")) == 1


async def test_a_new_key_under_the_same_id_is_taken_and_stored(ward: Ward) -> None:
    """Asked for once; what is signed with the old key is refused from then on, without asking again."""
    ward.network.clock.pass_time(minutes=6)
    old = ward.okapi.signed(ward.node, ward.okapi.create("old"))
    ward.okapi.keys = key_pair(1)
    ward.peer.publish(ward.okapi.document())
    asked = ward.network.wire.asked("masto.example", "/users/okapi")

    first = await ward.takes(ward.okapi.create("new"))
    again = await ward.takes(ward.okapi.create("new again"))
    late = await ward.peer.client.send(old)
    await ward.network.settle()

    assert (first.json()["verdict"], again.json()["verdict"], late.status_code) == ("queued", "accepted", 401)
    assert ward.network.wire.asked("masto.example", "/users/okapi") == asked + 1


@pytest.mark.parametrize("is_locked", [True, False])
async def test_an_actor_whose_keys_are_all_new_asks_a_locked_account_again(ward: Ward, is_locked: bool) -> None:
    """What somebody gave by hand is not carried over; what anybody gets stays."""
    await _follows(ward, ward.okapi)
    await ward.node.db.write(profiles.edit_profile, ward.asha.id, ProfileEdit(is_locked=is_locked))
    ward.network.clock.pass_time(minutes=6)
    ward.okapi.keys = key_pair(1)
    ward.peer.publish(ward.okapi.document())

    await ward.takes(ward.okapi.create("who am I?"))

    assert await ward.node.db.read(_is_following, ward) is not is_locked
    assert await ward.node.db.read(follows.count_requests, ward.asha.id) == int(is_locked)
    assert await ward.node.db.read(_audited, "peer.keys-replaced") == 1


async def test_an_actor_that_says_with_its_old_key_which_is_new_is_the_same(ward: Ward) -> None:
    """An Update signed with a key that we know carries everything over."""
    await _follows(ward, ward.okapi)
    await ward.node.db.write(profiles.edit_profile, ward.asha.id, ProfileEdit(is_locked=True))
    old = ward.okapi.keys
    ward.okapi.keys = key_pair(1)
    document = ward.okapi.document()
    ward.okapi.keys = old

    await ward.takes(ward.okapi.activity("Update", document))
    ward.okapi.keys = key_pair(1)
    create = ward.okapi.create("with the new key")
    answer = await ward.takes(create)

    assert answer.json()["verdict"] == "accepted"
    assert await ward.node.db.read(_is_following, ward)
    assert await ward.node.db.read(_audited, "peer.keys-replaced") == 0


async def test_an_actor_that_keeps_one_of_its_keys_is_the_same(ward: Ward) -> None:
    """Published side by side, as it should be."""
    await _follows(ward, ward.okapi)
    await ward.node.db.write(profiles.edit_profile, ward.asha.id, ProfileEdit(is_locked=True))
    ward.network.clock.pass_time(minutes=6)
    first = ward.okapi.document()["publicKey"]
    ward.okapi.keys, ward.okapi.key_id = key_pair(1), f"{ward.okapi.uri}#key-2"
    ward.peer.publish(ward.okapi.document(publicKey=[first, ward.okapi.document()["publicKey"]]))

    create = ward.okapi.create("with the second key")
    await ward.takes(create)

    await ward.holds(create["object"]["id"])
    assert await ward.node.db.read(_is_following, ward)


def _is_following(snapshot: Snapshot, ward: Ward) -> bool:
    key = keys.by_uri(snapshot, f"{ward.okapi.uri}#main-key") or keys.by_uri(snapshot, ward.okapi.key_id)
    assert key is not None
    edge = follows.between(snapshot, key.account_id, ward.asha.id)
    assert edge is not None
    return edge.is_accepted


def _audited(snapshot: Snapshot, act: str) -> int:
    found = snapshot.conn.execute(select(tables.audit.c.id).where(tables.audit.c.act == act))
    return len(found.all())


PLACES = ["#main-key", "/main-key", "", "?operation=getkey", "#multi"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shape", ["actor", "stub", "key", "multikey"])
async def test_a_key_is_found_wherever_its_actor_keeps_it(ward: Ward, place: str, shape: str) -> None:
    """In the actor's document, in a part of it at an own address, or as a key that names an owner who lists it."""
    heron = PeerActor(ward.peer, "heron", key=1)
    heron.key_id = f"{heron.uri}{place}"
    is_own_place = place in ("/main-key", "?operation=getkey")
    multi = {
        "id": heron.key_id,
        "type": "Multikey",
        "controller": heron.uri,
        "publicKeyMultibase": multikeys.from_pem(heron.keys.public_pem),
    }
    actor = heron.document()
    if shape == "multikey":
        actor = {name: value for name, value in actor.items() if name != "publicKey"} | {"assertionMethod": [multi]}
    ward.peer.shelf[heron.uri] = actor
    if is_own_place:
        stub = {name: actor[name] for name in ("id", "type", "preferredUsername", "publicKey") if name in actor}
        key = actor.get("publicKey", {}) | {"type": "Key"}
        ward.peer.shelf[heron.key_id] = {"actor": actor, "stub": stub, "key": key, "multikey": multi}[shape]
    create = heron.create(to=[ward.asha.account.uri])

    await ward.takes(create, by=heron)

    await ward.holds(create["object"]["id"])


async def test_following_again_is_possible_for_who_started_over(ward: Ward) -> None:
    """The request that was made anew can be granted, and the peer is told."""
    await _follows(ward, ward.okapi)
    await ward.node.db.write(profiles.edit_profile, ward.asha.id, ProfileEdit(is_locked=True))
    ward.network.clock.pass_time(minutes=6)
    ward.okapi.keys = key_pair(1)
    ward.peer.publish(ward.okapi.document())
    await ward.takes(ward.okapi.create("who am I?"))
    key = await ward.node.db.read(keys.by_uri, ward.okapi.key_id)
    assert key is not None

    await ward.node.db.write(following.accept, ward.asha.id, key.account_id)
    await ward.network.settle()

    assert await ward.node.db.read(_is_following, ward)
    assert len(ward.peer.got("Accept")) == 2
