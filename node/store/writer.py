"""The one writer of a SQLite node: a thread that commits what waits as a group.

How it works. Callers hand in a function and await a future. The thread takes the first, then whatever else waits (up to
a bound), and runs each between SAVEPOINT and RELEASE in one IMMEDIATE transaction. After the commit every caller is
answered. With company an fsync is shared, so `synchronous=FULL` costs next to nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from node.errors import Problem, busy
from node.store.ids import IdTaken
from node.store.unit import After, Unit

T = TypeVar("T")
MAX_GROUP: Final = 64
MAX_TRIES: Final = 3
_PASSING: Final = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_INTERRUPT",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_PROTOCOL",
)
_log = logging.getLogger("rounds.store")


class _Order(NamedTuple):
    work: Callable[[Unit], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    order: _Order
    value: Any = None
    error: BaseException | None = None


class GroupWriter:
    """Runs units one after the other and makes them durable together."""

    def __init__(self, engine: Engine, unit: Callable[[Connection], Unit]) -> None:
        self._engine = engine
        self._unit = unit
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._is_closed = False

    async def submit(self, work: Callable[[Unit], T]) -> tuple[T, tuple[After, ...]]:
        """Run `work` in the next group and return its value once that group is durable."""
        if self._is_closed:
            raise busy()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        order = _Order(work, loop, loop.create_future())
        self._orders.put(order)
        result: tuple[T, tuple[After, ...]] = await order.future
        return result

    def close(self) -> None:
        """Finish what was handed in and end the thread."""
        self._is_closed = True
        if self._thread is not None:
            self._orders.put(None)
            self._thread.join(timeout=30)

    def _run(self) -> None:
        conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            while (first := self._orders.get()) is not None:
                group, is_last = self._gather(first)
                _answer(_run_group(conn, self._unit, group))
                if is_last:
                    break
        finally:
            conn.close()

    def _gather(self, first: _Order) -> tuple[list[_Order], bool]:
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                order = self._orders.get_nowait()
            except Empty:
                break
            if order is None:
                return group, True
            group.append(order)
        return group, False


def _run_group(conn: Connection, make: Callable[[Connection], Unit], group: list[_Order]) -> list[_Outcome]:
    driver: Any = conn.connection.driver_connection
    outcomes: list[_Outcome] = []
    try:
        driver.execute("BEGIN IMMEDIATE")
        for order in group:
            outcomes.append(_run_one(driver, lambda: make(conn), order))
            if not driver.in_transaction:  # SQLite undid everything itself: the disk is full
                raise OperationalError("unit", None, Exception("transaction lost"))
        driver.execute("COMMIT")
    except Exception as error:
        _log.warning("group of %d not written: %s", len(group), type(error).__name__)
        with contextlib.suppress(Exception):
            driver.execute("ROLLBACK")
        return [_Outcome(order, error=busy()) for order in group]
    return outcomes


def _run_one(driver: Any, make: Callable[[], Unit], order: _Order) -> _Outcome:
    for tries in range(1, MAX_TRIES + 1):
        unit = make()
        driver.execute("SAVEPOINT unit")
        try:
            value = order.work(unit)
        except Exception as error:
            _undo(driver)
            if tries == MAX_TRIES or not _is_taken_id(error):
                return _Outcome(order, error=as_problem(error) or error)
            unit.leap()
        else:
            driver.execute("RELEASE unit")
            return _Outcome(order, value=(value, unit.after))
    raise AssertionError("unreachable")


def _is_taken_id(error: BaseException) -> bool:
    """Tell whether another process made the same id; the next try has new ones."""
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", None)
    return isinstance(error, IdTaken) or name == "SQLITE_CONSTRAINT_PRIMARYKEY"


def as_problem(error: BaseException) -> Problem | None:
    """Return a 503 for what passes by itself (locked, full, away), None for a fault of ours."""
    if not isinstance(error, OperationalError):
        return None
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None and not name.startswith(_PASSING):
        return None
    _log.warning("the database is not available: %s", name or type(error.orig).__name__)
    return busy()


def _undo(driver: Any) -> None:
    if driver.in_transaction:
        driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")


def _answer(outcomes: list[_Outcome]) -> None:
    loops = {id(outcome.order.loop): outcome.order.loop for outcome in outcomes}
    for key, loop in loops.items():
        mine = [outcome for outcome in outcomes if id(outcome.order.loop) == key]
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, mine)


def _settle(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        future = outcome.order.future
        if future.done():
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.value)
