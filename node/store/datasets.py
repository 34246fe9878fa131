"""Reads our own records batch by batch, for an export."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from federation.audience import OPEN
from node.store import tables
from node.store.unit import Snapshot

_r, _s, _a = tables.records, tables.statuses, tables.accounts


class Row(Struct, frozen=True):
    """A record of ours with its author and who may see it."""

    status_id: int
    uri: str
    type: str
    state: str
    record: Any
    licence: str | None
    published_at: datetime
    visibility: str
    author_uri: str


_columns = (
    *(_r.c[name] for name in ("status_id", "uri", "type", "state", "record", "licence", "published_at")),
    _s.c.visibility,
    _a.c.uri,
)


def own(snapshot: Snapshot, *, after_id: int, limit: int, is_all: bool) -> list[Row]:
    """Return our records after an id, oldest first: those for everybody, or all of them."""
    statement = (
        select(*_columns)
        .join(_s, _s.c.id == _r.c.status_id)
        .join(_a, _a.c.id == _s.c.account_id)
        .where(_r.c.status_id > after_id, _s.c.is_local)
        .order_by(_r.c.status_id)
        .limit(limit)
    )
    if not is_all:
        statement = statement.where(_s.c.visibility.in_(OPEN))
    return [Row(*row) for row in snapshot.conn.execute(statement)]
