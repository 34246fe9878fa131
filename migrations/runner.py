"""Brings a database to the schema of this code. Imports alembic, so a serving node does not import this."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_HERE = Path(__file__).parent


def config(connection: Connection) -> Config:
    """Return alembic's configuration for a connection."""
    made = Config()
    made.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine) -> tuple[str | None, str | None]:
    """Bring the schema to the newest revision; return the revisions before and after."""
    with engine.connect() as connection:
        before = current(connection)
        with _whole(connection):
            command.upgrade(config(connection), "head")
        return before, current(connection)


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """Make the upgrade happen whole or not at all.

    PostgreSQL gets a transaction for each revision from alembic. SQLite would commit every single statement: here it
    gets one transaction for all, in which a table may be rebuilt without its rows' children being deleted.
    """
    if connection.dialect.name != "sqlite":
        yield
        connection.commit()
        return
    try:
        for statement in ("PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):
            connection.exec_driver_sql(statement)
        yield
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError(f"the migration would leave rows of {broken[0]} without their parents")
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def current(connection: Connection) -> str | None:
    """Return the revision of the database, None for an empty one."""
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return revision


def head() -> str:
    """Return the newest revision, which this version of the code needs."""
    found = ScriptDirectory(str(_HERE)).get_current_head()
    assert found is not None
    return found
