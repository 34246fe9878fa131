"""What the measures of the network are counted from, in a few statements over everything that is known."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Integer, Select, Text, bindparam, func, or_, select, type_coerce

from federation.audience import OPEN
from node.store import tables
from node.store.actions import OPEN as OPEN_STATES
from node.store.columns import from_ms, to_ms
from node.store.compiled import Compiled
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import visible_to

MAX_RECORDS: Final = 200_000
NUDGE: Final = "nudge"
_r, _s, _a, _u = tables.records, tables.statuses, tables.actions, tables.users
_KINDS: Final = ("Learning", "LearningAction", "LearningShare")


class RecordRow(NamedTuple):
    """A record that stands. `record` is its JSON as text; instants are milliseconds since 1970, which many are read of."""

    status_id: int
    uri: str
    type: str
    state: str
    record: str
    place: str
    published_ms: int
    account_id: int
    is_local: bool
    edited_ms: int | None
    counted_ms: int | None  # when the first number of an action of ours was entered


def records(snapshot: Snapshot, *, since: datetime, before: tuple[int, int], limit: int) -> list[RecordRow]:
    """Return some of ours whoever may see them, and of others what is for everybody, the newest first.

    `before`: when the last that is known already was published, and its status.
    """
    published_ms, status_id = before
    binds = {"since": to_ms(since), "published_ms": published_ms, "status_id": status_id, "most": limit}
    return [RecordRow(*row) for row in _records.rows(snapshot.conn, **binds)]


def _some_records() -> Select[Any]:
    points, measures = tables.points, tables.measures
    published_ms = type_coerce(_r.c.published_at, BigInteger)
    counted_ms = (
        select(func.min(type_coerce(points.c.entered_at, BigInteger)))
        .join(measures, measures.c.id == points.c.measure_id)
        .where(measures.c.action_id == _a.c.id)
        .scalar_subquery()
    )
    return (
        select(
            _r.c.status_id,
            _r.c.uri,
            _r.c.type,
            _r.c.state,
            type_coerce(_r.c.record, Text),
            func.coalesce(_r.c.institution_uri, _r.c.origin),
            published_ms,
            _s.c.account_id,
            _s.c.is_local,
            type_coerce(_s.c.edited_at, BigInteger),
            counted_ms,
        )
        .join(_s, _s.c.id == _r.c.status_id)
        .outerjoin(_a, _a.c.status_id == _r.c.status_id)
        .where(
            func.coalesce(_r.c.type, "").in_(_KINDS),  # the way is the index of days, not of types
            func.coalesce(_r.c.state, "") != "withdrawn",
            published_ms >= bindparam("since", type_=BigInteger, required=False),
            published_ms <= bindparam("published_ms", type_=BigInteger, required=False),
            or_(
                published_ms < bindparam("published_ms", type_=BigInteger, required=False),
                _r.c.status_id < bindparam("status_id", type_=BigInteger, required=False),
            ),
            _s.c.is_local | _s.c.visibility.in_(OPEN),
        )
        .order_by(published_ms.desc(), _r.c.status_id.desc())
        .limit(bindparam("most", type_=Integer, required=False))
    )


_records = Compiled(_some_records)


def first_cards(snapshot: Snapshot) -> dict[int, datetime]:
    """Return when each of our people got the first card."""
    cards = tables.recall_cards
    earliest = func.min(type_coerce(cards.c.created_at, BigInteger))
    statement = select(cards.c.account_id, earliest).join(_u, _u.c.account_id == cards.c.account_id)
    return {row[0]: from_ms(row[1]) for row in snapshot.conn.execute(statement.group_by(cards.c.account_id))}


def reviewers(snapshot: Snapshot, start: datetime, end: datetime) -> Iterator[int]:
    """Return who answered a card between two instants."""
    cards, reviews = tables.recall_cards, tables.recall_reviews
    at = type_coerce(reviews.c.created_at, BigInteger)
    statement = select(cards.c.account_id).join(reviews, reviews.c.card_id == cards.c.id).distinct()
    return iter(snapshot.conn.scalars(statement.where(at >= to_ms(start), at < to_ms(end))))


class Stuck(NamedTuple):
    """An undecided action of ours whose day is past and that nobody counts for."""

    action_id: int
    status_id: int
    account_id: int
    title: str
    due_on: date
    last_number_at: datetime | None


def stuck(
    snapshot: Snapshot,
    viewer_id: int,
    *,
    before: date,
    silent_since: datetime,
    members: Collection[int] | None,
    status_id: int | None = None,
    limit: int,
) -> list[Stuck]:
    """Return those that a reader may see, the one due first first; `members`: of these people alone, `status_id`: this one."""
    points, measures, people = tables.points, tables.measures, tables.accounts
    newest = (
        select(func.max(type_coerce(points.c.entered_at, BigInteger)))
        .join(measures, measures.c.id == points.c.measure_id)
        .where(measures.c.action_id == _a.c.id)
        .scalar_subquery()
    )
    statement = (
        select(_a.c.id, _a.c.status_id, _a.c.account_id, _a.c.title, _a.c.due_on, newest)
        .join(_s, _s.c.id == _a.c.status_id)
        .join(people, people.c.id == _s.c.account_id)
        .where(_a.c.state.in_(OPEN_STATES), _a.c.due_on < before, _a.c.created_at < silent_since)
        .where(or_(newest.is_(None), newest < to_ms(silent_since)), visible_to(viewer_id, _s, people))
        .order_by(_a.c.due_on, _a.c.id)
        .limit(limit)
    )
    if status_id is not None:
        statement = statement.where(_a.c.status_id == status_id)
    if members is not None:
        statement = statement.where(_a.c.account_id.in_(list(members)))
    return [
        Stuck(*row[:5], from_ms(row[5]) if row[5] is not None else None) for row in snapshot.conn.execute(statement)
    ]


def nudged_since(snapshot: Snapshot, account_ids: Collection[int], since: datetime) -> set[int]:
    """Return those of several people who were nudged since then, whatever about."""
    reminders = tables.reminders
    statement = (
        select(_a.c.account_id)
        .join(reminders, reminders.c.action_id == _a.c.id)
        .where(reminders.c.kind == NUDGE, reminders.c.created_at >= since, _a.c.account_id.in_(list(account_ids)))
    )
    return set(snapshot.conn.scalars(statement))


def keep_nudge(unit: Unit, action_id: int, day: date, status_id: int) -> None:
    """Note that somebody was nudged about an action."""
    row = {"action_id": action_id, "kind": NUDGE, "on_day": day, "status_id": status_id, "created_at": unit.now}
    unit.conn.execute(insert_into(unit.conn, tables.reminders).on_conflict_do_nothing(), row)
