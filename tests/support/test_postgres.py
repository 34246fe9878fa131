"""The databases that the other tests stand on."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from node.store.database import make_engine
from tests.support import postgres, require


def run(url: str, statement: str) -> object:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


def test_database_url_gives_a_migrated_database(database_url: str) -> None:
    """The newest schema is there, on both kinds."""
    assert run(database_url, "SELECT count(*) FROM alembic_version") == 1


def test_empty_database_url_gives_an_empty_database(empty_database_url: str) -> None:
    """A migration test starts from nothing, and what it makes is gone for the next one."""
    run(empty_database_url, "CREATE TABLE only_mine (id INTEGER)")

    assert run(empty_database_url, "SELECT count(*) FROM only_mine") == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_database_of_one_test_is_not_seen_by_the_next(database_url: str, turn: int) -> None:
    """Each test writes into a copy of its own."""
    run(database_url, "CREATE TABLE left_over (id INTEGER)")

    assert run(database_url, "SELECT count(*) FROM left_over") == 0, turn


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that the server's user can walk to, with a name short enough for the address of a socket."""
    with tempfile.TemporaryDirectory(prefix="pg") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.postgres
def test_server_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> None:
    """The folder is gone and the process has ended, also when the test inside fails."""
    monkeypatch.setattr("tempfile.tempdir", str(open_folder))
    monkeypatch.delenv("ROUNDS_TEST_POSTGRES", raising=False)
    pid = 0

    def use() -> None:
        nonlocal pid
        with postgres.running():
            pid = int(next(open_folder.glob("*/cluster/data/postmaster.pid")).read_text().split()[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()

    assert list(open_folder.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_missing_program_skips_unless_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """A skip here is a failure where the machine must have the program."""
    monkeypatch.setenv("ROUNDS_TEST_REQUIRE", "nginx")
    with pytest.raises(pytest.skip.Exception):
        require.missing("chromium", "Not here.")

    monkeypatch.setenv("ROUNDS_TEST_REQUIRE", "chromium,nginx")
    with pytest.raises(pytest.fail.Exception):
        require.missing("chromium", "Not here.")

    monkeypatch.setenv("ROUNDS_TEST_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception):
        require.missing("node", "Not here.")
