"""Add: somebody pins a post of theirs to the top of their profile."""

from federation import authority
from federation.activities import keeping
from federation.activities.featuring import Featuring, not_featuring, read
from federation.activities.featuring import refers_to as refers
from federation.effects import Facts, Ignored, Judgement, Pin, Refs
from federation.reasons import Reason
from federation.vocab import Note

__all__ = ["judge", "read", "refers_to"]


def refers_to(activity: Featuring) -> Refs:
    """Name the post, to be fetched from its origin when it is not known."""
    return refers(activity, fetches=True)


def judge(activity: Featuring, facts: Facts) -> Judgement:
    """Pin a post of the actor's own. One that is not known is kept as what it is, an old post: nobody hears of it."""
    ignored = not_featuring(activity, facts)
    if ignored is not None:
        return ignored
    uri = activity.object_uri
    pin = (Pin(activity.actor, uri),)
    if authority.is_gone(uri, facts, owner=activity.actor):
        return Ignored(Reason.GONE)
    if uri in facts.statuses:
        is_own = facts.statuses[uri].author_uri == activity.actor
        return pin if is_own else Ignored(Reason.NOT_RELEVANT)
    if not facts.signer_has_local_followers:
        return Ignored(Reason.NOT_RELEVANT)
    if uri not in facts.fetched:
        return Ignored(Reason.UNKNOWN_OBJECT)
    note = keeping.fetched_post(uri, facts.fetched[uri], facts)
    if not isinstance(note, Note):
        return note
    if note.author_uri != activity.actor:
        return Ignored(Reason.NOT_RELEVANT)
    kept = keeping.keep_old(note, facts=facts)
    return kept + pin if isinstance(kept, tuple) else kept
