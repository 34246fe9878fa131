"""Undo: somebody takes a follow, a like, a boost or a block back, named by its id, by its two ends, or by both."""

from msgspec.structs import asdict

from federation import authority, loose, uris
from federation.activities import ruling
from federation.activities.activity import Activity
from federation.effects import (
    CancelFollow,
    Effect,
    Facts,
    Ignored,
    Judgement,
    Refs,
    Refused,
    RememberUndone,
    UnblockAccount,
    Unboost,
    Unfavourite,
    Unreact,
)
from federation.reasons import Reason
from federation.vocab.emoji import name_of

_KNOWN = ("Follow", "Like", "EmojiReact", "Announce", "Block")


class Undo(Activity, frozen=True, kw_only=True):
    """`actor` takes back what it did: the `undone` fields are as far as the peer says them."""

    undone_uri: str | None = None
    undone_type: str | None = None
    undone_actor: str | None = None
    undone_object: str | None = None
    undone_name: str | None = None


def read(common: Activity) -> Undo:
    """Read what is undone out of its id or its embedded form."""
    inner = authority.plain_of(common.object)
    if inner is None:
        return Undo(**asdict(common), undone_uri=loose.id_of(common.object))
    kind = next(iter(loose.types_of(inner)), None)
    return Undo(
        **asdict(common),
        undone_uri=loose.id_of(inner),
        undone_type=kind,
        undone_actor=loose.id_of(inner.get("actor")),
        undone_object=loose.id_of(inner.get("object")),
        undone_name=name_of(inner) if kind in (None, "Like", "EmojiReact") else None,
    )


def refers_to(activity: Undo) -> Refs:
    """Name the act by its id and its ends."""
    named = (activity.undone_uri,) if activity.undone_uri else ()
    ends = (activity.undone_object,) if activity.undone_object else ()
    return Refs(
        actors=tuple(dict.fromkeys((activity.actor, *ends))),
        objects=tuple(dict.fromkeys(named + ends)),
        follows=named,
        acts=named,
        fetch_actors=(activity.actor,),
    )


def judge(activity: Undo, facts: Facts) -> Judgement:
    """Take back what is held; remember the id of what is not, because it may come after its Undo."""
    if activity.undone_actor not in (None, activity.actor):
        return Refused(Reason.NOT_OWNER, "only who did it can undo it")
    if activity.undone_type == "Delete" and activity.undone_object is not None:
        ruled = ruling.by_moderator(activity, activity.undone_object, facts, is_removal=False)
        return ruled or Ignored(Reason.UNKNOWN_TYPE)
    if activity.undone_type not in (None, *_KNOWN):
        return Ignored(Reason.UNKNOWN_TYPE)
    held = _held(activity, facts)
    if isinstance(held, Refused) or held:
        return held
    return _unknown(activity)


def _held(activity: Undo, facts: Facts) -> tuple[Effect, ...] | Refused:
    """Match by id, then a follow by its two ends."""
    for edge in facts.follows:
        is_named = edge.uri is not None and edge.uri == activity.undone_uri
        if is_named and edge.follower_uri != activity.actor:
            return Refused(Reason.NOT_OWNER, "the follow is another's")
        if is_named or (_may_be(activity, "Follow") and (edge.follower_uri, edge.target_uri) == _ends(activity)):
            return (CancelFollow(edge.follower_uri, edge.target_uri),)
    for act in facts.acts:
        if act.uri == activity.undone_uri and act.actor_uri != activity.actor:
            return Refused(Reason.NOT_OWNER, "the act is another's")
        if act.uri == activity.undone_uri:
            if act.kind == "reaction":
                return (Unreact(act.actor_uri, act.object_uri, uri=act.uri),)
            effect = Unfavourite if act.kind == "favourite" else Unboost
            return (effect(act.actor_uri, act.object_uri),)
    return ()


def _unknown(activity: Undo) -> Judgement:
    """Take back by the two ends what may be held under another id, and remember the id if it is the actor's to name."""
    effects: tuple[Effect, ...] = ()
    if activity.undone_object is not None and activity.undone_type == "Follow":
        effects += (CancelFollow(activity.actor, activity.undone_object),)
    if activity.undone_object is not None and activity.undone_type == "Block":
        effects += (UnblockAccount(activity.actor, activity.undone_object),)
    if activity.undone_object is not None and activity.undone_name is not None:
        effects += (Unreact(activity.actor, activity.undone_object, name=activity.undone_name),)
    elif activity.undone_object is not None and activity.undone_type in (None, "Like"):
        effects += (Unfavourite(activity.actor, activity.undone_object),)
    if activity.undone_object is not None and activity.undone_type in (None, "Announce"):
        effects += (Unboost(activity.actor, activity.undone_object),)
    if activity.undone_uri is not None and uris.is_same_origin(activity.undone_uri, activity.actor):
        effects += (RememberUndone(activity.undone_uri, activity.actor),)
    return effects or Ignored(Reason.UNKNOWN_OBJECT)


def _may_be(activity: Undo, kind: str) -> bool:
    return activity.undone_type in (None, kind)


def _ends(activity: Undo) -> tuple[str, str | None]:
    return activity.actor, activity.undone_object
