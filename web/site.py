"""The ASGI application: one object, no layers. It finds the route, guards the edge and turns errors into answers.

What a failure logs: its id, the route's template and the place in our code. Never a query, a body or a message, because
those may hold what people wrote.
"""

import itertools
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from federation.reasons import PeerError
from node.errors import Problem, place_of
from node.services.authorising import Viewer
from node.social.limits import PUBLISHED
from web import answers
from web.areas import PREFLIGHT, Area, area_of
from web.barriers import Barrier
from web.bodies import UPLOAD_ENVELOPE_BYTES, UPLOAD_S, limited
from web.hosts import Hosts
from web.limiting import Exceeded, Headers, Limits
from web.node import Node
from web.routing import Access, Call, Entry, Leaf, Router

_log = logging.getLogger("rounds.web")
_HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000")
_SHORTLY: Final = (b"cache-control", b"public, max-age=15")  # what everybody gets, a cache on the way may give
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})
Lifespan = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(slots=True)
class _Passage:
    """One request on its way in and out; `told` are the headers about how often one may call."""

    scope: Scope
    receive: Receive
    leaf: Leaf | None
    area: Area
    entry: Entry | None
    values: Sequence[str]
    request_id: str
    call: Call | None = None
    told: Headers = field(default_factory=list)


class App:
    """What the HTTP server calls."""

    def __init__(
        self,
        node: Node,
        router: Router,
        *,
        error_page: answers.ErrorPage | None = None,
        lifespan: Lifespan | None = None,
    ) -> None:
        self.router: Final = router
        self.node: Final = node
        self._error_page: Final = error_page
        self._lifespan: Final = lifespan or nullcontext
        self._hosts: Final = Hosts(node.site)
        self._always: Final = [_HTTPS_ONLY] if node.site.base_url.startswith("https:") else []
        self._limits: Final = _limits(node)
        self._barrier: Final = Barrier(node.db, node.settings.proxy_trusted)
        self._run: Final = secrets.token_hex(4)
        self._numbers: Final = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the start and the end of the process."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._upgrade(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaf, values = self.router.find(scope["path"])
        passage = _Passage(
            scope=scope,
            receive=receive,
            leaf=leaf,
            area=leaf.area if leaf is not None else area_of(scope["path"]),
            entry=_entry(leaf, scope),
            values=values,
            request_id=f"{self._run}-{next(self._numbers)}",
        )
        is_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal is_begun
            if message["type"] == "http.response.start":
                is_begun = True
                _complete(message, passage)
                message["headers"].extend(self._always)
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            response = await self._respond(passage)
            if type(response) is Response and response.background is None:
                is_begun = True
                await self._send_whole(response, passage, send)
            else:
                await response(scope, receive, send_guarded)
        except ClientDisconnect:
            return
        except Exception as error:
            problem = self._problem(error, passage)
            if is_begun:  # too late for another answer; the server closes the connection
                raise RuntimeError(f"answer {passage.request_id} broke off") from None
            await self._refuse(passage, problem)(scope, receive, send_guarded)

    async def _send_whole(self, response: Response, passage: "_Passage", send: Send) -> None:
        """Send an answer whose body is there already: nothing of it can fail, nor has to be waited for."""
        headers = response.raw_headers
        start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
        _complete(start, passage)
        headers.extend(self._always)
        await send(start)
        body = b"" if passage.scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, passage: "_Passage") -> Response:
        scope, leaf, entry = passage.scope, passage.leaf, passage.entry
        self._hosts.check(scope)
        if passage.area.name != "open":  # whether a node lives is asked for before there is a schema
            await self._barrier.check(scope)
        is_counted = self._limits is not None and passage.area.is_counted and scope["method"] != "OPTIONS"
        has_token = is_counted and entry is not None and entry.route.access is not None and _has_token(scope)
        if is_counted and not has_token:
            self._charge(passage)
        if leaf is None or "\0" in scope["path"]:
            raise Problem(404, "not-found", "Not found")
        if b"%00" in scope["query_string"]:  # no database text holds it
            raise Problem(400, "malformed", "The query holds a NUL character")
        if entry is None and scope["method"] == "OPTIONS":
            return _options(leaf)
        if entry is None:
            raise Problem(405, "wrong-method", "This address does not know that method")
        receive = passage.receive if scope["method"] in _WITHOUT_BODY else self._limited(scope, passage.receive, entry)
        names = dict(zip(entry.names, passage.values, strict=True))
        passage.call = call = Call(self.node, Request(scope, receive), names, passage.request_id)
        if entry.route.access is not None:
            await self._admit(call, entry.route.access, passage if has_token else None)
        return await entry.route.handler(call)

    async def _admit(self, call: Call, access: Access, counted: "_Passage | None") -> None:
        """Let a call pass that brings a token, and count it: for the token when it is good, else for the address."""
        try:
            await access.admit(call)
        except Problem:
            if counted is not None:
                self._charge(counted)
            raise
        if counted is not None:
            self._charge(counted, call.viewer)

    def _charge(self, passage: "_Passage", viewer: Viewer | None = None) -> None:
        assert self._limits is not None
        family = passage.entry.family if passage.entry is not None else None
        try:
            passage.told = self._limits.charge(passage.scope, family, viewer, self.node.db.now().timestamp())
        except Exceeded as error:
            passage.told = error.told
            raise

    def _refuse(self, passage: "_Passage", problem: Problem) -> Response:
        request = Request(passage.scope, passage.receive)
        refusal = answers.refusal(passage.area, problem, request, passage.request_id, self._error_page)
        if passage.leaf is not None and problem.status == 405:
            refusal.headers["allow"] = passage.leaf.allow
        return refusal

    async def _upgrade(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a WebSocket, or refuse its handshake as a request is refused."""
        leaf, _ = self.router.find(scope["path"])
        passage = _Passage(
            scope={**scope, "type": "http", "method": "GET"},
            receive=receive,
            leaf=leaf,
            area=leaf.area if leaf is not None else area_of(scope["path"]),
            entry=leaf.entries["WS"][0] if leaf is not None and "WS" in leaf.entries else None,
            values=(),
            request_id=f"{self._run}-{next(self._numbers)}",
        )
        socket = WebSocket(scope, receive, send)
        try:
            await self._speak(passage, socket)
        except Exception as error:
            problem = self._problem(error, passage)
            if socket.application_state is WebSocketState.CONNECTING:
                refusal = self._refuse(passage, problem)
                _complete({"headers": refusal.raw_headers}, passage)
                await _deny(socket, refusal)

    async def _speak(self, passage: "_Passage", socket: WebSocket) -> None:
        entry = passage.entry
        self._hosts.check(passage.scope)
        await self._barrier.check(passage.scope)
        if entry is None or b"%00" in passage.scope["query_string"]:
            raise Problem(404, "not-found", "Not found")
        call = Call(self.node, Request(passage.scope, passage.receive), {}, passage.request_id, socket=socket)
        if entry.route.access is not None:
            await self._admit(call, entry.route.access, passage if self._limits is not None else None)
        await entry.route.handler(call)

    def _limited(self, scope: Scope, receive: Receive, entry: Entry) -> Receive:
        settings = self.node.settings
        if entry.route.is_upload:
            most = max(settings.max_upload_bytes, settings.max_film_bytes) + UPLOAD_ENVELOPE_BYTES
            return limited(scope, receive, most, limit_s=UPLOAD_S)
        return limited(scope, receive, settings.max_body_bytes)

    def _problem(self, error: Exception, passage: "_Passage") -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, PeerError):
            return Problem(503, error.reason.value, "The other server could not be reached or did not answer properly")
        request_id, method = passage.request_id, passage.scope["method"]
        path = passage.entry.route.path if passage.entry else "(no route)"
        _log.error("request %s failed: %s %s: %s", request_id, method, path, place_of(error))
        return Problem(500, "internal", f"Something went wrong on our side. Nothing was saved. ({request_id})")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._lifespan():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            _log.error("the node could not start or stop: %s", place_of(error))
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def _entry(leaf: Leaf | None, scope: Scope) -> Entry | None:
    if leaf is None:
        return None
    method = scope["method"]
    entries = leaf.entries.get("GET" if method == "HEAD" and "HEAD" not in leaf.entries else method)
    if not entries:
        return None
    if len(entries) == 1:
        return entries[0]
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"").decode("latin-1")
    wanted = "activity" if answers.wants_activity(accept) else "html"
    return next(entry for entry in entries if entry.route.serves == wanted)


def _options(leaf: Leaf) -> Response:
    headers = {"allow": leaf.allow}
    if leaf.area.has_cors:
        headers |= {"access-control-allow-methods": leaf.allow, **PREFLIGHT}
    return Response(None, 204, headers)


async def _deny(socket: WebSocket, refusal: Response) -> None:
    """Refuse a handshake with an answer, or without one under a server that cannot give any."""
    if "websocket.http.response" in (socket.scope.get("extensions") or {}):
        await socket.send_denial_response(refusal)
    else:
        await socket.close()


def _complete(message: Message, passage: "_Passage") -> None:
    """Give an answer the headers of its area, of its row, and those that depend on who asked."""
    headers, entry = message["headers"], passage.entry
    present = {name for name, _ in headers}
    own = entry.route.headers if entry is not None else ()
    headers.extend(header for header in own if header[0] not in present)
    present |= {name for name, _ in own}
    if b"cache-control" not in present and _is_for_everybody(message, passage):
        headers.append(_SHORTLY)
        present.add(b"cache-control")
    headers.extend(header for header in passage.area.headers if header[0] not in present)
    headers.append((b"x-request-id", passage.request_id.encode()))
    headers.extend(passage.told)
    if b"vary" in present:
        return
    if entry is not None and entry.route.serves is not None:
        headers.append((b"vary", b"Accept"))
    elif entry is not None and entry.route.access is not None:
        headers.append((b"vary", b"Authorization, Cookie"))


def _is_for_everybody(message: Message, passage: "_Passage") -> bool:
    """Tell whether an answer of the API is what anybody gets who brings no token."""
    entry, call = passage.entry, passage.call
    if entry is None or entry.route.access is None or call is None or passage.area.name != "api":
        return False
    return call.viewer is None and message["status"] == 200 and passage.scope["method"] in ("GET", "HEAD")


def _has_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


def _limits(node: Node) -> Limits | None:
    settings, changed = node.settings, node.settings.rate_limits
    if all(changed.get(name) == 0 for name in PUBLISHED):
        return None
    return Limits(changed, trusted=settings.proxy_trusted, free=settings.rate_limit_free)
