"""What the reader was told. Nothing is grouped: each notification is a group of its own."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.entities.notification import notification
from node.services import answering, reading
from node.services.reading import Listed, Wanted
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MAX_TYPES: Final = 40
MAX_COUNT: Final = 1000


class _Which(Struct):
    types: list[str] | None = None
    exclude_types: list[str] | None = None
    account_id: str | None = None
    limit: int | None = None


async def index(call: Call) -> Response:
    """Return what the reader was told, newest first."""
    page = paging.page(call, default=40, most=80)
    wanted = _wanted(params.query(call, _Which))
    found = await call.node.db.read(reading.notification_page, call.account_id, page, wanted)
    told = [Listed(one.id, notification(one)) for one in found]
    return listing.edges(call, told, page, prev="min_id")


def _wanted(sent: _Which) -> Wanted:
    from_id = None
    if sent.account_id:
        from_id = int(sent.account_id) if listing.is_id(sent.account_id) else 0  # nobody's
    return Wanted(tuple((sent.types or ())[:MAX_TYPES]), tuple((sent.exclude_types or ())[:MAX_TYPES]), from_id)


async def show(call: Call) -> Response:
    """Return one notification."""
    found = await call.node.db.read(reading.notification, call.account_id, call.id())
    return answers.rendered(notification(found))


async def unread_count(call: Call) -> Response:
    """Return how many there are, counted to a limit; until markers are kept all of them are unread."""
    sent = params.query(call, _Which)
    limit = min(abs(sent.limit or 100), MAX_COUNT)
    count = await call.node.db.read(reading.notification_count, call.account_id, _wanted(sent), limit=limit)
    return answers.json({"count": count})


async def dismiss(call: Call) -> Response:
    """Remove one notification."""
    await call.node.db.write(answering.dismiss, call.account_id, call.id())
    return answers.empty()


async def clear(call: Call) -> Response:
    """Remove every notification."""
    await call.node.db.write(answering.dismiss_all, call.account_id)
    return answers.empty()


_read = auth.user("read:notifications")
_write = auth.user("write:notifications")

routes = [
    Route("GET", "/api/v1/notifications", index, _read),
    Route("GET", "/api/v1/notifications/unread_count", unread_count, _read),
    Route("POST", "/api/v1/notifications/clear", clear, _write),
    Route("GET", "/api/v1/notifications/{id}", show, _read),
    Route("POST", "/api/v1/notifications/{id}/dismiss", dismiss, _write),
]
