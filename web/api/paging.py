"""Pages of lists: the cursors a client sends and the Link header it follows."""

from typing import Final
from urllib.parse import quote, urlencode

from msgspec import Struct

from node.services.reading import Page
from web.api import params
from web.routing import Call, id_of

_CURSORS: Final = frozenset({"max_id", "since_id", "min_id"})


class _Cursors(Struct):
    max_id: str | None = None
    since_id: str | None = None
    min_id: str | None = None
    limit: int | None = None


def page(call: Call, *, default: int = 20, most: int = 40) -> Page:
    """Return the wanted part of a list; a limit over `most` is cut. Raises: 404 for a cursor that cannot be an id."""
    sent = params.query(call, _Cursors)
    limit = min(abs(sent.limit or default) or default, most)
    since_id = None if sent.min_id else sent.since_id
    return Page(limit=limit, max_id=_id(sent.max_id), since_id=_id(since_id), min_id=_id(sent.min_id))


def _id(text: str | None) -> int | None:
    return id_of(text) if text else None


def link(call: Call, *, next_id: int | None, prev_id: int | None, prev: str = "min_id") -> dict[str, str]:
    """Return the Link header for the ids at both ends of a page; no header when there is nothing to link to.

    An empty page above a `min_id` leads to itself, so that a client that asked what is new keeps its place.
    """
    if next_id is None and prev_id is None:
        prev, prev_id = "min_id", page(call).min_id
    ends = [("next", "max_id", next_id), ("prev", prev, prev_id)]
    kept = urlencode([(key, one) for key, one in call.request.query_params.multi_items() if key not in _CURSORS])
    path = quote(call.request.scope["path"], safe="/:@")  # it was decoded: a line end in it would begin a header
    start = f"{call.node.site.base_url}{path}?{kept}{'&' if kept else ''}"
    links = [f'<{start}{name}={value}>; rel="{rel}"' for rel, name, value in ends if value is not None]
    return {"link": ", ".join(links)} if links else {}
