"""Work that needs the network or another process: a row first, leased by a worker."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import and_, delete, func, or_, select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit, Wake

t = tables.jobs
LEASE: Final = timedelta(seconds=120)
MAX_ATTEMPTS: Final = 8


class Job(Struct, frozen=True):
    """A job that is leased to us."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    lease: int


def add(unit: Unit, kind: str, key: str, *, at: datetime | None = None, **payload: Any) -> None:
    """Ask for work; the same kind and key waiting already is the same job."""
    row = {
        "id": unit.new_id(),
        "kind": kind,
        "key": key,
        "payload": payload,
        "next_at": at or unit.now,
        "created_at": unit.now,
    }
    unit.conn.execute(insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["kind", "key"]), row)
    unit.after_commit(Wake("jobs"))


def add_all(unit: Unit, kind: str, payloads: Mapping[str, Mapping[str, Any]]) -> None:
    """Ask for several pieces of work of one kind at once, by their keys."""
    if not payloads:
        return
    first, common = unit.new_ids(len(payloads)), {"kind": kind, "next_at": unit.now, "created_at": unit.now}
    rows = [
        {"id": first + place, "key": key, "payload": payload, **common}
        for place, (key, payload) in enumerate(payloads.items())
    ]
    unit.conn.execute(insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["kind", "key"]), rows)
    unit.after_commit(Wake("jobs"))


def lease(unit: Unit, *, limit: int) -> list[Job]:
    """Take due jobs, oldest first."""
    is_free = or_(t.c.leased_until.is_(None), t.c.leased_until < unit.now)
    chosen = (
        select(t.c.id)
        .where(t.c.next_at <= unit.now, t.c.is_dead.is_(False), is_free)
        .order_by(t.c.next_at, t.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    number = unit.new_id()
    taken = (
        update(t)
        .where(t.c.id.in_(chosen))
        .values(lease=number, leased_until=unit.now + LEASE, attempts=t.c.attempts + 1)
        .returning(t.c.id, t.c.kind, t.c.key, t.c.payload, t.c.attempts)
    )
    return sorted((Job(**row._mapping, lease=number) for row in unit.conn.execute(taken)), key=lambda job: job.id)


def hold(unit: Unit, job: Job) -> None:
    """Lease a job that is under way for longer."""
    held = update(t).where(t.c.id == job.id, t.c.lease == job.lease)
    unit.conn.execute(held.values(leased_until=unit.now + LEASE))


def finish(unit: Unit, job: Job) -> None:
    """Remove a job that is done."""
    unit.conn.execute(delete(t).where(t.c.id == job.id, t.c.lease == job.lease))


def again(unit: Unit, job: Job, *, error: str) -> None:
    """Put a job back with growing delay; after the last attempt it is kept as dead, for an administrator to see."""
    delay = timedelta(seconds=min(30 * 4 ** (job.attempts - 1), 6 * 3600))
    values = {
        "next_at": unit.now + delay,
        "lease": None,
        "leased_until": None,
        "last_error": error[:200],
        "is_dead": job.attempts >= MAX_ATTEMPTS,
    }
    unit.conn.execute(update(t).where(t.c.id == job.id, t.c.lease == job.lease).values(**values))


def sweep(unit: Unit, *, before: datetime) -> None:
    """Forget what was given up long ago."""
    unit.conn.execute(delete(t).where(t.c.is_dead, t.c.created_at < before))


def next_due_at(snapshot: Snapshot) -> datetime | None:
    """Return when the next job is due."""
    due: datetime | None = snapshot.conn.scalar(select(func.min(t.c.next_at)).where(t.c.is_dead.is_(False)))
    return due


def is_waiting(snapshot: Snapshot, kind: str, key: str) -> bool:
    """Tell whether a job is still to be done."""
    found = select(t.c.id).where(t.c.kind == kind, t.c.key == key, t.c.is_dead.is_(False))
    return snapshot.conn.scalar(found) is not None


def has_any(snapshot: Snapshot, kind: str, *, start: str) -> bool:
    """Tell whether work of a kind is still to be done whose key begins so."""
    begins = t.c.key.startswith(start, autoescape=True)
    found = select(t.c.id).where(t.c.kind == kind, begins, t.c.is_dead.is_(False)).limit(1)
    return snapshot.conn.scalar(found) is not None


def drop(unit: Unit, kind: str, key: str) -> bool:
    """Remove a job; False when there is none."""
    return unit.conn.execute(delete(t).where(and_(t.c.kind == kind, t.c.key == key))).rowcount > 0
