"""What other servers ask and send: WebFinger, actors, posts, collections, inboxes."""

from collections.abc import Callable
from typing import Final

from starlette.responses import RedirectResponse, Response

from federation import discovery
from federation.reasons import PeerError, Reason
from federation.signatures.message import collect
from node.errors import Problem
from node.services import publishing, receiving
from node.services.publishing import Gone
from node.services.receiving import Request
from web import answers
from web.reading import guarded, target_of
from web.routing import Call, Handler, Route, id_of

ACTIVITY: Final = "application/activity+json; charset=utf-8"
JRD: Final = "application/jrd+json; charset=utf-8"
_TAKEN: Final = ("application/activity+json", "application/ld+json")
_STATUS_OF: Final = {
    Reason.MALFORMED: 400,
    Reason.DUPLICATE_KEY: 400,
    Reason.TOO_DEEP: 400,
    Reason.FORBIDDEN_KEYWORD: 400,
    Reason.TOO_LARGE: 413,
    Reason.UNSIGNED: 401,
    Reason.BAD_SIGNATURE: 401,
    Reason.BAD_DIGEST: 401,
    Reason.EXPIRED: 401,
    Reason.NOT_YET_VALID: 401,
    Reason.UNCOVERED_HEADER: 401,
    Reason.WRONG_HOST: 401,
    Reason.UNSUPPORTED_ALGORITHM: 401,
    Reason.KEY_NOT_OWNED: 401,
    Reason.KEY_UNAVAILABLE: 401,
    Reason.OVERLOADED: 503,
}
REFUSED: Final = 403


async def webfinger(call: Call) -> Response:
    """Say which actor a handle means."""
    found = await call.node.db.read(publishing.jrd, call.request.query_params.get("resource", ""))
    return answers.rendered(found, media_type=JRD)


async def host_meta(call: Call) -> Response:
    """Say where WebFinger is, as XRD or as JSON."""
    if _prefers_json(call.request.headers.get("accept", "")):
        return await host_meta_json(call)
    return Response(discovery.build_host_meta(call.node.site.base_url), 200, None, "application/xrd+xml; charset=utf-8")


async def host_meta_json(call: Call) -> Response:
    """Say where WebFinger is, as JSON."""
    return answers.json(discovery.build_host_meta_json(call.node.site.base_url))


def _prefers_json(accept: str) -> bool:
    first = accept.partition(",")[0].partition(";")[0].strip().lower()
    return first in ("application/json", "application/jrd+json")


async def server_actor(call: Call) -> Response:
    """Return the actor that signs our fetches."""
    return answers.rendered(await call.node.db.read(publishing.server_actor), media_type=ACTIVITY)


async def actor(call: Call) -> Response:
    """Return an actor document; without a signature, where one is wanted, what is needed to verify the actor."""
    is_whole = call.peer is not None or not call.node.site.has_secure_fetch
    read = publishing.actor if is_whole else publishing.minimal_actor
    return answers.rendered(await call.node.db.read(read, call.params["name"]), media_type=ACTIVITY)


async def note(call: Call) -> Response:
    """Return a post."""
    return _kept(await call.node.db.read(publishing.note, call.params["name"], call.id(), reader=_reader(call)))


async def activity(call: Call) -> Response:
    """Return the activity that made a post."""
    return _kept(await call.node.db.read(publishing.activity, call.params["name"], call.id(), reader=_reader(call)))


def _reader(call: Call) -> str | None:
    return call.peer.origin if call.peer else None


def _kept(found: bytes | Gone) -> Response:
    if isinstance(found, Gone):
        return answers.json(found.tombstone, 410, media_type=ACTIVITY)
    return answers.rendered(found, media_type=ACTIVITY)


async def featured(call: Call) -> Response:
    """Return what an actor has pinned."""
    found = await call.node.db.read(publishing.featured, call.params["name"])
    return answers.rendered(found, media_type=ACTIVITY)


async def moderators(call: Call) -> Response:
    """Return who moderates a group."""
    found = await call.node.db.read(publishing.moderators, call.params["name"])
    return answers.rendered(found, media_type=ACTIVITY)


async def followers_of_reader(call: Call) -> Response:
    """Return who of the reader's own server follows an actor. Raises: 401 for a reader who does not sign."""
    if call.peer is None:
        raise Problem(401, Reason.UNSIGNED.value, "Sign the request: each server is shown its own people")
    found = await call.node.db.read(publishing.followers_of, call.params["name"], call.peer.origin)
    return answers.rendered(found, media_type=ACTIVITY)


async def approval(call: Call) -> Response:
    """Return the word of one of our people that somebody may quote or answer a post of theirs."""
    return _kept(await call.node.db.read(publishing.approval, call.params["name"], call.id()))


async def replies(call: Call) -> Response:
    """Return the replies to a post."""
    above, is_page = _above(call)
    found = await call.node.db.read(publishing.replies, call.params["name"], call.id(), above, is_page=is_page)
    return answers.rendered(found, media_type=ACTIVITY)


async def context(call: Call) -> Response:
    """Return a conversation."""
    above, is_page = _above(call)
    found = await call.node.db.read(publishing.context, call.id(), above, is_page=is_page)
    return answers.rendered(found, media_type=ACTIVITY)


def _above(call: Call) -> tuple[int, bool]:
    """Return above which row a page of a chronological collection begins, and whether one is asked for at all."""
    query = call.request.query_params
    return (id_of(query["min_id"]) if query.get("min_id") else 0), "page" in query


def _collection(read: Callable[..., bytes]) -> Handler:
    async def handler(call: Call) -> Response:
        query = call.request.query_params
        max_id = id_of(query["max_id"]) if query.get("max_id") else None
        found = await call.node.db.read(read, call.params["name"], max_id, is_page="page" in query)
        return answers.rendered(found, media_type=ACTIVITY)

    return handler


async def page_of_actor(call: Call) -> Response:
    """Lead a person from an actor's id to its page."""
    return RedirectResponse(call.node.site.profile_url(call.params["name"]), 302)


async def page_of_note(call: Call) -> Response:
    """Lead a person from a post's id to its page."""
    return RedirectResponse(call.node.site.status_url(call.params["name"], call.id()), 302)


async def receive(call: Call) -> Response:
    """Take an activity: 202 when it is well signed, 401 with a reason code when it is not."""
    request, node = call.request, call.node
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TAKEN:
        raise Problem(415, Reason.WRONG_CONTENT_TYPE.value, "Send application/activity+json")
    try:
        arrived = Request(
            target=target_of(request.scope),
            headers=collect(request.scope["headers"]),
            body=await request.body(),
            received_at=node.db.now(),
        )
        outcome = await receiving.accept(node.db, arrived, site=node.site)
    except PeerError as error:
        status = _STATUS_OF.get(error.reason, REFUSED)
        node.inbox_tally["refused", error.reason.value] += 1
        asked = {"www-authenticate": answers.signature_challenge("POST")} if status == 401 else None
        said = {"error": error.detail or error.reason.value, "code": error.reason.value, "reason": error.reason.value}
        return answers.json(said, status, headers=asked)
    node.inbox_tally[outcome.verdict, outcome.reason.value if outcome.reason else ""] += 1
    return answers.json({"verdict": outcome.verdict, "reason": outcome.reason}, 202)


async def no_clients(_call: Call) -> Response:
    """Refuse client-to-server posting: apps use the Mastodon API."""
    raise Problem(405, "wrong-method", "This node does not take posts over ActivityPub. Use the Mastodon API.")


_user: Final = "/users/{name}"
_status: Final = "/users/{name}/statuses/{id}"

_rows: Final = (
    Route("GET", "/.well-known/webfinger", webfinger),
    Route("GET", "/.well-known/host-meta", host_meta, headers=((b"vary", b"Accept"),)),
    Route("GET", "/.well-known/host-meta.json", host_meta_json),
    Route("GET", "/actor", server_actor),
    Route("POST", "/actor/inbox", receive),
    Route("POST", "/inbox", receive),
    Route("GET", _user, actor, serves="activity"),
    Route("GET", _user, page_of_actor, serves="html"),
    Route("POST", f"{_user}/inbox", receive),
    Route("GET", f"{_user}/outbox", _collection(publishing.posts)),
    Route("POST", f"{_user}/outbox", no_clients),
    Route("GET", f"{_user}/followers", _collection(publishing.followers)),
    Route("GET", f"{_user}/following", _collection(publishing.following)),
    Route("GET", f"{_user}/followers_synchronization", followers_of_reader),
    Route("GET", f"{_user}/collections/featured", featured),
    Route("GET", f"{_user}/moderators", moderators),
    Route("GET", _status, note, serves="activity"),
    Route("GET", _status, page_of_note, serves="html"),
    Route("GET", f"{_status}/activity", activity),
    Route("GET", f"{_status}/replies", replies),
    Route("GET", f"{_user}/quote_authorizations/{{id}}", approval),
    Route("GET", f"{_user}/reply_approvals/{{id}}", approval),
    Route("GET", f"{_user}/approvals/{{id}}", approval),
    Route("GET", "/contexts/{id}", context),
    Route("GET", "/@{name}", actor, serves="activity"),
    Route("GET", "/@{name}/{id}", note, serves="activity"),
)
routes = tuple(guarded(row) for row in _rows)
