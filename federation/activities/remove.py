"""Remove: somebody takes a post of theirs from the top of their profile."""

from federation.activities.featuring import Featuring, not_featuring, read
from federation.activities.featuring import refers_to as refers
from federation.effects import Facts, Judgement, Refs, Unpin

__all__ = ["judge", "read", "refers_to"]


def refers_to(activity: Featuring) -> Refs:
    """Name the post; what is not known need not be fetched to be taken away."""
    return refers(activity, fetches=False)


def judge(activity: Featuring, facts: Facts) -> Judgement:
    """Take it away, if it is from the actor's own collection."""
    return not_featuring(activity, facts) or (Unpin(activity.actor, activity.object_uri),)
