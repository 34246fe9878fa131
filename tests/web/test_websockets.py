"""A WebSocket is bounded: small messages in, nothing that waits for ever to go out, and no query in the server's log."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from web.listening import (
    ABORT,
    MAX_FRAGMENTS,
    MAX_MESSAGE_BYTES,
    MAX_UPGRADE_HEADERS,
    BoundedProtocol,
    BoundedWebSocket,
)


class Wire(asyncio.Transport):
    """A connection without a socket, with the client's half of the protocol at its other end."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 1), "sockname": ("192.0.2.1", 80)})
        self.written = b""
        self.unread = 0
        self.protocol: asyncio.BaseProtocol | None = None
        self.closed = asyncio.Event()
        self.aborted = asyncio.Event()
        self.wrote = asyncio.Event()

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)
        self.wrote.set()

    @override
    def close(self) -> None:
        self.closed.set()

    @override
    def abort(self) -> None:
        self.aborted.set()

    @override
    def is_closing(self) -> bool:
        return self.closed.is_set() or self.aborted.is_set()

    @override
    def get_write_buffer_size(self) -> int:
        return self.unread

    @override
    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    @override
    def pause_reading(self) -> None:
        """Read on: nothing more comes here."""

    @override
    def resume_reading(self) -> None:
        """Read on."""


@dataclass
class Served:
    """A connection that was upgraded."""

    wire: Wire
    client: ClientProtocol
    scopes: list[Scope] = field(default_factory=list)
    messages: "asyncio.Queue[dict]" = field(default_factory=asyncio.Queue)

    def send(self) -> None:
        """Let the server read what the client has to say."""
        assert isinstance(self.wire.protocol, BoundedWebSocket)
        self.wire.protocol.data_received(b"".join(self.client.data_to_send()))


async def upgraded(*, more: list[tuple[str, str]] | None = None, **options: float) -> Served:
    """Return a connection after its handshake."""
    wire = Wire()
    served = Served(wire, ClientProtocol(parse_uri("ws://ward.example/api/v1/streaming?access_token=very-secret")))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served.scopes.append(scope)
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            served.messages.put_nowait(dict(message))

    settings = {"ws_ping_interval": 30.0, "ws_ping_timeout": 30.0, **options}
    config = uvicorn.Config(
        app,
        log_config=None,
        ws=BoundedWebSocket,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        **settings,  # type: ignore[arg-type]
    )
    config.load()
    protocol = BoundedProtocol(config=config, server_state=ServerState(), app_state={})
    protocol.connection_made(wire)
    request = served.client.connect()
    for name, value in more or []:
        request.headers[name] = value
    served.client.send_request(request)
    protocol.data_received(b"".join(served.client.data_to_send()))
    await wire.wrote.wait()
    served.client.receive_data(wire.written)
    return served


async def test_the_query_of_a_handshake_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """It may hold a token."""
    with caplog.at_level(logging.DEBUG):
        served = await upgraded()

    assert b"101 Switching" in served.wire.written
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets.client")]
    assert "very-secret" not in " ".join(ours)


async def test_whatever_is_served_may_cut_its_connection() -> None:
    """A client that does not read is not waited for."""
    served = await upgraded()

    served.scopes[0]["extensions"][ABORT]["cut"]()

    assert served.wire.aborted.is_set()


async def test_a_message_is_handed_on() -> None:
    """As the app sent it."""
    served = await upgraded()

    served.client.send_text(b"subscribe")
    served.send()

    assert (await served.messages.get())["text"] == "subscribe"


async def test_a_long_message_ends_the_connection() -> None:
    """An app asks for a channel, no more."""
    served = await upgraded()

    served.client.send_text(b"x" * (MAX_MESSAGE_BYTES + 1))
    served.send()

    assert served.wire.closed.is_set()


async def test_a_message_of_very_many_pieces_ends_the_connection() -> None:
    """Empty pieces have no length that would add up."""
    served = await upgraded()

    def piece(opcode: Opcode) -> bytes:
        return Frame(opcode, b"", fin=False).serialize(mask=True)

    assert isinstance(served.wire.protocol, BoundedWebSocket)
    served.wire.protocol.data_received(piece(Opcode.TEXT) + piece(Opcode.CONT) * MAX_FRAGMENTS)

    assert served.wire.aborted.is_set()


async def test_pings_of_a_client_that_does_not_read_end_the_connection() -> None:
    """Each would leave an answer behind that waits."""
    served = await upgraded()
    served.wire.unread = 2 * 1024 * 1024

    served.client.send_ping(b"x")
    served.send()

    assert served.wire.aborted.is_set()


async def test_a_peer_that_answers_no_ping_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is closed, and cut when even that goes nowhere."""
    monkeypatch.setattr("web.listening.LAST_WORDS_S", 0.001)
    served = await upgraded(ws_ping_interval=0.001, ws_ping_timeout=0.001)

    await served.wire.closed.wait()
    await served.wire.aborted.wait()

    assert b"keepalive ping timeout" in served.wire.written


async def test_a_handshake_with_too_many_headers_is_refused() -> None:
    """Before the upgrade, in words of HTTP."""
    served = await upgraded(more=[(f"x-{number}", "1") for number in range(MAX_UPGRADE_HEADERS)])

    assert served.wire.written.startswith(b"HTTP/1.1 400 ")
    assert served.wire.closed.is_set()
