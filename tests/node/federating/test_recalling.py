"""Following somebody brings what they posted before: their pins and last posts, quietly and in their own place."""

import json
from datetime import timedelta
from typing import Any

import httpx

from node.store import jobs, statuses
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.network import Network, Send, Station
from tests.support.peers import PUBLIC, Peer, PeerActor
from tests.support.world import Person

OUTBOX = "https://masto.example/users/okapi/outbox"


async def _followed(network: Network, **actor: Any) -> tuple[Station, Person, Peer, PeerActor]:
    """Give a node where asha asked to follow okapi, who has not answered yet."""
    node, peer = await network.node("ward.example"), network.peer("masto.example")
    okapi, asha = peer.actor("okapi", **actor), await node.user("asha")
    await node.follow(asha, okapi.handle)
    await network.settle()
    return node, asha, peer, okapi


async def _accepted(network: Network, node: Station, peer: Peer, okapi: PeerActor) -> None:
    await okapi.sends(node, okapi.activity("Accept", peer.got("Follow")[0]))
    await network.settle()


def _dated(network: Network, okapi: PeerActor, days: int, **changes: Any) -> dict[str, Any]:
    at = (network.clock.now() - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return okapi.note(f"{days} days ago", published=at, **changes)


def _outbox(peer: Peer, *pages: list[Any]) -> None:
    """Let okapi's outbox have these pages."""
    peer.publish({"id": OUTBOX, "type": "OrderedCollection", "totalItems": 99, "first": f"{OUTBOX}?page=0"})
    for number, items in enumerate(pages):
        place = f"{OUTBOX}?page={number}"
        more = {"next": f"{OUTBOX}?page={number + 1}"} if number + 1 < len(pages) else {}
        peer.publish({"id": place, "type": "OrderedCollectionPage", "partOf": OUTBOX, "orderedItems": items, **more})


def _all(snapshot: Snapshot) -> list[str]:
    found = statuses.all_of(snapshot, statuses.selection().order_by(statuses.t.c.id.desc()))
    return [status.uri for status in found]


async def test_the_posts_before_a_follow_stand_in_their_own_place(network: Network) -> None:
    """Newest first in home, below what came meanwhile; nobody is told, boosts and others' posts are left out."""
    node, asha, peer, okapi = await _followed(network)
    mine = await node.post(asha, "today")
    names = {"to": [PUBLIC, asha.account.uri], "tag": [{"type": "Mention", "href": asha.account.uri}]}
    old, older = _dated(network, okapi, 1, **names), peer.publish(_dated(network, okapi, 2))
    boost = okapi.announce("https://elsewhere.example/1")
    quiet = _dated(network, okapi, 3, to=[f"{okapi.uri}/followers"], cc=[])
    foreign = {**_dated(network, okapi, 3), "attributedTo": "https://elsewhere.example/users/x"}
    undated = okapi.note("some time", published=None)
    creates = [okapi.activity("Create", note) for note in (old, quiet, foreign, undated)]
    _outbox(peer, [boost, *creates], [okapi.activity("Create", older["id"])])

    await _accepted(network, node, peer, okapi)

    uris = [(await node.status(line.id)).uri for line in await node.home(asha)]
    assert uris == [mine.uri, old["id"], older["id"]]
    assert await node.count(asha, "mention") == 0
    assert network.wire.asked("elsewhere.example") == 0


async def test_history_is_asked_for_once(network: Network) -> None:
    """The second who follows finds it here."""
    node, _asha, peer, okapi = await _followed(network)
    _outbox(peer, [okapi.activity("Create", _dated(network, okapi, 1))])
    await _accepted(network, node, peer, okapi)
    asked = network.wire.asked("masto.example", "/users/okapi/outbox")
    ben = await node.user("ben")

    await node.follow(ben, okapi.handle)
    await network.settle()
    await okapi.sends(node, okapi.activity("Accept", peer.got("Follow")[1]))
    await network.settle()

    assert (asked, network.wire.asked("masto.example", "/users/okapi/outbox")) == (2, 2)


async def test_twenty_posts_are_enough(network: Network) -> None:
    """However many the outbox has."""
    node, _asha, peer, okapi = await _followed(network)
    _outbox(
        peer,
        *[[okapi.activity("Create", _dated(network, okapi, 10 * page + n)) for n in range(9)] for page in range(5)],
    )

    await _accepted(network, node, peer, okapi)

    assert len(await node.db.read(_all)) == 20
    assert network.wire.asked("masto.example", "/users/okapi/outbox") == 4


async def test_an_outbox_that_cannot_be_had_is_asked_for_again_later(network: Network) -> None:
    """As any job."""
    node, _asha, peer, okapi = await _followed(network)
    _outbox(peer, [okapi.activity("Create", _dated(network, okapi, 1))])
    broken = True

    async def refuse(request: httpx.Request, send: Send) -> httpx.Response:
        is_outbox = request.url.path.endswith("/outbox")
        return httpx.Response(503, request=request) if broken and is_outbox else await send(request)

    network.wire.hooks["masto.example"] = refuse
    await _accepted(network, node, peer, okapi)
    before = await node.db.read(_all)
    broken = False
    network.clock.pass_time(minutes=2)
    await network.settle()

    assert (len(before), len(await node.db.read(_all))) == (0, 1)


async def test_S147_a_collection_without_end_is_left(network: Network) -> None:
    """Each page names a new next one: five pages, and two MiB at most, whatever stands on them."""
    node, _asha, peer, okapi = await _followed(network)
    peer.publish({"id": OUTBOX, "type": "OrderedCollection", "first": f"{OUTBOX}?page=0"})
    sizes: list[int] = []

    async def endless(request: httpx.Request, send: Send) -> httpx.Response:
        place = str(request.url)
        if not place.startswith(f"{OUTBOX}?"):
            return await send(request)
        number = int(place.rpartition("=")[2])
        page = {"id": place, "type": "OrderedCollectionPage", "next": f"{OUTBOX}?page={number + 1}"}
        body = json.dumps(page | {"orderedItems": [], "padding": "x" * padding}).encode()
        sizes.append(len(body))
        return httpx.Response(200, content=body, headers={"content-type": "application/activity+json"})

    network.wire.hooks["masto.example"] = endless
    padding = 10
    await _accepted(network, node, peer, okapi)
    small = len(sizes)
    sizes.clear()
    padding = 900_000
    finch = peer.actor("finch", outbox=OUTBOX, featured=f"{OUTBOX}?page=500")
    await node.follow(await node.user("ben"), finch.handle)
    await network.settle()
    await finch.sends(node, finch.activity("Accept", peer.got("Follow")[1]))
    await network.settle()
    network.clock.pass_time(minutes=1)  # then the server is asked what it runs, and nothing is left
    await network.settle()

    assert small == 4  # and the collection itself is the fifth
    assert sum(sizes) <= 2 * 1024 * 1024
    assert await node.db.read(jobs.next_due_at) is None


async def test_what_an_embedded_post_claims_of_another_origin_is_not_believed(ward: Ward) -> None:
    """The wrapper is okapi's and the page is masto's: neither speaks for heron."""
    heron = "https://gts.example/users/heron"
    posing = {**ward.okapi.note("posing"), "id": f"{heron}/1", "attributedTo": heron}
    spliced = {**ward.okapi.note("spliced"), "attributedTo": heron}
    _outbox(ward.peer, [ward.okapi.activity("Create", note) for note in (posing, spliced)])
    ben = await ward.node.user("ben")

    await ward.node.follow(ben, ward.okapi.handle)
    await ward.network.settle()

    assert await ward.node.held(posing["id"]) is None
    assert await ward.node.held(spliced["id"]) is None
