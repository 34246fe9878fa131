"""Opens the node's database for a command and closes it again; what is wrong with it becomes a sentence and a code."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from migrations import HEAD, KNOWN
from node.clock import SystemClock
from node.commands.console import Code, Stop
from node.errors import Problem
from node.events import Event
from node.settings import Settings
from node.store import origin, schema
from node.store.database import Database
from node.store.exchange import Exchange
from node.store.unit import Snapshot, Unit

P = ParamSpec("P")
T = TypeVar("T")


class Session:
    """The database as a command uses it: plain calls, one after the other."""

    def __init__(self, database: Database, runner: asyncio.Runner) -> None:
        self._database: Final = database
        self._exchange: Final = None if database.is_sqlite else Exchange(database)
        if self._exchange is not None:
            database.on_publish = self._exchange.say
        self._runner: Final = runner

    @property
    def database(self) -> Database:
        """The database, for what waits for other things, too."""
        return self._database

    def read(self, function: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(snapshot, ...)`."""
        return self._runner.run(self._database.read(function, *args, **kwargs))

    def write(self, function: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(unit, ...)` as one transaction, and tell the processes that serve."""
        value = self._runner.run(self._database.write(function, *args, **kwargs))
        if self._exchange is not None:
            self._runner.run(self._exchange.stop())
        return value

    def run(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for something else, such as a password's hash."""
        return self._runner.run(waiting)


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    """Give the database, whatever its schema.

    Raises: `Stop` when it cannot be reached.
    """
    file = settings.database_file
    if file is not None and not file.exists():
        raise Stop(Code.DATABASE, f"The database {file} does not exist. Make it with: rounds migrate")
    with asyncio.Runner() as runner:
        database = Database(
            settings.database_url,
            site=settings.site,
            clock=SystemClock(),
            react=_react,
            threads=1,
            synchronous=settings.sqlite_synchronous,
        )
        try:
            yield Session(database, runner)
        except SQLAlchemyError as error:
            raise unreachable(settings, error) from error
        except Problem as problem:
            if isinstance(problem.__cause__, SQLAlchemyError):
                raise unreachable(settings, problem.__cause__) from problem
            raise
        finally:
            database.close()


def _react(unit: Unit, event: Event) -> None:
    from node.reactions import react

    react(unit, event)


@contextmanager
def current(settings: Settings) -> Iterator[Session]:
    """Give the database, if its schema is the one this version needs.

    Raises: `Stop` when it cannot be reached or is not migrated.
    """
    with opened(settings) as session:
        found = session.read(schema.revision)
        check_known(found)
        if found != HEAD:
            raise Stop(
                Code.DATABASE, f"The schema is {found or 'absent'}, this version needs {HEAD}. Run: rounds migrate"
            )
        check_origin(session)
        yield session


def check_known(revision: str | None) -> None:
    """Pass a schema that this version knows. Raises: `Stop` naming both revisions for one that a newer version made."""
    if revision is not None and revision not in KNOWN:
        raise Stop(
            Code.SETTINGS,
            f"The schema of the database is {revision}, which this version does not know; the newest it knows is {HEAD}. "
            "Nothing was changed. Install the newer version again, or restore a backup that this one made.",
        )


def check(settings: Settings) -> None:
    """Pass if the database is there and this version can use it. Raises: `Stop`."""
    with current(settings):
        return


def check_origin(session: Session) -> None:
    """Pass if the data belong to the host of the settings. Raises: `Stop` if they were made under another."""
    foreign = session.read(origin.made_under)
    if foreign is not None:
        raise Stop(Code.SETTINGS, f"host: the data were made under another ({foreign}); a host can never change")


def unreachable(settings: Settings, error: Exception) -> Stop:
    """Return what to say when the database does not answer; never its password."""
    place = settings.database_file or "PostgreSQL"
    cause = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
    return Stop(Code.DATABASE, f"The database {place} cannot be used: {cause}. Check database_url and the server.")
