"""Like: somebody favours a post of ours. A Like with an emoji in `content` counts as a favourite too."""

from msgspec.structs import asdict

from federation import authority
from federation.activities.activity import Activity
from federation.effects import Facts, Favourite, Ignored, Judgement, Refs
from federation.reasons import Reason


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
    uri = activity.object_uri
    if authority.is_gone(uri, facts, owner=None):
        return Ignored(Reason.GONE)
    status = facts.statuses.get(uri)
    if status is None:
        return Ignored(Reason.UNKNOWN_OBJECT)
    if not status.is_local:
        return Ignored(Reason.NOT_RELEVANT)
    return (Favourite(activity.id, activity.actor, uri),)
