"""The streaming API: WebSockets that carry many channels, and one channel as server-sent events.

Who may listen is decided before a connection is upgraded. Here alone a token may come in the query, since a browser can give
a WebSocket no header; nothing logs a query.
"""

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from typing_extensions import override

from node.errors import Problem, not_found, unauthorised
from node.services import authorising, channels
from node.services.channels import Channel
from node.services.streaming import End, Stream, Streams
from web.api import auth
from web.listening import ABORT
from web.routing import Call, Route

HEARTBEAT_S: Final = 15.0
_CLOSES: Final[dict[End, int]] = {"revoked": 1008, "slow": 1008, "gap": 1012, "stopping": 1012}
_UNSUPPORTED_DATA: Final = 1003
_PATHS: Final = {name.replace(":", "/"): name for name in channels.NAMES if not name.endswith(":media")}


async def health(call: Call) -> Response:
    """Say that streams are served."""
    return Response("OK", media_type="text/plain")


async def nowhere(call: Call) -> Response:
    """Say that there is no other host to stream from. Raises: 404."""
    raise not_found()


# ------------------------------------------------------------------ who listens


class _Listener:
    """Access by the token of a person, which may also stand in the query or be offered as a protocol."""

    async def admit(self, call: Call) -> None:
        """Set `call.viewer`. Raises: 401, whatever is wrong with the token."""
        token = auth.bearer(call) or call.request.query_params.get("access_token") or _offered(call)
        if not token:
            raise unauthorised("Missing access token")
        if len(token) > auth.MAX_TOKEN_CHARS:
            raise unauthorised("Invalid access token")
        found = await call.node.db.read(authorising.viewer, token)
        is_out = found.is_revoked or found.is_disabled or found.is_unconfirmed or found.is_unapproved
        if is_out or found.account_id is None:
            raise unauthorised("Invalid access token")
        call.viewer = found


def _offered(call: Call) -> str | None:
    """Return the protocol that a handshake offers: browsers can put a token nowhere else but into the query."""
    if call.socket is None:
        return None
    offered: list[str] = call.request.scope.get("subprotocols") or []
    return offered[0] if offered else None


async def _opened(call: Call, channel: Channel | None) -> Stream:
    """Begin a stream that listens to a channel, if one is named. Raises: 401, 429, 503."""
    viewer, streams = call.viewer, call.node.streams
    assert viewer is not None
    channels.check_scopes(channel, viewer.scopes)
    cutting = (call.request.scope.get("extensions") or {}).get(ABORT) or {}
    stream = streams.open(viewer, call.address, cutting.get("cut", _nothing))
    try:
        if channel is not None:
            await streams.listen(stream, channel)
    except BaseException:
        streams.close(stream)
        raise
    return stream


def _nothing() -> None:
    """Cut nothing: the server does not say how."""


# ------------------------------------------------------------------ server-sent events


async def events(call: Call) -> Response:
    """Answer with one channel for as long as the client listens."""
    name = _PATHS.get(call.params["name"])
    if name is None:
        raise Problem(400, "unknown-stream", "Unknown channel requested")
    query = call.request.query_params
    if name in channels.PUBLIC and query.get("only_media") in ("1", "true"):
        name += ":media"
    channel = channels.parse(name, query)
    if call.request.method == "HEAD":
        return Response(None, 200, _HEADERS)
    return _Events(await _opened(call, channel), call.node.streams)


_HEADERS: Final = {
    "content-type": "text/event-stream",
    "cache-control": "private, no-store",
    "connection": "close",  # it is cut when the client does not let it end
    "x-accel-buffering": "no",  # a proxy shall pass on what comes
}


class _Events(Response):
    """An answer that goes on until the stream ends or the client goes."""

    def __init__(self, stream: Stream, streams: Streams) -> None:
        super().__init__(None, 200, _HEADERS)
        self._stream = stream
        self._streams = streams

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [header for header in self.raw_headers if header[0] != b"content-length"]
        gone = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._send(send, b":)\n")
            while (said := await self._next()) is not None:
                await self._send(send, said)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._streams.close(self._stream)

    async def _next(self) -> bytes | None:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                taken = await self._stream.take()
        except TimeoutError:
            return b":thump\n"
        return b"".join(message.lines for _, message in taken) if taken else None

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._stream.end("stopping")

    async def _send(self, send: Send, said: bytes) -> None:
        await send({"type": "http.response.body", "body": said, "more_body": True})


# ------------------------------------------------------------------ WebSockets


class _Asked(msgspec.Struct):
    type: str = ""
    stream: str = ""
    tag: str | None = ""
    list: str | int | None = ""


_asked: Final = msgspec.json.Decoder(_Asked)


async def upgrade(call: Call) -> Response:
    """Speak with an app for as long as it stays. Raises: 400, 401, 429 before the connection is upgraded."""
    socket, query = call.socket, call.request.query_params
    if socket is None:
        raise not_found()
    channel = channels.parse(query["stream"], query) if query.get("stream") else None
    stream = await _opened(call, channel)
    try:
        await socket.accept(subprotocol=_offered(call))
        await _talk(socket, stream, call.node.streams)
    finally:
        call.node.streams.close(stream)
    return Response()


async def _talk(socket: WebSocket, stream: Stream, streams: Streams) -> None:
    sender = asyncio.create_task(_send_all(socket, stream))
    try:
        while (message := await socket.receive())["type"] == "websocket.receive":
            if message.get("bytes") is not None:
                await _quietly(socket.close(_UNSUPPORTED_DATA))
                return
            answer = await _answered(message.get("text") or "", stream, streams)
            if answer is not None and stream.ended is None:
                await _quietly(socket.send_text(answer))
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


async def _send_all(socket: WebSocket, stream: Stream) -> None:
    while taken := await stream.take():
        for channel, message in taken:
            await _quietly(socket.send_text(message.frame(channel)))
    if stream.ended is not None:
        await _quietly(socket.close(_CLOSES[stream.ended]))


async def _quietly(sending: Awaitable[None]) -> None:
    """Send to somebody who may be gone already; whoever receives hears of it."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await sending


async def _answered(text: str, stream: Stream, streams: Streams) -> str | None:
    """Do what a message of the app asks, and return what to say to it; what is not understood is passed over."""
    try:
        asked = _asked.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if asked.type not in ("subscribe", "unsubscribe"):
        return None
    try:
        channel = channels.parse(asked.stream, {"tag": asked.tag or "", "list": str(asked.list or "")})
        if asked.type == "subscribe":
            await streams.listen(stream, channel)
        else:
            streams.leave(stream, (channel.name, channel.about))
    except Problem as problem:
        return msgspec.json.encode({"error": problem.text, "status": problem.status}).decode()
    return None


routes = [
    Route("WS", "/api/v1/streaming", upgrade, _Listener()),
    Route("GET", "/api/v1/streaming", nowhere),
    Route("GET", "/api/v1/streaming/health", health),
    Route("GET", "/api/v1/streaming/{name:rest}", events, _Listener()),
]
