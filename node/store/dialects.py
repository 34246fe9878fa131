"""What the two dialects spell differently in a statement. Knows no subject and opens nothing."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT of this dialect, whose `on_conflict_do_*` read alike on both."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
