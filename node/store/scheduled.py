"""Posts that wait for their time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from node.store import tables
from node.store.lines import Page, ordered, within
from node.store.unit import Snapshot, Unit

t = tables.scheduled


class Scheduled(Struct, frozen=True):
    """A row of `scheduled`: the draft as plain data, and when it becomes a post."""

    id: int
    account_id: int
    due_at: datetime
    params: Mapping[str, Any]
    app_id: int | None
    created_at: datetime


_select = select(*(t.c[name] for name in Scheduled.__struct_fields__))


def insert(unit: Unit, row: Scheduled) -> None:
    """Keep a post that waits."""
    unit.conn.execute(t.insert().values({name: getattr(row, name) for name in Scheduled.__struct_fields__}))


def of_account(snapshot: Snapshot, account_id: int, scheduled_id: int) -> Scheduled | None:
    """Return a post that waits, if it is of this account."""
    mine = _select.where(t.c.id == scheduled_id, t.c.account_id == account_id)
    row = snapshot.conn.execute(mine).first()
    return Scheduled(*row) if row else None


def page(snapshot: Snapshot, account_id: int, page: Page) -> list[Scheduled]:
    """Return a page of the posts of an account that wait, the newest first."""
    mine = _select.where(t.c.account_id == account_id, *within(t.c.id))
    rows = snapshot.conn.execute(ordered(mine, t.c.id, is_upward=page.min_id is not None), page.binds)
    return sorted((Scheduled(*row) for row in rows), key=lambda one: -one.id)


def count(snapshot: Snapshot, account_id: int, *, but: int | None = None) -> int:
    """Return how many posts of an account wait, one of them left out."""
    return snapshot.conn.scalar(_counting(account_id, but)) or 0


def count_between(
    snapshot: Snapshot, account_id: int, start: datetime, end: datetime, *, but: int | None = None
) -> int:
    """Return how many posts of an account wait for a time in a span, one of them left out."""
    within_it = _counting(account_id, but).where(t.c.due_at >= start, t.c.due_at < end)
    return snapshot.conn.scalar(within_it) or 0


def _counting(account_id: int, but: int | None) -> Any:
    return select(func.count()).select_from(t).where(t.c.account_id == account_id, t.c.id != (but or 0))


def move(unit: Unit, scheduled_id: int, due_at: datetime) -> None:
    """Let a post wait for another time."""
    unit.conn.execute(update(t).where(t.c.id == scheduled_id).values(due_at=due_at))


def take(unit: Unit, scheduled_id: int) -> Scheduled | None:
    """Remove a post from those that wait and return it; of many who ask one gets it."""
    taken = delete(t).where(t.c.id == scheduled_id).returning(*_select.selected_columns)
    row = unit.conn.execute(taken).first()
    return Scheduled(*row) if row else None
