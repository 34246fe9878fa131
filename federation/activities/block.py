"""Block: somebody wants nothing more to do with somebody of ours. Nobody here is told."""

from msgspec.structs import asdict

from federation import loose
from federation.activities.activity import Activity
from federation.effects import ActorFact, BlockAccount, CancelFollow, Facts, Ignored, Judgement, Refs, RejectFollow
from federation.reasons import Reason


class Block(Activity, frozen=True, kw_only=True):
    """`actor` blocks the actor that is `object`. With a `target`, a group bans somebody from itself."""

    object_uri: str
    target_uri: str | None = None


def read(common: Activity) -> Block:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    target = loose.id_of(loose.plain(common.document).get("target"))
    return Block(**asdict(common), object_uri=common.named_object(), target_uri=target)


def refers_to(activity: Block) -> Refs:
    """Name both actors, and what is banned from."""
    named = (activity.actor, activity.object_uri, activity.target_uri)
    return Refs(actors=tuple(uri for uri in named if uri is not None), fetch_actors=(activity.actor,))


def judge(activity: Block, facts: Facts) -> Judgement:
    """End the follows in both directions and keep the block, if it is one of ours who is blocked; a ban keeps none."""
    blocked = facts.actors.get(activity.object_uri)
    if blocked is None or not blocked.is_local:
        return Ignored(Reason.UNKNOWN_ACTOR)
    if activity.target_uri not in (None, activity.actor):
        return _banned(activity, blocked, facts)
    ends = (CancelFollow(activity.actor, blocked.uri), RejectFollow(blocked.uri, activity.actor))
    return ends if activity.target_uri else (*ends, BlockAccount(activity.actor, blocked.uri))


def _banned(activity: Block, blocked: ActorFact, facts: Facts) -> Judgement:
    """End the follow of the group that somebody is banned from; who says so for a whole server, or moderates nothing, ends none."""
    group = facts.actors.get(activity.target_uri or "")
    may_ban = group is not None and group.kind == "group" and activity.actor in (group.moderators or ())
    return (RejectFollow(blocked.uri, group.uri),) if group is not None and may_ban else Ignored(Reason.NOT_RELEVANT)
