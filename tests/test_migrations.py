"""The schema's history leads exactly to the tables that the code describes."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from migrations import HEAD, runner
from node.store.database import make_engine
from node.store.tables import metadata


def test_head_is_the_newest_revision() -> None:
    """A serving node compares with a constant, so that it need not import alembic."""
    assert runner.head() == HEAD


def test_migrated_schema_is_the_one_of_the_tables(database_url: str) -> None:
    """Nothing is missing and nothing is left over, on both kinds."""
    engine = make_engine(database_url)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert difference == []


def test_upgrade_may_be_repeated(empty_database_url: str) -> None:
    """The second run finds everything done."""
    engine = make_engine(empty_database_url)
    first, second = runner.upgrade(engine), runner.upgrade(engine)
    engine.dispose()

    assert (first, second) == ((None, HEAD), (HEAD, HEAD))


def test_upgrade_leaves_foreign_keys_in_force(empty_database_url: str) -> None:
    """A connection that migrated goes on like any other."""
    engine = make_engine(empty_database_url)
    runner.upgrade(engine)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        found = connection.exec_driver_sql("PRAGMA foreign_keys").scalar() if is_sqlite else 1
    engine.dispose()

    assert found == 1


def test_failed_upgrade_leaves_nothing_behind(empty_database_url: str) -> None:
    """A table that is in the way stops the migration, and what it had made is undone."""
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    is_refused = False
    try:
        runner.upgrade(engine)
    except Exception:
        is_refused = True
    with engine.connect() as connection:
        revision = runner.current(connection)
        left = set(inspect(connection).get_table_names()) - {"users", "alembic_version"}
    engine.dispose()

    assert (is_refused, revision, left) == (True, None, set())
