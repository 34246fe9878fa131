"""The few threads of a PostgreSQL node, each with one connection of its own that stays open.

How it works. Callers hand in a function of a connection and await a future. A free thread takes the next one; what is
finished while the loop is busy is handed over together, because waking a loop costs as much as a short read. Connections
commit each statement by themselves; a transaction says BEGIN and COMMIT. One that is found dead (the server was
restarted, a firewall forgot it) is opened anew; what only reads, or has only just begun, then runs once more.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from node.errors import busy
from node.store.forms import execute

T = TypeVar("T")


class _Order(NamedTuple):
    work: Callable[[Connection], Any]
    is_writing: bool
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


class _Handover:
    """Brings results from the threads to one loop, as many as there are in one go."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop: Final = loop
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._is_called = False

    def put(self, future: "asyncio.Future[Any]", value: Any, error: BaseException | None) -> None:
        """Hand over one result; called in any thread."""
        self._done.append((future, value, error))
        if not self._is_called:
            self._is_called = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._is_called = False  # first, so that what comes from now on calls again
        while self._done:
            future, value, error = self._done.popleft()
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(value)


class ConnectionThreads:
    """Runs functions on a few threads; a thread is started when it is first needed."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine: Final = engine
        self._most: Final = threads
        self._orders: Final[SimpleQueue[_Order | None]] = SimpleQueue()
        self._threads: Final[list[Thread]] = []
        self._idle = 0
        self._lock: Final = Lock()
        self._handover: _Handover | None = None
        self._is_closed = False

    async def submit(self, work: Callable[[Connection], T], *, is_writing: bool) -> T:
        """Run `work` in a thread, in a transaction if it is writing, and return what it returns."""
        if self._is_closed:
            raise busy()
        loop = asyncio.get_running_loop()
        order = _Order(work, is_writing, loop.create_future(), loop)
        self._orders.put(order)
        if len(self._threads) < self._most and not self._idle:
            thread = Thread(target=self._run, name=f"database-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        result: T = await order.future
        return result

    def close(self) -> None:
        """Finish what was handed in and end the threads."""
        self._is_closed = True
        for _ in self._threads:
            self._orders.put(None)
        for thread in self._threads:
            thread.join(timeout=30)

    def _run(self) -> None:
        held = _Held(self._engine)
        try:
            while (order := self._next()) is not None:
                value, error = None, None
                try:
                    value = held.write(order.work) if order.is_writing else held.read(order.work)
                except BaseException as raised:  # handed to the one who asked
                    error = raised
                self._of(order.loop).put(order.future, value, error)
        finally:
            held.close()

    def _next(self) -> _Order | None:
        self._count_idle(1)
        try:
            return self._orders.get()
        finally:
            self._count_idle(-1)

    def _count_idle(self, difference: int) -> None:
        with self._lock:
            self._idle += difference

    def _of(self, loop: asyncio.AbstractEventLoop) -> _Handover:
        handover = self._handover
        if handover is None or handover.loop is not loop:
            handover = self._handover = _Handover(loop)
        return handover


class _Held:
    """One connection of one thread, opened when it is needed and again when it is dead."""

    def __init__(self, engine: Engine) -> None:
        self._engine: Final = engine
        self._conn: Connection | None = None

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, and once more when the connection had died since it was used last."""
        is_old = self._conn is not None
        try:
            return work(self._open())
        except DBAPIError as error:
            if not self._is_dropped(error) or not is_old:
                raise
        return work(self._open())

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` between BEGIN and COMMIT."""
        conn = self.read(_begun)
        try:
            value = work(conn)
            execute(conn, "COMMIT")
        except BaseException as error:
            with contextlib.suppress(DBAPIError):
                execute(conn, "ROLLBACK")
            self._is_dropped(error)
            raise
        return value

    def close(self) -> None:
        """Let go of the connection."""
        conn, self._conn = self._conn, None
        if conn is not None:
            with contextlib.suppress(DBAPIError):
                conn.close()

    def _open(self) -> Connection:
        if self._conn is None:
            self._conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._conn

    def _is_dropped(self, error: BaseException) -> bool:
        """Close the connection if the error, or anything after it, left it dead."""
        is_dead = self._conn is not None and self._conn.invalidated
        if is_dead or (isinstance(error, DBAPIError) and error.connection_invalidated):
            self.close()
            return True
        return False


def _begun(conn: Connection) -> Connection:
    execute(conn, "BEGIN")
    return conn
