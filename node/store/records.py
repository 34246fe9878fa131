"""learningRecords of statuses (ours and theirs alike) and the edges between them: what loops and lineage are drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, or_, select, update

from node.learning.lineage import MAX_DEPTH
from node.learning.lineage import MAX_FOUND as MAX_NODES
from node.store import memo, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.records
e = tables.edges
_CHUNK: Final = 500


class KeptRecord(Struct, frozen=True):
    """A row of `records` with its author."""

    status_id: int
    uri: str
    type: str
    revision: int
    state: str
    title: str
    origin: str
    institution_uri: str | None
    record: Mapping[str, Any]
    digest: str
    warnings: Sequence[str]
    published_at: datetime
    received_at: datetime
    account_id: int


class Edge(Struct, frozen=True):
    """One edge of the lineage graph."""

    child_uri: str
    parent_uri: str
    kind: str


_columns = [t.c[name] for name in KeptRecord.__struct_fields__ if name != "account_id"]
_select = select(*_columns, tables.statuses.c.account_id).join(tables.statuses, tables.statuses.c.id == t.c.status_id)

_of_status = Prepared(lambda: _select.where(t.c.status_id == bound(t.c.status_id)))


def _kept(row: Sequence[Any]) -> KeptRecord:
    return KeptRecord(*row)


def of_status(snapshot: Snapshot, status_id: int) -> KeptRecord | None:
    """Return the record of a status."""
    if memo.lacks(snapshot, "record", status_id):
        return None
    row = _of_status.first(snapshot.conn, the_status_id=status_id)
    if row is None:
        memo.note_lacking(snapshot, status_id, ("record",))
        return None
    return _kept(row)


def by_uris(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, KeptRecord]:
    """Return the known records of several ids."""
    wanted = list(uris)
    if not wanted:
        return {}
    rows = snapshot.conn.execute(_select.where(t.c.uri.in_(wanted)))
    return {record.uri: record for record in (_kept(row) for row in rows)}


def keep(unit: Unit, values: Mapping[str, Any], edges: Iterable[Edge]) -> bool:
    """Keep the standing version of a record with its edges; True when it was not known before."""
    memo.gains(unit, "record", values["status_id"])
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.status_id)
    is_new = unit.conn.execute(statement, dict(values)).first() is not None
    if not is_new:
        unit.conn.execute(update(t).where(t.c.status_id == values["status_id"]).values(**values))
        unit.conn.execute(delete(e).where(e.c.status_id == values["status_id"]))
    rows = [
        {
            "child_uri": edge.child_uri,
            "parent_uri": edge.parent_uri,
            "kind": edge.kind,
            "status_id": values["status_id"],
        }
        for edge in edges
    ]
    if rows:
        unit.conn.execute(insert_into(unit.conn, e).on_conflict_do_nothing(), rows)
    return is_new


def connected(snapshot: Snapshot, uri: str) -> set[str]:
    """Return an id and all that edges lead to from it, up and down: breadth first, bounded in depth and number."""
    seen = {uri}
    front = [uri]
    for _ in range(MAX_DEPTH):
        if not front or len(seen) > MAX_NODES:
            break
        front = [one for one in dict.fromkeys(_touching(snapshot, front)) if one not in seen]
        seen.update(front)
    return seen


def ancestors(snapshot: Snapshot, uri: str, *, limit: int = 16) -> list[str]:
    """Return the ids above one, nearest first, bounded."""
    found: dict[str, None] = {}
    front = [uri]
    for _ in range(MAX_DEPTH):
        if not front or len(found) >= limit:
            break
        named = (select(e.c.parent_uri).where(e.c.child_uri.in_(part)).order_by(e.c.kind) for part in _chunks(front))
        rows = [one for statement in named for one in snapshot.conn.scalars(statement)]
        front = [one for one in dict.fromkeys(rows) if one not in found and one != uri]
        found |= dict.fromkeys(front)
    return list(found)[:limit]


def children(snapshot: Snapshot, uri: str) -> list[Edge]:
    """Return the edges that point to an id."""
    rows = snapshot.conn.execute(select(e.c.child_uri, e.c.parent_uri, e.c.kind).where(e.c.parent_uri == uri))
    return [Edge(*row) for row in rows]


def parents(snapshot: Snapshot, uri: str) -> list[Edge]:
    """Return the edges that an id names."""
    rows = snapshot.conn.execute(select(e.c.child_uri, e.c.parent_uri, e.c.kind).where(e.c.child_uri == uri))
    return [Edge(*row) for row in rows]


def generations(snapshot: Snapshot, uri: str, *, most: int, width: int = 50) -> int:
    """Return how many generations are known below an id, counted to `most` and over at most `width` of each."""
    front, seen = [uri], {uri}
    for number in range(most):
        below = select(e.c.child_uri).where(e.c.parent_uri.in_(front), e.c.child_uri.not_in(seen)).distinct()
        front = list(snapshot.conn.scalars(below.limit(width)))
        if not front:
            return number
        seen.update(front)
    return most


def below(snapshot: Snapshot, uris: Iterable[str], *, generations: int, limit: int) -> dict[str, str]:
    """Return what goes back to some ids, each with the one of them it goes back to, nearest first, bounded."""
    found: dict[str, str] = {}
    front = {uri: uri for uri in uris}
    starts = set(front)
    for _ in range(generations):
        rows = [
            row
            for part in _chunks(list(front))
            for row in snapshot.conn.execute(
                select(e.c.child_uri, e.c.parent_uri).where(e.c.parent_uri.in_(part)).limit(limit)
            )
        ]
        front = {child: front[parent] for child, parent in rows if child not in found and child not in starts}
        found |= front
        if not front or len(found) >= limit:
            break
    return dict(list(found.items())[:limit])


def _chunks(uris: Sequence[str]) -> Iterable[Sequence[str]]:
    return (uris[start : start + _CHUNK] for start in range(0, len(uris), _CHUNK))


def _touching(snapshot: Snapshot, uris: Sequence[str]) -> Iterable[str]:
    """Give both ends of every edge that begins or ends at some ids."""
    for part in _chunks(uris):
        touches = or_(e.c.child_uri.in_(part), e.c.parent_uri.in_(part))
        for row in snapshot.conn.execute(select(e.c.child_uri, e.c.parent_uri).where(touches).limit(MAX_NODES)):
            yield from row


def licence_of(snapshot: Snapshot, status_id: int) -> str | None:
    """Return under which licence a record of ours is published; none when it is not for everybody, or a peer's."""
    found: str | None = snapshot.conn.scalar(select(t.c.licence).where(t.c.status_id == status_id))
    return found


def set_licence(unit: Unit, status_id: int, licence: str) -> None:
    """Say under which licence a record of ours is published."""
    unit.conn.execute(update(t).where(t.c.status_id == status_id).values(licence=licence))
