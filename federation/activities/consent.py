"""What Accept, Reject and Delete share when they are about consent: finding what of ours waits for it or has it.

What is answered is named by the request (its id, or embedded with its `instrument`), or by our post alone, as older
GoToSocial does.
"""

from federation import authority, loose, uris
from federation.activities.activity import Activity
from federation.activities.request import ACTS
from federation.effects import Approve, AskedFact, Disapprove, Facts, Ignored, Judgement, Refused
from federation.reasons import Reason


def names(activity: Activity) -> tuple[str, ...]:
    """Give the ids under which what is answered may be held."""
    document = authority.plain_of(activity.object) or {}
    found = (loose.id_of(activity.object), loose.id_of(document.get("instrument")))
    return tuple(dict.fromkeys(uri for uri in found if uri))


def granted(activity: Activity, facts: Facts) -> Judgement | None:
    """Say what follows from an Accept of something that waits; None when nothing of that name does."""
    asked = _asked(activity, facts)
    if asked is None:
        return None
    if asked.target_author_uri != activity.actor:
        return Refused(Reason.NOT_OWNER, "only the author of the post can accept")
    result = loose.id_of(loose.plain(activity.document).get("result"))
    if result is None and asked.act == "quote":
        return Refused(Reason.MALFORMED, "an accepted quote needs an authorization")
    approval = result or activity.id
    if not uris.is_same_origin(approval, activity.actor):
        return Refused(Reason.FOREIGN_ORIGIN, "the approval is not of the author's host")
    if asked.approval_uri == approval:
        return Ignored(Reason.SEEN)
    return (Approve(asked.act, activity.actor, asked.post_uri, approval),)


def refused(activity: Activity, facts: Facts) -> Judgement | None:
    """Say what follows from a Reject of something that waits; None when nothing of that name does."""
    asked = _asked(activity, facts)
    if asked is None:
        return None
    if asked.target_author_uri != activity.actor:
        return Refused(Reason.NOT_OWNER, "only the author of the post can reject")
    return (Disapprove(asked.act, activity.actor, asked.post_uri),)


def _asked(activity: Activity, facts: Facts) -> AskedFact | None:
    document = authority.plain_of(activity.object) or {}
    acts = {ACTS[name] for name in loose.types_of(document) if name in ACTS}
    named = names(activity)
    by_request = [asked for asked in facts.asked if asked.request_uri in named]
    by_post = [asked for asked in facts.asked if asked.post_uri in named and asked.act in (acts or {"reply"})]
    return next(iter(by_request + by_post), None)
