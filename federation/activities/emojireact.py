"""EmojiReact (FEP-c0e0): somebody puts an emoji under a post of ours, one of several."""

from federation.activities.like import Like, not_for_us, read, refers_to, said_of
from federation.effects import Facts, Ignored, Judgement, React
from federation.reasons import Reason
from federation.vocab.emoji import reaction_of

__all__ = ["judge", "read", "refers_to"]


def judge(activity: Like, facts: Facts) -> Judgement:
    """Put it there, if the post is ours and the emoji can be shown."""
    refusal = not_for_us(activity, facts)
    if refusal is not None:
        return refusal
    reaction = reaction_of(said_of(activity), loopback_http=facts.loopback_http)
    if reaction is None:
        return Ignored(Reason.UNKNOWN_TYPE)
    return (React(activity.id, activity.actor, activity.object_uri, reaction.name, reaction.url, is_only=False),)
