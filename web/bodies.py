"""How much of a request is read, and for how long: the limits hold while reading, whatever Content-Length says."""

import asyncio
from typing import Any, Final

from starlette.types import Message, Receive

from node.errors import Problem

BODY_S: Final = 30.0
UPLOAD_S: Final = 300.0
UPLOAD_ENVELOPE_BYTES: Final = 64 * 1024  # boundaries, part headers and the small fields beside a file


def too_large(limit: int) -> Problem:
    """Return a 413."""
    return Problem(413, "too-large", f"The request is larger than {limit} bytes")


def limited(scope: Any, receive: Receive, limit: int, *, limit_s: float = BODY_S) -> Receive:
    """Return a `receive` that gives at most `limit` bytes within `limit_s` in all.

    Raises: 413 at once when more is announced and later when more comes, 408 when it comes too slowly, 400 for nonsense.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Problem(400, "malformed", "The Content-Length is not a number")
            if len(value) > 18 or int(value) > limit:
                raise too_large(limit)
    left = limit
    deadline_s = asyncio.get_running_loop().time() + limit_s

    async def receive_some() -> Message:
        nonlocal left
        try:
            async with asyncio.timeout_at(deadline_s):
                message = await receive()
        except TimeoutError:
            raise Problem(408, "too-slow", "The request came too slowly") from None
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                raise too_large(limit)
        return message

    return receive_some
