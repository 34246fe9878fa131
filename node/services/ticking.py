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
    authorising,
    digesting,
    following,
    keyring,
    mirroring,
    previewing,
    proxying,
    reminding,
    tidying,
    trending,
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


HOURLY: Final[tuple[Step, ...]] = (
    Step("reminders", reminding.remind, reminding.BATCH),
    Step("digests", digesting.queue, digesting.BATCH),
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


async def tick(db: Database, steps: tuple[Step, ...] = HOURLY) -> list[Done]:
    """Do everything once and say how it went."""
    return [await _carry_out(db, step) for step in steps]


async def _carry_out(db: Database, step: Step) -> Done:
    total = 0
    try:
        for _ in range(MAX_ROUNDS):
            count = await db.write(step.do)
            total += count if isinstance(count, int) else 0
            if step.batch is None or count < step.batch:
                break
    except Exception as error:
        fault = place_of(error)
        _log.error("%s could not be done: %s", step.name, fault)
        return Done(step.name, total, fault)
    return Done(step.name, total)
