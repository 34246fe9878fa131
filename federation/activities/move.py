"""Move: an account goes on under another address, and its followers are to go along (FEP-7628)."""

from datetime import timedelta
from typing import Final

from msgspec.structs import asdict

from federation import loose
from federation.activities.activity import Activity
from federation.effects import ActorFact, Facts, Ignored, Judgement, MoveAccount, Refs, Refused
from federation.reasons import PeerError, Reason

COOL_DOWN: Final = timedelta(days=7)


class Move(Activity, frozen=True, kw_only=True):
    """`actor` says that `object`, which is itself, lives on as `target`."""

    object_uri: str
    target_uri: str


def read(common: Activity) -> Move:
    """Read it; it must name its object and its target.

    Raises: PeerError(MALFORMED).
    """
    target = loose.id_of(loose.first(loose.plain(common.document).get("target")))
    if target is None:
        raise PeerError(Reason.MALFORMED, "the move has no target")
    return Move(**asdict(common), object_uri=common.named_object(), target_uri=target)


def refers_to(activity: Move) -> Refs:
    """Name both accounts. The new one is always asked for anew: what it said once may no longer hold."""
    return Refs(
        actors=(activity.actor, activity.target_uri),
        fetch_actors=(activity.actor,),
        fetch_objects=(activity.target_uri,),
    )


def judge(activity: Move, facts: Facts) -> Judgement:
    """Move, if the new account names the old one and the old one did not move a moment ago.

    Source: NodeBB moves threads between categories, and says from where (FEP-f15d).
    """
    if activity.object_uri != activity.actor and loose.plain(activity.document).get("origin"):
        return Ignored(Reason.NOT_RELEVANT)
    if activity.object_uri != activity.actor or activity.target_uri == activity.actor:
        return Refused(Reason.NOT_OWNER, "an account moves itself, to another")
    mover, target = facts.actors.get(activity.actor), facts.actors.get(activity.target_uri)
    if mover is None:
        return Ignored(Reason.UNKNOWN_ACTOR)
    if target is None or not (target.is_local or activity.target_uri in facts.fetched):
        return Ignored(Reason.UNKNOWN_OBJECT)
    return _moved(mover, target, facts)


def _moved(mover: ActorFact, target: ActorFact, facts: Facts) -> Judgement:
    if mover.uri not in target.also_known_as:
        return Ignored(Reason.NO_BACK_LINK)
    if mover.moved_at is not None and facts.now - mover.moved_at < COOL_DOWN:
        return Ignored(Reason.TOO_SOON)
    return (MoveAccount(mover.uri, target.uri),)
