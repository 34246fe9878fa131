"""Drains the outgoing queue: leases due rows, hands them to the deliverer, and writes what `federation.delivery` says."""

import asyncio
import random
from typing import Final

from federation.delivery import Done, Drop, Retry, is_host_failure, next_step
from node.ports import Delivered, Deliverer, SigningKey
from node.store import deliveries, keys, peers
from node.store.database import Database
from node.store.deliveries import Due
from node.store.unit import Snapshot, Unit

BATCH: Final = 64
PER_HOST: Final = 2

_chance = random.SystemRandom()


async def drain(db: Database, deliverer: Deliverer, *, batch: int = BATCH) -> int:
    """Try every delivery of one batch, hosts side by side; return how many were tried."""
    due = await db.write(deliveries.lease, limit=batch, per_host=PER_HOST)
    if not due:
        return 0
    signers = await db.read(_signers, {item.account_id for item in due})
    await asyncio.gather(*(_deliver(db, deliverer, item, signers.get(item.account_id)) for item in due))
    return len(due)


def _signers(snapshot: Snapshot, account_ids: set[int]) -> dict[int, SigningKey]:
    found = {account_id: keys.for_account(snapshot, account_id) for account_id in account_ids}
    return {account_id: key for account_id, key in found.items() if key is not None}


async def _deliver(db: Database, deliverer: Deliverer, item: Due, key: SigningKey | None) -> None:
    if key is None:
        await db.write(deliveries.drop, item, error="the author has no key any more")
        return
    answer = await deliverer.post(item.inbox, item.body.encode(), key)
    await db.write(settle, item, answer, jitter=_chance.uniform(-1, 1))


def settle(unit: Unit, item: Due, answer: Delivered, *, jitter: float = 0.0) -> None:
    """Write what follows from an answer, for the delivery and for the breaker of its host."""
    error = answer.error or (None if answer.status == 0 else f"answered {answer.status}")
    step = next_step(item.attempts, answer.status, answer.headers, answer.error, now=unit.now, jitter=jitter)
    match step:
        case Done():
            deliveries.done(unit, [item])
        case Retry(at=at):
            deliveries.again(unit, item, at=at, error=error or "no answer")
        case Drop(reason=reason):
            deliveries.drop(unit, item, error=f"{reason.value}: {error or 'no answer'}")
    _judge_host(unit, item.host, answer, error or "no answer")


def _judge_host(unit: Unit, host: str, answer: Delivered, error: str) -> None:
    breaker = peers.breaker(unit, host)
    if is_host_failure(answer.status, answer.error):
        peers.set_breaker(unit, host, breaker.after_failure(unit.now), error=error)
    elif 200 <= answer.status < 300 and peers.needs_success(unit, host):
        peers.set_breaker(unit, host, breaker.after_success())


async def drain_all(db: Database, deliverer: Deliverer, *, rounds: int = 100) -> int:
    """Drain until nothing is due; for tests and the command line."""
    total = 0
    for _ in range(rounds):
        tried = await drain(db, deliverer)
        if not tried:
            break
        total += tried
    return total
