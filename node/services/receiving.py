"""An activity arrives: from the raw request to the transaction that carries it out. Nothing here touches the network.

How it works. `accept` runs while the peer waits: what needs no key first (coverage, host, time, digest; so a copy that
comes too late is refused although it was seen), cheap exits, then the signature if the key is known (401 with a reason
code if it is bad), then, unless it was seen, ONE transaction that judges, claims the id and does what follows. A request whose key is
unknown or may have changed, or that needs a document from elsewhere, goes to a bounded queue and is answered 202; the
worker does the rest (`catching_up`), and verifies as of the time of receipt.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

from federation import activities, authority, followers_sync, loose, uris
from federation.activities import Activity
from federation.activities.follow import Follow
from federation.activities.like import Like
from federation.activities.undo import Undo
from federation.activities.update import Update
from federation.effects import Effect, Ignored, Judgement, Refs, Refused, StoreStatus
from federation.reasons import PeerError, Reason
from federation.signatures import http
from federation.signatures.message import SignatureParams
from node.errors import Problem
from node.services import alerting, inbox, knowing, policing, submitting, synchronising, vouching
from node.social.site import Site
from node.store import (
    accounts,
    arrivals,
    deliveries,
    favourites,
    follows,
    jobs,
    keys,
    pauses,
    peers,
    reactions,
    relays,
    statuses,
)
from node.store.arrivals import Unverified
from node.store.columns import to_ms
from node.store.database import Database
from node.store.keys import PublicKey
from node.store.pauses import Pause
from node.store.unit import Snapshot, Unit

PAUSE: Final = timedelta(minutes=5)  # between two questions for the keys of one host
PASSING: Final = frozenset({Reason.UNREACHABLE, Reason.REFUSED_BY_PEER})
_ALWAYS_KEPT: Final = ("host", "date", "digest", "signature", "signature-input", "authorization", followers_sync.HEADER)


class Request(Struct, frozen=True):
    """A POST to an inbox: header names are lower-case, `target` is the raw path with its query."""

    target: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    def read(self) -> tuple[Activity, SignatureParams]:
        """Return the activity and what its signature says. Raises: PeerError when either cannot be read."""
        return activities.parse(loose.decode(self.body)), http.parse(self.headers)

    def verify(self, params: SignatureParams, key: PublicKey, *, site: Site) -> None:
        """Pass a request that this key signed, as of the time of receipt. Raises: PeerError with the reason."""
        http.verify(
            "POST",
            self.target,
            self.headers,
            self.body,
            public_pem=key.public_pem,
            now=self.received_at,
            hosts=(site.host,),
            params=params,
            scheme=site.base_url.partition(":")[0],
        )


class Outcome(Struct, frozen=True):
    """What came of an activity: its verdict and, where there is one, the reason code."""

    verdict: Literal["accepted", "ignored", "refused", "queued"]
    reason: Reason | None = None


class _Known(Struct, frozen=True):
    """What one read says about a request before its signature is looked at."""

    is_seen: bool = False
    key: PublicKey | None = None
    is_actor_known: bool = False
    pause: Pause | None = None


async def accept(db: Database, request: Request, *, site: Site) -> Outcome:
    """Take a request that a peer makes.

    Raises: PeerError for what the signature or the document lacks; Problem 503 when the queue is full.
    """
    activity, params = request.read()
    http.check(
        params,
        "POST",
        request.target,
        request.headers,
        request.body,
        now=request.received_at,
        hosts=(site.host,),
    )
    known = await db.read(_known, activity, params.key_id)
    if known.key is None:
        return await _without_key(db, request, params, activity, known, site=site)
    try:
        request.verify(params, known.key, site=site)
    except PeerError as error:
        if error.reason is not Reason.BAD_SIGNATURE or not await db.write(may_ask_again, known.key, params.key_id):
            raise
        return await _queue(db, request, params, activity)
    if known.is_seen:
        return Outcome("ignored", Reason.SEEN)
    signer = known.key.account_uri
    if signer != activity.actor:
        vouched = await db.read(_vouched, activity, signer)
        if vouched is None:
            return await _queue(db, request, params, activity)
        signer = activity.actor if vouched else signer
    refs = activities.refers_to(activity, signer=signer)
    judgement = await db.write(judge_and_do, activity, signer, refs, {}, sender=known.key.account_uri)
    if wants_fetch(judgement, refs):
        return await _queue(db, request, params, activity)
    outcome = outcome_of(judgement)
    if outcome.verdict == "accepted":
        await synchronising.notice(db, known.key.account_uri, request.headers)
    return outcome


async def _without_key(
    db: Database, request: Request, params: SignatureParams, activity: Activity, known: _Known, *, site: Site
) -> Outcome:
    """Have a request wait for its key, where that is of any use. Raises: PeerError as `_check_key`."""
    if _is_farewell(activity) and not known.is_actor_known:
        return Outcome("ignored", Reason.UNKNOWN_ACTOR)
    _check_key(params, activity, known.pause, site=site)
    if known.is_seen:
        return Outcome("queued")  # it need not be, but whoever did not prove who they are is told no more
    return await _queue(db, request, params, activity, not_before=known.pause.until if known.pause else None)


def _known(snapshot: Snapshot, activity: Activity, key_id: str) -> _Known:
    policing.check(snapshot, activity.actor, key_id)
    is_seen = arrivals.is_seen(snapshot, activity.id, activity.actor) and not is_meant_anew(snapshot, activity)
    key = key_of(snapshot, activity, key_id)
    if key is not None:
        return _Known(is_seen=is_seen, key=key, is_actor_known=True)
    is_actor_known = accounts.by_uri(snapshot, activity.actor) is not None
    pause = pauses.longest(snapshot, pause_names(key_id))
    return _Known(is_seen=is_seen, is_actor_known=is_actor_known, pause=pause)


def is_meant_anew(snapshot: Snapshot, activity: Activity) -> bool:
    """Tell whether an activity asks for something that does not stand yet although its id came before.

    Source: Misskey has one id for whatever follows there ever are between two people, and one for their ends; NodeBB has
    one for every like of somebody for a post, Friendica for all edits of one.
    """
    if isinstance(activity, Follow):
        one, other = accounts.by_uri(snapshot, activity.actor), accounts.by_uri(snapshot, activity.object_uri)
        return one is not None and other is not None and follows.between(snapshot, one.id, other.id) is None
    if isinstance(activity, Like):
        return not _likes(snapshot, activity)
    if isinstance(activity, Undo) and activity.undone_uri is not None:
        return _held(snapshot, activity.undone_uri, activity.actor)
    return isinstance(activity, Update) and _is_later_edit(snapshot, activity)


def _likes(snapshot: Snapshot, activity: Like) -> bool:
    """Tell whether an actor likes a post already, in whatever way."""
    by, post = accounts.by_uri(snapshot, activity.actor), statuses.by_uri(snapshot, activity.object_uri)
    if by is None or post is None:
        return False
    return bool(favourites.of(snapshot, by.id, post.id) or reactions.of_account(snapshot, post.id, by.id))


def _held(snapshot: Snapshot, uri: str, actor_uri: str) -> bool:
    """Tell whether a follow, a like, a boost or a reaction of an actor stands under the id of its activity."""
    acts = (*favourites.acts(snapshot, (uri,)), *reactions.acts(snapshot, (uri,)))
    edges = follows.concerning(snapshot, None, (), (uri,))
    return any(actor == actor_uri for _, _, actor, _ in acts) or any(one == actor_uri for _, one, *_ in edges)


def _is_later_edit(snapshot: Snapshot, activity: Update) -> bool:
    """Tell whether an Update says that it is of a later time than the version of the post that is held."""
    held = statuses.by_uri(snapshot, activity.object_uri)
    said = loose.timestamp((authority.plain_of(activity.object) or {}).get("updated"))
    if held is None or said is None or said > snapshot.now:
        return False
    return to_ms(said) > to_ms(held.edited_at or held.created_at)


def key_of(snapshot: Snapshot, activity: Activity, key_id: str) -> PublicKey | None:
    """Return the key at an address, if we know it; not one in the actor's own document that a neighbour says is theirs."""
    key = keys.by_uri(snapshot, key_id)
    is_claimed = key is not None and key.account_uri != activity.actor == uris.without_fragment(key_id)
    return None if is_claimed else key


def _vouched(snapshot: Snapshot, activity: Activity, sender: str) -> bool | None:
    """Tell whether its actor vouches for an activity that somebody else delivers; None when that key is not known.

    What a relay forwards is fetched from its origin in any case.
    """
    if relays.is_accepted(snapshot, sender):
        return False
    key_id = vouching.key_id_of(activity, site=snapshot.site)
    if key_id is None:
        return False
    key = keys.by_uri(snapshot, key_id)
    return None if key is None else vouching.is_proven(snapshot, activity, key)


def _is_farewell(activity: Activity) -> bool:
    """Tell whether an actor says that it is gone; its key can no longer be fetched."""
    return "Delete" in loose.types_of(activity.document) and loose.id_of(activity.object) == activity.actor


def _check_key(params: SignatureParams, activity: Activity, pause: Pause | None, *, site: Site) -> None:
    """Refuse what can be refused without the key: nothing that fails here may make us ask anybody for one."""
    is_usable = uris.is_usable(params.key_id, loopback_http=site.loopback_http)
    is_elsewhere = not site.is_ours(params.key_id)
    is_expected = uris.is_same_origin(params.key_id, activity.actor) or vouching.key_id_of(activity, site=site)
    if not (is_usable and is_elsewhere and is_expected):
        raise PeerError(Reason.KEY_NOT_OWNED, "the key is not of the actor's origin")
    if pause is not None and pause.reason not in {reason.value for reason in PASSING}:
        raise PeerError(Reason.KEY_UNAVAILABLE, f"the key could not be had a moment ago: {pause.reason}")


def pause_names(key_id: str) -> tuple[str, ...]:
    """Return under which names questions for a key may pause: the key itself and its host."""
    return (key_id, f"keys:{uris.host_of(key_id)}") if uris.is_usable(key_id, loopback_http=True) else ()


def may_ask_again(unit: Unit, key: PublicKey, key_id: str) -> bool:
    """Tell whether the owner of a key that no longer fits may be asked for a new one: once per host and while."""
    is_old = key.fetched_at is not None and key.fetched_at <= unit.now - PAUSE
    return is_old and pauses.claim(unit, f"again:{uris.host_of(key_id)}", length=PAUSE)


async def _queue(
    db: Database, request: Request, params: SignatureParams, activity: Activity, *, not_before: datetime | None = None
) -> Outcome:
    kept = {n: request.headers[n] for n in (*_ALWAYS_KEPT, *params.covered) if n in request.headers}
    unverified = Unverified(
        host=uris.host_of(activity.actor),
        path=request.target,
        headers=kept,
        body=request.body.decode(),
        received_at=request.received_at,
        not_before=not_before,
    )
    if not await db.write(arrivals.queue, unverified):
        raise Problem(503, Reason.OVERLOADED.value, "Too much waits to be verified. Try again.", retry_after_s=60)
    return Outcome("queued")


def judge_and_do(
    unit: Unit,
    activity: Activity,
    signer: str,
    refs: Refs,
    fetched: Mapping[str, Mapping[str, Any]],
    *,
    has_asked: bool = False,
    sender: str | None = None,
) -> Judgement:
    """Judge a verified activity by what is known and do what follows, once; `has_asked`: all that could be was fetched.

    `sender` is who brought it, where that may be another than whose word it is.
    """
    stopped = policing.stop_or_hold(unit, activity, signer)
    if stopped is not None:
        return stopped
    host = uris.host_of(sender or signer)
    if peers.heard(unit, host):
        deliveries.hasten(unit, host)
    facts = knowing.facts_for(unit, refs, signer=signer, fetched=fetched, has_asked=has_asked)
    judgement = activities.judge(activity, signer=signer, facts=facts)
    if isinstance(judgement, Ignored | Refused):
        return judgement
    is_first = activity.is_nameless or arrivals.claim(unit, activity.id, signer)
    is_own = sender in (None, signer)  # not another's copy of what the actor once proved
    if not is_first and not (is_own and is_meant_anew(unit, activity)):
        return Ignored(Reason.SEEN)
    groups = submitting.places(unit, activity, judgement)
    for effect in judgement:
        inbox.carry_out(unit, effect)
    submitting.pass_received(unit, activity, judgement, groups)
    alerting.forward(unit, activity, judgement, sender=sender or signer)
    _ask_for_parents(unit, judgement)
    return judgement


def _ask_for_parents(unit: Unit, effects: tuple[Effect, ...]) -> None:
    """Have what a new post answers fetched, so that its reader sees what it is about."""
    wanted = [effect.note.in_reply_to for effect in effects if isinstance(effect, StoreStatus)]
    for uri in wanted:
        if uri and not unit.site.is_ours(uri) and statuses.by_uri(unit, uri) is None:
            jobs.add(unit, "fetch", uri, uri=uri)


def wants_fetch(judgement: Judgement, refs: Refs) -> bool:
    """Tell whether a judgement may change once the objects, or people beside the sender, were fetched."""
    if isinstance(judgement, Ignored) and judgement.reason is Reason.UNKNOWN_ACTOR:
        return len(refs.fetch_actors) > 1
    if refs.is_relayed and isinstance(judgement, Refused):
        return False
    if not refs.fetch_objects or not isinstance(judgement, Ignored | Refused):
        return False
    return judgement.reason is (Reason.UNKNOWN_OBJECT if isinstance(judgement, Ignored) else Reason.NOT_OWNER)


def outcome_of(judgement: Judgement) -> Outcome:
    """Return what came of a judgement. Raises: PeerError with the reason of a refusal."""
    if isinstance(judgement, Refused):
        raise PeerError(judgement.reason, judgement.detail)
    if isinstance(judgement, Ignored):
        return Outcome("ignored", judgement.reason)
    return Outcome("accepted")
