"""Engines, transactions and everything in which SQLite and PostgreSQL differ.

How it works. `read` and `write` take a plain synchronous function whose first parameter is the `Snapshot` or `Unit`.

On SQLite a read runs in place, in the caller's thread, on one connection, and is cut off when it runs too long. Writes
go to ONE writer thread that takes what waits, opens one IMMEDIATE transaction, gives each unit a SAVEPOINT, and commits
them together; a unit's own error undoes only its savepoint, a failed commit fails every unit of the group.

On PostgreSQL both run in a few threads, a transaction per unit, tried at most three times on deadlock or serialisation
failure; reads are auto-committed, which spares two round trips.

Two rules for editors: nothing here knows a subject (that is for the modules beside it), and no error leaves with a
statement's parameters in its text.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from node.clock import Clock
from node.events import Event
from node.social.site import Site
from node.store.dialects import insert as insert
from node.store.ids import IdMaker, IdTaken
from node.store.pool import ConnectionThreads
from node.store.unit import After, Publish, Snapshot, Unit, Wake
from node.store.writer import MAX_TRIES, GroupWriter, as_problem

P = ParamSpec("P")
T = TypeVar("T")

React = Callable[[Unit, Event], None]
_MakeUnit = Callable[[Connection], Unit]
_MakeSnapshot = Callable[[Connection], Snapshot]
READ_LIMIT_S: Final = 5.0
BUSY_TIMEOUT_S: Final = 5  # how long SQLite waits for another process, unless the URL says otherwise
PREPARED: Final = 500  # statements that PostgreSQL keeps ready for a connection; there are about 300
# the pages that a savepoint would bring back stay in memory: on the disk each costs a write, and a post has eighty
_PRAGMAS: Final = ("journal_mode=WAL", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY")
REMEMBERED: Final = 4000  # rows and texts that a process keeps while nothing is written
# 23505: two wrote the same at once, 23503: one took away what the other refers to; the second now sees the first
_RETRYABLE: Final = {"40001", "40P01", "23505", "23503"}


class Backend(Protocol):
    """How one kind of database runs functions."""

    async def read(self, work: Callable[[Snapshot], T]) -> T: ...

    async def remembered(self, key: Hashable, work: Callable[[Snapshot], T]) -> T: ...

    async def write(self, work: Callable[[Unit], T]) -> tuple[T, tuple[After, ...]]: ...

    def close(self) -> None: ...


class Database:
    """The node's database. Give it the reactions; ask it to `read` and `write`."""

    def __init__(
        self, url: str, *, site: Site, clock: Clock, react: React, threads: int = 4, synchronous: str = "FULL"
    ) -> None:
        self.engine: Final = make_engine(url, threads=threads, synchronous=synchronous)
        self.is_sqlite: Final = self.engine.dialect.name == "sqlite"
        self.on_wake: Callable[[Wake], None] | None = None
        self.on_publish: Callable[[Publish], None] | None = None
        self._clock: Final = clock
        ids = IdMaker()

        def unit(conn: Connection) -> Unit:
            return Unit(conn, clock.now(), site, ids=ids, react=react)

        def snapshot(conn: Connection) -> Snapshot:
            return Snapshot(conn, clock.now(), site)

        self._backend: Backend = (
            _Sqlite(self.engine, clock, snapshot, unit)
            if self.is_sqlite
            else _Postgres(self.engine, snapshot, unit, threads=threads)
        )

    def now(self) -> datetime:
        """Return the time, as snapshots and units see it."""
        return self._clock.now()

    async def read(self, function: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(snapshot, ...)` on a consistent view.

        Raises: Problem 503 when the database is away or the read runs too long.
        """
        return await self._backend.read(lambda snapshot: function(snapshot, *args, **kwargs))

    async def remembered(self, key: Hashable, function: Callable[[Snapshot], T]) -> T:
        """Return what a read gave before, as long as nobody wrote anything since; on PostgreSQL read it again.

        For small answers that are asked for over and over and depend on no time. Raises: as `read`, and what it raised is
        not remembered.
        """
        return await self._backend.remembered(key, function)

    async def write(self, function: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(unit, ...)` as one transaction and return once it is durable.

        Raises: whatever the function raises (its changes are undone); Problem 503 when the database cannot write.
        """
        value, after = await self._backend.write(lambda unit: function(unit, *args, **kwargs))
        for one in after:
            self._say(one)
        return value

    def _say(self, one: After) -> None:
        if isinstance(one, Wake):
            if self.on_wake is not None:
                self.on_wake(one)
        elif self.on_publish is not None:
            self.on_publish(one)

    def close(self) -> None:
        """Finish what is being written and let go of every connection."""
        self._backend.close()
        self.engine.dispose()


class _Sqlite:
    def __init__(self, engine: Engine, clock: Clock, snapshot: _MakeSnapshot, unit: _MakeUnit) -> None:
        self._engine = engine
        self._clock = clock
        self._snapshot = snapshot
        self._reader: Connection | None = None
        self._deadline_s = 0.0
        self._writer = GroupWriter(engine, unit)
        self._shelf: dict[Hashable, Any] = {}
        self._version = -1

    async def remembered(self, key: Hashable, work: Callable[[Snapshot], T]) -> T:
        self._check_shelf((self._reader or self._open_reader()).connection.driver_connection)
        if key not in self._shelf:
            self._shelf[key] = await self.read(work)
        value: T = self._shelf[key]
        return value

    def _check_shelf(self, driver: Any) -> None:
        """Empty the shelf when another connection, of any process, has committed: SQLite tells for next to nothing."""
        version = driver.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version or len(self._shelf) >= REMEMBERED:
            self._shelf.clear()
            self._version = version

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        conn = self._reader or self._open_reader()
        driver = conn.connection.driver_connection
        assert driver is not None
        self._deadline_s = self._clock.monotonic_s() + READ_LIMIT_S
        try:
            driver.execute("BEGIN")
            try:
                self._check_shelf(driver)  # asked inside, it speaks of what this transaction sees
                snapshot = self._snapshot(conn)
                snapshot.shelf = self._shelf
                return work(snapshot)
            finally:
                driver.execute("ROLLBACK")
        except OperationalError as error:
            raise as_problem(error) or error from error

    def _open_reader(self) -> Connection:
        self._reader = conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = conn.connection.driver_connection
        driver.set_progress_handler(lambda: self._clock.monotonic_s() > self._deadline_s, 100_000)
        return conn

    async def write(self, work: Callable[[Unit], T]) -> tuple[T, tuple[After, ...]]:
        return await self._writer.submit(work)

    def close(self) -> None:
        self._writer.close()
        if self._reader is not None:
            self._reader.close()


class _Postgres:
    def __init__(self, engine: Engine, snapshot: _MakeSnapshot, unit: _MakeUnit, *, threads: int) -> None:
        self._snapshot = snapshot
        self._unit = unit
        self._threads = ConnectionThreads(engine, threads)

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        try:
            return await self._threads.submit(lambda conn: work(self._snapshot(conn)), is_writing=False)
        except OperationalError as error:
            raise as_problem(error) or error from error

    async def remembered(self, key: Hashable, work: Callable[[Snapshot], T]) -> T:
        return await self.read(work)

    async def write(self, work: Callable[[Unit], T]) -> tuple[T, tuple[After, ...]]:
        def run(conn: Connection) -> tuple[T, tuple[After, ...]]:
            unit = self._unit(conn)
            try:
                return work(unit), unit.after
            except IdTaken:
                unit.leap()
                raise

        for last in (False,) * (MAX_TRIES - 1) + (True,):
            try:
                return await self._threads.submit(run, is_writing=True)
            except IdTaken:
                if last:
                    raise
            except DBAPIError as error:
                if last or getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                    raise as_problem(error) or error from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._threads.close()


def make_engine(url: str, *, threads: int = 4, synchronous: str = "FULL") -> Engine:
    """Return an engine with our settings: SQLite in WAL mode with real transactions, or PostgreSQL by psycopg 3."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite(parsed, synchronous)
    limits = "-c statement_timeout=10000 -c lock_timeout=5000 -c plan_cache_mode=force_custom_plan"
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=threads,
        max_overflow=2,  # beside the connections that the threads keep
        pool_pre_ping=False,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={"options": limits, "connect_timeout": 5, "application_name": "rounds"},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.prepared_max = PREPARED

    return engine


def _make_sqlite(url: URL, synchronous: str) -> Engine:
    url = url if "timeout" in url.query else url.update_query_dict({"timeout": str(BUSY_TIMEOUT_S)})
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (*_PRAGMAS, f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
