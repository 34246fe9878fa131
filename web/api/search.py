"""Search, for everything and for accounts alone."""

from typing import Any, Final

import msgspec
from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem, unauthorised
from node.services import searching
from node.services.reading import Page
from node.services.searching import Kind, Query, Results, Slice
from web import answers
from web.api import auth, listing, params
from web.routing import Call, Route

KINDS: Final[tuple[Kind, ...]] = ("accounts", "hashtags", "statuses", "collections")
MAX_OFFSET: Final = 1000


class _Search(Struct):
    q: str | None = None
    type: str | None = None
    resolve: bool | None = None
    following: bool | None = None
    account_id: str | None = None
    limit: int | None = None
    offset: int | None = None
    min_id: str | None = None
    max_id: str | None = None


async def search(call: Call) -> Response:
    """Return the accounts, posts and hashtags that a query finds."""
    sent = params.query(call, _Search)
    if call.reader_id is None and (sent.resolve or sent.offset):
        raise unauthorised("Search queries pagination and resolving need an authenticated user")
    query = _query(call, sent, kind=_kind(sent.type), default=20, most=40)
    return answers.json(_entities(call, await _found(call, query)))


async def accounts(call: Call) -> Response:
    """Return the accounts that a query finds."""
    query = _query(call, params.query(call, _Search), kind="accounts", default=40, most=80)
    return answers.rendered(listing.array((await _found(call, query)).accounts))


async def _found(call: Call, query: Query) -> Results:
    node = call.node
    is_foreign = query.account_id == 0
    return Results() if is_foreign else await searching.search(node.db, node.fetcher, query, site=node.site)


def _query(call: Call, sent: _Search, *, kind: Kind | None, default: int, most: int) -> Query:
    if not sent.q or not sent.q.strip():
        raise Problem(400, "parameter-missing", "q is missing: send the words to look for", field="q")
    limit, offset = default if sent.limit is None else sent.limit, sent.offset or 0
    if limit < 0 or offset < 0:
        raise Problem(400, "invalid", "limit and offset must not be negative", field="limit" if limit < 0 else "offset")
    return Query(
        text=sent.q,
        viewer_id=call.reader_id,
        kind=kind,
        is_resolving=bool(sent.resolve),
        only_followed=bool(sent.following),
        account_id=_account_id(sent.account_id),
        part=Slice(min(limit, most), min(offset, MAX_OFFSET) if kind is not None else 0),
        page=_page(sent),
    )


def _page(sent: _Search) -> Page:
    """Return between which posts: an id of another form names none, so that nothing is left out or found twice."""
    min_id, max_id = (int(one) if one and listing.is_id(one) else None for one in (sent.min_id, sent.max_id))
    return Page(min_id=min_id, max_id=max_id)


def _kind(sent: str | None) -> Kind | None:
    if not sent:
        return None
    kind = next((kind for kind in KINDS if kind == sent), None)
    if kind is None:
        raise Problem(400, "invalid", f"type must be one of {', '.join(KINDS)}", field="type")
    return kind


def _account_id(sent: str | None) -> int | None:
    if not sent:
        return None
    return int(sent) if listing.is_id(sent) else 0


def _entities(call: Call, found: Results) -> dict[str, Any]:
    return {
        "accounts": msgspec.Raw(listing.array(found.accounts).encode()),
        "statuses": msgspec.Raw(listing.array(found.statuses).encode()),
        "hashtags": [_tag(call, name) for name in found.hashtags],
        "collections": found.collections,
    }


def _tag(call: Call, name: str) -> dict[str, Any]:
    tag: dict[str, Any] = {"id": name, "name": name, "url": call.node.site.tag_url(name), "history": []}
    return tag if call.reader_id is None else tag | {"following": False, "featuring": False}


routes = [
    Route("GET", "/api/v2/search", search, auth.anyone("read:search")),
    Route("GET", "/api/v1/accounts/search", accounts, auth.user("read:accounts")),
]
