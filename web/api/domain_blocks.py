"""Hosts that the reader wants nothing of."""

from msgspec import Struct
from starlette.responses import Response

from node.services import shunning
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route


class _Sent(Struct):
    domain: str | None = None


async def show(call: Call) -> Response:
    """Return the hosts that the reader blocks, as plain strings."""
    page = paging.page(call, default=100, most=200)
    found = await call.node.db.read(shunning.page, call.account_id, page)
    return listing.edges(call, found, page, prev="min_id")


async def block(call: Call) -> Response:
    """Block a host."""
    await call.node.db.write(shunning.block, call.account_id, await _domain(call))
    return answers.json({})


async def unblock(call: Call) -> Response:
    """Block a host no more; none is fine."""
    await call.node.db.write(shunning.unblock, call.account_id, await _domain(call))
    return answers.json({})


async def preview(call: Call) -> Response:
    """Return how many follows would end."""
    return answers.json(await call.node.db.read(shunning.preview, call.account_id, await _domain(call)))


async def _domain(call: Call) -> str:
    return (await params.decode(call, _Sent)).domain or ""


_write = auth.user("write:blocks")

routes = [
    Route("GET", "/api/v1/domain_blocks", show, auth.user("read:blocks")),
    Route("POST", "/api/v1/domain_blocks", block, _write),
    Route("DELETE", "/api/v1/domain_blocks", unblock, _write),
    Route("GET", "/api/v1/domain_blocks/preview", preview, _write),
]
