"""What is asked of a node about groups (FEP-1b12): what was posted into them, and what their moderators decided."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from federation.effects.facts import Visibility


class AddToGroup(Struct, frozen=True, tag=True):
    """The group passed `object_uri` on: its followers see a page of it, and a reply in its thread."""

    uri: str
    group_uri: str
    object_uri: str
    visibility: Visibility
    published: datetime


class Moderate(Struct, frozen=True, tag=True):
    """`actor_uri` removed a post from the group, or took that back; outside the group nothing changes.

    Where `is_proven` is false the group's list of moderators must be asked for first. `document` is the activity as a
    group of ours passes it on.
    """

    group_uri: str
    object_uri: str
    actor_uri: str
    reason: str = ""
    is_removal: bool = True
    is_proven: bool = True
    document: Mapping[str, object] | None = None


class ForgetModerators(Struct, frozen=True, tag=True):
    """The group says that its moderators changed: ask for them anew when somebody moderates."""

    group_uri: str


class Recheck(Struct, frozen=True, tag=True):
    """Somebody without authority says that a post changed or is gone: ask its origin."""

    uri: str


OfGroups = AddToGroup | ForgetModerators | Moderate | Recheck
