"""By what records are found alike: their terms, how common each is, and who shares some. Bounded everywhere."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, select

from node.store import tables
from node.store.compiled import Prepared, bound
from node.store.loops import Seen, seen_where
from node.store.unit import Snapshot, Unit
from node.store.visible import is_let_in, not_limited, wanted_by

t = tables.record_terms
MOST_COUNTED: Final = 2000  # rows of a term; one with more says nothing


class Kept(Struct, frozen=True):
    """A record whose terms are asked for."""

    status_id: int
    type: str
    record: dict[str, Any]


def put(unit: Unit, status_id: int, terms: Collection[str]) -> None:
    """Keep the terms of a record, in the place of those it had."""
    unit.conn.execute(delete(t).where(t.c.status_id == status_id))
    if terms:
        unit.conn.execute(t.insert(), [{"term": term, "status_id": status_id} for term in sorted(terms)])


def of_status(snapshot: Snapshot, status_id: int) -> set[str]:
    """Return the terms of a record."""
    return set(snapshot.conn.scalars(select(t.c.term).where(t.c.status_id == status_id)))


def count(snapshot: Snapshot, term: str) -> int:
    """Return how many records have a term, counted a little beyond `MOST_COUNTED`."""
    return int(_count.rows(snapshot.conn, the_term=term)[0][0])


_within = select(t.c.status_id).where(t.c.term == bound(t.c.term)).limit(MOST_COUNTED + 1)
_count = Prepared(lambda: select(func.count()).select_from(_within.subquery()))


def holders(snapshot: Snapshot, term: str, *, limit: int) -> list[int]:
    """Return the newest records that have a term."""
    return [int(row[0]) for row in _holders.rows(snapshot.conn, the_term=term, most=limit)]


_holders = Prepared(
    lambda: (
        select(t.c.status_id).where(t.c.term == bound(t.c.term)).order_by(t.c.status_id.desc()).limit(bindparam("most"))
    )
)


def seen(snapshot: Snapshot, status_ids: Sequence[int], viewer_id: int | None) -> dict[int, Seen]:
    """Return the records of these statuses that a reader may see and wants to."""
    s, a = tables.statuses, tables.accounts
    is_wanted = (wanted_by(viewer_id, s.c.account_id), not_limited(viewer_id, a), is_let_in(s.c.account_id))
    found = seen_where(snapshot, s.c.id.in_(list(status_ids)), *is_wanted, viewer_id=viewer_id)
    return {one.status_id: one for one in found}


def ours(snapshot: Snapshot, term: str, *, after: int, limit: int) -> list[int]:
    """Return the learnings of our people that have a term, those after an id."""
    learned = tables.learnings
    statement = select(t.c.status_id).join(learned, learned.c.status_id == t.c.status_id)
    statement = statement.where(t.c.term == term, t.c.status_id > after).order_by(t.c.status_id).limit(limit)
    return list(snapshot.conn.scalars(statement))


def next_records(snapshot: Snapshot, *, after_id: int, limit: int) -> Iterable[Kept]:
    """Return the next records after an id."""
    r = tables.records
    statement = select(r.c.status_id, r.c.type, r.c.record).where(r.c.status_id > after_id)
    return [Kept(*row) for row in snapshot.conn.execute(statement.order_by(r.c.status_id).limit(limit))]
