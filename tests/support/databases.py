"""Fresh databases for tests: migrated once on each kind, copied for each test."""

import shutil
from pathlib import Path
from typing import Final

from migrations import runner
from node.store.database import make_engine
from tests.support.postgres import Postgres


class SqliteTemplates:
    """Makes SQLite files in a folder; the migrated ones are copies of a file that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._template: Final = folder / "template.sqlite3"

    def migrated(self, folder: Path) -> str:
        """Return the address of a new database with the newest schema."""
        if not self._template.exists():
            making = self._template.with_name("making.sqlite3")
            making.unlink(missing_ok=True)
            migrate(f"sqlite:///{making}")
            making.rename(self._template)
        target = folder / "rounds.sqlite3"
        shutil.copyfile(self._template, target)
        return f"sqlite:///{target}"


class PostgresTemplates:
    """Makes databases on one server; the migrated ones are copies of a database that was migrated once."""

    def __init__(self, server: Postgres) -> None:
        self.server: Final = server
        self._template: str | None = None

    def migrated(self) -> str:
        """Return the name of a new database with the newest schema."""
        if self._template is None:
            made = self.server.create()
            try:
                migrate(self.server.url(made))
            except BaseException:
                self.server.drop(made)
                raise
            self._template = made
        return self.server.create(template=self._template)

    def close(self) -> None:
        """Remove the template; a server that was there before us keeps nothing of ours."""
        if self._template is not None:
            self.server.drop(self._template)


def migrate(url: str) -> None:
    """Bring a database to the newest schema and let go of it."""
    engine = make_engine(url)
    try:
        runner.upgrade(engine)
    finally:
        engine.dispose()
