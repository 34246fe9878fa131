"""Finding people by name, posts by link, and tags; other places are asked for what is not known here."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.responses import Response

from federation import uris
from federation.reasons import PeerError
from node.entities.account import account_json
from node.errors import Problem
from node.services import fetching, reading
from web.pages.entities import person_of, read_account
from web.pages.timelines import cards_of
from web.pages.views.pages import Search
from web.pages.views.people import Person
from web.pages.views.shell import Link
from web.pages.visits import Visit, anyone, local_path
from web.routing import Route

MAX_QUERY_CHARS: Final = 1000


async def show(visit: Visit) -> Response:
    """Show what was found. Guests find what is known here; only people of this place make it ask elsewhere."""
    query = visit.query("q").strip()[:MAX_QUERY_CHARS]
    own = _own_page(visit, query)
    if own:
        return visit.go(own)
    return visit.page("search", await _found(visit, query), current="search")


async def _found(visit: Visit, query: str) -> Search:
    if query.startswith("#") and query[1:].replace("_", "a").isalnum():
        return Search(query=query, tags=(Link(query, f"/tags/{quote(query[1:].casefold())}"),))
    if query.startswith(("http://", "https://")):
        return await _by_link(visit, query)
    return Search(query=query, people=await _people(visit, query)) if query else Search(query="")


def _own_page(visit: Visit, query: str) -> str:
    base = visit.site.base_url
    return local_path(urlsplit(query).path, "") if query.startswith((f"{base}/@", f"{base}/loops/")) else ""


async def _people(visit: Visit, query: str) -> tuple[Person, ...]:
    handle = uris.parse_handle(query)
    if handle is None:
        return ()
    node = visit.call.node
    try:
        found = await node.db.read(reading.account_by_acct, handle.text().removeprefix("@"))
    except Problem:
        if visit.session is None or handle.host is None:
            return ()
        try:
            account_id = await fetching.account(node.db, node.fetcher, handle, site=node.site)
        except PeerError:
            return ()
        found = await node.db.read(reading.account, account_id)
    return (person_of(read_account(account_json(found)), node.site),)


async def _by_link(visit: Visit, query: str) -> Search:
    node = visit.call.node
    if visit.session is None or not uris.is_usable(query, loopback_http=node.site.loopback_http):
        return Search(query=query)
    try:
        kind, found_id = await fetching.thing(node.db, node.fetcher, query, site=node.site)
    except PeerError:
        return Search(query=query)
    if kind == "account":
        found = await node.db.read(reading.account, found_id)
        return Search(query=query, people=(person_of(read_account(account_json(found)), node.site),))
    line = await node.db.read(reading.status, visit.reader_id, found_id)
    return Search(query=query, posts=await cards_of(visit, [line]))


routes = (Route("GET", "/search", anyone(show)),)
