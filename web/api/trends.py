"""What many talk about: hashtags, posts, links. Pages are counted by offset, since their order is no order of ids."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from node.services import trending
from web import answers
from web.api import auth, listing, paging
from web.api.paging import Part
from web.routing import Call, Route

MAX_OFFSET: Final = 1000


def part(call: Call, *, default: int, most: int) -> Part:
    """Return the wanted part of what trends; a limit over `most` is cut."""
    return paging.part(call, default=default, most=most, deepest=MAX_OFFSET)


def _page(call: Call, wanted: Part, found: Sequence[Any]) -> Response:
    return answers.json(found, headers=paging.part_link(call, wanted, len(found)))


async def tags(call: Call) -> Response:
    """Return the hashtags that trend."""
    wanted = part(call, default=10, most=20)
    found = await call.node.db.read(trending.tag_page, call.reader_id, limit=wanted.limit, offset=wanted.offset)
    return _page(call, wanted, found)


async def statuses(call: Call) -> Response:
    """Return the posts that trend."""
    wanted = part(call, default=20, most=40)
    found = await call.node.db.read(trending.status_page, call.reader_id, limit=wanted.limit, offset=wanted.offset)
    text = listing.array(line.json for line in found)
    return answers.rendered(text, headers=paging.part_link(call, wanted, len(found)))


async def news(call: Call) -> Response:
    """Return the links that trend."""
    wanted = part(call, default=10, most=20)
    found = await call.node.db.read(trending.link_page, limit=wanted.limit, offset=wanted.offset)
    return _page(call, wanted, [entity for _, entity in found])


routes = [
    Route("GET", "/api/v1/trends", tags, auth.anyone()),
    Route("GET", "/api/v1/trends/tags", tags, auth.anyone()),
    Route("GET", "/api/v1/trends/statuses", statuses, auth.anyone("read:statuses")),
    Route("GET", "/api/v1/trends/links", news, auth.anyone()),
]
