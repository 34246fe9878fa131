"""Statements of the hottest paths: built with Core, compiled once for each dialect, executed without Core's machinery.

How it works. Core builds a statement in 0.1 ms and executes it in as much again; SQLite answers in 0.005. So what runs
with every request is written with `bindparam` (`bound` gives one of a column's type), compiled when it is first used, and
handed to the driver. Values are converted by the same column types as everywhere, and errors leave as SQLAlchemy's.

`Compiled` gives rows as the driver does (on SQLite booleans are 0 and 1, instants are milliseconds on both); `Prepared`
gives them as Core would.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Column, Connection, Table, bindparam
from typing_extensions import override

from node.store.dialects import insert
from node.store.forms import Form, bind, compiled, converted, run

MOST_VALUES: Final = 50


def bound(column: Column[Any], name: str = "") -> BindParameter[Any]:
    """Return a bind parameter that takes what the column takes, by default under the column's name."""
    return bindparam(f"the_{name or column.name}", type_=column.type, required=False)


class Compiled:
    """One statement, ready for every dialect it met."""

    __slots__ = ("_build", "_forms")

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._forms: dict[str, Form] = {}

    def rows(self, conn: Connection, **binds: Any) -> Sequence[Sequence[Any]]:
        """Return every row for these binds."""
        form = self._form(conn)
        found: Sequence[Sequence[Any]] = run(conn, form, bind(form, binds)).fetchall()
        return found

    def _form(self, conn: Connection) -> Form:
        form = self._forms.get(conn.dialect.name)
        if form is None:
            form = self._forms[conn.dialect.name] = self._compile(conn)
        return form

    def _compile(self, conn: Connection) -> Form:
        return compiled(self._build(), conn.dialect)


class Prepared(Compiled):
    """A statement whose binds and values are converted by their types; it may write."""

    __slots__ = ()

    @override
    def rows(self, conn: Connection, **binds: Any) -> Sequence[Sequence[Any]]:
        """Return every row for these binds; those of `bound` begin with `the_`."""
        form = self._form(conn)
        found: Sequence[Sequence[Any]] = run(conn, form, bind(form, binds)).fetchall()
        return [converted(form, row) for row in found] if form.out else found

    def first(self, conn: Connection, **binds: Any) -> Sequence[Any] | None:
        """Return the first row, None without one."""
        form = self._form(conn)
        row: Sequence[Any] | None = run(conn, form, bind(form, binds)).fetchone()
        return row if row is None else converted(form, row)

    def run(self, conn: Connection, **binds: Any) -> int:
        """Execute a statement that gives no rows and return how many it changed."""
        form = self._form(conn)
        count: int = run(conn, form, bind(form, binds)).rowcount
        return count


class PreparedOn(Prepared):
    """A statement that each dialect writes in its own way: it is built for a connection."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Connection], Any]) -> None:
        super().__init__(lambda: None)
        self._make = make

    @override
    def _compile(self, conn: Connection) -> Form:
        return compiled(self._make(conn), conn.dialect)


class OneOf:
    """A selection by one of several values; each number of values up to a few is a statement, more are asked in turn."""

    __slots__ = ("_make", "_ready", "_type")

    def __init__(self, build: Callable[[Sequence[BindParameter[Any]]], Any], column: Column[Any]) -> None:
        self._type = column.type
        self._ready: dict[int, Prepared] = {}
        self._make = build

    def rows(self, conn: Connection, values: Sequence[Any], **binds: Any) -> Sequence[Sequence[Any]]:
        """Return every row for these values, which must be distinct, and for whatever else is bound."""
        found: list[Sequence[Any]] = []
        for start in range(0, len(values), MOST_VALUES):
            some = values[start : start + MOST_VALUES]
            found += self._of(len(some)).rows(conn, **{f"one_{n}": one for n, one in enumerate(some)}, **binds)
        return found

    def _of(self, count: int) -> Prepared:
        ready = self._ready.get(count)
        if ready is None:
            names = [bindparam(f"one_{place}", type_=self._type, required=False) for place in range(count)]
            ready = self._ready[count] = Prepared(lambda: self._make(names))
        return ready


class Insertion(Prepared):
    """An INSERT of named columns; `returning` turns a conflict, which then inserts nothing, into no row."""

    __slots__ = ("_names", "_on_conflict_nothing", "_returning", "_table")

    def __init__(
        self, table: Table, names: Sequence[str], *, returning: Column[Any] | None = None, or_nothing: bool = False
    ) -> None:
        super().__init__(lambda: None)
        self._table = table
        self._names = tuple(names)
        self._returning = returning
        self._on_conflict_nothing = or_nothing

    def many(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert several rows."""
        form = self._form(conn)
        run(conn, form, [bind(form, row) for row in rows], is_many=True)

    @override
    def _compile(self, conn: Connection) -> Form:
        statement: Any = insert(conn, self._table)
        if self._on_conflict_nothing:
            statement = statement.on_conflict_do_nothing()
        if self._returning is not None:
            statement = statement.returning(self._returning)
        return compiled(statement, conn.dialect, column_keys=list(self._names))
