"""Pages of lists: the cursors a client sends and the Link header it follows; by offset where order is no order of ids."""

from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from msgspec import Struct

from node.services.reading import Page
from web.api import params
from web.routing import Call, id_of

MAX_REMEMBERED: Final = 256  # bytes of a query whose reading is worth remembering
MAX_OFFSET: Final = 10_000
_CURSORS: Final = frozenset({"max_id", "since_id", "min_id"})


class _Cursors(Struct):
    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None


def page(call: Call, *, default: int = 20, most: int = 40) -> Page:
    """Return the wanted part of a list; a limit over `most` is cut. Raises: 404 for a cursor that cannot be an id."""
    sent = _sent(call.request.scope["query_string"])
    limit = min(abs(sent.limit or default), most)
    since_id = None if sent.min_id else sent.since_id
    return Page(limit=limit, max_id=_id(sent.max_id), since_id=_id(since_id), min_id=_id(sent.min_id))


def _sent(query: bytes) -> _Cursors:
    return _remembered(query) if len(query) <= MAX_REMEMBERED else params.of_query(query, _Cursors)


@lru_cache(maxsize=1024)
def _remembered(query: bytes) -> _Cursors:
    return params.of_query(query, _Cursors)


def _id(text: str | None) -> int | None:
    return id_of(text) if text else None


def link(call: Call, *, next_id: int | None, prev_id: int | None, prev: str = "min_id") -> dict[str, str]:
    """Return the Link header for the ids at both ends of a page; no header when there is nothing to link to.

    An empty page above a `min_id` leads to itself, so that a client that asked what is new keeps its place.
    """
    if next_id is None and prev_id is None:
        prev, prev_id = "min_id", page(call).min_id
    scope = call.request.scope
    start = f"{_address(call)}?{_kept(scope['query_string'])}"
    links = [] if next_id is None else [f'<{start}max_id={next_id}>; rel="next"']
    if prev_id is not None:
        links.append(f'<{start}{prev}={prev_id}>; rel="prev"')
    return {"link": ", ".join(links)} if links else {}


class Part(NamedTuple):
    """Which part of a list whose order is no order of ids."""

    offset: int
    limit: int


class _Part(Struct):
    limit: int | None = None
    offset: int | None = None


def part(call: Call, *, default: int = 40, most: int = 80, deepest: int = MAX_OFFSET) -> Part:
    """Return the wanted part of a list that is paged by offset; a limit over `most` is cut, as is where it may begin."""
    sent = params.query(call, _Part)
    return Part(max(0, min(sent.offset or 0, deepest)), min(abs(sent.limit or default), most))


def part_link(call: Call, wanted: Part, count: int) -> dict[str, str]:
    """Return the Link header of a part with so many entries: only a full one leads on, only a later one back."""
    ends = [("next", wanted.offset + wanted.limit)] if count >= wanted.limit else []
    if wanted.offset > 0:
        ends.append(("prev", max(0, wanted.offset - wanted.limit)))
    start = _address(call)
    links = [f'<{start}?{urlencode({"limit": wanted.limit, "offset": at})}>; rel="{rel}"' for rel, at in ends]
    return {"link": ", ".join(links)} if links else {}


def _address(call: Call) -> str:
    return f"{call.node.site.base_url}{_path(call.request.scope['path'])}"


@lru_cache(maxsize=256)
def _path(path: str) -> str:
    return quote(path, safe="/:@")  # it was decoded: a line end in it would begin a header


@lru_cache(maxsize=256)
def _kept(query: bytes) -> str:
    """Return what a link repeats of a query, ready to be gone on with: everything but the cursors."""
    sent = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = urlencode([(key, one) for key, one in sent if key not in _CURSORS])
    return f"{kept}{'&' if kept else ''}"
