"""Accept: a follow that we asked for is granted, or a quote or reply that waited for it."""

from federation.activities import consent, relayed
from federation.activities.answer import Answer, answered, read, refers_to
from federation.effects import AcceptFollow, Facts, Ignored, Judgement, Refused
from federation.reasons import Reason

__all__ = ["judge", "read", "refers_to"]


def judge(activity: Answer, facts: Facts) -> Judgement:
    """Grant the follow we hold, if it is the target who answers; an answer that nobody waits for is ignored."""
    edge = answered(activity, facts)
    if edge is None:
        answer = relayed.answered(activity, facts, is_accepted=True)
        return answer or consent.granted(activity, facts) or Ignored(Reason.NOT_REQUESTED)
    if edge.target_uri != activity.actor:
        return Refused(Reason.NOT_OWNER, "only who was asked can accept")
    if edge.is_accepted:
        return Ignored(Reason.SEEN)
    return (AcceptFollow(edge.follower_uri, edge.target_uri),)
