"""A small HTTP/1.1 client that keeps a few connections busy. Knows nothing of the node; reads answers just far enough.

Every request is made before the clock starts, as the bytes that go over the wire.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

CONNECTIONS: Final = 32
LIMIT_S: Final = 60.0
_MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024


class BadAnswer(Exception):
    """An answer was not the one expected: the measurement would mean nothing."""


@dataclass(slots=True)
class _Work:
    requests: Iterator[bytes]
    left: int
    expected: bytes
    done: "asyncio.Future[None]"
    connections: list["_Connection"] = field(default_factory=list)

    def fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class _Connection(asyncio.Protocol):
    def __init__(self, work: _Work) -> None:
        self._work = work
        self._buffer = b""
        self._wanted = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._work.connections.append(self)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._wanted:
            self._read_head()
        if self._wanted and len(self._buffer) >= self._wanted:
            self._take()

    def connection_lost(self, error: Exception | None) -> None:
        self._work.fail(BadAnswer(f"the connection was closed: {error}"))

    def close(self) -> None:
        self._transport.abort()

    def _send(self) -> None:
        request = next(self._work.requests, None)
        if request is not None:
            self._transport.write(request)

    def _read_head(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        _, found, rest = self._buffer[:end].lower().partition(b"\r\ncontent-length:")
        size = int(rest.partition(b"\r\n")[0]) if found else -1
        if not 0 <= size <= _MAX_ANSWER_BYTES:
            self._work.fail(BadAnswer(f"an answer without a usable length: {self._buffer[:300]!r}"))
            return
        self._wanted = end + 4 + size

    def _take(self) -> None:
        answer, self._buffer, self._wanted = self._buffer[: self._wanted], self._buffer[self._wanted :], 0
        if not answer.startswith(self._work.expected):
            self._work.fail(BadAnswer(f"not {self._work.expected!r}: {answer[:600]!r}"))
            return
        self._work.left -= 1
        if self._work.left == 0 and not self._work.done.done():
            self._work.done.set_result(None)
        self._send()


async def drive(port: int, requests: Sequence[bytes], *, status: int, connections: int = CONNECTIONS) -> None:
    """Send every request over a few kept-alive connections and wait for every answer.

    Raises: BadAnswer for another status than the expected one, TimeoutError when it takes too long.
    """
    if not requests:
        return
    loop = asyncio.get_running_loop()
    work = _Work(iter(requests), len(requests), f"HTTP/1.1 {status} ".encode(), loop.create_future())
    try:
        async with asyncio.timeout(LIMIT_S):
            for _ in range(min(connections, len(requests))):
                await loop.create_connection(lambda: _Connection(work), "127.0.0.1", port)
            await work.done
    finally:
        work.done.cancel()
        for connection in work.connections:
            connection.close()


async def body(port: int, request: bytes) -> tuple[int, bytes]:
    """Send one request and return its status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(LIMIT_S):
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            return int(head.split()[1]), await reader.readexactly(size)
    finally:
        writer.close()


def request(method: str, path: str, *, host: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    if method == "POST":
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
