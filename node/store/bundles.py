"""Notifications in groups, as newer apps read them: several people did the same within half a day.

How it works. A page is picked in one statement: a row stands for its group if no other row of the group lies nearer to the
end the page is read from. What the picked groups hold is asked in a second one. A group is told once on a page, with what
of it lies on that page; its older rows come again further down, under the same key. So that a page stays cheap where one
group is huge, only so many rows are looked at for it; what is left over is on the next page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, and_, case, cast, delete, exists, func, literal, or_, select

from node.store import lines
from node.store.lines import Page
from node.store.notifications import GROUPED, TELLER, Notification, Wanted, accounts, may_tell, shown, t, whole
from node.store.unit import Snapshot, Unit

MOST_SAMPLES: Final = 8
ALONE: Final = "ungrouped-"
MAX_KEY_CHARS: Final = 64
MOST_ROWS: Final = 10_000  # that are looked at for one page


class Person(Struct, frozen=True):
    """Somebody of a group, with the Account as JSON text; `id` is of the notification."""

    id: int
    account_id: int
    account_json: str


class Bundle(Struct, frozen=True):
    """A group: what it is about, and what of it lies on the page; `people` are some of all, newest first."""

    told: Notification
    key: str
    count: int
    newest_id: int
    low_id: int
    high_id: int
    at: datetime
    people: tuple[Person, ...]


class Told(Struct, frozen=True):
    """A page of groups, and the cursors that lead on from it."""

    bundles: list[Bundle]
    next_id: int | None
    prev_id: int | None


class _Range(Struct, frozen=True):
    bottom: int
    top: int


def page(snapshot: Snapshot, account_id: int, part: Page, wanted: Wanted, grouped: frozenset[str] = GROUPED) -> Told:
    """Return a page of groups, newest first; of the `grouped` kinds, the others are groups of one."""
    is_upward, within = part.min_id is not None, part.binds
    edge = _edge(snapshot, account_id, within, is_upward=is_upward)
    if edge is not None:
        within = within | ({"below": edge} if is_upward else {"above": edge})
    lone = _is_first_of_group(account_id, within, wanted, grouped, is_upward=is_upward)
    statement = shown(account_id, wanted).where(*lines.within(t.c.id), lone)
    statement = lines.ordered(statement, t.c.id, is_upward=is_upward)
    told = whole(snapshot, account_id, snapshot.conn.execute(statement, within | {"now": snapshot.now}).all())
    ids = [one.id for one in told]
    is_full = len(ids) >= within["limit"]
    bottom = within["above"] + 1 if not (is_upward or is_full) else min(ids, default=0)
    top = within["below"] - 1 if is_upward and not is_full else max(ids, default=0)
    found = _bundled(snapshot, account_id, told, wanted, grouped, _Range(bottom, top))
    return _page(found, is_full=is_full, is_upward=is_upward, edge=edge)


def _edge(snapshot: Snapshot, account_id: int, within: Mapping[str, int], *, is_upward: bool) -> int | None:
    """Return the first row that is too far away to be looked at for this page."""
    mine = select(t.c.id).where(t.c.account_id == account_id, t.c.id > within["above"], t.c.id < within["below"])
    ordered = mine.order_by(t.c.id if is_upward else t.c.id.desc())
    found: int | None = snapshot.conn.scalar(ordered.offset(MOST_ROWS).limit(1))
    return found


def _page(found: list[Bundle], *, is_full: bool, is_upward: bool, edge: int | None) -> Told:
    """Return a page with its cursors: one that was read upward has something below it, full or not."""
    low, high = min((one.low_id for one in found), default=None), max((one.high_id for one in found), default=None)
    next_id, prev_id = low if is_full or is_upward else None, high
    if edge is not None and not is_full:
        next_id, prev_id = (next_id, edge - 1) if is_upward else (edge + 1, prev_id)
    return Told(found, next_id, prev_id)


def _is_first_of_group(
    account_id: int, within: Mapping[str, int], wanted: Wanted, grouped: frozenset[str], *, is_upward: bool
) -> ColumnElement[bool]:
    other, teller = t.alias(), accounts.alias()
    nearer = (
        and_(other.c.id < t.c.id, other.c.id > within["above"])
        if is_upward
        else and_(other.c.id > t.c.id, other.c.id < within["below"])
    )
    same = other.c.account_id == account_id, other.c.group_key == t.c.group_key, nearer
    sender = () if wanted.from_id is None else (other.c.from_id == wanted.from_id,)
    is_not_first = exists(
        select(1)
        .join_from(other, teller, teller.c.id == other.c.from_id)
        .where(*same, *sender, may_tell(other, account_id, teller, wanted))
    )
    return or_(t.c.group_key.is_(None), t.c.kind.notin_(grouped), ~is_not_first)


def _bundled(
    snapshot: Snapshot,
    account_id: int,
    told: Sequence[Notification],
    wanted: Wanted,
    grouped: frozenset[str],
    place: _Range,
) -> list[Bundle]:
    keys = {one.group_key for one in told if one.group_key is not None and one.kind in grouped}
    held = _members(snapshot, account_id, keys, wanted, place) if keys else {}
    made = []
    for one in told:
        rows = held.get(one.group_key or "") if one.kind in grouped else None
        made.append(_group(one, rows) if rows else alone(one))
    return sorted(made, key=lambda bundle: -bundle.high_id)


def alone(one: Notification) -> Bundle:
    """Return a notification as a group of its own."""
    person = Person(one.id, one.from_id, one.account_json)
    return Bundle(one, f"{ALONE}{one.id}", 1, one.id, one.id, one.id, one.created_at, (person,))


def _group(one: Notification, rows: Sequence[Sequence[Any]]) -> Bundle:
    _, newest_id, _, count, low_id, high_id, at = rows[0][:7]
    people: dict[int, Person] = {}
    for row in rows:
        people.setdefault(row[2], Person(row[1], row[2], lines.account_entity(row[7:])))
    key = one.group_key or ""
    return Bundle(one, key, count, newest_id, low_id, high_id, at, tuple(people.values()))


def _members(
    snapshot: Snapshot, account_id: int, keys: set[str], wanted: Wanted, place: _Range
) -> Mapping[str, list[Sequence[Any]]]:
    teller, shown_too = accounts.alias(), accounts.alias()
    is_here = and_(t.c.id >= place.bottom, t.c.id <= place.top)
    whole_group: dict[str, Any] = {"partition_by": t.c.group_key}
    found = (
        select(
            t.c.group_key,
            t.c.id,
            t.c.from_id,
            func.count().over(**whole_group).label("count"),
            func.min(case((is_here, t.c.id))).over(**whole_group).label("low"),
            func.max(case((is_here, t.c.id))).over(**whole_group).label("high"),
            func.max(case((is_here, t.c.created_at))).over(**whole_group).label("at"),
            func.row_number().over(**whole_group, order_by=t.c.id.desc()).label("place"),
        )
        .join_from(t, teller, teller.c.id == t.c.from_id)
        .where(t.c.account_id == account_id, t.c.group_key.in_(keys), t.c.id <= place.top)
        .where(may_tell(t, account_id, teller, wanted))
        .subquery()
    )
    names = "group_key", "id", "from_id", "count", "low", "high", "at"
    statement = (
        select(*(found.c[name] for name in names), *lines.account_columns(shown_too))
        .join(shown_too, shown_too.c.id == found.c.from_id)
        .where(found.c.place <= MOST_SAMPLES)
        .order_by(found.c.id.desc())
    )
    held: dict[str, list[Sequence[Any]]] = {}
    for row in snapshot.conn.execute(statement, {"now": snapshot.now}):
        held.setdefault(row[0], []).append(row)
    return held


# ------------------------------------------------------------------ one group


def _of_key(key: str) -> ColumnElement[bool]:
    number = key.removeprefix(ALONE)
    if number != key:
        return t.c.id == int(number) if number.isascii() and number.isdigit() and len(number) < 19 else t.c.id == 0
    return t.c.group_key == key if len(key) <= MAX_KEY_CHARS and key.isprintable() else t.c.id == 0


_EVERYTHING: Final = Wanted(has_filtered=True)


def one(snapshot: Snapshot, account_id: int, key: str) -> Bundle | None:
    """Return a group by its key."""
    statement = shown(account_id, _EVERYTHING).where(_of_key(key)).order_by(t.c.id.desc()).limit(1)
    rows = snapshot.conn.execute(statement, {"now": snapshot.now}).all()
    told = whole(snapshot, account_id, rows)
    grouped = frozenset[str]() if key.startswith(ALONE) else GROUPED
    found = _bundled(snapshot, account_id, told, _EVERYTHING, grouped, _Range(0, lines.LAST_ID))
    return found[0] if found else None


def people(snapshot: Snapshot, account_id: int, key: str, part: Page) -> list[Person]:
    """Return a page of those who are in a group, newest first."""
    statement = shown(account_id, _EVERYTHING).where(_of_key(key), *lines.within(t.c.id))
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds | {"now": snapshot.now}).all()
    found = [Person(row[0], row[3], lines.account_entity(row[TELLER:])) for row in rows]
    return sorted(found, key=lambda person: -person.id)


def count_above(
    snapshot: Snapshot,
    account_id: int,
    last_read_id: int,
    wanted: Wanted,
    *,
    grouped: frozenset[str] = GROUPED,
    limit: int = 100,
) -> int:
    """Return how many groups have something newer than an id, at most `limit`."""
    is_grouped = and_(t.c.group_key.is_not(None), t.c.kind.in_(grouped))
    key = case((is_grouped, t.c.group_key), else_=literal(ALONE) + cast(t.c.id, String))
    newer = shown(account_id, wanted).where(t.c.id > last_read_id).with_only_columns(key.label("key"))
    found: Select[Any] = select(newer.distinct().limit(limit).subquery())
    statement = select(func.count()).select_from(found.subquery())
    return snapshot.conn.scalar(statement, {"now": snapshot.now}) or 0


def dismiss(unit: Unit, account_id: int, key: str) -> None:
    """Remove a group of an account; none is fine."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, _of_key(key)))
