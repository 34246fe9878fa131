"""Conversations of the reader: direct posts among the same people, each with its newest post."""

from starlette.responses import Response

from node.services import conversing
from web import answers
from web.api import auth, listing, paging
from web.routing import Call, Route


async def show(call: Call) -> Response:
    """Return the reader's conversations, the one with the newest post first."""
    page = paging.page(call)
    found = await call.node.db.read(conversing.page, call.account_id, page)
    return listing.edges(call, found, page, prev="min_id")


async def read(call: Call) -> Response:
    """Mark a conversation as read."""
    return await _mark(call, is_unread=False)


async def unread(call: Call) -> Response:
    """Mark a conversation as to be read."""
    return await _mark(call, is_unread=True)


async def _mark(call: Call, *, is_unread: bool) -> Response:
    return answers.rendered(await call.node.db.write(conversing.mark, call.account_id, call.id(), is_unread=is_unread))


async def remove(call: Call) -> Response:
    """Take a conversation out of the reader's list."""
    await call.node.db.write(conversing.remove, call.account_id, call.id())
    return answers.json({})


_write = auth.user("write:conversations")

routes = [
    Route("GET", "/api/v1/conversations", show, auth.user("read:statuses")),
    Route("POST", "/api/v1/conversations/{id}/read", read, _write),
    Route("POST", "/api/v1/conversations/{id}/unread", unread, _write),
    Route("DELETE", "/api/v1/conversations/{id}", remove, _write),
]
