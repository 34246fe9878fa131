"""How users want to be reminded and sent the digest, and who of them gets one now."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import and_, case, literal, or_, select, update

from federation.audience import OPEN
from node.store import tables
from node.store.columns import Instant
from node.store.unit import Snapshot, Unit
from node.store.visible import wanted_by

t = tables.users
_a, _f = tables.accounts, tables.follows
APART: Final = timedelta(days=6)  # at least, whatever day somebody moves theirs to


class Habits(Struct, frozen=True, kw_only=True):
    """What a user chose, and the secret part of the address of their feed."""

    id: int
    account_id: int
    email: str
    digest_by: str
    digest_day: int
    has_reminders: bool
    recall_posts: bool
    feed_key: str | None
    digested_at: datetime | None
    created_at: datetime


_select = select(*(t.c[name] for name in Habits.__struct_fields__)).join(_a, _a.c.id == t.c.account_id)
_is_here = and_(t.c.disabled_at.is_(None), t.c.confirmed_at.is_not(None), t.c.approved_at.is_not(None))


def of_account(snapshot: Snapshot, account_id: int) -> Habits | None:
    """Return what the user of an account chose."""
    return _one(snapshot, t.c.account_id == account_id)


def present(snapshot: Snapshot, user_id: int) -> Habits | None:
    """Return what a user chose who is let in and not shut out."""
    return _one(snapshot, t.c.id == user_id, _is_here, _a.c.is_suspended.is_(False))


def by_feed_key(snapshot: Snapshot, key: str) -> Habits | None:
    """Return whose feed this is, of those who are let in and not shut out."""
    return _one(snapshot, t.c.feed_key == key, _is_here, _a.c.is_suspended.is_(False))


def _one(snapshot: Snapshot, *conditions: Any) -> Habits | None:
    row = snapshot.conn.execute(_select.where(*conditions)).first()
    return None if row is None else Habits(**row._mapping)


def change(unit: Unit, user_id: int, **values: Any) -> None:
    """Change what a user chose."""
    unit.conn.execute(update(t).where(t.c.id == user_id).values(**values))


def set_feed_key(unit: Unit, user_id: int, key: str, *, was: str | None) -> str:
    """Give a user's feed another secret unless somebody else did already; return the one that stands."""
    unit.conn.execute(update(t).where(t.c.id == user_id, t.c.feed_key.is_not_distinct_from(was)).values(feed_key=key))
    found: str = unit.conn.scalars(select(t.c.feed_key).where(t.c.id == user_id)).one()
    return found


def claim(unit: Unit, begins: Mapping[int, datetime], *, limit: int) -> list[int]:
    """Note of users that they get the digest of their week now, and return them.

    `begins` holds for days of the week, 0 is Monday, when the week of those who chose that day began. Whoever signed up
    since then waits for the next, and so does who moved to another day less than six days after the last.
    """
    if not begins:
        return []
    began = case({day: literal(at, Instant) for day, at in begins.items()}, value=t.c.digest_day)
    last = case({day: literal(at - APART, Instant) for day, at in begins.items()}, value=t.c.digest_day)
    is_due = and_(
        t.c.digest_by == "mail",
        t.c.created_at < began,
        or_(t.c.digested_at.is_(None), t.c.digested_at <= last),
        _is_here,
    )
    chosen = (
        select(t.c.id)
        .join(_a, _a.c.id == t.c.account_id)
        .where(is_due, _a.c.is_suspended.is_(False))
        .order_by(t.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=t)
    )
    claimed = update(t).where(t.c.id.in_(chosen), is_due).values(digested_at=began).returning(t.c.id)
    return sorted(unit.conn.scalars(claimed))


def wanted(snapshot: Snapshot, account_id: int, author_ids: Iterable[int]) -> set[int]:
    """Return those of several accounts whom somebody neither mutes nor blocks."""
    chosen = select(_a.c.id).where(_a.c.id.in_(set(author_ids)), wanted_by(account_id, _a.c.id))
    return set(snapshot.conn.scalars(chosen, {"now": snapshot.now}))


def open_among(snapshot: Snapshot, status_ids: Iterable[int]) -> set[int]:
    """Return those of several statuses that are for everybody."""
    s = tables.statuses
    return set(snapshot.conn.scalars(select(s.c.id).where(s.c.id.in_(set(status_ids)), s.c.visibility.in_(OPEN))))


def followed(snapshot: Snapshot, account_id: int, uris: Iterable[str]) -> set[str]:
    """Return those of several actors whom somebody follows."""
    joined = select(_a.c.uri).join(_f, _f.c.target_id == _a.c.id)
    chosen = joined.where(_f.c.account_id == account_id, _f.c.is_accepted, _a.c.uri.in_(set(uris)))
    return set(snapshot.conn.scalars(chosen))
