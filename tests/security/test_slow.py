"""Clients that send a head byte by byte, plain or to become a WebSocket, hold up nobody and are closed."""

import pytest

from tests.web.test_listening import HEAD, Line, made

WEBSOCKET = (
    b"GET /api/v1/streaming HTTP/1.1\r\nHost: ward.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.mark.parametrize("begun", [HEAD, WEBSOCKET])
async def test_S153_slow_heads_are_closed_and_others_are_answered(begun: bytes) -> None:
    """Five hundred at once; the time a head may take is one for all of it, however its bytes come."""
    slow = [Line() for _ in range(500)]
    protocols = [made(line, head_s=0.001) for line in slow]
    for protocol in protocols:
        for byte in begun:
            protocol.data_received(bytes([byte]))

    quick = Line()
    answered = made(quick)
    answered.data_received(HEAD + b"\r\n")
    assert b"204" in await quick.answers.get()
    answered.connection_lost(None)

    for line in slow:
        await line.closed.wait()
    assert [line for line in slow if not line.answers.empty()] == []
