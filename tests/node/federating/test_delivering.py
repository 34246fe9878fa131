"""Deliveries last: retried, visible, never more than two at a host, and a dead host holds nobody else up."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from federation.delivery import FAILURES_TO_OPEN
from node.services import delivering, following, posting
from node.store import accounts, deliveries, peers
from node.store.accounts import Account
from node.store.deliveries import Due
from node.store.unit import Unit
from tests.node.federating.conftest import Ward
from tests.support.network import Send
from tests.support.peers import PeerActor


async def _follows(ward: Ward, who: PeerActor) -> None:
    await ward.takes(who.follow(ward.asha.account.uri), by=who)


@pytest.fixture
async def followed(ward: Ward) -> Ward:
    """Return the ward where okapi follows asha, with nothing left to deliver."""
    await _follows(ward, ward.okapi)
    ward.peer.received.clear()
    return ward


async def test_a_peer_that_is_away_gets_everything_later_and_is_visible_meanwhile(followed: Ward) -> None:
    """Each host, state, error and next try can be seen for a post."""
    followed.network.down("masto.example")
    post = await followed.node.post(followed.asha, "For later")
    await followed.network.settle()
    [waiting] = await followed.node.db.read(deliveries.of_status, post.id)
    [trouble] = await followed.node.db.read(peers.troubled)

    followed.network.up("masto.example")
    followed.network.clock.pass_time(minutes=2)
    await followed.network.settle()

    [done] = await followed.node.db.read(deliveries.of_status, post.id)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "ConnectError" in (waiting.last_error or "")
    assert (
        timedelta(seconds=45)
        <= waiting.next_at - (followed.network.clock.now() - timedelta(minutes=2))
        <= timedelta(seconds=75)
    )
    assert (trouble.host, trouble.failures) == ("masto.example", 1)
    assert (done.state, done.attempts) == ("delivered", 2)
    assert [a["object"]["id"] for a in followed.peer.got("Create")] == [post.uri]


@pytest.mark.parametrize(("status", "state"), [(400, "dropped"), (410, "dropped"), (401, "waiting"), (503, "waiting")])
async def test_an_answer_decides_whether_a_delivery_is_tried_again(followed: Ward, status: int, state: str) -> None:
    """What will never be taken is dropped and says so; everything else waits."""
    followed.network.answer("masto.example", status)

    post = await followed.node.post(followed.asha, "Take this")
    await followed.network.settle()

    [row] = await followed.node.db.read(deliveries.of_status, post.id)
    assert row.state == state
    assert str(status) in (row.last_error or "")


async def test_retry_after_is_heeded(followed: Ward) -> None:
    """A peer that asks for ten minutes gets them."""
    followed.network.answer("masto.example", 429, retry_after="600")

    post = await followed.node.post(followed.asha, "Take this")
    await followed.network.settle()

    [row] = await followed.node.db.read(deliveries.of_status, post.id)
    assert row.next_at == followed.network.clock.now() + timedelta(seconds=600)


async def test_the_breaker_opens_lets_one_probe_through_and_closes(followed: Ward) -> None:
    """A dead host is asked once a window and gets everything when it answers."""
    posts = [await followed.node.post(followed.asha, f"Post {n}") for n in range(FAILURES_TO_OPEN + 5)]
    followed.network.down("masto.example")
    asked = followed.network.wire.asked("masto.example")
    await followed.network.settle()
    opened = await followed.node.db.read(peers.breaker, "masto.example")
    next_due_at = await followed.node.db.read(deliveries.next_due_at)
    asked_at_first = followed.network.wire.asked("masto.example") - asked

    followed.network.clock.pass_time(seconds=61)
    await followed.network.settle()
    asked_by_probe = followed.network.wire.asked("masto.example") - asked - asked_at_first
    probed = await followed.node.db.read(peers.breaker, "masto.example")

    followed.network.up("masto.example")
    followed.network.clock.pass_time(seconds=121)
    await followed.network.settle()
    closed = await followed.node.db.read(peers.breaker, "masto.example")

    assert opened.state == "open"
    assert next_due_at == opened.next_try_at  # a worker sleeps until then
    assert asked_at_first in (FAILURES_TO_OPEN, FAILURES_TO_OPEN + 1)
    assert asked_by_probe == 1
    assert (probed.state, probed.window_s) == ("open", 120.0)
    assert closed.state == "closed"
    assert {a["object"]["id"] for a in followed.peer.got("Create")} == {post.uri for post in posts}


async def test_a_host_that_speaks_to_us_again_gets_what_waited(followed: Ward) -> None:
    """A valid request closes the breaker."""
    posts = [await followed.node.post(followed.asha, f"Post {n}") for n in range(FAILURES_TO_OPEN + 2)]
    followed.network.down("masto.example")
    await followed.network.settle()
    followed.network.up("masto.example")

    await followed.takes(followed.okapi.create("We are back"))

    assert len(followed.peer.got("Create")) == len(posts)


async def test_at_most_two_requests_are_under_way_at_one_host(followed: Ward) -> None:
    """While two are not answered, no other worker gets a third."""
    arrived, gate = asyncio.Semaphore(0), asyncio.Event()

    async def wait(request: httpx.Request, send: Send) -> httpx.Response:
        if request.method == "POST":
            arrived.release()
            await gate.wait()
        return await send(request)

    async def look() -> list[Due]:
        await arrived.acquire()
        await arrived.acquire()
        more = await followed.node.db.write(deliveries.lease, limit=10, per_host=2)
        gate.set()
        return more

    followed.network.wire.hooks["masto.example"] = wait
    for n in range(10):
        await followed.node.post(followed.asha, f"Post {n}")

    more, tried = await asyncio.gather(look(), delivering.drain(followed.node.db, followed.node.deliverer))

    assert (more, tried) == ([], 10)
    assert len(followed.peer.got("Create")) == 10


async def test_what_was_leased_by_a_process_that_died_comes_free(followed: Ward) -> None:
    """The lease runs out and the delivery is made."""
    post = await followed.node.post(followed.asha, "Leased")
    leased = await followed.node.db.write(deliveries.lease, limit=10, per_host=2)
    await followed.network.settle()
    during = len(followed.peer.got("Create"))

    followed.network.clock.pass_time(seconds=61)
    await followed.network.settle()

    [row] = await followed.node.db.read(deliveries.of_status, post.id)
    assert (len(leased), during) == (1, 0)
    assert row.state == "delivered"


async def test_a_post_that_was_deleted_before_it_went_out_is_not_sent(followed: Ward) -> None:
    """A peer that was away hears of the deletion alone, not of the words."""
    followed.network.down("masto.example")
    post = await followed.node.post(followed.asha, "I should not have said this")
    await followed.network.settle()

    await followed.node.db.write(posting.delete, followed.asha.id, post.id)
    followed.network.up("masto.example")
    followed.network.clock.pass_time(minutes=2)
    await followed.network.settle()

    assert [activity["type"] for activity in followed.peer.received] == ["Delete"]


async def test_a_deletion_reaches_those_who_no_longer_follow_but_have_the_post(followed: Ward) -> None:
    """Who got the words is told to forget them."""
    post = await followed.node.post(followed.asha, "Take this back")
    await followed.network.settle()
    await followed.takes(followed.okapi.undo(followed.okapi.follow(followed.asha.account.uri)))

    await followed.node.db.write(posting.delete, followed.asha.id, post.id)
    await followed.network.settle()

    assert [delete["object"]["id"] for delete in followed.peer.got("Delete")] == [post.uri]


async def test_two_processes_on_one_database_carry_out_a_duplicate_once(followed: Ward) -> None:
    """The unique id decides, not a read before a write."""
    post = await followed.node.post(followed.asha, "Like me once")
    like = followed.okapi.like(post.uri)
    other = await followed.network.twin("ward.example")

    requests = [followed.okapi.signed(followed.node, like) for _ in range(10)]
    clients = (followed.node.world.anybody, other.anybody)
    answers = await asyncio.gather(
        *(
            clients[place % 2].post("/inbox", content=request.content, headers=dict(request.headers))
            for place, request in enumerate(requests)
        )
    )

    line = await followed.node.shown(followed.asha, post.uri)
    assert {answer.status_code for answer in answers} == {202}
    assert line is not None
    assert '"favourites_count":1' in line.json
    assert await followed.node.count(followed.asha, "favourite") == 1


async def test_hundreds_of_dead_hosts_do_not_hold_up_a_healthy_one(followed: Ward) -> None:
    """The healthy host gets its post in the same drain, and is asked first once the others have failed."""
    await followed.node.db.write(_add_followers, followed.asha.id, 500)

    first = await followed.node.post(followed.asha, "First")
    await delivering.drain(followed.node.db, followed.node.deliverer)
    second = await followed.node.post(followed.asha, "Second")
    due = await followed.node.db.write(deliveries.lease, limit=10, per_host=2)

    assert [a["object"]["id"] for a in followed.peer.got("Create")] == [first.uri]
    assert "masto.example" in {item.host for item in due}
    states = await followed.node.db.read(deliveries.of_status, second.id)
    assert len(states) == 501


def _add_followers(unit: Unit, target_id: int, count: int) -> None:
    target = accounts.by_id(unit, target_id)
    assert target is not None
    for n in range(count):
        host = f"dead{n}.example"
        uri = f"https://{host}/users/x"
        made = Account(
            id=unit.new_id(),
            uri=uri,
            username="x",
            username_key="x",
            host=host,
            url=uri,
            inbox=f"{uri}/inbox",
            inbox_host=host,
            created_at=unit.now,
        )
        kept = accounts.insert(unit, made)
        assert kept is not None
        following.request(unit, kept.id, target)
