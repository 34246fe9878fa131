"""Drains the outgoing queue: leases due rows, hands them to the deliverer, and writes what `federation.delivery` says."""

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from federation.delivery import Done, Drop, Retry, is_host_failure, next_step
from federation.signatures.message import Form
from node.errors import not_found, place_of
from node.ports import Delivered, Deliverer, SigningKey
from node.services.synchronising import Claims
from node.social import policy
from node.store import deliveries, domains, keys, peers, statuses
from node.store.database import Database
from node.store.deliveries import Due, State
from node.store.unit import Snapshot, Unit

AT_ONCE: Final = 128
PER_HOST: Final = 2
_LOOK_S: Final = 1.0  # how long new rows wait while every attempt under way is slow

_chance = random.SystemRandom()
_log = logging.getLogger("rounds.delivery")


class _Known(Struct, frozen=True):
    """Who signs, by account, and how, by host."""

    signers: Mapping[int, SigningKey] = {}
    forms: Mapping[str, Form] = {}


async def drain(db: Database, deliverer: Deliverer, *, at_once: int = AT_ONCE) -> int:
    """Make every attempt that is due, many hosts side by side, a slow one holding up nobody; return how many."""
    total, claims = 0, Claims(db)
    under_way: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            due = await db.write(_lease, limit=at_once - len(under_way)) if len(under_way) < at_once else []
            known = await db.read(_known, due) if due else _Known()
            total += len(due)
            under_way |= {group.create_task(_try(db, deliverer, item, known, claims)) for item in due}
            if not under_way:
                return total
            _, under_way = await asyncio.wait(under_way, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)


def _lease(unit: Unit, *, limit: int) -> list[Due]:
    due = _permitted(unit, deliveries.lease(unit, limit=limit, per_host=PER_HOST))
    for host in dict.fromkeys(item.host for item in due):
        peers.begin_probe(unit, host)
    return due


def _permitted(unit: Unit, due: list[Due]) -> list[Due]:
    """Return what may go out, and give the rest up: its host was decided against since it was queued, or never listed."""
    found = domains.standings(unit, {item.host for item in due})
    for item in due:
        refusal = found[item.host].refusal
        if refusal is not None:
            deliveries.drop(unit, item, error=f"{refusal.value}: {policy.words(refusal, item.host)}")
    return [item for item in due if found[item.host].refusal is None]


async def _try(db: Database, deliverer: Deliverer, item: Due, known: _Known, claims: Claims) -> None:
    try:
        await _deliver(db, deliverer, item, known, claims)
    except Exception as error:
        _log.error("a delivery to %s could not be written down; its lease will run out: %s", item.host, place_of(error))


def _known(snapshot: Snapshot, due: list[Due]) -> _Known:
    found = {account_id: keys.for_account(snapshot, account_id) for account_id in {item.account_id for item in due}}
    signers = {account_id: key for account_id, key in found.items() if key is not None}
    return _Known(signers, peers.post_forms(snapshot, [item.host for item in due]))


async def _deliver(db: Database, deliverer: Deliverer, item: Due, known: _Known, claims: Claims) -> None:
    key, form = known.signers.get(item.account_id), known.forms.get(item.host)
    if key is None:
        await db.write(deliveries.drop, item, error="the author has no key any more")
        return
    headers = await claims.headers(item)
    answer = await deliverer.post(item.inbox, item.body.encode(), key, form=form, headers=headers)
    await db.write(settle, item, answer, jitter=_chance.uniform(-1, 1), form=form)


def settle(unit: Unit, item: Due, answer: Delivered, *, jitter: float = 0.0, form: Form | None = None) -> None:
    """Write what follows from an answer, for the delivery, for the breaker of its host, and for how to sign next time.

    `form` is how it was signed at first, if that was known.
    """
    if answer.form not in (None, form or "cavage"):
        peers.keep_post_form(unit, item.host, answer.form)
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
    """Count a host's own faults for its breaker; anything it answers itself shows that it is there."""
    is_failing, is_taken = is_host_failure(answer.status, answer.error), 200 <= answer.status < 300
    breaker = peers.breaker(unit, host)
    if is_failing or breaker.failures:
        breaker = peers.locked_breaker(unit, host)
    if is_failing:
        peers.set_breaker(unit, host, breaker.after_failure(unit.now), error=error)
    elif (answer.status and breaker.failures) or (is_taken and peers.needs_success(unit, host)):
        peers.set_breaker(unit, host, breaker.after_success(), error=None if is_taken else error)
        if breaker.state != "closed":
            deliveries.hasten(unit, host)


def states_of_own(snapshot: Snapshot, account_id: int, status_id: int) -> list[State]:
    """Return how far a post of an account got with each server. Raises: 404 for everything else."""
    status = statuses.by_id(snapshot, status_id)
    if status is None or status.account_id != account_id:
        raise not_found()
    return deliveries.of_status(snapshot, status.id)
