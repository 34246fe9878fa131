"""Fixtures that the whole suite shares: a database for each test, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.databases import PostgresTemplates, SqliteTemplates
from tests.support.network import Network
from tests.support.world import World, make_world

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    """Return what makes migrated SQLite files."""
    return SqliteTemplates(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_templates() -> Iterator[PostgresTemplates]:
    """Return what makes migrated databases on a PostgreSQL server that runs as long as the suite does."""
    with postgres.running() as server:
        templates = PostgresTemplates(server)
        yield templates
        templates.close()


@pytest.fixture
def sqlite_url(sqlite_templates: SqliteTemplates, tmp_path: Path) -> str:
    """Return the address of a fresh, migrated SQLite database."""
    return sqlite_templates.migrated(tmp_path)


@pytest.fixture
def postgres_url(postgres_templates: PostgresTemplates) -> Iterator[str]:
    """Return the address of a fresh, migrated PostgreSQL database."""
    name = postgres_templates.migrated()
    yield postgres_templates.server.url(name)
    postgres_templates.server.drop(name)


@pytest.fixture
def empty_postgres_url(postgres_templates: PostgresTemplates) -> Iterator[str]:
    """Return the address of a PostgreSQL database with nothing in it."""
    name = postgres_templates.server.create()
    yield postgres_templates.server.url(name)
    postgres_templates.server.drop(name)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, migrated database; the test runs once on each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database with nothing in it; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a whole node with a frozen clock; the test runs once on each kind of database."""
    made = await make_world(database_url, tmp_path)
    yield made
    await made.close()


@pytest.fixture(params=BOTH)
async def network(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Network]:
    """Return a network without nodes; all that a test makes use the same kind of database."""
    made: list[str] = []

    def fresh_url(folder: Path) -> str:
        if request.param == "sqlite":
            sqlite: SqliteTemplates = request.getfixturevalue("sqlite_templates")
            return sqlite.migrated(folder)
        postgres: PostgresTemplates = request.getfixturevalue("postgres_templates")
        made.append(postgres.migrated())
        return postgres.server.url(made[-1])

    network = Network(fresh_url, tmp_path)
    yield network
    await network.close()
    for name in made:
        request.getfixturevalue("postgres_templates").server.drop(name)
