"""How much of a request is read: the limit holds while reading, whatever Content-Length says."""

from typing import Any, Final

from starlette.types import Message, Receive

from node.errors import Problem

UPLOAD_ENVELOPE_BYTES: Final = 64 * 1024  # boundaries, part headers and the small fields beside a file


def too_large(limit: int) -> Problem:
    """Return a 413."""
    return Problem(413, "too-large", f"The request is larger than {limit} bytes")


def limited(scope: Any, receive: Receive, limit: int) -> Receive:
    """Return a `receive` that gives at most `limit` bytes. Raises: 413 at once when more is announced, 400 for nonsense."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Problem(400, "malformed", "The Content-Length is not a number")
            if len(value) > 18 or int(value) > limit:
                raise too_large(limit)
    left = limit

    async def receive_some() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                raise too_large(limit)
        return message

    return receive_some
