"""The ASGI application: one object, no layers. It finds the route, guards the edge and turns errors into answers.

What a failure logs: its id, the route's template and the place in our code. Never a query, a body or a message, because
those may hold what people wrote.
"""

import itertools
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from federation.reasons import PeerError
from node.errors import Problem, place_of
from web import answers
from web.areas import PREFLIGHT, Area, area_of
from web.bodies import UPLOAD_ENVELOPE_BYTES, UPLOAD_S, limited
from web.hosts import Hosts
from web.node import Node
from web.routing import Call, Entry, Leaf, Router

_log = logging.getLogger("rounds.web")
_HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000")
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})
Lifespan = Callable[[], AbstractAsyncContextManager[None]]


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
        self._node: Final = node
        self._error_page: Final = error_page
        self._lifespan: Final = lifespan or nullcontext
        self._hosts: Final = Hosts(node.site)
        self._always: Final = [_HTTPS_ONLY] if node.site.base_url.startswith("https:") else []
        self._run: Final = secrets.token_hex(4)
        self._numbers: Final = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the start and the end of the process."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = f"{self._run}-{next(self._numbers)}"
        leaf, values = self.router.find(scope["path"])
        area = leaf.area if leaf is not None else area_of(scope["path"])
        entry = _entry(leaf, scope)
        request = Request(scope, receive)
        is_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal is_begun
            if message["type"] == "http.response.start":
                is_begun = True
                _complete(message["headers"], area, entry, request_id)
                message["headers"].extend(self._always)
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            response = await self._respond(scope, receive, leaf, entry, values, request_id)
            await response(scope, receive, send_guarded)
        except ClientDisconnect:
            return
        except Exception as error:
            problem = self._problem(error, scope, entry, request_id)
            if is_begun:  # too late for another answer; the server closes the connection
                raise RuntimeError(f"answer {request_id} broke off") from None
            refusal = answers.refusal(area, problem, request, request_id, self._error_page)
            if leaf is not None and problem.status == 405:
                refusal.headers["allow"] = leaf.allow
            await refusal(scope, receive, send_guarded)

    async def _respond(
        self, scope: Scope, receive: Receive, leaf: Leaf | None, entry: Entry | None, values: Any, request_id: str
    ) -> Response:
        self._hosts.check(scope)
        if leaf is None or "\0" in scope["path"]:
            raise Problem(404, "not-found", "Not found")
        if b"%00" in scope["query_string"]:  # no database text holds it
            raise Problem(400, "malformed", "The query holds a NUL character")
        if entry is None and scope["method"] == "OPTIONS":
            return _options(leaf)
        if entry is None:
            raise Problem(405, "wrong-method", "This address does not know that method")
        if scope["method"] not in _WITHOUT_BODY:
            receive = self._limited(scope, receive, entry)
        call = Call(self._node, Request(scope, receive), dict(zip(entry.names, values, strict=True)), request_id)
        if entry.route.access is not None:
            await entry.route.access.admit(call)
        return await entry.route.handler(call)

    def _limited(self, scope: Scope, receive: Receive, entry: Entry) -> Receive:
        settings = self._node.settings
        if entry.route.is_upload:
            return limited(scope, receive, settings.max_upload_bytes + UPLOAD_ENVELOPE_BYTES, limit_s=UPLOAD_S)
        return limited(scope, receive, settings.max_body_bytes)

    def _problem(self, error: Exception, scope: Scope, entry: Entry | None, request_id: str) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, PeerError):
            return Problem(503, error.reason.value, "The other server could not be reached or did not answer properly")
        path = entry.route.path if entry else "(no route)"
        _log.error("request %s failed: %s %s: %s", request_id, scope["method"], path, place_of(error))
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


def _complete(headers: list[tuple[bytes, bytes]], area: Area, entry: Entry | None, request_id: str) -> None:
    present = {name for name, _ in headers}
    own = entry.route.headers if entry is not None else ()
    headers.extend(header for header in own if header[0] not in present)
    present |= {name for name, _ in own}
    headers.extend(header for header in area.headers if header[0] not in present)
    headers.append((b"x-request-id", request_id.encode()))
    if b"vary" in present:
        return
    if entry is not None and entry.route.serves is not None:
        headers.append((b"vary", b"Accept"))
    elif entry is not None and entry.route.access is not None:
        headers.append((b"vary", b"Authorization, Cookie"))
