"""What our groups say (FEP-1b12): what members did, passed on as it came, and what moderators removed."""

from collections.abc import Mapping
from datetime import datetime

from federation import loose
from federation.compose.activities import undo
from federation.compose.terms import Document, moment, present, wrap


def pass_on(group: str, activity: Mapping[str, object], *, uri: str, published: datetime, followers: str) -> Document:
    """Compose the group's Announce of an activity, which stands inside exactly as it came."""
    wrapped = wrap("Announce", uri, group, to=(loose.PUBLIC,), cc=(followers,))
    return wrapped | {"published": moment(published), "object": dict(activity)}


def removal(moderator: str, object_uri: str, *, uri: str, group: str, reason: str = "") -> Document:
    """Compose a moderator's Delete of somebody else's post, for the group it names and for nothing else."""
    wrapped = wrap("Delete", uri, moderator, to=(loose.PUBLIC,), cc=(group,))
    return wrapped | {"audience": group, "object": object_uri, **present(summary=reason)}


def restoration(removed: Mapping[str, object], *, uri: str) -> Document:
    """Compose the Undo of a removal."""
    return undo(removed, uri=uri) | {"audience": removed.get("audience")}
