"""Finding people by name, posts by link or words, and tags; other places are asked for what is not known here."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.responses import Response

from node.services import searching
from node.services.searching import Query, Results
from web.pages.entities import person_of, read_account
from web.pages.timelines import cards_of
from web.pages.views.pages import Search
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, local_path, signed_in
from web.routing import Route

MAX_QUERY_CHARS: Final = 1000


async def show(visit: Visit) -> Response:
    """Show what was found. Guests find what is known here; only people of this place make it ask elsewhere."""
    query = visit.query("q").strip()[:MAX_QUERY_CHARS]
    own = _own_page(visit, query)
    if own:
        return visit.go(own)
    return visit.page("search", await _found(visit, query), current="search")


async def _found(visit: Visit, typed: str) -> Search:
    if not typed:
        return Search(query="")
    node = visit.call.node
    query = Query(text=typed, viewer_id=visit.reader_id, is_resolving=visit.session is not None)
    found: Results = await searching.search(node.db, node.fetcher, query, site=node.site)
    return Search(
        query=typed,
        people=tuple(person_of(read_account(text), node.site) for text in found.accounts),
        posts=await cards_of(visit, found.statuses, "public"),
        tags=tuple(Link(f"#{name}", f"/tags/{quote(name)}") for name in _tags(typed, found)),
    )


def _tags(typed: str, found: Results) -> list[str]:
    """Return the tags that were found, and a whole tag that was typed: its page says if nobody has used it."""
    whole = typed[1:].casefold() if typed.startswith("#") and typed[1:].replace("_", "a").isalnum() else ""
    return list(dict.fromkeys([*([whole] if whole else []), *found.hashtags]))


def _own_page(visit: Visit, query: str) -> str:
    base = visit.site.base_url
    return local_path(urlsplit(query).path, "") if query.startswith((f"{base}/@", f"{base}/loops/")) else ""


async def interact(visit: Visit) -> Response:
    """Lead somebody who comes from another place, with something to follow or answer, to it (WebFinger's subscribe link)."""
    uri = visit.query("uri").removeprefix("acct:").strip()[:MAX_QUERY_CHARS]
    return visit.go(f"/search?q={quote(uri)}")


routes = (
    Route("GET", "/search", anyone(show)),
    Route("GET", "/authorize_interaction", signed_in(interact)),
)
