"""What relays send (FEP-ae0c): their answers to our subscription, announced posts, and activities of others forwarded.

How it works. Nothing that a relay sends counts as anybody's word: a post is fetched from its origin, and what is said to
have changed there is asked for there. What comes so is kept for the public timeline; it is no boost, and nobody follows
a relay.
"""

from federation import authority, loose, uris
from federation.activities import keeping
from federation.activities.activity import Activity
from federation.activities.answer import Answer
from federation.audience import OPEN
from federation.effects import AnswerRelay, Facts, Ignored, Judgement, Recheck, Refs, Refused, RelayFact
from federation.reasons import Reason
from federation.vocab import Note


def is_relay(actor: str, facts: Facts) -> bool:
    """Tell whether an actor is a relay that accepted our subscription."""
    return any(relay.actor_uri == actor and relay.state == "accepted" for relay in facts.relays)


def answered(activity: Answer, facts: Facts, *, is_accepted: bool) -> Judgement | None:
    """Say what follows from the answer to a subscription of ours; None when it answers none. A late Accept still wins."""
    relay = _asked(activity, facts)
    if relay is None:
        return None
    if not _may_answer(activity.actor, relay):
        return Refused(Reason.NOT_OWNER, "only the relay itself can answer")
    if relay.state == ("accepted" if is_accepted else "refused") and relay.actor_uri == activity.actor:
        return Ignored(Reason.SEEN)
    return (AnswerRelay(relay.follow_uri, activity.actor, is_accepted),)


def _asked(activity: Answer, facts: Facts) -> RelayFact | None:
    """Find the subscription by its id, else by who answers and what was followed."""
    by_id = [relay for relay in facts.relays if relay.follow_uri == activity.follow_uri]
    is_named = activity.target is not None and activity.follower in (None, *(r.follower_uri for r in facts.relays))
    target = loose.PUBLIC if loose.is_public(activity.target) else activity.target
    by_ends = [r for r in facts.relays if is_named and r.target_uri == target and _may_answer(activity.actor, r)]
    return next(iter(by_id + by_ends), None)


def _may_answer(actor: str, relay: RelayFact) -> bool:
    return actor == relay.actor_uri if relay.actor_uri is not None else uris.is_same_origin(actor, relay.inbox)


def refers_to(activity: Activity) -> Refs:
    """Name what a forwarded activity is about; it is fetched from its origin."""
    uri = loose.id_of(activity.object)
    return Refs(
        objects=keeping.distinct(uri),
        fetch_objects=keeping.distinct(uri) if activity.type == "Create" else (),
        is_relayed=True,
    )


def judge(activity: Activity, facts: Facts) -> Judgement:
    """Keep the post that a forwarded Create is about; ask the origin about what a forwarded Update or Delete says."""
    uri = loose.id_of(activity.object)
    if uri is None or not uris.is_same_origin(uri, activity.actor):
        return Ignored(Reason.NOT_RELEVANT)
    held = facts.statuses.get(uri)
    match activity.type:
        case "Create":
            return from_origin(uri, facts)
        case "Update" | "Delete":
            return (Recheck(uri),) if held is not None and not held.is_local else Ignored(Reason.NOT_RELEVANT)
        case _:
            return Ignored(Reason.UNKNOWN_TYPE)


def from_origin(uri: str, facts: Facts) -> Judgement:
    """Keep an open post as its own origin answers with it."""
    if authority.is_gone(uri, facts, owner=None):
        return Ignored(Reason.GONE)
    if uri in facts.statuses:
        return Ignored(Reason.SEEN)
    if uri not in facts.fetched:
        return Ignored(Reason.UNKNOWN_OBJECT)
    note = keeping.fetched_post(uri, facts.fetched[uri], facts)
    if not isinstance(note, Note):
        return note
    return keeping.keep(note, activity=None, facts=facts) if note.visibility in OPEN else Ignored(Reason.NOT_BOOSTABLE)
