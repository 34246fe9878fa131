"""An activity that its actor vouches for counts whoever delivers it; what the proof does not prove is refused as ever."""

from typing import Any

import pytest

from federation.signatures import multikeys, proofs
from federation.signatures.keys import generate_ed25519
from node.store import peers
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC, PeerActor

PRIVATE, PUBLIC_PEM = generate_ed25519()


def _equip(actor: PeerActor) -> None:
    """Let an actor list an Ed25519 key beside the one that signs its requests."""
    key = {
        "id": f"{actor.uri}#ed25519-key",
        "type": "Multikey",
        "controller": actor.uri,
        "publicKeyMultibase": multikeys.from_pem(PUBLIC_PEM),
    }
    actor.peer.shelf[actor.uri] = actor.document(assertionMethod=[key])


def _proven(actor: PeerActor, activity: dict[str, Any]) -> dict[str, Any]:
    now = actor.peer.clock.now()
    return proofs.make(activity, key_id=f"{actor.uri}#ed25519-key", private_pem=PRIVATE, now=now)


async def _verdict(ward: Ward, sender: PeerActor, activity: dict[str, Any]) -> tuple[int, str | None]:
    answer = await sender.sends(ward.node, activity)
    await ward.network.settle()
    return answer.status_code, answer.json().get("reason") or answer.json().get("verdict")


@pytest.fixture
def relay(ward: Ward) -> PeerActor:
    """Somebody on a third server."""
    return ward.network.peer("relay.example").actor("relay", key=1)


async def test_a_proven_post_counts_when_a_third_server_delivers_it(ward: Ward, relay: PeerActor) -> None:
    """Neither the one who passes it on nor the key of its author needs to be known before."""
    _equip(ward.okapi)
    create = _proven(ward.okapi, ward.okapi.create())

    found = await _verdict(ward, relay, create)

    assert found == (202, "queued")
    assert await ward.node.held(create["object"]["id"]) is not None


async def test_a_proven_post_counts_at_once_when_both_keys_are_known(ward: Ward, relay: PeerActor) -> None:
    """Without asking anybody."""
    _equip(ward.okapi)
    await _verdict(ward, relay, _proven(ward.okapi, ward.okapi.create()))
    asked = len(ward.network.wire.sent)

    create = _proven(ward.okapi, ward.okapi.create())
    found = await _verdict(ward, relay, create)

    assert found == (202, "accepted")
    assert len(ward.network.wire.sent) == asked + 1
    assert await ward.node.held(create["object"]["id"]) is not None


@pytest.mark.parametrize("is_known", [False, True])
async def test_who_delivers_a_proven_post_is_heard_and_its_author_is_not(
    ward: Ward, relay: PeerActor, is_known: bool
) -> None:
    """A breaker closes for a server that spoke itself."""
    _equip(ward.okapi)
    if is_known:
        await _verdict(ward, relay, _proven(ward.okapi, ward.okapi.create()))
    ward.network.clock.pass_time(hours=1)
    now = ward.network.clock.now()

    await _verdict(ward, relay, _proven(ward.okapi, ward.okapi.create()))

    heard = [await ward.node.db.read(peers.by_host, host) for host in ("relay.example", "masto.example")]
    assert [one is not None and one.heard_at == now for one in heard] == [True, False]


@pytest.mark.parametrize("is_known", [False, True])
async def test_S035_a_post_whose_proof_does_not_hold_is_refused(ward: Ward, relay: PeerActor, is_known: bool) -> None:
    """A word changed on the way, by one who signs the request well."""
    _equip(ward.okapi)
    if is_known:
        await _verdict(ward, relay, _proven(ward.okapi, ward.okapi.create()))
    create = _proven(ward.okapi, ward.okapi.create())
    create["object"]["content"] = "<p>Changed</p>"

    found = await _verdict(ward, relay, create)

    assert found == ((403, "not-owner") if is_known else (202, "queued"))
    assert await ward.node.held(create["object"]["id"]) is None


async def test_S038_a_proof_by_another_actor_of_the_same_host_is_refused(ward: Ward, relay: PeerActor) -> None:
    """The key must be the actor's own."""
    other = ward.peer.actor("other", key=1)
    _equip(other)
    create = ward.okapi.create()

    await _verdict(ward, relay, _proven(other, create))
    await _verdict(ward, relay, _proven(other, ward.okapi.create()))

    assert await ward.node.held(create["object"]["id"]) is None


async def test_S036_a_proof_with_a_key_on_another_host_is_none(ward: Ward, relay: PeerActor) -> None:
    """Nobody is asked for it."""
    _equip(relay)
    create = ward.okapi.create()

    await _verdict(ward, relay, _proven(relay, ward.okapi.create()))
    found = await _verdict(ward, ward.peer.actor("other", key=1), _proven(relay, create))
    await _verdict(ward, ward.peer.actor("other", key=1), _proven(relay, create))

    assert found[0] in (202, 401, 403)
    assert await ward.node.held(create["object"]["id"]) is None


async def test_a_proof_that_fails_harms_nobody_who_signs_the_request(ward: Ward) -> None:
    """The actor's own signature on the request is enough."""
    create = ward.okapi.create() | {"proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}}

    await _verdict(ward, ward.okapi, create)

    assert await ward.node.held(create["object"]["id"]) is not None


async def test_our_public_posts_carry_a_proof_and_private_ones_none(ward: Ward) -> None:
    """Made once for a body; a follower of another make can verify it with the key that our actor lists."""
    await ward.okapi.sends(ward.node, ward.okapi.follow(ward.asha.account.uri))
    await ward.network.settle()

    for visibility in ("public", "unlisted", "private"):
        await ward.node.post(ward.asha, "Tea at four", visibility=visibility)
    await ward.network.settle()

    actor = (await ward.peer.client.get(ward.asha.account.uri, headers={"accept": "application/activity+json"})).json()
    [key] = actor["assertionMethod"]
    pem, now = multikeys.to_pem(key["publicKeyMultibase"]), ward.network.clock.now()
    creates = ward.peer.got("Create")
    assert len(creates) == 3
    for create in creates:
        if PUBLIC in create["to"] + create["cc"]:
            proofs.verify(create, public_pem=pem, now=now)
            assert proofs.method_of(create) == key["id"]
        else:
            assert "proof" not in create
    assert "proof" not in next(iter(ward.peer.got("Accept")))
