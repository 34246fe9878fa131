"""How often something happened on each day, for administrators; days are counted in UTC since 1970."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal_column, select, type_coerce

from node.store import tables
from node.store.columns import DAY_MS
from node.store.ids import LOW_BITS
from node.store.lines import LAST_ID
from node.store.unit import Snapshot

MAX_ROWS: Final = 50

_a, _f, _m, _s, _t, _u = tables.accounts, tables.favourites, tables.media, tables.statuses, tables.tags, tables.users
_r, _w, _k = tables.reports, tables.follows, tables.status_tags


def day_of(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the day of an instant."""
    return type_coerce(column, BigInteger) // literal_column(str(DAY_MS), BigInteger)


def _per_day(column: ColumnElement[Any], counted: ColumnElement[Any] | None = None) -> Select[Any]:
    number: Any = func.count() if counted is None else func.count(counted.distinct())
    return select(day_of(column).label("day"), number.label("number")).group_by(day_of(column))


def _of_host(name: str) -> ColumnElement[bool]:
    return _a.c.host == name


# Each gives, for what it is about (a hashtag's id or a host; empty for the whole node), counts by day.
MEASURES: Final[Mapping[str, Callable[[str], Select[Any]]]] = {
    "active_users": lambda _: _per_day(_s.c.created_at, _s.c.account_id).where(_s.c.is_local),
    "new_users": lambda _: _per_day(_u.c.created_at),
    "interactions": lambda _: (
        _per_day(_f.c.created_at).select_from(_f).join(_s, _s.c.id == _f.c.status_id).where(_s.c.is_local)
    ),
    "opened_reports": lambda _: _per_day(_r.c.created_at),
    "resolved_reports": lambda _: _per_day(_r.c.resolved_at).where(_r.c.resolved_at.is_not(None)),
    "tag_accounts": lambda tag: _tagged(tag, _s.c.account_id),
    "tag_uses": lambda tag: _tagged(tag),
    "tag_servers": lambda tag: _tagged(tag, _a.c.host).join(_a, _a.c.id == _s.c.account_id),
    "instance_accounts": lambda host: _per_day(_a.c.created_at).where(_of_host(host)),
    "instance_statuses": lambda host: (
        _per_day(_s.c.created_at).select_from(_s).join(_a, _a.c.id == _s.c.account_id).where(_of_host(host))
    ),
    "instance_media_attachments": lambda host: (
        _per_day(_m.c.created_at).select_from(_m).join(_a, _a.c.id == _m.c.account_id).where(_of_host(host))
    ),
    "instance_reports": lambda host: (
        _per_day(_r.c.created_at).select_from(_r).join(_a, _a.c.id == _r.c.target_id).where(_of_host(host))
    ),
    "instance_follows": lambda host: (
        _per_day(_w.c.created_at).select_from(_w).join(_a, _a.c.id == _w.c.target_id).where(_of_host(host))
    ),
    "instance_followers": lambda host: (
        _per_day(_w.c.created_at).select_from(_w).join(_a, _a.c.id == _w.c.account_id).where(_of_host(host))
    ),
}


def _tagged(tag: str, counted: ColumnElement[Any] | None = None) -> Select[Any]:
    joined = _per_day(_s.c.created_at, counted).select_from(_s).join(_k, _k.c.status_id == _s.c.id)
    return joined.where(_k.c.tag_id == int(tag))


# The ids that tell when: so that a few days of many years are found by them.
_IDS: Final = {"active_users": _s.c.id, "new_users": _u.c.id, "interactions": _f.c.id, "opened_reports": _r.c.id}


def measure(snapshot: Snapshot, key: str, about: str, days: range) -> dict[int, int]:
    """Return how often something happened on each of some days on which it did."""
    counted = MEASURES[key](about)
    if key in _IDS:
        counted = counted.where(_IDS[key].between(_id_of(days.start - 1), _id_of(days.stop + 1)))
    statement = counted.subquery()
    within = statement.c.day.between(days.start, days.stop - 1)
    return {day: number for day, number in snapshot.conn.execute(select(statement).where(within))}


def _id_of(day: int) -> int:
    return min(max(0, day) * DAY_MS << LOW_BITS, LAST_ID)  # ids hold the milliseconds they were made at


def _most(key: ColumnElement[Any], limit: int) -> Select[Any]:
    return select(key, func.count().label("number")).group_by(key).order_by(func.count().desc(), key).limit(limit)


def _in(column: ColumnElement[Any], days: range) -> ColumnElement[bool]:
    return day_of(column).between(days.start, days.stop - 1)


# Each gives the most frequent keys with their numbers, among what happened within some days.
DIMENSIONS: Final[Mapping[str, Callable[[str, range, int], Select[Any]]]] = {
    "languages": lambda _, __, limit: _most(_u.c.locale, limit),
    "servers": lambda _, days, limit: _statuses(_a.c.host, days, limit),
    "sources": lambda _, days, limit: (
        _most(func.coalesce(tables.apps.c.name, ""), limit)
        .select_from(_u)
        .outerjoin(tables.apps, tables.apps.c.id == _u.c.app_id)
        .where(_in(_u.c.created_at, days))
    ),
    "tag_servers": lambda tag, days, limit: _statuses(_a.c.host, days, limit, tag=tag),
    "tag_languages": lambda tag, days, limit: _statuses(func.coalesce(_s.c.language, "und"), days, limit, tag=tag),
    "instance_accounts": lambda host, _, limit: (
        select(_a.c.username, _a.c.followers_count)
        .where(_of_host(host))
        .order_by(_a.c.followers_count.desc(), _a.c.id)
        .limit(limit)
    ),
    "instance_languages": lambda host, days, limit: _statuses(
        func.coalesce(_s.c.language, "und"), days, limit, host=host
    ),
}


def _statuses(
    key: ColumnElement[Any], days: range, limit: int, *, tag: str | None = None, host: str | None = None
) -> Select[Any]:
    found = _most(key, limit).select_from(_s).join(_a, _a.c.id == _s.c.account_id).where(_in(_s.c.created_at, days))
    if tag is not None:
        found = found.join(_k, _k.c.status_id == _s.c.id).where(_k.c.tag_id == int(tag))
    return found if host is None else found.where(_of_host(host))


def dimension(snapshot: Snapshot, key: str, about: str, days: range, *, limit: int) -> list[tuple[str, int]]:
    """Return the most frequent keys of something with their numbers."""
    return [(name or "", number) for name, number in snapshot.conn.execute(DIMENSIONS[key](about, days, limit))]


def newcomers(snapshot: Snapshot, days: range) -> dict[int, int]:
    """Return the day on which each of our people came, by account, of those who came within some days."""
    statement = select(_u.c.account_id, day_of(_u.c.created_at)).where(_in(_u.c.created_at, days))
    return {account_id: day for account_id, day in snapshot.conn.execute(statement)}


def posting_days(snapshot: Snapshot, account_ids: Iterable[int], days: range) -> set[tuple[int, int]]:
    """Return (account, day) for each day on which one of some accounts posted."""
    wanted = list(account_ids)
    posted = select(_s.c.account_id, day_of(_s.c.created_at)).where(
        _s.c.account_id.in_(wanted), _in(_s.c.created_at, days)
    )
    return {(row[0], row[1]) for row in snapshot.conn.execute(posted.distinct())} if wanted else set()


def database_bytes(snapshot: Snapshot) -> int:
    """Return how large the database is."""
    if snapshot.conn.dialect.name == "sqlite":
        pages, size = (snapshot.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size"))
        return int(pages or 0) * int(size or 0)
    return int(snapshot.conn.scalar(select(func.pg_database_size(func.current_database()))) or 0)
