"""The worker: one loop per queue that drains it, then sleeps until it is woken or something is due.

Inside `rounds serve` it is woken by commits; `rounds work` (`node.work`) looks every second.

It owns no logic: services drain, this decides when. A loop that fails waits and goes on; nothing is lost, because what
it was doing is still a row.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from node.clock import Clock
from node.errors import place_of
from node.ports import Deliverer
from node.services import catching_up, delivering, ticking, working
from node.services.working import Tools
from node.store import arrivals, deliveries, jobs
from node.store.unit import Queue, Snapshot, Wake

LONGEST_SLEEP_S: Final = 30.0
SHORTEST_SLEEP_S: Final = 0.5
AFTER_FAULT_S: Final = 5.0
HOUR_S: Final = 3600.0
_log = logging.getLogger("rounds.worker")

Drain = Callable[[], Awaitable[int]]
DueAt = Callable[[Snapshot], datetime | None]


class Worker:
    """Drains deliveries, jobs and waiting requests until it is stopped."""

    def __init__(self, tools: Tools, deliverer: Deliverer, clock: Clock, *, at_once: int = delivering.AT_ONCE) -> None:
        self.longest_sleep_s = LONGEST_SLEEP_S
        db, site = tools.db, tools.site
        self._db: Final = db
        self._clock: Final = clock
        self._bells: Final[dict[Queue, asyncio.Event]] = {
            "deliveries": asyncio.Event(),
            "jobs": asyncio.Event(),
            "inbox": asyncio.Event(),
        }
        self._loops: Final[dict[Queue, tuple[Drain, DueAt]]] = {
            "deliveries": (lambda: delivering.drain(db, deliverer, at_once=at_once), deliveries.next_due_at),
            "jobs": (lambda: working.drain(tools), jobs.next_due_at),
            "inbox": (lambda: catching_up.drain(db, tools.fetcher, site=site), arrivals.next_due_at),
        }
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self, wake: Wake) -> None:
        """Ring the bell of a queue; safe from the loop's thread only."""
        self._bells[wake.queue].set()

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._run(queue), name=f"worker:{queue}") for queue in self._loops]
        self._tasks.append(asyncio.create_task(self._tick(), name="worker:tick"))

    async def stop(self) -> None:
        """End; what is leased comes free by itself."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, queue: Queue) -> None:
        drain, due_at = self._loops[queue]
        bell = self._bells[queue]
        while True:
            bell.clear()
            try:
                while await drain():
                    pass
                wait_s = self._until(await self._db.read(due_at))
            except Exception as error:
                _log.error("the %s queue could not be drained: %s", queue, place_of(error))
                wait_s = AFTER_FAULT_S
            try:
                await asyncio.wait_for(bell.wait(), wait_s)
            except TimeoutError:
                continue

    def _until(self, due_at: datetime | None) -> float:
        if due_at is None:
            return self.longest_sleep_s
        seconds = (due_at - self._clock.now()).total_seconds()
        return min(max(seconds, SHORTEST_SLEEP_S), self.longest_sleep_s)

    async def _tick(self) -> None:
        while True:
            await ticking.tick(self._db)
            await asyncio.sleep(HOUR_S)
