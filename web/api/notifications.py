"""What the reader was told. Nothing is grouped: each notification is a group of its own."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.entities.notification import grouped, notification
from node.errors import Problem
from node.services import answering, reading, remembering
from node.services.reading import Listed, Wanted
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route, id_of

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
    """Return how many came since the reader's marker, counted to a limit."""
    sent = params.query(call, _Which)
    limit = min(abs(sent.limit or 100), MAX_COUNT)
    count = await call.node.db.read(remembering.unread, call.account_id, _wanted(sent), limit=limit)
    return answers.json({"count": count})


async def dismiss(call: Call) -> Response:
    """Remove one notification."""
    await call.node.db.write(answering.dismiss, call.account_id, call.id())
    return answers.empty()


async def clear(call: Call) -> Response:
    """Remove every notification."""
    await call.node.db.write(answering.dismiss_all, call.account_id)
    return answers.empty()


# ------------------------------------------------------------------ the newer API: in groups


class _Grouped(_Which):
    expand_accounts: str | None = None


async def groups(call: Call) -> Response:
    """Return what the reader was told, in groups of one."""
    page, sent = paging.page(call, default=40, most=80), params.query(call, _Grouped)
    if sent.expand_accounts not in (None, "full", "partial_avatars"):
        raise Problem(400, "invalid", "expand_accounts must be full or partial_avatars", field="expand_accounts")
    found = await call.node.db.read(reading.notification_page, call.account_id, page, _wanted(sent))
    is_full = len(found) >= page.limit
    headers = paging.link(call, next_id=found[-1].id if is_full else None, prev_id=found[0].id if found else None)
    return answers.json(grouped(found), headers=headers)


async def group(call: Call) -> Response:
    """Return one group."""
    return answers.json(grouped([await call.node.db.read(reading.notification, call.account_id, _key(call))]))


async def group_accounts(call: Call) -> Response:
    """Return who is in a group."""
    found = await call.node.db.read(reading.notification, call.account_id, _key(call))
    return answers.rendered(listing.array([found.account_json]))


async def dismiss_group(call: Call) -> Response:
    """Remove a group; none is fine."""
    await call.node.db.write(answering.dismiss_group, call.account_id, _key(call))
    return answers.empty()


def _key(call: Call) -> int:
    """Return the notification that is its own group. Raises: 404 for any other key."""
    return id_of(call.params["name"].removeprefix("ungrouped-"))


_read = auth.user("read:notifications")
_write = auth.user("write:notifications")

routes = [
    Route("GET", "/api/v1/notifications", index, _read),
    Route("GET", "/api/v1/notifications/unread_count", unread_count, _read),
    Route("POST", "/api/v1/notifications/clear", clear, _write),
    Route("GET", "/api/v1/notifications/{id}", show, _read),
    Route("POST", "/api/v1/notifications/{id}/dismiss", dismiss, _write),
    Route("GET", "/api/v2/notifications", groups, _read),
    Route("GET", "/api/v2/notifications/unread_count", unread_count, _read),
    Route("POST", "/api/v2/notifications/clear", clear, _write),
    Route("GET", "/api/v2/notifications/{name}", group, _read),
    Route("GET", "/api/v2/notifications/{name}/accounts", group_accounts, _read),
    Route("POST", "/api/v2/notifications/{name}/dismiss", dismiss_group, _write),
]
