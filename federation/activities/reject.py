"""Reject: a follow, quote or reply that we asked for is refused, or what was granted is taken away."""

from federation.activities import consent, relayed
from federation.activities.answer import Answer, answered, read, refers_to
from federation.effects import Facts, Ignored, Judgement, Refused, RejectFollow
from federation.reasons import Reason

__all__ = ["judge", "read", "refers_to"]


def judge(activity: Answer, facts: Facts) -> Judgement:
    """End the follow we hold, if it is the target who answers."""
    edge = answered(activity, facts)
    if edge is None:
        answer = relayed.answered(activity, facts, is_accepted=False)
        return answer or consent.refused(activity, facts) or Ignored(Reason.NOT_REQUESTED)
    if edge.target_uri != activity.actor:
        return Refused(Reason.NOT_OWNER, "only who is followed can reject")
    return (RejectFollow(edge.follower_uri, edge.target_uri),)
