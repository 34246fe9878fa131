"""Open streams of one process: who listens to what, and what happens put before each of them. In memory alone.

How it works. `publish` takes ids of what happened, from this process or another. One task looks each up in order, asks the
store which of those who listen get it as they are now, and puts a message into the queue of each of their streams. A message
is encoded once for everybody who sees the same. Queues are bounded: who reads too slowly is dropped and connects again.

Nothing is kept of what was sent. Where events may have been missed (the database was away, too many waited) every stream is
ended, so that apps connect again and fetch what they do not have: no stream goes on with a gap.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from typing import Final, Literal, TypeVar

from msgspec import Struct, json

from node.errors import Problem, busy, place_of
from node.services import browsing, channels, scopes, telling
from node.services.authorising import Viewer
from node.services.channels import Channel
from node.services.telling import Key, Told
from node.store import streams
from node.store.database import Database
from node.store.unit import Publish

MAX_WAITING: Final = 256  # messages for one stream
MAX_WAITING_CHARS: Final = 2_000_000
MAX_PUBLISHED: Final = 10_000  # that wait to be looked up
MAX_CHANNELS: Final = 64  # of one stream
CHECK_S: Final = 3.0  # how often tokens are looked at, beside the word that they were revoked
MAX_FAILURES: Final = 5
GRACE_S: Final = 2.0  # for a client to hear that its stream ends
K = TypeVar("K")
End = Literal["revoked", "slow", "gap", "stopping"]
_log = logging.getLogger("rounds.streaming")


class Limits(Struct, frozen=True):
    """How many streams at once: of one token, from one address (which may be a whole hospital's), in one process."""

    per_token: int = 20
    per_address: int = 2000
    in_all: int = 5000


class Message:
    """An event as it goes over the wire, encoded when it is first needed."""

    __slots__ = ("_frames", "_lines", "event", "payload")

    def __init__(self, event: str, payload: str | None) -> None:
        self.event: Final = event
        self.payload: Final = payload
        self._frames: Final[dict[Channel, str]] = {}
        self._lines: bytes | None = None

    def frame(self, channel: Channel) -> str:
        """Return the text of a WebSocket message."""
        made = self._frames.get(channel)
        if made is None:
            labels = json.encode(channel.stream).decode()
            payload = "" if self.payload is None else f',"payload":{json.encode(self.payload).decode()}'
            made = self._frames[channel] = f'{{"stream":{labels},"event":"{self.event}"{payload}}}'
        return made

    @property
    def lines(self) -> bytes:
        """The bytes of a server-sent event."""
        if self._lines is None:
            payload = "undefined" if self.payload is None else self.payload
            self._lines = f"event: {self.event}\ndata: {payload}\n\n".encode()
        return self._lines


class Stream:
    """One open connection: what it listens to and what waits for it. `drop` cuts a connection that does not read."""

    __slots__ = ("_bell", "_chars", "_drop", "_waiting", "address", "channels", "ended", "viewer")

    def __init__(self, viewer: Viewer, address: str, drop: Callable[[], None]) -> None:
        self.viewer: Final = viewer
        self.address: Final = address
        self.channels: Final[dict[Key, Channel]] = {}
        self.ended: End | None = None
        self._drop: Final = drop
        self._waiting: Final[deque[tuple[Channel, Message]]] = deque()
        self._chars = 0
        self._bell: asyncio.Future[None] | None = None

    @property
    def account_id(self) -> int:
        """Whose stream it is."""
        assert self.viewer.account_id is not None
        return self.viewer.account_id

    def put(self, channel: Channel, message: Message) -> None:
        """Put a message behind those that wait; who has too many is dropped."""
        if self.ended is not None:
            return
        self._chars += len(message.payload or "")
        if len(self._waiting) >= MAX_WAITING or self._chars > MAX_WAITING_CHARS:
            self.end("slow")
            return
        self._waiting.append((channel, message))
        self._ring()

    def end(self, why: End) -> None:
        """Send nothing more."""
        if self.ended is None:
            self.ended = why
            self._waiting.clear()
            self._ring()
            if why == "slow":
                self._drop()
            else:
                asyncio.get_running_loop().call_later(GRACE_S, self._drop)

    async def take(self) -> list[tuple[Channel, Message]]:
        """Wait for messages and return them; none means that the stream has ended."""
        while not self._waiting and self.ended is None:
            self._bell = asyncio.get_running_loop().create_future()
            try:
                await self._bell
            finally:
                self._bell = None
        taken = list(self._waiting)
        self._waiting.clear()
        self._chars = 0
        return taken

    def _ring(self) -> None:
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)


class Streams:
    """Every open stream of this process."""

    def __init__(self, db: Database, limits: Limits | None = None) -> None:
        self._db: Final = db
        self._limits: Final = limits or Limits()
        self._open: Final[set[Stream]] = set()
        self._listening: Final[dict[Key, dict[int, set[Stream]]]] = {}
        self._per_token: Final[Counter[int]] = Counter()
        self._per_address: Final[Counter[str]] = Counter()
        self._published: Final[asyncio.Queue[Publish]] = asyncio.Queue(MAX_PUBLISHED)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_deaf = False

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def open(self, viewer: Viewer, address: str, drop: Callable[[], None]) -> Stream:
        """Begin a stream. Raises: 429 when there are too many, 503 while other processes are not heard."""
        if self._is_deaf:
            raise busy("Streams are away for a moment. Try again.")
        limits, token_id = self._limits, viewer.token_id
        is_full = len(self._open) >= limits.in_all or self._per_token[token_id] >= limits.per_token
        if is_full or self._per_address[address] >= limits.per_address:
            raise Problem(429, "too-many-streams", "Too many streams are open. Close some.", retry_after_s=30)
        stream = Stream(viewer, address, drop)
        self._open.add(stream)
        self._per_token[token_id] += 1
        self._per_address[address] += 1
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._tell(), name="streams:tell"),
                asyncio.create_task(self._check(), name="streams:check"),
            ]
        return stream

    def close(self, stream: Stream) -> None:
        """Forget a stream."""
        for key in list(stream.channels):
            self.leave(stream, key)
        if stream in self._open:
            self._open.discard(stream)
            _uncount(self._per_token, stream.viewer.token_id)
            _uncount(self._per_address, stream.address)

    async def listen(self, stream: Stream, channel: Channel) -> None:
        """Have a stream hear a channel. Raises: 401 for a scope or a list that is not theirs, 400 for too many."""
        channels.check_scopes(channel, stream.viewer.scopes)
        key = (channel.name, channel.about)
        if len(stream.channels) >= MAX_CHANNELS and key not in stream.channels:
            raise Problem(400, "too-many-streams", "This connection listens to too many channels")
        if channel.name == channels.LIST:
            owner = await self._db.read(streams.owner, int(channel.about))
            if owner != stream.account_id:
                raise channels.not_your_list()
        if channel.name in channels.PUBLIC and await self._db.read(browsing.is_closed, stream.viewer.role):
            return  # as the timeline is: there, and empty
        if stream in self._open:
            stream.channels[key] = channel
            self._listening.setdefault(key, {}).setdefault(stream.account_id, set()).add(stream)

    def leave(self, stream: Stream, key: Key) -> None:
        """Have a stream hear a channel no more; one that it did not hear is fine."""
        if stream.channels.pop(key, None) is None:
            return
        accounts = self._listening[key]
        accounts[stream.account_id].discard(stream)
        if not accounts[stream.account_id]:
            del accounts[stream.account_id]
        if not accounts:
            del self._listening[key]

    def publish(self, one: Publish) -> None:
        """Take what happened; called in the loop's thread, and cheap when nobody listens."""
        if not self._open:
            return
        if one.topic == "revoked":
            self._end_those({one.id})
            return
        try:
            self._published.put_nowait(one)
        except asyncio.QueueFull:
            self.end_all("gap")

    def end_all(self, why: End) -> None:
        """End every stream: its app connects again, and fetches what it missed."""
        for stream in list(self._open):
            stream.end(why)

    def set_deaf(self, *, is_deaf: bool) -> None:
        """Take streams only while what other processes say is heard."""
        if is_deaf:
            self.end_all("gap")
        self._is_deaf = is_deaf

    async def settled(self) -> None:
        """Return when everything published so far was put before those who get it."""
        await self._published.join()

    async def stop(self) -> None:
        """End everything."""
        self.end_all("stopping")
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check_tokens(self) -> None:
        """End the streams whose tokens are worth nothing any more, however that came about."""
        token_ids = {stream.viewer.token_id for stream in self._open}
        if token_ids:
            self._end_those(token_ids - await self._db.read(streams.alive, token_ids))

    def _end_those(self, token_ids: Collection[int]) -> None:
        for stream in [one for one in self._open if one.viewer.token_id in token_ids]:
            stream.end("revoked")

    async def _check(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self.check_tokens()
                failures = 0
            except Exception as error:
                failures += 1
                _log.error("the tokens of open streams could not be looked at: %s", place_of(error))
                if failures >= MAX_FAILURES:
                    self.end_all("gap")

    async def _tell(self) -> None:
        while True:
            one = await self._published.get()
            try:
                for told in await telling.tell(self._db, one, self):
                    self._put(told)
            except Problem:  # the database was away
                self.end_all("gap")
            except Exception as error:
                _log.error("an event of the kind %s could not be told: %s", one.topic, place_of(error))
            finally:
                self._published.task_done()

    def _put(self, told: Told) -> None:
        message = Message(told.event, told.payload)
        for key, account_id in told.to:
            for stream in self._listening.get(key, {}).get(account_id, ()):
                if told.scope is None or scopes.covers(stream.viewer.scopes, told.scope):
                    stream.put(stream.channels[key], message)

    # ------------------------------------------------------------------ who listens, as `telling` asks

    def heard(self) -> Iterable[Key]:
        """Return every channel that somebody listens to."""
        return list(self._listening)

    def listeners(self, key: Key) -> Collection[int]:
        """Return whose streams listen to a channel."""
        return self._listening.get(key, {}).keys()


def _uncount(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
