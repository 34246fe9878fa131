"""What one does to accounts: follow, block, mute, and answer those who ask to follow. Each answers a Relationship."""

from functools import partial
from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.services import answering, following, reading
from node.services.following import Wanted
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Handler, Route

MAX_RELATIONSHIPS: Final = 400


class _Which(Struct):
    id: list[str] | None = None
    with_suspended: bool | None = None


class _Follow(Struct):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


class _Mute(Struct):
    notifications: bool | None = None
    duration: int | None = None


async def relationships(call: Call) -> Response:
    """Return how the reader stands to several accounts."""
    sent = params.query(call, _Which)
    wanted = listing.ids(sent.id, field="id", most=MAX_RELATIONSHIPS)
    found = await call.node.db.read(
        answering.relationships, call.account_id, wanted, with_suspended=bool(sent.with_suspended)
    )
    return answers.json(found)


async def follow(call: Call) -> Response:
    """Follow an account or ask to; again changes what is shown of it."""
    sent = await params.decode(call, _Follow)
    return await done(call, partial(following.follow, wanted=Wanted(sent.reblogs, sent.notify, sent.languages)))


async def mute(call: Call) -> Response:
    """Mute an account, and what it tells unless something else is said."""
    sent = await params.decode(call, _Mute)
    if (sent.duration or 0) < 0:
        raise invalid("Validation failed: duration must be a number of seconds, 0 for ever", field="duration")
    act = partial(following.mute, hides_notifications=sent.notifications is not False, lasts_s=sent.duration)
    return await done(call, act)


def simply(act: answering.Act) -> Handler:
    """Return what does something to an account without asking more."""

    async def handler(call: Call) -> Response:
        return await done(call, act)

    return handler


async def done(call: Call, act: answering.Act) -> Response:
    """Do something to an account and answer with the Relationship."""
    return answers.json(await call.node.db.write(answering.related, act, call.account_id, call.id()))


async def requests(call: Call) -> Response:
    """Return who asks to follow the reader."""
    return await _people(call, reading.follow_requests)


async def blocks(call: Call) -> Response:
    """Return whom the reader blocks."""
    return await _people(call, reading.blocked)


async def mutes(call: Call) -> Response:
    """Return whom the reader mutes, and until when."""
    return await _people(call, reading.muted)


async def _people(call: Call, read: Any) -> Response:
    page = paging.page(call, default=40, most=80)
    return listing.edges(call, await call.node.db.read(read, call.account_id, page), page)


_follows = auth.user("write:follows")
_blocks = auth.user("write:blocks")
_mutes = auth.user("write:mutes")

routes = [
    Route("GET", "/api/v1/accounts/relationships", relationships, auth.user("read:follows")),
    Route("POST", "/api/v1/accounts/{id}/follow", follow, _follows),
    Route("POST", "/api/v1/accounts/{id}/unfollow", simply(following.unfollow), _follows),
    Route("POST", "/api/v1/accounts/{id}/remove_from_followers", simply(following.reject), _follows),
    Route("POST", "/api/v1/accounts/{id}/block", simply(following.block), _blocks),
    Route("POST", "/api/v1/accounts/{id}/unblock", simply(following.unblock), _blocks),
    Route("POST", "/api/v1/accounts/{id}/mute", mute, _mutes),
    Route("POST", "/api/v1/accounts/{id}/unmute", simply(following.unmute), _mutes),
    Route("GET", "/api/v1/follow_requests", requests, auth.user("read:follows")),
    Route("POST", "/api/v1/follow_requests/{id}/authorize", simply(answering.authorise), _follows),
    Route("POST", "/api/v1/follow_requests/{id}/reject", simply(answering.refuse), _follows),
    Route("GET", "/api/v1/blocks", blocks, auth.user("read:blocks")),
    Route("GET", "/api/v1/mutes", mutes, auth.user("read:mutes")),
]
