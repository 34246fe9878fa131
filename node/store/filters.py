"""What somebody filters by: filters with their keywords, and posts that are filtered one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, structs
from sqlalchemy import Select, delete, func, select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t, k, m = tables.filters, tables.filter_keywords, tables.filter_statuses


class Filter(Struct, frozen=True):
    """A row of `filters`."""

    id: int
    title: str
    contexts: list[str]
    action: str
    expires_at: datetime | None


class Keyword(Struct, frozen=True):
    """A row of `filter_keywords`."""

    id: int
    filter_id: int
    keyword: str
    is_whole_word: bool


class Marked(Struct, frozen=True):
    """A row of `filter_statuses`: a post that is filtered whatever it says."""

    id: int
    filter_id: int
    status_id: int


columns: Final = [t.c[name] for name in Filter.__struct_fields__]
_keyword_columns = [k.c[name] for name in Keyword.__struct_fields__]
_marked_columns = [m.c[name] for name in Marked.__struct_fields__]


def of_account(snapshot: Snapshot, account_id: int) -> list[Filter]:
    """Return every filter of an account, expired ones too, the oldest first."""
    statement = select(*columns).where(t.c.account_id == account_id).order_by(t.c.id)
    return [Filter(*row) for row in snapshot.conn.execute(statement)]


def one(snapshot: Snapshot, account_id: int, filter_id: int) -> Filter | None:
    """Return a filter of an account."""
    statement = select(*columns).where(t.c.id == filter_id, t.c.account_id == account_id)
    row = snapshot.conn.execute(statement).first()
    return Filter(*row) if row else None


def insert(unit: Unit, account_id: int, made: Filter) -> None:
    """Insert a filter."""
    unit.conn.execute(t.insert(), structs.asdict(made) | {"account_id": account_id, "created_at": unit.now})


def change(unit: Unit, filter_id: int, values: Mapping[str, Any]) -> None:
    """Update columns of a filter."""
    if values:
        unit.conn.execute(update(t).where(t.c.id == filter_id).values(**values))


def remove(unit: Unit, filter_id: int) -> None:
    """Remove a filter with all it looks for."""
    unit.conn.execute(delete(t).where(t.c.id == filter_id))


def count(snapshot: Snapshot, account_id: int) -> tuple[int, int]:
    """Return how many filters an account has, and how many keywords in all of them."""
    mine = select(func.count()).select_from(t).where(t.c.account_id == account_id)
    words = select(func.count()).select_from(k).join(t, t.c.id == k.c.filter_id).where(t.c.account_id == account_id)
    row = snapshot.conn.execute(select(mine.scalar_subquery(), words.scalar_subquery())).one()
    return row[0], row[1]


# ------------------------------------------------------------------ keywords


def _keywords_of(account_id: int) -> Select[Any]:
    return select(*_keyword_columns).join(t, t.c.id == k.c.filter_id).where(t.c.account_id == account_id)


def keywords(snapshot: Snapshot, account_id: int, filter_id: int | None = None) -> list[Keyword]:
    """Return the keywords of an account, or of one of its filters, the oldest first."""
    statement = _keywords_of(account_id).order_by(k.c.id)
    if filter_id is not None:
        statement = statement.where(t.c.id == filter_id)
    return [Keyword(*row) for row in snapshot.conn.execute(statement)]


def keyword(snapshot: Snapshot, account_id: int, keyword_id: int) -> Keyword | None:
    """Return a keyword of an account."""
    row = snapshot.conn.execute(_keywords_of(account_id).where(k.c.id == keyword_id)).first()
    return Keyword(*row) if row else None


def add_keywords(unit: Unit, made: Sequence[Keyword]) -> None:
    """Insert keywords."""
    unit.conn.execute(k.insert(), [structs.asdict(one) for one in made])


def change_keyword(unit: Unit, keyword_id: int, values: Mapping[str, Any]) -> None:
    """Update columns of a keyword."""
    if values:
        unit.conn.execute(update(k).where(k.c.id == keyword_id).values(**values))


def remove_keyword(unit: Unit, keyword_id: int) -> None:
    """Remove a keyword."""
    unit.conn.execute(delete(k).where(k.c.id == keyword_id))


# ------------------------------------------------------------------ posts


def _marked_of(account_id: int) -> Select[Any]:
    return select(*_marked_columns).join(t, t.c.id == m.c.filter_id).where(t.c.account_id == account_id)


def marked(snapshot: Snapshot, account_id: int, filter_id: int | None = None) -> list[Marked]:
    """Return the posts that an account, or one of its filters, filters one by one, in the order they were named."""
    statement = _marked_of(account_id).order_by(m.c.id)
    if filter_id is not None:
        statement = statement.where(t.c.id == filter_id)
    return [Marked(*row) for row in snapshot.conn.execute(statement)]


def one_marked(snapshot: Snapshot, account_id: int, marked_id: int) -> Marked | None:
    """Return a post that an account filters, by the id of its place in the filter."""
    row = snapshot.conn.execute(_marked_of(account_id).where(m.c.id == marked_id)).first()
    return Marked(*row) if row else None


def mark(unit: Unit, made: Marked) -> bool:
    """Filter a post; False when the filter names it already."""
    statement = insert_into(unit.conn, m).on_conflict_do_nothing(index_elements=["filter_id", "status_id"])
    return unit.conn.execute(statement.returning(m.c.id), structs.asdict(made)).first() is not None


def unmark(unit: Unit, marked_id: int) -> None:
    """Filter a post no more."""
    unit.conn.execute(delete(m).where(m.c.id == marked_id))
