"""Brings a database to the schema of this code. Imports alembic, so a serving node does not import this."""

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
        command.upgrade(config(connection), "head")
        connection.commit()
        return before, current(connection)


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
