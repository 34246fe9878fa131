"""What people show of others and of themselves, and whom one might follow: endorsements, notes, hashtags, suggestions."""

from functools import partial
from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.services import presenting
from node.services.presenting import Shelf
from web import answers
from web.api import auth, listing, paging, params, relations
from web.routing import Call, Route

MAX_MANY: Final = 80


class _Many(Struct):
    id: list[str] | None = None


class _Note(Struct):
    comment: str = ""


class _Name(Struct):
    name: str | None = None


class _Shelf(Struct):
    order: str | None = None
    local: bool | None = None


async def note(call: Call) -> Response:
    """Keep a private note about somebody."""
    sent = await params.decode(call, _Note)
    return await relations.done(call, partial(presenting.note, comment=sent.comment))


async def own_endorsements(call: Call) -> Response:
    """Return whom the reader endorses."""
    return await _endorsements(call, call.account_id)


async def endorsements(call: Call) -> Response:
    """Return whom an account endorses."""
    return await _endorsements(call, call.id())


async def _endorsements(call: Call, account_id: int) -> Response:
    page = paging.page(call, default=40, most=80)
    found = await call.node.db.read(presenting.endorsed, account_id, page, viewer_id=call.reader_id)
    return listing.edges(call, found, page)


async def own_tags(call: Call) -> Response:
    """Return the hashtags on the reader's profile."""
    return answers.json(await call.node.db.read(presenting.featured_tags, call.account_id))


async def tags(call: Call) -> Response:
    """Return the hashtags on a profile."""
    return answers.json(await call.node.db.read(presenting.featured_tags, call.id()))


async def add_tag(call: Call) -> Response:
    """Put a hashtag on the reader's profile."""
    sent = await params.decode(call, _Name)
    return answers.json(await call.node.db.write(presenting.feature_tag, call.account_id, sent.name))


async def remove_tag(call: Call) -> Response:
    """Take a hashtag from the reader's profile."""
    await call.node.db.write(presenting.unfeature_tag, call.account_id, call.id())
    return answers.empty()


async def tag_suggestions(call: Call) -> Response:
    """Return hashtags that the reader could show."""
    return answers.json(await call.node.db.read(presenting.tag_suggestions, call.account_id))


async def familiar(call: Call) -> Response:
    """Return for several accounts who of those the reader follows follows them."""
    wanted = listing.ids((await params.decode(call, _Many)).id, field="id", most=MAX_MANY)
    return answers.json(await call.node.db.read(presenting.familiar, call.account_id, wanted))


async def suggestions(call: Call) -> Response:
    """Return whom the reader might follow, and why."""
    return answers.json(await _suggestions(call))


async def bare_suggestions(call: Call) -> Response:
    """Return whom the reader might follow."""
    return answers.json([one["account"] for one in await _suggestions(call)])


async def _suggestions(call: Call) -> list[dict[str, Any]]:
    part = paging.part(call)
    return await call.node.db.read(presenting.suggestions, call.account_id, offset=part.offset, limit=part.limit)


async def dismiss(call: Call) -> Response:
    """Never suggest somebody again."""
    await call.node.db.write(presenting.dismiss, call.account_id, call.id())
    return answers.empty()


async def directory(call: Call) -> Response:
    """Return those who want to be found."""
    sent = params.query(call, _Shelf)
    if sent.order not in (None, "active", "new"):
        raise invalid("Validation failed: order must be active or new", field="order")
    shelf = Shelf(*paging.part(call), is_newest_first=sent.order == "new", is_local=bool(sent.local))
    return answers.rendered(listing.array(await call.node.db.read(presenting.directory, call.reader_id, shelf)))


_read, _write = auth.user("read:accounts"), auth.user("write:accounts")

routes = [
    Route("POST", "/api/v1/accounts/{id}/endorse", relations.simply(presenting.endorse), _write),
    Route("POST", "/api/v1/accounts/{id}/unendorse", relations.simply(presenting.unendorse), _write),
    Route("POST", "/api/v1/accounts/{id}/pin", relations.simply(presenting.endorse), _write),
    Route("POST", "/api/v1/accounts/{id}/unpin", relations.simply(presenting.unendorse), _write),
    Route("POST", "/api/v1/accounts/{id}/note", note, _write),
    Route("GET", "/api/v1/endorsements", own_endorsements, _read),
    Route("GET", "/api/v1/accounts/{id}/endorsements", endorsements, auth.anyone("read:accounts")),
    Route("GET", "/api/v1/accounts/{id}/featured_tags", tags),
    Route("GET", "/api/v1/featured_tags", own_tags, _read),
    Route("POST", "/api/v1/featured_tags", add_tag, _write),
    Route("GET", "/api/v1/featured_tags/suggestions", tag_suggestions, _read),
    Route("DELETE", "/api/v1/featured_tags/{id}", remove_tag, _write),
    Route("GET", "/api/v1/accounts/familiar_followers", familiar, auth.user("read:follows")),
    Route("GET", "/api/v1/suggestions", bare_suggestions, _read),
    Route("GET", "/api/v2/suggestions", suggestions, _read),
    Route("DELETE", "/api/v1/suggestions/{id}", dismiss, _write),
    Route("GET", "/api/v1/directory", directory, auth.anyone()),
]
