"""What is done in groups of our own, and passed on to their members (FEP-1b12).

How it works. A public post of a member that names the group begins a thread: it is passed on wrapped, as it came, and
shown as a boost for servers that know no groups. A member's reply to what is in the group is passed on wrapped alone, so
that nobody's home page is flooded. Edits, deletions and likes of what is there follow, and so do the moderators' removals.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from federation import compose, effects
from federation.activities import Activity
from federation.audience import OPEN
from federation.effects import Effect
from node.errors import Problem
from node.services import grouping, reacting, sending
from node.store import accounts, follows, groups, statuses
from node.store.accounts import Account
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

_PASSED: Final = frozenset({"Create", "Update", "Delete", "Like", "Undo"})
Document = Mapping[str, Any]


def submit(unit: Unit, status: Status, activity: Callable[[], Document]) -> None:
    """Take a new post into the groups of ours that it is meant for, if its author may post there.

    `activity` gives what made it; it is asked for only where there is such a group.
    """
    if status.visibility != "public" or status.boost_of_id is not None:
        return
    author = accounts.by_id(unit, status.account_id)
    for group in _meant(unit, status):
        if author is None or not _may_post(unit, group, author, begins=status.reply_to_uri is None):
            continue
        if groups.add(unit, group.id, status.id):
            pass_on(unit, group, activity())
            if status.reply_to_uri is None:
                _boost(unit, group, status)


def _boost(unit: Unit, group: Account, status: Status) -> None:
    """Show a thread to servers that know no groups, unless its author lets nobody boost it."""
    with suppress(Problem):
        reacting.boost(unit, group.id, status.id)


def _meant(snapshot: Snapshot, status: Status) -> list[Account]:
    """Return the groups of ours that a post names or, of a reply, those that its parent is in."""
    if status.reply_to_uri is None:
        found = accounts.by_ids(snapshot, statuses.mention_ids(snapshot, status.id)).values()
    elif status.reply_to_id is None:
        return []
    else:
        found = accounts.by_ids(snapshot, groups.with_status(snapshot, status.reply_to_id)).values()
    return [account for account in found if account.is_local and account.kind == "group"]


def _may_post(snapshot: Snapshot, group: Account, author: Account, *, begins: bool) -> bool:
    if author.is_suspended or follows.is_blocked_between(snapshot, group.id, author.id):
        return False
    is_moderator = author.uri in groups.moderators(snapshot, group.id)
    if begins and group.is_restricted:
        return is_moderator
    return is_moderator or _is_member(snapshot, group, author.id)


def _is_member(snapshot: Snapshot, group: Account, account_id: int) -> bool:
    edge = follows.between(snapshot, account_id, group.id)
    return edge is not None and edge.is_accepted


def pass_on(unit: Unit, group: Account, activity: Document) -> None:
    """Send the members of a group what somebody did in it."""
    followers = group.followers_collection
    uri = f"{group.uri}#passed/{unit.new_id()}"
    document = compose.pass_on(group.uri, activity, uri=uri, published=unit.now, followers=followers)
    sending.to_followers(unit, group.id, document)


def homes(snapshot: Snapshot, status_id: int) -> list[Account]:
    """Return the groups of ours that show a status."""
    found = accounts.by_ids(snapshot, groups.with_status(snapshot, status_id)).values()
    return [account for account in found if account.is_local]


# ------------------------------------------------------------------ what peers do


def places(snapshot: Snapshot, activity: Activity, done: Sequence[Effect]) -> list[Account]:
    """Return the groups of ours in which an activity changes something; asked before it does."""
    if activity.type not in _PASSED:
        return []
    found: dict[int, Account] = {}
    for uri in filter(None, map(_concerned, done)):
        status = statuses.by_uri(snapshot, uri)
        found |= {group.id: group for group in (homes(snapshot, status.id) if status is not None else [])}
    return list(found.values())


def _concerned(effect: Effect) -> str | None:
    match effect:
        case effects.UpdateStatus(note=note):
            return note.uri if note.visibility in OPEN else None  # new words for fewer people are not for the members
        case effects.DeleteStatus(uri=uri):
            return uri
        case effects.Favourite(object_uri=uri) | effects.Unfavourite(object_uri=uri):
            return uri
        case _:
            return None


def pass_received(unit: Unit, activity: Activity, done: Sequence[Effect], before: Sequence[Account]) -> None:
    """Pass on what a peer's activity did: to the groups where it changed something, and to those a new post is for."""
    if activity.type not in _PASSED:
        return
    for effect in done:
        is_new = isinstance(effect, effects.StoreStatus) and activity.type == "Create"
        status = statuses.by_uri(unit, effect.note.uri) if is_new else None  # type: ignore[union-attr]  # a StoreStatus
        if status is not None:
            submit(unit, status, lambda: activity.document)
    actor = accounts.by_uri(unit, activity.actor)
    for group in before:
        if activity.type == "Delete" or (actor is not None and _may_go_on(unit, group, actor, activity.type)):
            pass_on(unit, group, activity.document)


def _may_go_on(snapshot: Snapshot, group: Account, actor: Account, kind: str) -> bool:
    """Tell whether somebody may still do something with what is in a group: change what they posted, unless put out."""
    if kind != "Update":
        return _is_member(snapshot, group, actor.id)
    return not (actor.is_suspended or follows.is_blocked_between(snapshot, group.id, actor.id))


# ------------------------------------------------------------------ moderators


def moderate(
    unit: Unit,
    group: Account,
    status: Status,
    *,
    by: str,
    reason: str,
    is_removal: bool,
    activity: Document | None = None,
) -> None:
    """Hide a post in a group of ours, or show it again, and tell the members. Raises: 404 when it is not there."""
    held = groups.of(unit, group.id, status.id)
    if held is None:
        raise Problem(404, "not-found", "This post is not in the group.")
    if (held.removed_at is not None) is is_removal:
        return
    grouping.moderate(unit, group, status, by=by, reason=reason, is_removal=is_removal)
    pass_on(unit, group, activity or _ruling(unit, group, status, by=by, reason=reason, is_removal=is_removal))
    if not is_removal and status.reply_to_uri is None:
        _boost(unit, group, status)
    act = "group.remove" if is_removal else "group.restore"
    unit.audit(actor=by, act=act, object=status.uri, group=group.uri, reason=reason)


def _ruling(unit: Unit, group: Account, status: Status, *, by: str, reason: str, is_removal: bool) -> Document:
    """Compose what a moderator of ours decided."""
    uri = f"{by}#removals/{group.id}-{status.id}"
    removed = compose.removal(by, status.uri, uri=uri, group=group.uri, reason=reason)
    return removed if is_removal else compose.restoration(removed, uri=f"{uri}/undo/{unit.new_id()}")


def moderate_by(unit: Unit, group: Account, uri: str, *, by: Account, reason: str, is_removal: bool) -> None:
    """Do as `moderate` does for a moderator of ours. Raises: 404 for an unknown post or somebody who is no moderator."""
    status = statuses.by_uri(unit, uri) or statuses.by_url(unit, uri)
    if status is None:
        raise Problem(404, "not-found", "This post is not known here.")
    if by.uri not in groups.moderators(unit, group.id):
        raise Problem(404, "not-found", f"@{by.acct} does not moderate this group.")
    moderate(unit, group, status, by=by.uri, reason=reason, is_removal=is_removal)


def moderated_by_peer(unit: Unit, group: Account, effect: effects.Moderate) -> None:
    """Do what a moderator elsewhere decided in a group of ours."""
    status = statuses.by_uri(unit, effect.object_uri)
    held = groups.of(unit, group.id, status.id) if status is not None else None
    by = accounts.by_uri(unit, effect.actor_uri)
    if status is None or held is None or by is None or by.is_suspended:
        return
    if effect.actor_uri not in groups.moderators(unit, group.id):
        return
    ruling: dict[str, Any] = {"by": effect.actor_uri, "reason": effect.reason, "is_removal": effect.is_removal}
    moderate(unit, group, status, **ruling, activity=effect.document)
