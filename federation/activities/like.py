"""Like: somebody favours a post of ours. One with an emoji in `content` is a reaction, of which Misskey keeps one each."""

from msgspec.structs import asdict

from federation import authority, loose
from federation.activities.activity import Activity
from federation.effects import Facts, Favourite, Ignored, Judgement, React, Refs
from federation.reasons import Reason
from federation.vocab.emoji import reaction_of


class Like(Activity, frozen=True, kw_only=True):
    """`actor` likes `object`."""

    object_uri: str


def read(common: Activity) -> Like:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Like(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Like) -> Refs:
    """Name the post, and the id by which an early Undo may have been remembered."""
    uri = activity.object_uri
    return Refs(
        actors=(activity.actor,), objects=(uri, activity.id), acts=(activity.id,), fetch_actors=(activity.actor,)
    )


def judge(activity: Like, facts: Facts) -> Judgement:
    """Count it, if the post is ours: likes elsewhere are another server's numbers."""
    refusal = not_for_us(activity, facts)
    if refusal is not None:
        return refusal
    reaction = reaction_of(said_of(activity), loopback_http=facts.loopback_http)
    if reaction is None:
        return (Favourite(activity.id, activity.actor, activity.object_uri),)
    return (React(activity.id, activity.actor, activity.object_uri, reaction.name, reaction.url, is_only=True),)


def not_for_us(activity: Like, facts: Facts) -> Ignored | None:
    """Say why what somebody thinks of a post is nothing to us; None when the post is ours."""
    if authority.is_gone(activity.object_uri, facts, owner=None):
        return Ignored(Reason.GONE)
    status = facts.statuses.get(activity.object_uri)
    if status is None:
        return Ignored(Reason.UNKNOWN_OBJECT)
    return None if status.is_local else Ignored(Reason.NOT_RELEVANT)


def said_of(activity: Activity) -> loose.Document:
    """Give what an activity says beside its object, with short keys."""
    return loose.plain({key: value for key, value in activity.document.items() if loose.short(key) != "object"})
