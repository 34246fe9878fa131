"""What one peer can make a node do: questions, rows and work are bounded, whatever it sends."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select, update

from node.store import jobs, tables
from node.store.unit import Snapshot, Unit
from tests.node.federating.conftest import Ward, ward

__all__ = ["ward"]

HOST = "endless.example"


def _note(ward: Ward, number: int) -> dict[str, object]:
    """Return a learning that goes back to four more, each of which does so again."""
    author = ward.network.peer(HOST).actor("weaver", key=1)
    above = [f"{author.uri}/statuses/{number * 4 + place + 1}" for place in range(4)]
    return author.note(
        f"Thread {number}",
        id=f"{author.uri}/statuses/{number}",
        learningRecord={
            "type": "Learning",
            "schemaVersion": 1,
            "title": f"Thread {number}",
            "basedOn": above[0],
            "lineage": [{"ref": uri, "relation": "inspired-by"} for uri in above[1:]],
        },
    )


async def test_ancestors_without_end_are_asked_for_a_bounded_number_of_times(ward: Ward) -> None:
    """Four for what arrived, then the nearest alone, and sixteen generations up at most."""
    peer = ward.network.peer(HOST)
    weaver = peer.actor("weaver", key=1)

    async def endless(request: httpx.Request, send: object) -> httpx.Response:
        number = urlsplit(str(request.url)).path.rpartition("/")[2]
        if number.isdigit():
            peer.publish(_note(ward, int(number)))
        return await peer.answer(request)

    ward.network.wire.hooks[HOST] = endless
    first = _note(ward, 1) | {"to": [ward.asha.account.uri], "cc": ["https://www.w3.org/ns/activitystreams#Public"]}

    await ward.takes(weaver.activity("Create", first), by=weaver)
    await ward.network.settle()

    asked = ward.network.wire.asked(HOST, "/users/weaver/statuses/")
    assert 4 < asked <= 4 * 16


async def test_a_slow_server_does_not_hold_up_the_work_of_others(ward: Ward) -> None:
    """What waits is done side by side: the slow one answers only after the quick one was asked."""
    slow, quick = [ward.network.peer(f"{name}.example").actor("a", key=1) for name in ("slow", "quick")]
    notes = [actor.peer.publish(actor.note()) for actor in (slow, quick)]
    was_asked = asyncio.Event()

    async def wait(request: httpx.Request, send: object) -> httpx.Response:
        await was_asked.wait()
        return await slow.peer.answer(request)

    async def tell(request: httpx.Request, send: object) -> httpx.Response:
        was_asked.set()
        return await quick.peer.answer(request)

    ward.network.wire.hooks |= {"slow.example": wait, "quick.example": tell}
    for note in notes:
        await ward.okapi.sends(ward.node, ward.okapi.create(inReplyTo=note["id"]))

    await ward.network.settle()

    assert all([await ward.node.held(note["id"]) for note in notes])


async def test_work_that_was_given_up_is_forgotten_in_the_end(ward: Ward) -> None:
    """An administrator sees it for a while; it does not pile up for ever."""

    def give_up(unit: Unit) -> None:
        jobs.add(unit, "fetch", "https://gone.example/1", uri="https://gone.example/1")
        unit.conn.execute(update(tables.jobs).values(is_dead=True))

    def left(snapshot: Snapshot) -> int:
        return len(snapshot.conn.execute(select(tables.jobs).where(tables.jobs.c.kind == "fetch")).all())

    def sweep(unit: Unit) -> None:
        jobs.sweep(unit, before=unit.now - timedelta(days=7))

    await ward.node.db.write(give_up)
    await ward.node.db.write(sweep)
    kept = await ward.node.db.read(left)
    ward.network.clock.pass_time(days=8)
    await ward.node.db.write(sweep)

    assert (kept, await ward.node.db.read(left)) == (1, 0)
