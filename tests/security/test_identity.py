"""Who a peer is: nobody goes by another's name, at another's host, or with another's key."""

import httpx
import pytest

from federation.reasons import PeerError
from node.store import accounts, keys
from tests.node.federating.conftest import Ward, ward

__all__ = ["ward"]


def fingers(subject: str, actor_uri: str) -> httpx.Response:
    """Return what a host answers about a handle."""
    link = {"rel": "self", "type": "application/activity+json", "href": actor_uri}
    return httpx.Response(
        200, json={"subject": f"acct:{subject}", "links": [link]}, headers={"content-type": "application/jrd+json"}
    )


def lies(ward: Ward, host: str, answer: httpx.Response) -> None:
    """Let a host answer every question so."""

    async def hook(request: httpx.Request, _send: object) -> httpx.Response:
        return answer

    ward.network.wire.hooks[host] = hook


async def test_S176_a_host_cannot_take_an_actor_of_another_under_its_name(ward: Ward) -> None:
    """Whatever evil.example says about it, kudu goes by what masto.example says."""
    kudu = ward.peer.actor("kudu")
    ward.network.peer("evil.example")
    lies(ward, "evil.example", fingers("kudu@evil.example", kudu.uri))

    await ward.node.find("kudu@evil.example")

    kept = await ward.node.db.read(accounts.by_uri, kudu.uri)
    assert kept is not None
    assert kept.acct == "kudu@masto.example"
    assert await ward.node.db.read(accounts.by_handle, "kudu", "evil.example") is None


async def test_S176_an_actor_whose_own_host_does_not_know_it_is_not_kept(ward: Ward) -> None:
    """Both hosts must say the same."""
    kudu = ward.peer.actor("kudu")
    del ward.peer.actors["kudu"]
    ward.network.peer("evil.example")
    lies(ward, "evil.example", fingers("kudu@evil.example", kudu.uri))

    with pytest.raises(PeerError):
        await ward.node.find("kudu@evil.example")

    assert await ward.node.db.read(accounts.by_uri, kudu.uri) is None


async def test_S177_a_host_that_claims_a_handle_of_ours_is_not_followed_to_us(ward: Ward) -> None:
    """Who is called so here is looked up here and never over the network."""
    thief = ward.network.peer("evil.example").actor("thief", key=1)
    lies(ward, "evil.example", fingers("asha@ward.example", thief.uri))

    with pytest.raises(PeerError):
        await ward.node.find("thief@evil.example")

    assert ward.network.wire.asked("ward.example", "/.well-known") == 0
    assert await ward.node.db.read(accounts.by_uri, thief.uri) is None


@pytest.mark.parametrize("claim", ["asha@ward.example", "acct:asha@ward.example", "acct:asha@WARD.example."])
async def test_S177_an_actor_that_claims_a_handle_of_ours_goes_by_its_own(ward: Ward, claim: str) -> None:
    """And a question about our own domain is answered here, never over the network."""
    thief = ward.network.peer("evil.example").actor("thief", key=1, webfinger=claim)

    found = await ward.node.find("thief@evil.example")
    ours = await ward.node.find("asha@ward.example")

    assert (found.uri, found.acct) == (thief.uri, "thief@evil.example")
    assert ours.id == ward.asha.id
    assert ward.network.wire.asked("ward.example", "/.well-known") == 0


async def test_a_neighbour_that_claimed_a_key_first_does_not_keep_it(ward: Ward) -> None:
    """A key named within an actor's own document is that actor's, whoever listed it earlier."""
    kudu = ward.peer.actor("kudu", key=1)
    finch = ward.peer.actor("finch", key=0)
    squatted = {"id": kudu.key_id, "owner": finch.uri, "publicKeyPem": finch.keys.public_pem}
    ward.peer.publish(finch.document(publicKey=squatted))
    await ward.node.find(finch.handle)

    await ward.node.find(kudu.handle)

    kept = await ward.node.db.read(keys.by_uri, kudu.key_id)
    assert kept is not None
    assert kept.account_uri == kudu.uri
