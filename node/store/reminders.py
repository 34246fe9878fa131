"""Who is reminded of what: actions that are due or lack a number, and what somebody was reminded of already."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, update

from node.store import tables
from node.store.actions import OPEN
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import has_blocked, hears_of, wanted_by

t = tables.reminders
_a, _m, _p, _u, _who = tables.actions, tables.measures, tables.points, tables.users, tables.accounts
WEEK: Final = timedelta(days=7)
MAX_WEEKS: Final = 3  # how often somebody is told that an action is overdue


class Last(Struct, frozen=True):
    """The last whole period of a kind: its first day, and when the one after it began."""

    starts_on: date
    ended_at: datetime


class Day(Struct, frozen=True):
    """The day it is: when it began, and the last whole period of each kind that measures have."""

    on: date
    began_at: datetime
    last: Mapping[str, Last]


def candidates(snapshot: Snapshot, voice_id: int, day: Day, *, limit: int) -> list[int]:
    """Return undecided actions that want something their owner was not reminded of, and of which none was told today."""
    is_present = and_(_u.c.disabled_at.is_(None), _u.c.confirmed_at.is_not(None), _u.c.approved_at.is_not(None))
    voice = literal(voice_id)
    statement = (
        select(_a.c.id)
        .join(_u, _u.c.account_id == _a.c.account_id)
        .join(_who, _who.c.id == _a.c.account_id)
        .where(_a.c.state.in_(OPEN), _u.c.has_reminders, is_present, _who.c.is_suspended.is_(False))
        .where(or_(_is_due(day), _is_overdue(day), *(_lacks(every, last) for every, last in day.last.items())))
        .where(~_told(t.c.created_at >= day.began_at))
        .where(wanted_by(_a.c.account_id, voice), ~has_blocked(voice, _a.c.account_id))
        .where(hears_of(_a.c.account_id, _a.c.status_id))
        .order_by(_a.c.id)
        .limit(limit)
    )
    return list(snapshot.conn.scalars(statement, {"now": snapshot.now}))


def _told(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(1).where(t.c.action_id == _a.c.id, *conditions))


def _is_due(day: Day) -> ColumnElement[bool]:
    is_near = _a.c.due_on.in_([day.on, day.on + timedelta(days=1)])
    return and_(is_near, ~_told(t.c.kind == "due", t.c.on_day == _a.c.due_on))


def _is_overdue(day: Day) -> ColumnElement[bool]:
    is_late = _a.c.due_on.between(day.on - MAX_WEEKS * WEEK, day.on - timedelta(days=1))
    return and_(is_late, ~_told(t.c.kind == "overdue", t.c.on_day > day.on - WEEK))


def _lacks(every: str, last: Last) -> ColumnElement[bool]:
    """Return whether a measure of this kind has no number for the last whole period since the action was begun."""
    has_number = exists(select(1).where(_p.c.measure_id == _m.c.id, _p.c.starts_on == last.starts_on))
    lacking = exists(select(1).where(_m.c.action_id == _a.c.id, _m.c.every == every, ~has_number))
    is_told = _told(t.c.kind == "number", t.c.on_day == last.starts_on)
    return and_(_a.c.created_at < last.ended_at, ~is_told, lacking)


def claim(unit: Unit, action_id: int, wants: Sequence[tuple[str, date]]) -> set[tuple[str, date]]:
    """Note what somebody is reminded of, each by kind and day; return what nobody noted before."""
    rows = [{"action_id": action_id, "kind": kind, "on_day": on_day, "created_at": unit.now} for kind, on_day in wants]
    statement = insert_into(unit.conn, t).values(rows).on_conflict_do_nothing().returning(t.c.kind, t.c.on_day)
    return {(row[0], row[1]) for row in unit.conn.execute(statement)} if rows else set()


def said(unit: Unit, action_id: int, status_id: int, claimed: set[tuple[str, date]]) -> None:
    """Note by which post somebody was reminded."""
    mine: list[Any] = [and_(t.c.kind == kind, t.c.on_day == on_day) for kind, on_day in claimed]
    unit.conn.execute(update(t).where(t.c.action_id == action_id, or_(*mine)).values(status_id=status_id))
