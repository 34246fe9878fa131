"""Timelines: home, public, hashtags, lists and links, as the text that the store has put together."""

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem
from node.services import browsing, reading, selecting
from node.services.browsing import Reader
from node.services.reading import Feed, Tagged
from node.social import text as words
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MAX_FURTHER_TAGS = 4


class _Feed(Struct):
    local: bool | None = None
    remote: bool | None = None
    only_media: bool | None = None


class _TagFeed(_Feed):
    any: list[str] | None = None
    all: list[str] | None = None
    none: list[str] | None = None


class _LinkFeed(Struct):
    url: str | None = None


async def home(call: Call) -> Response:
    """Return what the reader and those they follow posted."""
    lines = await call.node.db.read(reading.home_page, call.account_id, paging.page(call))
    return listing.statuses(call, lines)


async def public(call: Call) -> Response:
    """Return public posts of this node and of others, without boosts and replies."""
    sent = params.query(call, _Feed)
    lines = await call.node.db.read(browsing.feed_page, _reader(call), paging.page(call), _wanted(sent))
    return listing.statuses(call, lines)


async def tag(call: Call) -> Response:
    """Return public posts with a hashtag, and with or without others."""
    sent = params.query(call, _TagFeed)
    tagged = Tagged(words.fold_tag(call.params["name"]), _tags(sent.any), _tags(sent.all), _tags(sent.none))
    lines = await call.node.db.read(browsing.tagged_page, _reader(call), paging.page(call), tagged, _wanted(sent))
    return listing.statuses(call, lines)


async def list_(call: Call) -> Response:
    """Return what the people in a list of the reader's posted."""
    lines = await call.node.db.read(selecting.page, call.account_id, call.id(), paging.page(call))
    return listing.statuses(call, lines)


async def link(call: Call) -> Response:
    """Return public posts about a link that many speak of."""
    url = params.query(call, _LinkFeed).url
    if not url:
        raise Problem(400, "parameter-missing", "url is missing: send the address that is spoken of", field="url")
    lines = await call.node.db.read(browsing.link_page, _reader(call), paging.page(call), url)
    return listing.statuses(call, lines)


def _reader(call: Call) -> Reader:
    return Reader() if call.viewer is None else Reader(call.viewer.account_id, call.viewer.role)


def _wanted(sent: _Feed) -> Feed:
    is_one_sided = bool(sent.local) != bool(sent.remote)
    return Feed(
        is_local=bool(sent.local) and is_one_sided,
        is_remote=bool(sent.remote) and is_one_sided,
        only_media=bool(sent.only_media),
    )


def _tags(sent: list[str] | None) -> tuple[str, ...]:
    return tuple(words.fold_tag(name) for name in (sent or ())[:MAX_FURTHER_TAGS] if name)


routes = [
    Route("GET", "/api/v1/timelines/home", home, auth.user("read:statuses")),
    Route("GET", "/api/v1/timelines/public", public, auth.anyone("read:statuses")),
    Route("GET", "/api/v1/timelines/list/{id}", list_, auth.user("read:lists")),
    Route("GET", "/api/v1/timelines/link", link, auth.anyone("read:statuses")),
    Route("GET", "/api/v1/timelines/tag/{name}", tag, auth.anyone("read:statuses")),
]
