"""What a moderator of a group of ours says about somebody else's post in it."""

from typing import Final

from federation import loose
from federation.activities.activity import Activity
from federation.effects import Facts, Moderate
from federation.vocab.prose import line

_MAX_REASON: Final = 500


def by_moderator(activity: Activity, uri: str, facts: Facts, *, is_removal: bool) -> tuple[Moderate, ...]:
    """Give what follows where the sender moderates a group of ours that the post is in; nothing for anybody else."""
    held = facts.statuses.get(uri)
    if held is None or held.author_uri == activity.actor:
        return ()
    reason = reason_of(activity)
    return tuple(
        Moderate(group, uri, activity.actor, reason, is_removal, document=activity.document)
        for group in held.moderated_in
    )


def reason_of(activity: Activity) -> str:
    """Give the reason that a moderator stated."""
    return line(loose.text_of(loose.plain(activity.document), "summary"), _MAX_REASON)
