"""What our groups say (FEP-1b12): what members did, passed on as it came, and what moderators removed."""

from collections.abc import Mapping
from datetime import datetime

from federation import loose
from federation.compose.activities import undo
from federation.compose.terms import ACTIVITYSTREAMS, Document, moment, present


def pass_on(group: str, activity: Mapping[str, object], *, uri: str, published: datetime, followers: str) -> Document:
    """Compose the group's Announce of an activity, which stands inside exactly as it came."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "Announce",
        "actor": group,
        "to": [loose.PUBLIC],
        "cc": [followers],
        "published": moment(published),
        "object": dict(activity),
    }


def removal(moderator: str, object_uri: str, *, uri: str, group: str, reason: str = "") -> Document:
    """Compose a moderator's Delete of somebody else's post, for the group it names and for nothing else."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": uri,
        "type": "Delete",
        "actor": moderator,
        "to": [loose.PUBLIC],
        "cc": [group],
        "audience": group,
        "object": object_uri,
        **present(summary=reason),
    }


def restoration(removed: Mapping[str, object], *, uri: str) -> Document:
    """Compose the Undo of a removal."""
    return undo(removed, uri=uri) | {"audience": removed.get("audience")}
