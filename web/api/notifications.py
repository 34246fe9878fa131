"""What the reader was told: one by one, and in groups as newer apps ask for it."""

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct
from starlette.responses import Response

from node.entities.notification import grouped, notification
from node.errors import Problem
from node.services import answering, notifying, reading, remembering
from node.services.notifying import GROUPED
from node.services.reading import Listed, Page, Wanted
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MAX_TYPES: Final = 40
MAX_COUNT: Final = 1000


class _Which(Struct):
    types: list[str] | None = None
    exclude_types: list[str] | None = None
    account_id: str | None = None
    include_filtered: bool = False
    limit: int | None = None
    supported_types: list[str] | None = None
    grouped_types: list[str] | None = None
    expand_accounts: str | None = None


async def index(call: Call) -> Response:
    """Return what the reader was told, newest first."""
    page, sent = paging.page(call, default=40, most=80), params.query(call, _Which)
    found = await call.node.db.read(reading.notification_page, call.account_id, page, _wanted(sent))
    told = [Listed(one.id, notification(one, _supported(sent))) for one in found]
    return answers.rendered(listing.array(one.json for one in told), headers=_link(call, page, told))


class _Placed(Protocol):
    @property
    def id(self) -> int: ...


def _link(call: Call, page: Page, found: Sequence[_Placed]) -> dict[str, str]:
    """Return the links of a page; one that was read upward has something below it, full or not."""
    has_more = bool(found) and (len(found) >= page.limit or page.min_id is not None)
    next_id = found[-1].id if has_more else None
    return paging.link(call, next_id=next_id, prev_id=found[0].id if found else None)


def _wanted(sent: _Which) -> Wanted:
    from_id = None
    if sent.account_id:
        from_id = int(sent.account_id) if listing.is_id(sent.account_id) else 0  # nobody's
    kinds, without = (tuple((types or ())[:MAX_TYPES]) for types in (sent.types, sent.exclude_types))
    return Wanted(kinds, without, from_id, has_filtered=sent.include_filtered)


def _supported(sent: _Which) -> frozenset[str]:
    return frozenset((sent.supported_types or ())[:MAX_TYPES])


async def show(call: Call) -> Response:
    """Return one notification."""
    sent = params.query(call, _Which)
    found = await call.node.db.read(reading.notification, call.account_id, call.id())
    return answers.rendered(notification(found, _supported(sent)))


async def unread_count(call: Call) -> Response:
    """Return how many came since the reader's marker, counted to a limit."""
    sent = params.query(call, _Which)
    count = await call.node.db.read(remembering.unread, call.account_id, _wanted(sent), limit=_limit(sent))
    return answers.json({"count": count})


def _limit(sent: _Which) -> int:
    return min(abs(sent.limit or 100), MAX_COUNT)


async def dismiss(call: Call) -> Response:
    """Remove one notification."""
    await call.node.db.write(answering.dismiss, call.account_id, call.id())
    return answers.empty()


async def clear(call: Call) -> Response:
    """Remove every notification."""
    await call.node.db.write(answering.dismiss_all, call.account_id)
    return answers.empty()


# ------------------------------------------------------------------ the newer API: in groups


async def groups(call: Call) -> Response:
    """Return what the reader was told, in groups. Raises: 400 for an unknown way to expand accounts."""
    page, sent = paging.page(call, default=40, most=80), params.query(call, _Which)
    if sent.expand_accounts not in (None, "full", "partial_avatars"):
        raise Problem(400, "invalid", "expand_accounts must be full or partial_avatars", field="expand_accounts")
    read = call.node.db.read
    found = await read(notifying.groups, call.account_id, page, _wanted(sent), grouped=_grouped(sent))
    body = grouped(found.bundles, _supported(sent), is_partial=sent.expand_accounts == "partial_avatars")
    return answers.json(body, headers=paging.link(call, next_id=found.next_id, prev_id=found.prev_id))


def _grouped(sent: _Which) -> frozenset[str]:
    return GROUPED if sent.grouped_types is None else GROUPED.intersection(sent.grouped_types)


async def unread_groups(call: Call) -> Response:
    """Return how many groups have something new since the reader's marker, counted to a limit."""
    sent = params.query(call, _Which)
    count = await call.node.db.read(
        notifying.unread_groups, call.account_id, _wanted(sent), grouped=_grouped(sent), limit=_limit(sent)
    )
    return answers.json({"count": count})


async def group(call: Call) -> Response:
    """Return one group."""
    sent = params.query(call, _Which)
    found = await call.node.db.read(notifying.group, call.account_id, call.params["name"])
    return answers.json(grouped([found], _supported(sent), is_page=False))


async def group_accounts(call: Call) -> Response:
    """Return who is in a group."""
    page = paging.page(call, default=40, most=80)
    found = await call.node.db.read(notifying.members, call.account_id, call.params["name"], page)
    return answers.rendered(listing.array(one.json for one in found), headers=_link(call, page, found))


async def dismiss_group(call: Call) -> Response:
    """Remove a group; none is fine."""
    await call.node.db.write(notifying.dismiss_group, call.account_id, call.params["name"])
    return answers.empty()


_read = auth.user("read:notifications")
_write = auth.user("write:notifications")

routes = [
    Route("GET", "/api/v1/notifications", index, _read),
    Route("GET", "/api/v1/notifications/unread_count", unread_count, _read),
    Route("POST", "/api/v1/notifications/clear", clear, _write),
    Route("GET", "/api/v1/notifications/{id}", show, _read),
    Route("POST", "/api/v1/notifications/{id}/dismiss", dismiss, _write),
    Route("GET", "/api/v2/notifications", groups, _read),
    Route("GET", "/api/v2/notifications/unread_count", unread_groups, _read),
    Route("POST", "/api/v2/notifications/clear", clear, _write),
    Route("GET", "/api/v2/notifications/{name}", group, _read),
    Route("GET", "/api/v2/notifications/{name}/accounts", group_accounts, _read),
    Route("POST", "/api/v2/notifications/{name}/dismiss", dismiss_group, _write),
]
