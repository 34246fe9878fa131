"""Makes a big node of a small one: what was written in a while is written once more for each while before it.

A copy has ids, addresses and times of its own; its words, tags and favourites come along. It is all done in SQL, since a
million posts made one by one would take longer than what is measured on them.
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Table, Text, cast, func, insert, literal_column, select, text

from node.store import tables
from node.store.ids import LOW_BITS

BLOCK: Final = 20_000  # posts that are made one by one
_SHIFTED: Final = frozenset({"id", "status_id", "reply_to_id", "boost_of_id"})
_TIMES: Final = frozenset({"created_at", "received_at"})
_ADDRESSES: Final = frozenset({"uri", "url", "context_uri", "reply_to_uri"})


def blocks(statuses: int) -> int:
    """Return into how many whiles so many posts are divided."""
    return max(1, round(statuses / BLOCK))


def multiply(conn: Connection, *, first_id: int, times: int, span: timedelta) -> None:
    """Write every post from `first_id` on once more for each of as many earlier whiles."""
    for number in range(1, times):
        back_ms = number * (span // timedelta(milliseconds=1))
        for table in (tables.statuses, tables.favourites, tables.status_tags):
            _copy(conn, table, first_id, back_ms, number)
        key = "rowid" if conn.dialect.name == "sqlite" else "status_id"
        conn.execute(
            text(
                f"INSERT INTO status_words ({key}, words) SELECT {key} - :back, words FROM status_words"
                f" WHERE {key} >= :first ORDER BY {key}"
            ),
            {"back": back_ms << LOW_BITS, "first": first_id},
        )


def _copy(conn: Connection, table: Table, first_id: int, back_ms: int, number: int) -> None:
    back: Any = literal_column(str(back_ms << LOW_BITS))
    values: dict[str, Any] = {}
    for column in table.c:
        if column.name in _SHIFTED:
            values[column.name] = column - back
        elif column.name in _TIMES:
            values[column.name] = literal_column(f"{table.name}.{column.name} - {back_ms}")
        elif column.name in _ADDRESSES:
            values[column.name] = column + f"-{number}"
        elif column.name == "part":
            values["part"] = func.replace(column, cast(table.c.id, Text), cast(table.c.id - back, Text))
        else:
            values[column.name] = column
    key = table.c.id if table is tables.statuses else table.c.status_id
    rows = select(*values.values()).where(key >= first_id).order_by(key)
    conn.execute(insert(table).from_select(list(values), rows, include_defaults=False))
