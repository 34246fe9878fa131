"""What many talk about: hashtags, posts, links. Pages are counted by offset, since their order is no order of ids."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct
from starlette.responses import Response

from node.services import trending
from web import answers
from web.api import auth, listing, params
from web.routing import Call, Route

MAX_OFFSET: Final = 1000


class Part(Struct, frozen=True):
    """Which part of what trends."""

    limit: int
    offset: int


class _Sent(Struct):
    limit: int | None = None
    offset: int | None = None


def part(call: Call, *, default: int, most: int) -> Part:
    """Return the wanted part; a limit over `most` is cut."""
    sent = params.query(call, _Sent)
    return Part(min(abs(sent.limit or default) or default, most), min(abs(sent.offset or 0), MAX_OFFSET))


def links(call: Call, wanted: Part, count: int) -> dict[str, str]:
    """Return the Link header of a part with so many entries."""
    ends = [("next", wanted.offset + wanted.limit)] if count >= wanted.limit else []
    if wanted.offset > 0:
        ends.append(("prev", max(0, wanted.offset - wanted.limit)))
    start = f"{call.node.site.base_url}{call.request.scope['path']}"
    made = [f'<{start}?{urlencode({"limit": wanted.limit, "offset": at})}>; rel="{rel}"' for rel, at in ends]
    return {"link": ", ".join(made)} if made else {}


def _page(call: Call, wanted: Part, found: Sequence[Any]) -> Response:
    return answers.json(found, headers=links(call, wanted, len(found)))


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
    return answers.rendered(text, headers=links(call, wanted, len(found)))


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
