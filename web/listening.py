"""The head of a request is bounded in bytes and in time, which the HTTP server leaves to a proxy in front.

Knows nothing of what is asked; bodies are bounded by `web.bodies`, where the route is known.
"""

import asyncio
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
HEAD_S: Final = 30.0


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
            if self._late is None:
                self._late = self.loop.call_later(self.head_s, self._give_up)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._give_up()

    @override
    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._be_in_time()
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._is_in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def _be_in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._be_in_time()
        if not self.transport.is_closing():
            self.transport.close()
