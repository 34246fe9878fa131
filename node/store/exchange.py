"""Carries what happened between the processes of a node on PostgreSQL: ids alone, after the commit, by NOTIFY.

How it works. `say` hands on to this process at once and puts what happened behind what waits; one task sends all that waits
as one notice, since a notice in the business transaction itself would make commits queue. Where a process listens, one
connection of its own does nothing else. When that connection is lost something may have been missed: `on_silence` is called,
and `on_hearing` when it listens again, so that streams can be ended instead of going on with a gap.

On SQLite there is one process, and nothing to carry.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from node.errors import place_of
from node.store.database import Database
from node.store.unit import Publish, Snapshot

NAME: Final = "rounds"
MAX_NOTICE_BYTES: Final = 7900  # PostgreSQL takes less than 8000
MAX_WAITING: Final = 20_000
TRIES_AFTER_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)  # and the last one from then on
LOOK_EVERY_S: Final = 20.0  # at a connection that says nothing
ANSWER_S: Final = 5.0
_log = logging.getLogger("rounds.exchange")
_Row = tuple[str, int, tuple[int, ...], str]
_encode = msgspec.json.Encoder().encode


class _Notice(msgspec.Struct, frozen=True, array_like=True):
    """`is_gap`: whoever sent it could not send everything."""

    sender: str
    is_gap: bool = False
    rows: tuple[_Row, ...] = ()


_decoder: Final = msgspec.json.Decoder(_Notice)


class Exchange:
    """One process among several. Without `hear` it speaks only."""

    def __init__(
        self,
        db: Database,
        hear: Callable[[Publish], None] | None = None,
        *,
        on_silence: Callable[[], None] | None = None,
        on_hearing: Callable[[], None] | None = None,
    ) -> None:
        self._db: Final = db
        self._hear: Final = hear
        self._on_silence: Final = on_silence
        self._on_hearing: Final = on_hearing
        self._sender: Final = secrets.token_hex(8)
        self._waiting: Final[deque[Publish]] = deque()
        self._is_gap = False
        self._bell: Final = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def say(self, one: Publish) -> None:
        """Tell this process at once and the others soon; called in the loop's thread."""
        if self._hear is not None:
            self._hear(one)
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            self._is_gap = True
        self._waiting.append(one)
        self._bell.set()

    def start(self, *, listens: bool = True) -> None:
        """Begin to send, and to listen if somebody hears."""
        self._tasks.append(asyncio.create_task(self._send(), name="exchange:send"))
        if listens and self._hear is not None:
            self._silence()
            self._tasks.append(asyncio.create_task(self._listen(), name="exchange:listen"))

    async def stop(self) -> None:
        """Send what waits, if that goes, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        try:
            await self.flush()
        except Exception as error:
            _log.warning("other processes did not hear the last words: %s", place_of(error))

    async def flush(self) -> None:
        """Send everything that waits; what could not be sent waits on."""
        while self._waiting or self._is_gap:
            rows, is_gap = self._taken(), self._is_gap
            self._is_gap = False
            try:
                await self._db.read(_notify, _encode(_Notice(self._sender, is_gap, rows)).decode())
            except BaseException:
                self._waiting.extendleft(Publish(*row) for row in reversed(rows))  # type: ignore[arg-type]
                self._is_gap = self._is_gap or is_gap
                raise

    def _taken(self) -> tuple[_Row, ...]:
        """Take as much of what waits as fits into one notice."""
        rows: list[_Row] = []
        size = len(_encode(_Notice(self._sender, is_gap=True)))
        while self._waiting:
            one = self._waiting[0]
            row = (one.topic, one.id, one.to, one.more)
            size += len(_encode(row)) + 1
            if rows and size > MAX_NOTICE_BYTES:
                break
            rows.append(row)
            self._waiting.popleft()
        return tuple(rows)

    async def _send(self) -> None:
        failures = 0
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                await self.flush()
                failures = 0
            except Exception as error:
                _log.warning("other processes could not be told: %s", place_of(error))
                self._bell.set()
                await asyncio.sleep(_pause_s(failures))
                failures += 1

    # ------------------------------------------------------------------ listening

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with await self._connected() as connection:
                    failures = 0
                    await self._hear_all(connection)
            except Exception as error:
                _log.warning("other processes are not heard: %s", place_of(error))
            self._silence()
            await asyncio.sleep(_pause_s(failures))
            failures += 1

    async def _connected(self) -> Any:
        import psycopg  # the extra `postgres`, for those who have one

        given, options = self._db.engine.dialect.create_connect_args(self._db.engine.url)
        alive = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
        options = {**alive, "connect_timeout": 5, "application_name": "rounds listens", **options}
        return await psycopg.AsyncConnection.connect(*given, **options, autocommit=True)

    async def _hear_all(self, connection: Any) -> None:
        await connection.execute(f"LISTEN {NAME}")
        if self._on_hearing is not None:
            self._on_hearing()
        while True:
            async for notice in connection.notifies(timeout=LOOK_EVERY_S):
                self._take(notice.payload)
            async with asyncio.timeout(ANSWER_S):
                await connection.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        assert self._hear is not None
        try:
            notice = _decoder.decode(payload)
        except msgspec.DecodeError:
            return  # not ours
        if notice.sender == self._sender:
            return
        if notice.is_gap:
            self._silence()
            if self._on_hearing is not None:
                self._on_hearing()
        for topic, identifier, to, more in notice.rows:
            self._hear(Publish(topic, identifier, to, more))  # type: ignore[arg-type]  # an unknown one is passed over

    def _silence(self) -> None:
        if self._on_silence is not None:
            self._on_silence()


def _notify(snapshot: Snapshot, notice: str) -> None:
    snapshot.conn.execute(select(func.pg_notify(NAME, notice)))


def _pause_s(failures: int) -> float:
    return TRIES_AFTER_S[min(failures, len(TRIES_AFTER_S) - 1)]
