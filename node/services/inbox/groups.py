"""What groups of others pass on, and what their moderators decided."""

from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from federation import effects
from node.services import grouping, submitting
from node.store import accounts, groups, jobs, pauses, statuses
from node.store.unit import Unit

BETWEEN_RECHECKS: Final = timedelta(minutes=1)


def add(unit: Unit, effect: effects.AddToGroup) -> None:
    """Put a post into a peer's group, which may see it."""
    group, status = accounts.by_uri(unit, effect.group_uri), statuses.by_uri(unit, effect.object_uri)
    if group is None or status is None or group.kind != "group" or status.boost_of_id is not None:
        return
    if statuses.visible_to_peer(unit, status, group.id):  # not of an author who blocks it
        at = min(effect.published, unit.now)
        grouping.add(unit, group, status, uri=effect.uri, visibility=effect.visibility, at=at)


def moderate(unit: Unit, effect: effects.Moderate) -> None:
    """Do what a moderator decided, in a group of ours or a peer's, or ask a peer's first whether it is one."""
    group = accounts.by_uri(unit, effect.group_uri)
    if group is not None and group.is_local:
        submitting.moderated_by_peer(unit, group, effect)
        return
    ruling: dict[str, Any] = {
        "group": effect.group_uri,
        "object": effect.object_uri,
        "actor": effect.actor_uri,
        "reason": effect.reason,
        "is_removal": effect.is_removal,
    }
    if effect.is_proven:
        grouping.moderate_by_uri(unit, ruling)
    else:
        named = f"{effect.group_uri} {effect.object_uri} {effect.actor_uri} {effect.is_removal}"
        jobs.add(unit, "moderate", sha256(named.encode()).hexdigest(), **ruling)


def forget_moderators(unit: Unit, effect: effects.ForgetModerators) -> None:
    """Forget who moderates a peer's group: its list is read again when it is needed."""
    group = accounts.by_uri(unit, effect.group_uri)
    if group is not None and not group.is_local and group.kind == "group":
        groups.set_moderators(unit, group.id, ())


def recheck(unit: Unit, effect: effects.Recheck) -> None:
    """Ask the origin of a post whether it changed or is gone; of one post no more than once a while, whoever says so."""
    if unit.site.is_ours(effect.uri):
        return
    is_first = pauses.claim(unit, f"recheck:{effect.uri}", length=BETWEEN_RECHECKS)
    jobs.add(unit, "recheck", effect.uri, at=unit.now if is_first else unit.now + BETWEEN_RECHECKS, uri=effect.uri)
