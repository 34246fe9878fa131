"""A job that takes long keeps its lease, so that nobody else begins it too."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from node.services import working
from node.services.working import Tools
from node.store import jobs, tables
from node.store.unit import Snapshot, Unit
from tests.support.world import World


def _leased_until(snapshot: Snapshot) -> Any:
    return snapshot.conn.scalar(select(tables.jobs.c.leased_until))


async def test_job_under_way_is_leased_for_longer_and_still_fails_as_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it raises is what is written down."""
    seen: list[Any] = []
    held = asyncio.Event()
    hold = jobs.hold

    loop, holds = asyncio.get_running_loop(), [0]

    def watched(unit: Unit, job: jobs.Job) -> None:
        hold(unit, job)
        holds[0] += 1
        if holds[0] == 2:  # the first is committed
            loop.call_soon_threadsafe(held.set)

    async def slow(tools: Tools, _payload: Mapping[str, Any]) -> None:
        seen.append(await tools.db.read(_leased_until))
        world.clock.pass_time(minutes=1)
        await held.wait()
        seen.append(await tools.db.read(_leased_until))
        raise LookupError

    monkeypatch.setattr(working, "HOLD_S", 0)
    monkeypatch.setattr(jobs, "hold", watched)
    monkeypatch.setattr(working, "HANDLERS", {"meet": slow})
    await world.db.write(lambda unit: jobs.add(unit, "meet", "x"))

    await world.work()

    error = await world.db.read(lambda snapshot: snapshot.conn.scalar(select(tables.jobs.c.last_error)))
    assert seen[1] > seen[0]
    assert error == "LookupError"
