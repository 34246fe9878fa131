"""Whom the reader lets tell them things, and the senders who wait until they are let through."""

from typing import Final, Literal

import msgspec
from msgspec import Struct
from starlette.responses import Response

from node.services import notifying
from web import answers
from web.api import auth, listing, paging, params
from web.routing import Call, Route

MAX_IDS: Final = 200
Answer = Literal["accept", "filter", "drop"]


class _Policy(Struct):
    for_not_following: Answer | None = None
    for_not_followers: Answer | None = None
    for_new_accounts: Answer | None = None
    for_private_mentions: Answer | None = None
    for_limited_accounts: Answer | None = None
    for_bots: Answer | None = None


class _OlderPolicy(Struct):
    filter_not_following: bool | None = None
    filter_not_followers: bool | None = None
    filter_new_accounts: bool | None = None
    filter_private_mentions: bool | None = None
    filter_bots: bool | None = None


class _Some(Struct):
    id: list[str] | None = None


async def policy(call: Call) -> Response:
    """Return the policy."""
    return answers.json(await call.node.db.read(notifying.policy, call.account_id))


async def choose(call: Call) -> Response:
    """Change the answers that are sent."""
    sent = msgspec.structs.asdict(await params.decode(call, _Policy))
    chosen = {name: answer for name, answer in sent.items() if answer is not None}
    return answers.json(await call.node.db.write(notifying.choose, call.account_id, chosen))


async def older_policy(call: Call) -> Response:
    """Return the policy as yes and no."""
    return answers.json(await call.node.db.read(notifying.policy_v1, call.account_id))


async def choose_older(call: Call) -> Response:
    """Change the answers that are sent as yes and no."""
    sent = msgspec.structs.asdict(await params.decode(call, _OlderPolicy))
    chosen = {name: answer for name, answer in sent.items() if answer is not None}
    return answers.json(await call.node.db.write(notifying.choose_v1, call.account_id, chosen))


async def index(call: Call) -> Response:
    """Return who waits, newest first."""
    page = paging.page(call, default=40, most=80)
    found = await call.node.db.read(notifying.requests, call.account_id, page)
    return listing.edges(call, found, page, prev="min_id")


async def show(call: Call) -> Response:
    """Return one who waits."""
    return answers.rendered(await call.node.db.read(notifying.request, call.account_id, call.id()))


async def accept(call: Call) -> Response:
    """Let a sender through from now on."""
    await call.node.db.write(notifying.accept_one, call.account_id, call.id())
    return answers.empty()


async def dismiss(call: Call) -> Response:
    """Remove what waits of a sender."""
    await call.node.db.write(notifying.refuse_one, call.account_id, call.id())
    return answers.empty()


async def accept_some(call: Call) -> Response:
    """Let several senders through from now on."""
    await call.node.db.write(notifying.accept, call.account_id, await _ids(call))
    return answers.empty()


async def dismiss_some(call: Call) -> Response:
    """Remove what waits of several senders."""
    await call.node.db.write(notifying.refuse, call.account_id, await _ids(call))
    return answers.empty()


async def _ids(call: Call) -> list[int]:
    return listing.ids((await params.decode(call, _Some)).id, field="id", most=MAX_IDS)


async def merged(call: Call) -> Response:
    """Tell whether what was let through is where it belongs."""
    return answers.json({"merged": await call.node.db.read(notifying.is_merged, call.account_id)})


_read = auth.user("read:notifications")
_write = auth.user("write:notifications")

routes = [
    Route("GET", "/api/v1/notifications/policy", older_policy, _read),
    Route("PUT", "/api/v1/notifications/policy", choose_older, _write),
    Route("PATCH", "/api/v1/notifications/policy", choose_older, _write),
    Route("GET", "/api/v2/notifications/policy", policy, _read),
    Route("PUT", "/api/v2/notifications/policy", choose, _write),
    Route("PATCH", "/api/v2/notifications/policy", choose, _write),
    Route("GET", "/api/v1/notifications/requests", index, _read),
    Route("GET", "/api/v1/notifications/requests/merged", merged, _read),
    Route("POST", "/api/v1/notifications/requests/accept", accept_some, _write),
    Route("POST", "/api/v1/notifications/requests/dismiss", dismiss_some, _write),
    Route("GET", "/api/v1/notifications/requests/{id}", show, _read),
    Route("POST", "/api/v1/notifications/requests/{id}/accept", accept, _write),
    Route("POST", "/api/v1/notifications/requests/{id}/dismiss", dismiss, _write),
]
