"""What waits, for administrators. Reads the queues' tables; changes nothing."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, and_, false, func, select, true

from node.store import tables
from node.store.unit import Snapshot

_QUEUES: Final[dict[str, tuple[Table, ColumnElement[bool], ColumnElement[bool]]]] = {
    "deliveries": (
        tables.deliveries, tables.deliveries.c.state == "waiting", tables.deliveries.c.state == "dropped",
    ),
    "jobs": (tables.jobs, ~tables.jobs.c.is_dead, tables.jobs.c.is_dead),
    "inbox": (tables.inbox, true(), false()),
}  # fmt: skip


class Backlog(Struct, frozen=True):
    """A queue: how many rows wait, how many of them are due, since when the longest, and how many were given up."""

    queue: str
    waiting: int
    due: int
    due_since: datetime | None
    given_up: int


class Try(Struct, frozen=True):
    """A delivery that waits."""

    inbox: str
    attempts: int
    next_at: datetime
    last_error: str | None


class Outcome(Struct, frozen=True):
    """How many deliveries of those that are kept are in a state, and what was said last; None before the first try."""

    state: str
    error: str | None
    count: int


def backlogs(snapshot: Snapshot) -> list[Backlog]:
    """Return every queue."""
    return [_backlog(snapshot, name) for name in _QUEUES]


def _backlog(snapshot: Snapshot, name: str) -> Backlog:
    table, is_waiting, is_given_up = _QUEUES[name]
    is_due = and_(is_waiting, table.c.next_at <= snapshot.now)
    count = func.count()
    row = snapshot.conn.execute(
        select(
            count.filter(is_waiting),
            count.filter(is_due),
            func.min(table.c.next_at).filter(is_due),
            count.filter(is_given_up),
        ).select_from(table)
    ).one()
    return Backlog(name, *row)


def tries(snapshot: Snapshot, host: str, *, limit: int = 20) -> list[Try]:
    """Return the next deliveries to a host."""
    c = tables.deliveries.c
    statement = (
        select(c.inbox, c.attempts, c.next_at, c.last_error)
        .where(c.host == host, c.state == "waiting")
        .order_by(c.next_at, c.id)
        .limit(limit)
    )
    return [Try(*row) for row in snapshot.conn.execute(statement)]


def outcomes(snapshot: Snapshot, host: str | None = None, *, limit: int = 500) -> list[Outcome]:
    """Return how far deliveries got, to one host or in all: by state and by what was said last, the most first."""
    c, count = tables.deliveries.c, func.count()
    is_meant = true() if host is None else c.host == host
    statement = select(c.state, c.last_error, count).where(is_meant).group_by(c.state, c.last_error)
    ordered = statement.order_by(count.desc(), c.state, c.last_error).limit(limit)
    return [Outcome(*row) for row in snapshot.conn.execute(ordered)]
