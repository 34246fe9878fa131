"""Opening a thread of elsewhere brings the rest of it: once, quietly, bounded, and again when a server was away."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from node.services import backfilling
from node.store import backfills, domains, jobs, statuses
from node.store.domains import Domain
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.network import Send
from tests.support.peers import PUBLIC, PeerActor
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser

MASTO = "https://masto.example"
CONTEXT = f"{MASTO}/contexts/1"
Answer = Callable[[httpx.Request], Any]


async def _root(ward: Ward, **changes: Any) -> dict[str, Any]:
    """Let a post of okapi be here, as it would be delivered."""
    note = ward.peer.publish(ward.okapi.note("root", **changes))
    await ward.takes(ward.okapi.activity("Create", note))
    return note


async def _open(ward: Ward, uri: str) -> None:
    """Let asha open the thread in an app."""
    status = await ward.holds(uri)
    answer = await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{status.id}/context")
    assert answer.status_code == 200
    await ward.network.settle()


async def _below(ward: Ward, uri: str) -> list[str]:
    status = await ward.holds(uri)
    found = (await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{status.id}/context")).json()
    return [one["uri"] for one in found["descendants"]]


def _reply(ward: Ward, to: dict[str, Any], text: str = "yes", *, by: PeerActor | None = None, **changes: Any) -> Any:
    return ward.peer.publish((by or ward.okapi).note(text, inReplyTo=to["id"], **changes))


def _collection(ward: Ward, uri: str, *items: Any, **changes: Any) -> None:
    ward.peer.publish({"id": uri, "type": "OrderedCollection", "orderedItems": list(items), **changes})


def _all(snapshot: Snapshot) -> list[str]:
    return [status.uri for status in statuses.all_of(snapshot, statuses.selection())]


def _jobs(snapshot: Snapshot) -> int:
    others = jobs.t.select().where(jobs.t.c.kind != "describe")  # asked of every server that was met
    return len(snapshot.conn.execute(others).all())


def _answering(ward: Ward, answer: Callable[[httpx.Request], httpx.Response | None]) -> None:
    """Let something stand before masto.example."""

    async def hook(request: httpx.Request, send: Send) -> httpx.Response:
        return answer(request) or await send(request)

    ward.network.wire.hooks["masto.example"] = hook


def _document(document: dict[str, Any]) -> httpx.Response:
    return httpx.Response(
        200, content=json.dumps(document).encode(), headers={"content-type": "application/activity+json"}
    )


async def test_the_context_collection_is_read_in_order_and_nobody_is_told(ward: Ward) -> None:
    """Others' replies are fetched from their own servers; what does not belong to the thread is not kept."""
    gts = ward.network.peer("gts.example")
    heron = gts.actor("heron")
    root = await _root(ward, context=CONTEXT)
    names = {"to": [PUBLIC, ward.asha.account.uri], "tag": [{"type": "Mention", "href": ward.asha.account.uri}]}
    one = gts.publish(heron.note("one", inReplyTo=root["id"], **names))
    two = _reply(ward, one, "two")
    stray = ward.peer.publish(ward.okapi.note("of another thread"))
    quiet = gts.publish(heron.note("quiet", inReplyTo=root["id"], to=[f"{heron.uri}/followers"], cc=[]))
    _collection(
        ward, CONTEXT, root["id"], one["id"], two, stray["id"], quiet["id"], CONTEXT, attributedTo=ward.okapi.uri
    )

    await _open(ward, root["id"])

    assert await _below(ward, root["id"]) == [one["id"], two["id"]]
    assert await ward.node.held(stray["id"]) is None
    assert await ward.node.held(quiet["id"]) is None
    assert await ward.node.count(ward.asha, "mention") == 0


async def test_replies_are_read_level_by_level_where_there_is_no_context(ward: Ward) -> None:
    """Embedded pages and pages by id; a reply that is known leads on as well."""
    root = ward.okapi.note("root", replies=f"{MASTO}/r/0")
    one, known = _reply(ward, root, "one", replies=f"{MASTO}/r/1"), _reply(ward, root, "known", replies=f"{MASTO}/r/2")
    deep, deeper = _reply(ward, one, "deep"), _reply(ward, known, "deeper")
    page = {"type": "CollectionPage", "items": [one["id"]], "next": f"{MASTO}/r/0?page=2"}
    ward.peer.publish({"id": f"{MASTO}/r/0", "type": "Collection", "first": page})
    ward.peer.publish({"id": f"{MASTO}/r/0?page=2", "type": "CollectionPage", "items": [known["id"]]})
    _collection(ward, f"{MASTO}/r/1", deep)
    _collection(ward, f"{MASTO}/r/2", deeper)
    for note in (root, known):
        await ward.takes(ward.okapi.activity("Create", ward.peer.publish(note)))

    await _open(ward, root["id"])

    assert set(await _below(ward, root["id"])) == {one["id"], known["id"], deep["id"], deeper["id"]}


async def test_what_is_above_comes_first_and_its_thread_with_it(ward: Ward) -> None:
    """A reply was delivered; its parents and their other replies were not."""
    root = ward.peer.publish(ward.okapi.note("root", replies=f"{MASTO}/r/0"))
    middle = _reply(ward, root, "middle")
    other = _reply(ward, root, "other")
    _collection(ward, f"{MASTO}/r/0", middle["id"], other["id"])
    leaf = _reply(ward, middle, "leaf")
    await ward.okapi.sends(ward.node, ward.okapi.activity("Create", leaf))

    await _open(ward, leaf["id"])

    assert set(await _below(ward, root["id"])) == {middle["id"], other["id"], leaf["id"]}


async def test_a_thread_is_asked_for_once_and_again_only_while_it_lives(ward: Ward) -> None:
    """Not at every look, and not a year later."""
    root = await _root(ward, context=CONTEXT)
    _collection(ward, CONTEXT, root["id"], _reply(ward, root))

    async def asked() -> int:
        await _open(ward, root["id"])
        return ward.network.wire.asked("masto.example", "/contexts")

    first, second = await asked(), await asked()
    ward.network.clock.pass_time(hours=7)
    third = await asked()
    ward.network.clock.pass_time(days=400)
    fourth = await asked()

    assert (first, second, third, fourth) == (1, 1, 2, 2)


async def test_guests_and_our_own_threads_ask_nobody(ward: Ward) -> None:
    """Whoever is not signed in makes the node do nothing."""
    root = await _root(ward, context=CONTEXT)
    ours = await ward.node.post(ward.asha, "ours")
    status = await ward.holds(root["id"])
    before = len(ward.network.wire.sent)

    await ward.node.world.anybody.get(f"/api/v1/statuses/{status.id}/context")
    await ward.network.settle()
    await _open(ward, ours.uri)

    assert len(ward.network.wire.sent) == before


async def test_the_page_of_a_post_asks_too(ward: Ward) -> None:
    """For people without an app."""
    root = await _root(ward, context=CONTEXT)
    _collection(ward, CONTEXT, reply := _reply(ward, root))
    status = await ward.holds(root["id"])
    browser = Browser(ward.node.world.client())
    await browser.sign_in(ward.asha.email, PASSWORD)

    page = await browser.open(f"/@okapi@masto.example/{status.id}")
    await ward.network.settle()

    assert page.status == 200
    assert await ward.node.held(reply["id"]) is not None


async def test_a_boost_leads_to_the_thread_of_what_it_shows(ward: Ward) -> None:
    """A boost has no thread of its own."""
    root = await _root(ward, context=CONTEXT)
    _collection(ward, CONTEXT, reply := _reply(ward, root))
    boost = ward.okapi.announce(root["id"])
    await ward.takes(boost)

    await _open(ward, boost["id"])

    assert await ward.node.held(reply["id"]) is not None


@pytest.mark.parametrize("code", [429, 503])
async def test_a_server_that_asks_to_wait_is_asked_again_then(ward: Ward, code: int) -> None:
    """Not before its Retry-After, and without anybody opening the thread again."""
    root = await _root(ward, context=CONTEXT)
    reply = _reply(ward, root)
    _collection(ward, CONTEXT, reply["id"])
    is_busy = True

    def busy(request: httpx.Request) -> httpx.Response | None:
        is_reply = is_busy and str(request.url) == reply["id"]
        return httpx.Response(code, headers={"retry-after": "3600"}, request=request) if is_reply else None

    _answering(ward, busy)
    await _open(ward, root["id"])
    is_busy = False
    ward.network.clock.pass_time(minutes=50)
    await ward.network.settle()
    early = await ward.node.held(reply["id"])
    ward.network.clock.pass_time(minutes=15)
    await ward.network.settle()

    assert early is None
    assert await ward.node.held(reply["id"]) is not None
    assert await ward.node.db.read(_jobs) == 0


async def test_a_server_that_stays_away_is_left_after_five_tries(ward: Ward) -> None:
    """The queue is empty then."""
    root = await _root(ward, context=CONTEXT)
    _answering(ward, lambda r: httpx.Response(500, request=r) if r.url.path.startswith("/contexts") else None)
    await _open(ward, root["id"])

    for _ in range(10):
        ward.network.clock.pass_time(hours=6, minutes=1)
        await ward.network.settle()

    assert ward.network.wire.asked("masto.example", "/contexts") == 5
    assert await ward.node.db.read(_jobs) == 0


async def test_two_hundred_posts_of_a_thread_are_enough(ward: Ward) -> None:
    """However many there are, and however often it is opened."""
    root = await _root(ward, context=CONTEXT)
    _collection(ward, CONTEXT, *[_reply(ward, root, str(n)) for n in range(300)])

    await _open(ward, root["id"])
    ward.network.clock.pass_time(hours=7)
    await _open(ward, root["id"])

    assert len(await ward.node.db.read(_all)) == 201
    assert ward.network.wire.asked("masto.example", "/contexts") == 1


def _endless(ward: Ward) -> Callable[[str, str], Awaitable[httpx.Response]]:
    """Answer for any sub-domain of evil.example: post N answers post N + 1 on the next, by an author of its own."""

    async def answer(url: str, host: str) -> httpx.Response:
        number = int(host.removeprefix("h").partition(".")[0])
        me = f"https://{host}/u"
        if url == me:
            document = ward.okapi.document(id=me, preferredUsername="u", inbox=f"{me}/inbox", endpoints={})
            key = {**document["publicKey"], "id": f"{me}#k", "owner": me}
            return _document({**document, "publicKey": key, "outbox": None, "followers": f"{me}/f"})
        above = f"https://h{number + 1}.evil.example/n"
        replies = {"type": "Collection", "items": [f"https://h{number + 5000}.evil.example/n"]}
        note = ward.okapi.note("deep", id=url, attributedTo=me, inReplyTo=above, replies=replies)
        return _document(note)

    return answer


async def test_S149_a_chain_of_ten_thousand_on_fresh_sub_domains_stops(ward: Ward) -> None:
    """At the cap of its depth and of its requests, and no job is left that would go on."""
    answer = _endless(ward)
    evil = 0

    class Anybody(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal evil
            evil += 1
            return await answer(str(request.url), request.url.host)

    class Hosts(dict[str, httpx.AsyncBaseTransport]):
        def get(self, host: str, default: Any = None) -> Any:
            return Anybody() if host.endswith(".evil.example") else super().get(host, default)

    ward.network.wire.applications = Hosts(ward.network.wire.applications)
    reply = ward.peer.publish(ward.okapi.note("look", inReplyTo="https://h1.evil.example/n"))
    await ward.takes(ward.okapi.activity("Create", reply))
    delivered = evil

    await _open(ward, reply["id"])

    assert delivered <= 20
    assert evil - delivered <= backfilling.MAX_REQUESTS
    assert len(await ward.node.db.read(_all)) <= 1 + 5 + backfilling.MAX_ABOVE + backfilling.MAX_DEPTH
    assert await ward.node.db.read(_jobs) == 0


async def test_S150_whatever_contains_itself_comes_to_an_end(ward: Ward) -> None:
    """A ring of replies, a reply to itself, a ring of quotes, a context and pages that name themselves."""
    base = f"{MASTO}/users/okapi/statuses"
    a, b, c = f"{base}/a", f"{base}/b", f"{base}/c"
    more = {"context": CONTEXT, "replies": f"{MASTO}/r/0"}
    for uri, above, quoted in ((a, b, b), (b, a, a), (c, c, c)):
        ward.peer.publish(ward.okapi.note("round", id=uri, inReplyTo=above, quoteUrl=quoted, **more))
    page = {"type": "OrderedCollectionPage", "id": CONTEXT, "orderedItems": [a, b, c, CONTEXT, a], "next": CONTEXT}
    ward.peer.publish({"id": CONTEXT, "type": "OrderedCollection", "first": page, "orderedItems": [CONTEXT]})
    ward.peer.publish(
        {"id": f"{MASTO}/r/0", "type": "Collection", "first": {"type": "CollectionPage", "next": CONTEXT}}
    )
    for uri in (a, b, c):
        await ward.takes(ward.okapi.activity("Create", {**ward.peer.shelf[uri]}))

    for uri in (a, b, c):
        await _open(ward, uri)

    assert sorted(await ward.node.db.read(_all)) == [a, b, c]
    assert await ward.node.db.read(_jobs) == 0


async def test_a_thread_brings_nothing_of_a_host_that_waits_for_a_person(ward: Ward) -> None:
    """What the inbox would hold does not come in at the back."""
    gts = ward.network.peer("gts.example")
    heron = gts.actor("heron")
    root = await _root(ward, context=CONTEXT)
    held = gts.publish(heron.note("held", inReplyTo=root["id"]))
    _collection(ward, CONTEXT, held["id"], (_reply(ward, root))["id"])
    await ward.node.db.write(domains.keep, Domain("gts.example", "review"))

    await _open(ward, root["id"])

    assert await ward.node.held(held["id"]) is None
    assert len(await _below(ward, root["id"])) == 1
    assert ward.network.wire.asked("gts.example") == 0


async def test_a_host_that_does_not_answer_is_not_asked_twice_in_a_run(ward: Ward) -> None:
    """What it did not give is asked for later; others are not held up."""
    gts = ward.network.peer("gts.example")
    heron = gts.actor("heron")
    root = await _root(ward, context=CONTEXT)
    slow = [_reply(ward, root, str(n))["id"] for n in range(3)]
    quick = gts.publish(heron.note("quick", inReplyTo=root["id"]))
    _collection(ward, CONTEXT, *slow, quick["id"])
    asked: list[str] = []

    def busy(request: httpx.Request) -> httpx.Response | None:
        if str(request.url) not in slow:
            return None
        asked.append(str(request.url))
        raise httpx.ReadTimeout("too slow", request=request)

    _answering(ward, busy)
    await _open(ward, root["id"])

    held = await ward.node.db.read(backfills.of, root["id"])
    assert held is not None
    assert (len(asked), await ward.node.held(quick["id"]) is not None) == (1, True)
    assert held.next_at == ward.network.clock.now() + timedelta(minutes=5)
