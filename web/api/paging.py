"""Pages of lists: the cursors a client sends and the Link header it follows."""

from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from msgspec import Struct

from node.services.reading import Page
from web.api import params
from web.routing import Call, id_of

MAX_REMEMBERED: Final = 256  # bytes of a query whose reading is worth remembering
_CURSORS: Final = frozenset({"max_id", "since_id", "min_id"})


class _Cursors(Struct):
    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None


def page(call: Call, *, default: int = 20, most: int = 40) -> Page:
    """Return the wanted part of a list; a limit over `most` is cut. Raises: 404 for a cursor that cannot be an id."""
    sent = _sent(call.request.scope["query_string"])
    limit = min(abs(sent.limit or default) or default, most)
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
    start = f"{call.node.site.base_url}{_path(scope['path'])}?{_kept(scope['query_string'])}"
    links = [] if next_id is None else [f'<{start}max_id={next_id}>; rel="next"']
    if prev_id is not None:
        links.append(f'<{start}{prev}={prev_id}>; rel="prev"')
    return {"link": ", ".join(links)} if links else {}


@lru_cache(maxsize=256)
def _path(path: str) -> str:
    return quote(path, safe="/:@")  # it was decoded: a line end in it would begin a header


@lru_cache(maxsize=256)
def _kept(query: bytes) -> str:
    """Return what a link repeats of a query, ready to be gone on with: everything but the cursors."""
    sent = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = urlencode([(key, one) for key, one in sent if key not in _CURSORS])
    return f"{kept}{'&' if kept else ''}"
