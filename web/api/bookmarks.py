"""What the reader keeps about posts without telling anybody: bookmarks and muted threads."""

from starlette.responses import Response

from node.errors import not_found
from node.services import bookmarking
from web import answers
from web.api import auth, listing, paging
from web.routing import Call, Route


async def bookmark(call: Call) -> Response:
    """Bookmark a post; twice is once."""
    return answers.rendered(await call.node.db.write(bookmarking.bookmark, call.account_id, call.id()))


async def unbookmark(call: Call) -> Response:
    """Take a bookmark away; none is fine."""
    status = await call.node.db.write(bookmarking.unbookmark, call.account_id, call.id())
    if status is None:
        raise not_found()
    return answers.rendered(status)


async def bookmarks(call: Call) -> Response:
    """Return what the reader bookmarked, the newest bookmark first."""
    page = paging.page(call)
    found = await call.node.db.read(bookmarking.page, call.account_id, page)
    return listing.edges(call, found, page, prev="min_id")


async def mute(call: Call) -> Response:
    """Hear no more of the thread of a post."""
    return answers.rendered(await call.node.db.write(bookmarking.mute_thread, call.account_id, call.id()))


async def unmute(call: Call) -> Response:
    """Hear of the thread of a post again."""
    return answers.rendered(await call.node.db.write(bookmarking.unmute_thread, call.account_id, call.id()))


_bookmarks, _mutes = auth.user("write:bookmarks"), auth.user("write:mutes")

routes = [
    Route("POST", "/api/v1/statuses/{id}/bookmark", bookmark, _bookmarks),
    Route("POST", "/api/v1/statuses/{id}/unbookmark", unbookmark, _bookmarks),
    Route("POST", "/api/v1/statuses/{id}/mute", mute, _mutes),
    Route("POST", "/api/v1/statuses/{id}/unmute", unmute, _mutes),
    Route("GET", "/api/v1/bookmarks", bookmarks, auth.user("read:bookmarks")),
]
