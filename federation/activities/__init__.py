"""Every activity this node understands: one file each, and one row each in the table below.

Each file has its struct and three functions: `read(common)`, `refers_to(activity)` and `judge(activity, facts)`. They
may rely on this: the signer is the actor, and the activity's id is of the actor's origin.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Final

from federation import authority, loose, uris
from federation.activities import (
    accept,
    add,
    announce,
    block,
    create,
    delete,
    emojireact,
    flag,
    follow,
    keeping,
    like,
    move,
    reject,
    relayed,
    remove,
    request,
    undo,
    update,
)
from federation.activities.activity import Activity, common_of
from federation.effects import Facts, Ignored, Judgement, Refs, Refused, StoreStatus, UpdateAccount, UpdateStatus
from federation.reasons import PeerError, Reason
from federation.vocab import ACTOR_TYPES, Note, actor_from
from federation.vocab.note import author_of
from federation.vocab.quote import quote_of

__all__ = ["TABLE", "Activity", "judge", "judge_object", "kind_of", "parse", "refers_to", "refers_to_object"]

TABLE: Final[Mapping[str, ModuleType]] = {
    "Accept": accept,
    "Add": add,
    "Announce": announce,
    "AnnounceRequest": request,
    "Block": block,
    "Create": create,
    "Delete": delete,
    "EmojiReact": emojireact,
    "Flag": flag,
    "Follow": follow,
    "Like": like,
    "LikeRequest": request,
    "Move": move,
    "QuoteRequest": request,
    "Reject": reject,
    "Remove": remove,
    "ReplyRequest": request,
    "Undo": undo,
    "Update": update,
}


def parse(document: Mapping[str, object]) -> Activity:
    """Read an activity; one of a type that is not in the table becomes a plain `Activity`, which is ignored.

    Raises: PeerError(MALFORMED) when it lacks what it cannot do without.
    """
    common = common_of(document)
    known = _module_of(common)
    if known is None:
        return common
    if common.object is None:
        raise PeerError(Reason.MALFORMED, "the activity has no object")
    activity: Activity = known.read(common)
    return activity


def refers_to(activity: Activity, *, signer: str | None = None) -> Refs:
    """Name what must be looked up, and fetched when it is not known, before `judge` can say anything.

    `signer` is who delivered it, if that is not its actor.
    """
    if signer not in (None, activity.actor):
        return relayed.refers_to(activity)
    known = _module_of(activity)
    if known is None:
        return Refs(actors=(activity.actor,), fetch_actors=(activity.actor,))
    refs: Refs = known.refers_to(activity)
    return refs


def judge(activity: Activity, *, signer: str, facts: Facts) -> Judgement:
    """Say what follows from an activity whose signature was found to be `signer`'s."""
    try:
        uris.check(activity.actor, loopback_http=facts.loopback_http)
        uris.check(activity.id, loopback_http=facts.loopback_http)
        if signer != activity.actor and relayed.is_relay(signer, facts):
            return relayed.judge(activity, facts)
        refusal = authority.of_activity(activity.id, activity.actor, signer=signer)
        if refusal is not None:
            return refusal
        return _judged(activity, facts)
    except PeerError as error:
        return _answer(error)


def refers_to_object(document: Mapping[str, object]) -> Refs:
    """Name what must be known before a fetched object can be judged: itself, its author, what it answers and quotes."""
    document = loose.plain(document)
    if ACTOR_TYPES.keys() & set(loose.types_of(document)):
        return Refs(actors=keeping.distinct(loose.id_of(document)))
    try:
        author = author_of(document)
    except PeerError:
        return Refs()
    related = (loose.id_of(document), loose.id_of(document.get("inReplyTo")), quote_of(document))
    return Refs(actors=(author,), objects=keeping.distinct(*related), fetch_actors=(author,))


def judge_object(document: Mapping[str, object], *, facts: Facts) -> Judgement:
    """Say what follows from an object that its own origin answered with, outside any activity: keep it, or renew it."""
    try:
        uri = uris.check(loose.id_of(document), loopback_http=facts.loopback_http)
        if authority.is_gone(uri, facts, owner=None):
            return Ignored(Reason.GONE)
        if ACTOR_TYPES.keys() & set(loose.types_of(document)):
            return (UpdateAccount(actor_from(document, loopback_http=facts.loopback_http)),)
        note = keeping.fetched_post(uri, document, facts)
        return _renewed(note, facts) if isinstance(note, Note) else note
    except PeerError as error:
        return _answer(error)


def kind_of(activity: Activity) -> str:
    """Give the type by which an activity of several types is judged: the first that is understood."""
    return next((name for name in loose.types_of(activity.document) if name in TABLE), activity.type)


def _module_of(activity: Activity) -> ModuleType | None:
    return TABLE.get(kind_of(activity))


def _judged(activity: Activity, facts: Facts) -> Judgement:
    if authority.is_gone(activity.id, facts, owner=activity.actor):
        return Ignored(Reason.UNDONE)
    known = _module_of(activity)
    if known is None:
        return Ignored(Reason.UNKNOWN_TYPE)
    judgement: Judgement = known.judge(activity, facts)
    return judgement


def _renewed(note: Note, facts: Facts) -> Judgement:
    effect = UpdateStatus if note.uri in facts.statuses else StoreStatus
    return keeping.renew(note, activity=None, facts=facts, effect=effect)


def _answer(error: PeerError) -> Ignored | Refused:
    """What we do not understand is not an offence; everything else is."""
    if error.reason is Reason.UNKNOWN_TYPE:
        return Ignored(error.reason)
    return Refused(error.reason, error.detail)
