"""What is done once an hour: old rows go, and people are told what is due. One table; each row fails alone.

Several processes may do it at the same time: whatever must happen once is noted by a unique key in the same transaction.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct

from node.errors import place_of
from node.services import (
    asking,
    authorising,
    carding,
    digesting,
    following,
    keyring,
    mirroring,
    previewing,
    proxying,
    reminding,
    tidying,
    trending,
    voicing,
)
from node.store import arrivals, backfills, deliveries, jobs, keys, pauses
from node.store.database import Database
from node.store.unit import Unit

KEPT: Final = timedelta(days=30)
MAX_ROUNDS: Final = 10_000
_log = logging.getLogger("rounds.tick")


class Step(Struct, frozen=True):
    """One thing to do, in transactions of `batch` rows until there are fewer; without a batch, in one."""

    name: str
    do: Callable[[Unit], Any]
    batch: int | None = None


class Walk(Struct, frozen=True):
    """One thing to do for some people at a time; it says after which account to go on, None: that was everybody."""

    name: str
    do: Callable[[Unit, int], int | None]


class Done(Struct, frozen=True):
    """How a step went: how many rows it counted, or where it failed."""

    name: str
    count: int = 0
    fault: str | None = None


def _sweep(unit: Unit) -> None:
    before = unit.now - KEPT
    deliveries.sweep(unit, before=before)
    arrivals.sweep(unit, before=before)
    jobs.sweep(unit, before=before)
    keys.sweep(unit)
    pauses.sweep(unit)
    backfills.sweep(unit, before=before)


HOURLY: Final[tuple[Step | Walk, ...]] = (
    Walk("new cards", carding.introduce),
    Walk("questions", asking.ask),
    Step("reminders", reminding.remind, reminding.BATCH),
    Step("digests", digesting.queue, digesting.BATCH),
    Step("old words", voicing.sweep, voicing.BATCH),
    Step("old rows", _sweep),
    Step("trends", trending.count),
    Step("files", tidying.sweep, tidying.BATCH),
    Step("copies", proxying.sweep, proxying.BATCH),
    Step("faces", mirroring.sweep, mirroring.BATCH),
    Step("follows", following.sweep, following.BATCH),
    Step("previews", previewing.sweep, previewing.BATCH),
    Step("tokens", authorising.sweep, authorising.MAX_LISTED),
    Step("keys", keyring.complete, keyring.BATCH),
)


async def tick(db: Database, steps: tuple[Step | Walk, ...] = HOURLY) -> list[Done]:
    """Do everything once and say how it went."""
    return [await _carry_out(db, step) for step in steps]


async def _carry_out(db: Database, step: Step | Walk) -> Done:
    try:
        return Done(step.name, await (_walk(db, step) if isinstance(step, Walk) else _repeat(db, step)))
    except Exception as error:
        fault = place_of(error)
        _log.error("%s could not be done: %s", step.name, fault)
        return Done(step.name, fault=fault)


async def _walk(db: Database, step: Walk) -> int:
    after = await db.write(step.do, 0)
    parts = 1
    while after is not None and parts < MAX_ROUNDS:
        after = await db.write(step.do, after)
        parts += 1
    return 0


async def _repeat(db: Database, step: Step) -> int:
    total = 0
    for _ in range(MAX_ROUNDS):
        count = await db.write(step.do)
        total += count if isinstance(count, int) else 0
        if step.batch is None or count < step.batch:
            break
    return total
