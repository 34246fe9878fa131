"""What a group passes on about itself (FEP-1b12): its own profile, who moderates it, and whom it bans.

The group's Announce is signed by the group: about itself its word is enough, whoever of its moderators did it.
"""

from federation import authority, loose
from federation.activities.activity import Activity
from federation.effects import Facts, ForgetModerators, Ignored, Judgement, Refused, RejectFollow, UpdateAccount
from federation.reasons import Reason
from federation.vocab import actor_from


def profile(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    """Take the group's new profile over, as it embeds it. Raises: PeerError as `actor_from` does."""
    document = authority.plain_of(inner.object)
    group = facts.actors.get(announce.actor)
    if document is None or group is None or group.kind != "group":
        return Ignored(Reason.UNKNOWN_TYPE)
    actor = actor_from(document, loopback_http=facts.loopback_http)
    is_itself = actor.uri == announce.actor and actor.kind == "group"
    return (UpdateAccount(actor),) if is_itself else Refused(Reason.NOT_OWNER, "a group can change only itself")


def moderators(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    """Ask for the group's moderators again when it adds or removes one; its pins are its own business."""
    group = facts.actors.get(announce.actor)
    target = loose.id_of(loose.plain(inner.document).get("target"))
    is_theirs = group is not None and group.kind == "group" and target is not None and target == group.moderators_uri
    return (ForgetModerators(announce.actor),) if is_theirs else Ignored(Reason.UNKNOWN_TYPE)


def ban(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    """End the follow of one of ours whom the group bans; it blocks nobody, and says nothing about the moderator."""
    group, banned = facts.actors.get(announce.actor), facts.actors.get(inner.named_object())
    target = loose.id_of(loose.plain(inner.document).get("target"))
    is_theirs = group is not None and group.kind == "group" and target == announce.actor
    if banned is None or not banned.is_local or not is_theirs:
        return Ignored(Reason.NOT_RELEVANT)
    return (RejectFollow(banned.uri, announce.actor),)
