"""Lists of people: made, changed, filled and read by the one who keeps them."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import not_found
from node.services import selecting as lists
from node.services.selecting import Draft, RepliesPolicy
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MOST_AT_ONCE: Final = 500


class _List(Struct):
    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


class _People(Struct):
    account_ids: list[str] | None = None


class _Limit(Struct):
    limit: int | None = None


async def index(call: Call) -> Response:
    """Return every list of the reader."""
    return answers.json(await call.node.db.read(lists.own, call.account_id))


async def show(call: Call) -> Response:
    """Return a list."""
    return answers.json(await call.node.db.read(lists.show, call.account_id, call.id()))


async def of_account(call: Call) -> Response:
    """Return the reader's lists that hold an account."""
    return answers.json(await call.node.db.read(lists.holding, call.account_id, call.id()))


async def create(call: Call) -> Response:
    """Make a list."""
    return answers.json(await call.node.db.write(lists.create, call.account_id, await _draft(call)))


async def update(call: Call) -> Response:
    """Change what is said of a list."""
    return answers.json(await call.node.db.write(lists.change, call.account_id, call.id(), await _draft(call)))


async def delete(call: Call) -> Response:
    """Delete a list."""
    await call.node.db.write(lists.delete, call.account_id, call.id())
    return answers.empty()


async def members(call: Call) -> Response:
    """Return who is in a list; a limit of 0 asks for all of them."""
    page = None if params.query(call, _Limit).limit == 0 else paging.page(call, default=40, most=80)
    found = await call.node.db.read(lists.members, call.account_id, call.id(), page)
    if page is None:
        return answers.rendered(listing.array(one.json for one in found))
    return listing.edges(call, found, page)


async def add(call: Call) -> Response:
    """Put people into a list."""
    sent = (await params.decode(call, _People)).account_ids or []
    wanted = listing.ids(sent, field="account_ids", most=MOST_AT_ONCE)
    if len(wanted) < len(set(sent)):
        raise not_found()
    await call.node.db.write(lists.add, call.account_id, call.id(), wanted)
    return answers.empty()


async def remove(call: Call) -> Response:
    """Take people out of a list."""
    sent = (await params.decode(call, _People)).account_ids
    wanted = listing.ids(sent, field="account_ids", most=MOST_AT_ONCE)
    await call.node.db.write(lists.remove, call.account_id, call.id(), wanted)
    return answers.empty()


async def _draft(call: Call) -> Draft:
    sent = await params.decode(call, _List)
    return Draft(sent.title, sent.replies_policy, sent.exclusive)


_read = auth.user("read:lists")
_write = auth.user("write:lists")

routes = [
    Route("GET", "/api/v1/lists", index, _read),
    Route("POST", "/api/v1/lists", create, _write),
    Route("GET", "/api/v1/lists/{id}", show, _read),
    Route("PUT", "/api/v1/lists/{id}", update, _write),
    Route("PATCH", "/api/v1/lists/{id}", update, _write),
    Route("DELETE", "/api/v1/lists/{id}", delete, _write),
    Route("GET", "/api/v1/lists/{id}/accounts", members, _read),
    Route("POST", "/api/v1/lists/{id}/accounts", add, _write),
    Route("DELETE", "/api/v1/lists/{id}/accounts", remove, _write),
    Route("GET", "/api/v1/accounts/{id}/lists", of_account, _read),
]
