"""Accounts: who somebody is, what they posted, whom they know. What one does to them is in `relations`."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem
from node.services import reading
from node.services.reading import Line, OfAccount
from node.social import text as words
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MAX_MANY: Final = 40


class _Lookup(Struct):
    acct: str | None = None


class _Many(Struct):
    id: list[str] | None = None


class _Posts(Struct):
    exclude_replies: bool | None = None
    exclude_reblogs: bool | None = None
    exclude_direct: bool | None = None
    only_media: bool | None = None
    pinned: bool | None = None
    tagged: str | None = None


async def show(call: Call) -> Response:
    """Return an account."""
    return answers.rendered(await call.node.db.read(reading.profile, call.id()))


async def show_many(call: Call) -> Response:
    """Return several accounts, those that are known."""
    wanted = listing.ids(params.query(call, _Many).id, field="id", most=MAX_MANY)
    return answers.rendered(listing.array(await call.node.db.read(reading.profiles, wanted)))


async def lookup(call: Call) -> Response:
    """Return a known account by its handle; nobody else is asked."""
    acct = params.query(call, _Lookup).acct
    if not acct:
        raise Problem(
            400, "parameter-missing", "acct is missing: send the handle of an account, such as name@host", field="acct"
        )
    return answers.rendered(await call.node.db.read(reading.profile_by_acct, acct))


async def posts(call: Call) -> Response:
    """Return what an account posted or pinned, as far as the reader may see it."""
    sent, page = params.query(call, _Posts), paging.page(call)
    if sent.pinned:
        return _pinned(call, await call.node.db.read(reading.pinned_page, call.reader_id, call.id(), page))
    which = OfAccount(
        account_id=call.id(),
        has_replies=not sent.exclude_replies,
        has_boosts=not sent.exclude_reblogs,
        has_direct=not sent.exclude_direct,
        only_media=bool(sent.only_media),
        tag=words.fold_tag(sent.tagged) if sent.tagged else None,
    )
    lines = await call.node.db.read(reading.account_page, call.reader_id, page, which)
    return listing.statuses(call, lines)


def _pinned(call: Call, lines: Sequence[Line]) -> Response:
    """Return pins, which stand in the order of pinning: the next page is below the oldest post."""
    posts = sorted(line.id for line in lines)
    headers = paging.link(call, next_id=posts[0] if posts else None, prev_id=posts[-1] if posts else None)
    return answers.rendered(listing.array(line.json for line in lines), headers=headers)


async def followers(call: Call) -> Response:
    """Return who follows an account."""
    page = paging.page(call, default=40, most=80)
    found = await call.node.db.read(reading.followers, call.id(), page, viewer_id=call.reader_id)
    return listing.edges(call, found, page)


async def following(call: Call) -> Response:
    """Return whom an account follows."""
    page = paging.page(call, default=40, most=80)
    found = await call.node.db.read(reading.following, call.id(), page, viewer_id=call.reader_id)
    return listing.edges(call, found, page)


async def identity_proofs(call: Call) -> Response:
    """Return nothing: such proofs are a thing of the past."""
    await call.node.db.read(reading.account, call.id())
    return answers.json([])


_see = auth.anyone("read:accounts")

routes = [
    Route("GET", "/api/v1/accounts", show_many, _see),
    Route("GET", "/api/v1/accounts/lookup", lookup, _see),
    Route("GET", "/api/v1/accounts/{id}", show, _see),
    Route("GET", "/api/v1/accounts/{id}/statuses", posts, auth.anyone("read:statuses")),
    Route("GET", "/api/v1/accounts/{id}/followers", followers, _see),
    Route("GET", "/api/v1/accounts/{id}/following", following, _see),
    Route("GET", "/api/v1/accounts/{id}/identity_proofs", identity_proofs, auth.user("read:accounts")),
]
