"""Two servers find out who follows whom: what we say, what we serve, and what we change when a peer says otherwise."""

from typing import Any

import httpx
import pytest

from federation import followers_sync
from federation.followers_sync import Claim
from federation.signatures import cavage
from node.store import accounts, follows
from tests.node.federating.conftest import Ward

OKAPI = "https://masto.example/users/okapi"
LIST = f"{OKAPI}/followers_synchronization"


def _claim(*people: str, **changes: Any) -> str:
    fields = {"collection_uri": f"{OKAPI}/followers", "url": LIST, "digest": followers_sync.digest_of(people)} | changes
    return followers_sync.build(Claim(**fields))


async def _sends(ward: Ward, header: str) -> None:
    """Let okapi send a post to followers with this header."""
    create = ward.okapi.create("for followers", to=[f"{OKAPI}/followers"], cc=[])
    request = ward.okapi.signed(ward.node, create, collection_synchronization=header)
    assert (await ward.peer.client.send(request)).status_code == 202
    await ward.network.settle()


def _lists(ward: Ward, *people: str) -> None:
    ward.peer.publish({"id": LIST, "type": "OrderedCollection", "orderedItems": list(people)})


async def _follows(ward: Ward, account_id: int) -> bool:
    okapi = await ward.node.db.read(accounts.by_uri, OKAPI)
    assert okapi is not None
    held = await ward.node.db.read(follows.between, account_id, okapi.id)
    return held is not None and held.is_accepted


async def test_what_is_for_followers_says_who_they_are(ward: Ward) -> None:
    """Of the receiver's people alone, and only there; everything else says nothing."""
    elsewhere = ward.network.peer("gts.example").actor("heron")
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    await ward.takes(elsewhere.follow(ward.asha.account.uri), by=elsewhere)
    ward.network.wire.sent.clear()

    await ward.node.post(ward.asha, "for followers", visibility="private")
    await ward.node.post(ward.asha, "for all")
    await ward.network.settle()

    said = {
        (request.url.host, request.headers.get(followers_sync.HEADER))
        for request in ward.network.wire.sent
        if request.method == "POST"
    }
    collection, place = f"{ward.asha.account.uri}/followers", f"{ward.asha.account.uri}/followers_synchronization"
    expected = {
        (host, followers_sync.build(Claim(collection, place, followers_sync.digest_of([uri]))))
        for host, uri in (("masto.example", OKAPI), ("gts.example", elsewhere.uri))
    }
    assert said == expected | {("masto.example", None), ("gts.example", None)}


async def test_when_both_agree_nobody_is_asked(ward: Ward) -> None:
    """The digests are the same."""
    await _sends(ward, _claim(ward.asha.account.uri))

    assert ward.network.wire.asked("masto.example", "/users/okapi/followers_sync") == 0


async def test_a_follower_the_peer_does_not_know_is_removed(ward: Ward) -> None:
    """And hears of the next private post no more; the peer is not written to."""
    ben = await ward.node.user("ben")
    await ward.node.follow(ben, ward.okapi.handle)
    await ward.network.settle()
    await ward.okapi.sends(ward.node, ward.okapi.activity("Accept", ward.peer.got("Follow")[1]))
    _lists(ward, ward.asha.account.uri)

    await _sends(ward, _claim(ward.asha.account.uri))

    assert (await _follows(ward, ben.id), await _follows(ward, ward.asha.id)) == (False, True)
    assert ward.peer.got("Undo") == []


async def test_a_follower_that_only_the_peer_knows_is_taken_back(ward: Ward) -> None:
    """By an Undo of a Follow; a request that waits is accepted instead; a stranger's name is nothing to us."""
    ben, cleo = await ward.node.user("ben"), await ward.node.user("cleo")
    await ward.node.follow(cleo, ward.okapi.handle)
    people = [one.account.uri for one in (ward.asha, ben, cleo)]
    _lists(ward, *people)

    await _sends(ward, _claim(*people))

    [undo] = ward.peer.got("Undo")
    assert (undo["actor"], undo["object"]["type"], undo["object"]["object"]) == (ben.account.uri, "Follow", OKAPI)
    assert (await _follows(ward, ben.id), await _follows(ward, cleo.id)) == (False, True)


LIES = {
    "a list that is not the one announced": {"digest": "1" * 64},
    "a list of another origin": {"url": "https://evil.example/list"},
    "the followers of somebody else": {"collection_uri": "https://masto.example/users/finch/followers"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_nothing_is_removed_on_a_doubtful_word(ward: Ward, lie: dict[str, str]) -> None:
    """Asha goes on following."""
    _lists(ward)

    await _sends(ward, _claim(**lie))

    assert await _follows(ward, ward.asha.id)
    assert ward.network.wire.asked("evil.example") == 0


async def test_a_header_without_a_true_signature_changes_nothing(ward: Ward) -> None:
    """Whoever sends it."""
    _lists(ward)
    create = ward.okapi.create("for followers", to=[f"{OKAPI}/followers"], cc=[])
    request = ward.okapi.signed(ward.node, create, collection_synchronization=_claim(), digest="SHA-256=AAAA")

    answer = await ward.peer.client.send(request)
    await ward.network.settle()

    assert answer.status_code == 401
    assert await _follows(ward, ward.asha.id)


async def test_a_peer_that_never_agrees_is_asked_once_an_hour(ward: Ward) -> None:
    """However often it says so."""
    _lists(ward, f"{ward.node.site.base_url}/users/nobody")
    for _ in range(3):
        await _sends(ward, _claim())

    asked = ward.network.wire.asked("masto.example", "/users/okapi/followers_sync")

    assert asked == 1


async def _list_for(ward: Ward, host: str, name: str) -> httpx.Response:
    """Read asha's list as the server of an actor would."""
    reader = ward.network.peer(host).actor(name)
    url = f"{ward.asha.account.uri}/followers_synchronization"
    now = ward.network.clock.now()
    signed = cavage.sign("GET", url, key_id=reader.key_id, private_pem=reader.keys.private_pem, now=now)
    return await ward.node.world.anybody.get(url, headers=signed)


async def test_each_server_reads_its_own_people_and_nobody_without_a_name(ward: Ward) -> None:
    """A signed request shows the reader's own followers; an unsigned one is refused."""
    heron = ward.network.peer("gts.example").actor("heron")
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    await ward.takes(heron.follow(ward.asha.account.uri), by=heron)
    place = f"{ward.asha.account.uri}/followers_synchronization"

    lists = [await _list_for(ward, host, name) for host, name in (("masto.example", "okapi"), ("gts.example", "heron"))]
    unsigned = await ward.node.world.anybody.get(place)

    assert [one.json()["orderedItems"] for one in lists] == [[OKAPI], [heron.uri]]
    assert lists[0].json()["id"] == place
    assert unsigned.status_code == 401


async def test_two_nodes_of_ours_come_to_agree(ward: Ward) -> None:
    """A follow that was lost at one side is gone at the other after the next post for followers."""
    lake = await ward.network.node("lake.example")
    ines, sam = await lake.user("ines"), await lake.user("sam")
    for one in (ines, sam):
        await lake.follow(one, "@asha@ward.example")
    await ward.network.settle()
    lost = await ward.node.db.read(accounts.by_uri, sam.account.uri)
    assert lost is not None
    held = await ward.node.db.read(follows.between, lost.id, ward.asha.id)
    assert held is not None
    await ward.node.db.write(follows.remove, held)

    await ward.node.post(ward.asha, "for followers", visibility="private")
    await ward.network.settle()

    asha = await lake.db.read(accounts.by_uri, ward.asha.account.uri)
    assert asha is not None
    assert await lake.db.read(follows.between, ines.id, asha.id) is not None
    assert await lake.db.read(follows.between, sam.id, asha.id) is None
