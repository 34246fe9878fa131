"""An activity arrives: from the raw request to the transaction that carries it out.

How it works. `accept` runs while the peer waits: cheap exits first, then the signature if the key is known (401 with a
reason code if it is bad). With an unknown key the request goes to a bounded queue and is answered 202; `verify_waiting`
does the rest later, as of the time of receipt. Both end in `carry_out`: judge what is known; when something is missing,
fetch it with no transaction open and judge again; then ONE transaction claims the id and does what follows.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

from federation import activities, loose, uris
from federation.activities import Activity
from federation.effects import Ignored, Judgement, Refs, Refused
from federation.reasons import PeerError, Reason
from federation.signatures import cavage
from node.errors import Problem
from node.ports import Fetcher
from node.services import fetching, inbox, knowing
from node.social.site import Site
from node.store import accounts, arrivals, keys, peers
from node.store.arrivals import Waiting
from node.store.database import Database
from node.store.unit import Snapshot, Unit

MAX_TRIES: Final = 6
_KEPT_HEADERS: Final = (
    "host",
    "date",
    "digest",
    "content-type",
    "signature",
    "authorization",
    "content-length",
    "accept",
)
_DELETED: Final = frozenset({Reason.GONE, Reason.NOT_FOUND})
_log = logging.getLogger("rounds.inbox")


class Request(Struct, frozen=True):
    """A POST to an inbox: header names are lower-case, `target` is the raw path with its query."""

    target: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


class Outcome(Struct, frozen=True):
    """What came of an activity: its verdict and, where there is one, the reason code."""

    verdict: Literal["accepted", "ignored", "refused", "queued"]
    reason: Reason | None = None


class _Known(Struct, frozen=True):
    """What one read says about a request before its signature is looked at."""

    is_seen: bool
    key: keys.PublicKey | None
    is_actor_known: bool


async def accept(db: Database, fetcher: Fetcher, request: Request, *, site: Site) -> Outcome:
    """Take a request that a peer makes.

    Raises: PeerError for what the signature or the document lacks; Problem 503 when the queue is full.
    """
    document = loose.decode(request.body)
    activity = activities.parse(document)
    params = cavage.parse(request.headers)
    known = await db.read(_known, activity, params.key_id)
    if known.is_seen:
        return Outcome("ignored", Reason.SEEN)
    if known.key is None:
        if _is_farewell(activity) and not known.is_actor_known:
            return Outcome("ignored", Reason.UNKNOWN_ACTOR)
        return await _queue(db, request, params, activity, site=site)
    _verify(request, params, known.key.public_pem, site=site)
    return await carry_out(db, fetcher, activity, signer=known.key.account_uri, site=site)


def _known(snapshot: Snapshot, activity: Activity, key_id: str) -> _Known:
    if arrivals.is_seen(snapshot, activity.id):
        return _Known(is_seen=True, key=None, is_actor_known=True)
    key = keys.by_uri(snapshot, key_id)
    is_actor_known = key is not None or accounts.by_uri(snapshot, activity.actor) is not None
    return _Known(is_seen=False, key=key, is_actor_known=is_actor_known)


def _is_farewell(activity: Activity) -> bool:
    """Tell whether an actor says that it is gone; its key can no longer be fetched."""
    return "Delete" in loose.types_of(activity.document) and loose.id_of(activity.object) == activity.actor


def _verify(request: Request, params: cavage.SignatureParams, pem: str, *, site: Site) -> None:
    cavage.verify(
        "POST",
        request.target,
        request.headers,
        request.body,
        public_pem=pem,
        now=request.received_at,
        hosts=(site.host,),
        params=params,
    )


async def _queue(
    db: Database, request: Request, params: cavage.SignatureParams, activity: Activity, *, site: Site
) -> Outcome:
    cavage.check(params, "POST", request.headers, request.body, now=request.received_at, hosts=(site.host,))
    uris.check(params.key_id, loopback_http=site.loopback_http)
    if not uris.is_same_origin(params.key_id, activity.actor):
        raise PeerError(Reason.KEY_NOT_OWNED, "the key is not of the actor's origin")
    kept = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
    is_kept = await db.write(
        arrivals.queue,
        host=uris.host_of(activity.actor),
        path=request.target,
        headers=kept,
        body=request.body.decode(),
    )
    if not is_kept:
        raise Problem(503, Reason.OVERLOADED.value, "Too much waits to be verified. Try again.", retry_after_s=60)
    return Outcome("queued")


async def verify_waiting(db: Database, fetcher: Fetcher, waiting: Waiting, *, site: Site) -> Outcome:
    """Verify and carry out a request that was answered before its key was known.

    Raises: PeerError when it is refused for good; the caller removes it. Unreachable keys are tried again.
    """
    request = Request(waiting.path, waiting.headers, waiting.body.encode(), waiting.received_at)
    activity = activities.parse(loose.decode(request.body))
    params = cavage.parse(request.headers)
    key = await db.read(keys.by_uri, params.key_id)
    if key is None:
        await _learn_key(db, fetcher, params.key_id, activity, site=site)
        key = await db.read(keys.by_uri, params.key_id)
    if key is None:
        raise PeerError(Reason.KEY_NOT_OWNED, "the actor does not list this key")
    _verify(request, params, key.public_pem, site=site)
    return await carry_out(db, fetcher, activity, signer=key.account_uri, site=site)


async def _learn_key(db: Database, fetcher: Fetcher, key_id: str, activity: Activity, *, site: Site) -> None:
    """Fetch the actor that signs; a key document of its own leads to its owner, who must list it."""
    found = await fetcher.activity(uris.without_fragment(key_id))
    document = loose.plain(found.document)
    owner = loose.id_of(document.get("owner")) or loose.id_of(document.get("controller")) or found.uri
    inner = document.get("publicKey")
    if isinstance(inner, Mapping) and (named := loose.id_of(inner.get("owner"))):
        owner = named
    if not uris.is_same_origin(owner, key_id) or owner != activity.actor:
        raise PeerError(Reason.KEY_NOT_OWNED, "the key belongs to another actor")
    await fetching.actor(db, fetcher, owner, site=site)


async def carry_out(db: Database, fetcher: Fetcher, activity: Activity, *, signer: str, site: Site) -> Outcome:
    """Judge a verified activity and do what follows, fetching what is missing in between.

    Raises: PeerError with the reason of a refusal.
    """
    fetched: dict[str, Mapping[str, Any]] = {}
    refs = activities.refers_to(activity)
    judgement = await db.write(_judge_and_do, activity, signer, refs, fetched)
    if (isinstance(judgement, Ignored) and judgement.reason is Reason.UNKNOWN_OBJECT) or _wants_proof(judgement, refs):
        refs = await _fetch_missing(db, fetcher, refs, fetched, site=site)
        if fetched:
            judgement = await db.write(_judge_and_do, activity, signer, refs, fetched)
    return _outcome(judgement)


def _wants_proof(judgement: Judgement, refs: Refs) -> bool:
    return isinstance(judgement, Refused) and judgement.reason is Reason.NOT_OWNER and bool(refs.fetch_objects)


async def _fetch_missing(
    db: Database, fetcher: Fetcher, refs: Refs, fetched: dict[str, Mapping[str, Any]], *, site: Site
) -> Refs:
    """Fetch the objects an activity cannot be judged without, and their authors; return what is to be known now."""
    _people, posts = await db.read(knowing.missing, refs)
    for uri in posts:
        found = await fetcher.activity(uri)
        fetched[uri] = fetched[found.uri] = found.document
        more = activities.refers_to_object(found.document)
        authors, _posts = await db.read(knowing.missing, more)
        for author in authors:
            await fetching.actor(db, fetcher, author, site=site)
        refs = Refs(
            actors=tuple(dict.fromkeys(refs.actors + more.actors)),
            objects=tuple(dict.fromkeys(refs.objects + more.objects)),
            follows=refs.follows,
            acts=refs.acts,
            fetch_actors=refs.fetch_actors,
            fetch_objects=refs.fetch_objects,
        )
    return refs


def _judge_and_do(
    unit: Unit, activity: Activity, signer: str, refs: Refs, fetched: Mapping[str, Mapping[str, Any]]
) -> Judgement:
    facts = knowing.facts_for(unit, refs, signer=signer, fetched=fetched)
    judgement = activities.judge(activity, signer=signer, facts=facts)
    peers.heard(unit, uris.host_of(signer))
    if isinstance(judgement, Ignored | Refused):
        return judgement
    if not arrivals.claim(unit, activity.id):
        return Ignored(Reason.SEEN)
    for effect in judgement:
        inbox.carry_out(unit, effect)
    return judgement


def _outcome(judgement: Judgement) -> Outcome:
    if isinstance(judgement, Refused):
        raise PeerError(judgement.reason, judgement.detail)
    if isinstance(judgement, Ignored):
        return Outcome("ignored", judgement.reason)
    return Outcome("accepted")


async def drain(db: Database, fetcher: Fetcher, *, site: Site, limit: int = 20) -> int:
    """Verify what waits; return how many requests were looked at."""
    batch = await db.write(arrivals.lease, limit=limit)
    for waiting in batch:
        try:
            await verify_waiting(db, fetcher, waiting, site=site)
        except PeerError as error:
            await _after_failure(db, waiting, error)
        except Problem as error:
            await db.write(arrivals.again, waiting, at=waiting.received_at, error=error.code)
        else:
            await db.write(arrivals.finish, waiting)
    return len(batch)


async def _after_failure(db: Database, waiting: Waiting, error: PeerError) -> None:
    is_passing = error.reason in (Reason.UNREACHABLE, Reason.REFUSED_BY_PEER)
    if is_passing and waiting.attempts < MAX_TRIES:
        await db.write(_later, waiting, error.reason.value)
        return
    _log.info("inbox: refused a waiting activity of %s: %s", waiting.host, error.reason.value)
    await db.write(arrivals.finish, waiting)


def _later(unit: Unit, waiting: Waiting, reason: str) -> None:
    delay = timedelta(minutes=2**waiting.attempts)
    arrivals.again(unit, waiting, at=unit.now + delay, error=reason)
