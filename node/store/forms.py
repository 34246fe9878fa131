"""A statement in the form a driver takes it, and how it is run: below Core, above the driver.

On PostgreSQL statements are written with `$1`, which the server understands, because psycopg reads every longer
statement with names anew each time. An error leaves as SQLAlchemy's, without statement and values.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Float
from sqlalchemy.exc import DBAPIError

Convert = Callable[[Any], Any]


class Form(NamedTuple):
    """A statement in one dialect, with what its values need on the way in and out."""

    sql: str
    order: tuple[str, ...]
    constants: dict[str, Any]
    into: tuple[tuple[str, Convert], ...]
    out: tuple[tuple[int, Convert], ...]


def compiled(statement: Any, dialect: Dialect, *, column_keys: list[str] | None = None) -> Form:
    """Return a statement as the driver of a dialect takes it; `column_keys` names the columns of an INSERT."""
    options = {"render_postcompile": True}
    made = statement.compile(dialect=_spelling(dialect), column_keys=column_keys, compile_kwargs=options)
    binds = made.binds.items()
    ours = {name for name, bind in binds if not bind.unique and bind.callable is None}  # what Core made up has a value
    into = [(name, _into(bind.type, dialect)) for name, bind in binds]
    columns = getattr(statement, "exported_columns", ())
    out = [(place, _out(column.type, dialect)) for place, column in enumerate(columns)]
    return Form(
        str(made),
        tuple(made.positiontup or ()),  # by name there is no order
        {name: value for name, value in made.params.items() if name not in ours},
        tuple((name, convert) for name, convert in into if convert is not None),
        tuple((place, convert) for place, convert in out if convert is not None),
    )


def _spelling(dialect: Dialect) -> Dialect:
    """Return the dialect as it writes each value but once: by its name on SQLite, by its number on PostgreSQL."""
    style = "named" if dialect.name == "sqlite" else "numeric_dollar"
    return type(dialect)(paramstyle=style)  # type: ignore[call-arg]  # every dialect of SQLAlchemy's takes it


def _into(kind: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _out(kind: Any, dialect: Dialect) -> Convert | None:
    if isinstance(kind, Float):
        return None  # both drivers give floats; SQLAlchemy would ask PostgreSQL's number of the column's type
    convert: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def bind(form: Form, binds: Mapping[str, Any]) -> Mapping[str, Any] | tuple[Any, ...]:
    """Return the values of a statement as the driver takes them: by their names, or in the order of their numbers."""
    values = {**form.constants, **binds}
    for name, convert in form.into:
        if name in values:
            values[name] = convert(values[name])
    return tuple([values[name] for name in form.order]) if form.order else values


def converted(form: Form, row: Sequence[Any]) -> Sequence[Any]:
    """Return a row as Core would give it."""
    if not form.out:
        return row
    values = list(row)
    for place, convert in form.out:
        values[place] = convert(values[place])
    return values


def run(conn: Connection, form: Form, values: Any, *, is_many: bool = False) -> Any:
    """Run a statement with values of `bind` (a list of them where `is_many`) and return the driver's cursor."""
    return _guarded(conn, form.sql, values, is_many=is_many)


def execute(conn: Connection, sql: str) -> None:
    """Execute words without values, such as BEGIN."""
    _guarded(conn, sql, (), is_many=False)


def _guarded(conn: Connection, sql: str, values: Any, *, is_many: bool) -> Any:
    driver: Any = conn.connection.driver_connection
    cursor = driver.cursor() if conn.dialect.name == "sqlite" else _raw_cursor()(driver)
    try:
        if is_many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except conn.dialect.loaded_dbapi.Error as error:
        raise _as_ours(conn, error) from error
    return cursor


@cache
def _raw_cursor() -> Any:
    """Return psycopg's cursor that leaves a statement as it is; a SQLite node never imports it."""
    import psycopg

    return psycopg.RawCursor


def _as_ours(conn: Connection, error: Exception) -> BaseException:
    """Return a driver's error as SQLAlchemy would raise it, without statement and values; drop a connection that is gone."""
    driver = conn.connection.dbapi_connection
    if conn.dialect.is_disconnect(error, driver, None):  # type: ignore[arg-type]  # any dbapi's error
        conn.invalidate(error)
    made: BaseException = DBAPIError.instance(
        None, None, error, conn.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=conn.dialect
    )
    return made
