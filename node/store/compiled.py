"""Statements of the hottest reads: built with Core, compiled once for each dialect, executed without Core's machinery.

Only whole numbers, text and booleans may be bound; values come back as the driver gives them (on SQLite booleans are
0 and 1, instants are milliseconds on both).
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Select


class Compiled:
    """One statement, ready for every dialect it met."""

    __slots__ = ("_build", "_forms")

    def __init__(self, build: Callable[[], Select[Any]]) -> None:
        self._build = build
        self._forms: dict[str, tuple[str, tuple[str, ...] | None, dict[str, Any]]] = {}

    def rows(self, conn: Connection, **binds: Any) -> Sequence[Sequence[Any]]:
        """Return every row for these binds."""
        form = self._forms.get(conn.dialect.name)
        if form is None:
            form = self._compile(conn)
        sql, order, constants = form
        values = constants | binds
        bound: Any = values if order is None else tuple([values[name] for name in order])
        return conn.exec_driver_sql(sql, bound).fetchall()

    def _compile(self, conn: Connection) -> tuple[str, tuple[str, ...] | None, dict[str, Any]]:
        compiled = self._build().compile(dialect=conn.dialect, compile_kwargs={"render_postcompile": True})
        order = tuple(compiled.positiontup) if compiled.positiontup else None
        form = (str(compiled), order, dict(compiled.params))
        self._forms[conn.dialect.name] = form
        return form
