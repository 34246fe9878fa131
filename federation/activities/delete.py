"""Delete: somebody removed a post of theirs, an approval they gave, or themselves."""

from msgspec.structs import asdict

from federation import authority
from federation.activities import ruling
from federation.activities.activity import Activity
from federation.effects import DeleteAccount, DeleteStatus, Facts, Ignored, Judgement, Refs, Refused, RevokeApproval
from federation.reasons import Reason


class Delete(Activity, frozen=True, kw_only=True):
    """`actor` removed `object`, which is an id or a Tombstone."""

    object_uri: str


def read(common: Activity) -> Delete:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Delete(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Delete) -> Refs:
    """Name what is removed; nothing is ever fetched for it, because it is gone."""
    uri = activity.object_uri
    return Refs(actors=tuple(dict.fromkeys((activity.actor, uri))), objects=(uri,), asked=(uri,))


def judge(activity: Delete, facts: Facts) -> Judgement:
    """Remove what is the actor's own. An id never seen gets its tombstone, if it is of the actor's origin."""
    uri = activity.object_uri
    if uri == activity.actor:
        return (DeleteAccount(uri),)
    held = [asked for asked in facts.asked if asked.approval_uri == uri]
    if held:
        if any(asked.target_author_uri != activity.actor for asked in held):
            return Refused(Reason.NOT_OWNER, "only who gave an approval can take it back")
        return (RevokeApproval(uri, activity.actor, activity.document),)
    ruled = ruling.by_moderator(activity, uri, facts, is_removal=True)
    if ruled:
        return ruled
    refusal = authority.of_owned(uri, activity.actor, facts)
    if refusal is not None:
        return refusal
    is_gone = authority.is_gone(uri, facts, owner=activity.actor)
    return Ignored(Reason.GONE) if is_gone else (DeleteStatus(uri, activity.actor),)
