"""What a document changed: every row of a node is read before and after it, and compared."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select, text

from node.store import tables
from node.store.unit import Snapshot

_SILENT: Final = frozenset({"arrivals", "audit", "pauses", "inbox", "peers", "jobs"}) | {
    "home_posts",  # candidates that follow from posts and follows alone; tests/node/store tries them
}
_SECRET: Final = frozenset({"private_pem", "part", "password_hash"})
_TABLES: Final = [table for table in tables.metadata.sorted_tables if table.name not in _SILENT]
_FILLED: Final = text(  # most are empty, and asking each takes longer than the rest
    " UNION ALL ".join(f"SELECT '{one.name}' WHERE EXISTS (SELECT 1 FROM {one.name})" for one in _TABLES)
)
Row = dict[str, Any]
Rows = dict[str, list[Row]]


class State(Struct, frozen=True):
    """All rows of a node by table and primary key, and the entities that apps are shown, by table and id."""

    tables: Mapping[str, Mapping[tuple[Any, ...], Row]]
    parts: Mapping[str, Mapping[int, str]]


class Change(Struct, frozen=True):
    """Rows that are new or different, and rows that are gone, of a node that is now in a state."""

    rows: Rows
    gone: Rows
    state: State
    before: State

    def row(self, table: str, row_id: object) -> Row | None:
        """Return a row that is there now, or was."""
        return self.state.tables[table].get((row_id,)) or self.before.tables[table].get((row_id,))

    def entity(self, table: str, uri: str) -> Any:
        """Return what apps are shown of an account or a status, or None if it is not there."""
        for row in self.state.tables[table].values():
            if row["uri"] == uri:
                return json.loads(self.state.parts[table][row["id"]])
        return None


def read(snapshot: Snapshot) -> State:
    """Read a whole node."""
    rows: dict[str, dict[tuple[Any, ...], Row]] = {}
    parts: dict[str, dict[int, str]] = {"accounts": {}, "statuses": {}}
    filled = set(snapshot.conn.scalars(_FILLED))
    for table in _TABLES:
        names = [column.name for column in table.primary_key]
        kept = rows.setdefault(table.name, {})
        if table.name not in filled:
            continue
        for row in snapshot.conn.execute(select(table)).mappings():
            kept[tuple(row[name] for name in names)] = _shown(row)
            if table.name in parts:
                parts[table.name][row["id"]] = row["part"]
    return State(rows, parts)


def between(before: State, after: State) -> Change:
    """Compare two states of one node."""
    rows, gone = _missing(after, before), _missing(before, after, by_key=True)
    return Change(rows, gone, after, before)


def _missing(one: State, other: State, *, by_key: bool = False) -> Rows:
    """Return the rows of one state that the other does not have."""
    found: Rows = {}
    for name, rows in one.tables.items():
        theirs = other.tables[name]
        new = [row for key, row in rows.items() if (key not in theirs if by_key else theirs.get(key) != row)]
        if new:
            found[name] = new
    return found


def _shown(row: Mapping[Any, Any]) -> Row:
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if str(name) not in _SECRET
    }
