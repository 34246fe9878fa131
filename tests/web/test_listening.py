"""The head of a request: long or slow ones cost the connection, ordinary ones nothing."""

import asyncio

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.server import ServerState

from web.listening import HEAD_S, MAX_HEAD_BYTES, BoundedProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: ward.example\r\n"


class Line(asyncio.Transport):
    """A connection without a socket."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 1), "sockname": ("192.0.2.1", 80)})
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed = asyncio.Event()

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        if b"204 No Content" in data:
            self.answers.put_nowait(bytes(data))

    @override
    def close(self) -> None:
        self.closed.set()

    @override
    def is_closing(self) -> bool:
        return self.closed.is_set()


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def made(line: Line, *, head_s: float = HEAD_S) -> BoundedProtocol:
    config = uvicorn.Config(answer, log_config=None, ws="none", lifespan="off")
    config.load()
    protocol = BoundedProtocol(config=config, server_state=ServerState(), app_state={})
    protocol.head_s = head_s
    protocol.connection_made(line)
    return protocol


@pytest.fixture
async def line() -> Line:
    return Line()


@pytest.fixture
async def protocol(line: Line) -> BoundedProtocol:
    return made(line)


async def test_requests_on_one_connection_are_answered(protocol: BoundedProtocol, line: Line) -> None:
    """Each head is counted for itself, however many there are."""
    for _ in range(3):
        protocol.data_received(HEAD + b"X-Long: " + b"x" * (MAX_HEAD_BYTES // 2) + b"\r\n\r\n")
        await line.answers.get()

    assert not line.is_closing()
    protocol.connection_lost(None)


@pytest.mark.parametrize("part", [b"X-More: 1\r\n", b"x"])
async def test_a_head_without_end_costs_the_connection(protocol: BoundedProtocol, line: Line, part: bytes) -> None:
    """What has no end is not kept in memory for long."""
    protocol.data_received(HEAD)
    sent = 0
    while not line.is_closing():
        protocol.data_received(part * 1000)
        sent += len(part) * 1000

    assert sent <= MAX_HEAD_BYTES + len(part) * 1000


@pytest.mark.parametrize("begun", [b"", HEAD])
async def test_a_head_that_does_not_come_to_an_end_costs_the_connection(begun: bytes) -> None:
    """Also one that never begins."""
    line = Line()
    protocol = made(line, head_s=0.0)
    protocol.data_received(begun)

    await line.closed.wait()

    assert line.answers.empty()
