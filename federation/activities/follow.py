"""Follow: somebody asks to follow somebody of ours."""

from msgspec.structs import asdict

from federation.activities.activity import Activity
from federation.effects import Facts, Ignored, Judgement, Refs, RequestFollow
from federation.reasons import Reason


class Follow(Activity, frozen=True, kw_only=True):
    """`actor` wants to follow the actor that is `object`."""

    object_uri: str


def read(common: Activity) -> Follow:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Follow(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Follow) -> Refs:
    """Name both actors, and the id by which an early Undo may have been remembered."""
    return Refs(
        actors=(activity.actor, activity.object_uri),
        objects=(activity.id,),
        follows=(activity.id,),
        fetch_actors=(activity.actor,),
    )


def judge(activity: Follow, facts: Facts) -> Judgement:
    """Ask, if the target is one of ours. A Follow of a post (Friendica subscribes to threads so) is nothing to us."""
    target = facts.actors.get(activity.object_uri)
    if target is None or not target.is_local:
        return Ignored(Reason.UNKNOWN_ACTOR)
    return (RequestFollow(activity.id, activity.actor, target.uri),)
