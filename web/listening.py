"""The head of a request is bounded in bytes and in time, which the HTTP server leaves to a proxy in front; so is what an app
may send over a WebSocket, and how long one that does not read is waited for.

Knows nothing of what is asked; bodies are bounded by `web.bodies`, where the route is known. Whatever is served may cut its
connection by `scope["extensions"][ABORT]["cut"]`.
"""

import asyncio
import logging
from typing import Any, Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

ABORT: Final = "rounds.abort"
MAX_HEAD_BYTES: Final = 64 * 1024
HEAD_S: Final = 30.0
MAX_MESSAGE_BYTES: Final = 8 * 1024  # an app asks for a channel, no more
MAX_FRAGMENTS: Final = 16
MAX_UNREAD_BYTES: Final = 1024 * 1024  # that wait for a client that does not read
MAX_UPGRADE_LINE_BYTES: Final = 8000
MAX_UPGRADE_HEADERS: Final = 100
PING_S: Final = 30.0
LAST_WORDS_S: Final = 3.0
_quiet = logging.getLogger("rounds.websocket")  # the server would log the query, which may hold a token,
_quiet.setLevel(logging.CRITICAL)  # and every refusal; what fails in our own code the application logs


class BoundedProtocol(HttpToolsProtocol):
    """One connection: closed when the head of a request is too long or too slow, whether the first or a later one."""

    head_s = HEAD_S
    _head_bytes = 0
    _is_in_head = True
    _late: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(self.head_s, self._give_up)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._be_in_time()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes:  # most heads come whole, and need no clock
            self._await_head()

    def _await_head(self) -> None:
        if self._head_bytes > MAX_HEAD_BYTES:
            self._give_up()
        elif self._late is None:
            self._late = self.loop.call_later(self.head_s, self._give_up)

    @override
    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._be_in_time()
        self.scope["extensions"] = {ABORT: {"cut": self.transport.abort}}
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._is_in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    @override
    def handle_websocket_upgrade(self) -> None:
        lines = [self.url, *(name + value for name, value in self.scope["headers"])]
        if len(lines) > MAX_UPGRADE_HEADERS or any(len(line) > MAX_UPGRADE_LINE_BYTES for line in lines):
            self.send_400_response("The head of the request is too long")
            return
        super().handle_websocket_upgrade()

    def _be_in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._be_in_time()
        if not self.transport.is_closing():
            self.transport.close()


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket: small messages in, and no more waiting to go out than a client reads in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = _quiet
        self.conn.logger = _quiet

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"] = {**(self.scope["extensions"] or {}), ABORT: {"cut": self.transport.abort}}

    @override
    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:
            self.transport.abort()
            return
        super().handle_cont(event)

    @override
    def handle_ping(self) -> None:
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES:
            self.transport.abort()

    @override
    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._give_up_soon()

    @override
    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        super().on_task_complete(task)
        self._give_up_soon()

    def _give_up_soon(self) -> None:
        """Cut a connection that is closed but for what its client does not read."""
        self.loop.call_later(LAST_WORDS_S, self.transport.abort)
