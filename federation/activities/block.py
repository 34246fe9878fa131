"""Block: somebody wants nothing more to do with somebody of ours. Nobody here is told."""

from msgspec.structs import asdict

from federation import loose
from federation.activities.activity import Activity
from federation.effects import BlockAccount, CancelFollow, Facts, Ignored, Judgement, Refs, RejectFollow
from federation.reasons import Reason


class Block(Activity, frozen=True, kw_only=True):
    """`actor` blocks the actor that is `object`. With a `target`, a group bans somebody from itself."""

    object_uri: str


def read(common: Activity) -> Block:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Block(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Block) -> Refs:
    """Name both actors."""
    return Refs(actors=(activity.actor, activity.object_uri), fetch_actors=(activity.actor,))


def judge(activity: Block, facts: Facts) -> Judgement:
    """End the follows in both directions and keep the block, if it is one of ours who is blocked; a ban keeps none."""
    blocked = facts.actors.get(activity.object_uri)
    if blocked is None or not blocked.is_local:
        return Ignored(Reason.UNKNOWN_ACTOR)
    ends = (CancelFollow(activity.actor, blocked.uri), RejectFollow(blocked.uri, activity.actor))
    is_ban = loose.plain(activity.document).get("target") is not None
    return ends if is_ban else (*ends, BlockAccount(activity.actor, blocked.uri))
