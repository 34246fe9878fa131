"""What moderators let trend, and what they say of hashtags."""

from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.services import curating
from node.services.curating import TagWish
from web import answers
from web.api import auth, paging, params, trends
from web.api.admin import access
from web.routing import Call, Handler, Route


class _Tag(Struct):
    display_name: str | None = None
    listable: bool | None = None
    trendable: bool | None = None
    usable: bool | None = None


async def tags(call: Call) -> Response:
    """Return a page of hashtags."""
    part = access.page(call)
    return access.listed(call, await call.node.db.read(curating.tag_page, part), part)


async def tag(call: Call) -> Response:
    """Return one hashtag."""
    return answers.json(await call.node.db.read(curating.tag, call.id()))


async def change_tag(call: Call) -> Response:
    """Change what is said of a hashtag."""
    sent = await params.decode(call, _Tag)
    wish = TagWish(sent.display_name, sent.listable, sent.trendable, sent.usable)
    return answers.json(await call.node.db.write(curating.change_tag, access.acting(call), call.id(), wish))


def _trending(read: Any, public: Handler, *, default: int, most: int, has_viewer: bool = False) -> Handler:
    """Return what gives moderators all that trends, and everybody else what everybody is given."""

    async def handler(call: Call) -> Response:
        if not access.is_moderator(call):
            return await public(call)
        wanted = trends.part(call, default=default, most=most)
        who = (call.account_id,) if has_viewer else ()
        found = await call.node.db.read(read, *who, limit=wanted.limit, offset=wanted.offset)
        return answers.json(found, headers=paging.part_link(call, wanted, len(found)))

    return handler


async def sites(call: Call) -> Response:
    """Return the sites that posts link to."""
    wanted = trends.part(call, default=100, most=200)
    return answers.json(await call.node.db.write(curating.sites, limit=wanted.limit))


def _judging(judge: Any, *, is_allowed: bool) -> Handler:
    async def handler(call: Call) -> Response:
        done = await call.node.db.write(judge, access.acting(call), call.id(), is_allowed=is_allowed)
        return answers.json(done)

    return handler


def _both(path: str, judge: Any) -> list[Route]:
    return [
        Route("POST", f"{_START}/{path}/{{id}}/{word}", _judging(judge, is_allowed=is_allowed), _write)
        for word, is_allowed in (("approve", True), ("reject", False))
    ]


_START: Final = "/api/v1/admin/trends"
_TAGS: Final = "/api/v1/admin/tags"
_anyone = auth.user("admin:read")
_read = access.moderators("admin:read")
_write = access.moderators("admin:write")

routes = [
    Route("GET", _TAGS, tags, _read),
    Route("GET", f"{_TAGS}/{{id}}", tag, _read),
    Route("PUT", f"{_TAGS}/{{id}}", change_tag, _write),
    Route("PATCH", f"{_TAGS}/{{id}}", change_tag, _write),
    Route("GET", f"{_START}/tags", _trending(curating.trending_tags, trends.tags, default=10, most=20), _anyone),
    Route("GET", f"{_START}/links", _trending(curating.trending_links, trends.news, default=10, most=20), _anyone),
    Route("GET", f"{_START}/links/publishers", sites, _read),
    Route(
        "GET",
        f"{_START}/statuses",
        _trending(curating.trending_statuses, trends.statuses, default=20, most=40, has_viewer=True),
        _anyone,
    ),
    *_both("tags", curating.judge_tag),
    *_both("links", curating.judge_link),
    *_both("links/publishers", curating.judge_site),
    *_both("statuses", curating.judge_status),
]
