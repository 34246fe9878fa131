"""What is in a group: pages as its boosts, replies in their thread alone, and what its moderators hid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from federation import collections, loose, uris
from federation.reasons import PeerError, Reason
from node.ports import Fetcher
from node.services import reacting
from node.store import accounts, arrivals, groups, statuses
from node.store.accounts import Account
from node.store.database import Database
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit


def add(unit: Unit, group: Account, status: Status, *, uri: str, visibility: str, at: datetime) -> None:
    """Put a post into a group; a page is shown to the group's followers as its boost, a reply stands in its thread."""
    held = groups.of(unit, group.id, status.id)
    if held is not None and held.removed_at is not None:
        return
    groups.add(unit, group.id, status.id)
    if status.reply_to_uri is None:
        reacting.keep_boost(unit, group, status, uri=uri, visibility=visibility, at=at)


def moderate(unit: Unit, group: Account, status: Status, *, by: str, reason: str, is_removal: bool) -> None:
    """Hide a post in a group with the reason, or show it again; nowhere else does anything change."""
    if not is_removal:
        groups.show(unit, group.id, status.id)
        return
    groups.hide(unit, group.id, status.id, by=by, reason=reason)
    reacting.unboost(unit, group.id, status.id)


def moderate_by_uri(unit: Unit, ruling: Mapping[str, Any]) -> None:
    """Do what a moderator of a peer's group decided; a removal of what is not here yet is remembered."""
    group, status = accounts.by_uri(unit, ruling["group"]), statuses.by_uri(unit, ruling["object"])
    if group is None or group.kind != "group" or group.is_local:
        return
    if status is not None:
        reason, is_removal = str(ruling["reason"]), bool(ruling["is_removal"])
        held = groups.of(unit, group.id, status.id)
        moderate(unit, group, status, by=ruling["actor"], reason=reason, is_removal=is_removal)
        if held is not None and held.removed_at is not None and not is_removal:
            _show_again(unit, group, status, at=held.added_at)
    elif ruling["is_removal"]:
        arrivals.bury(unit, ruling["object"], actor_uri=group.uri, kind="undone")


def _show_again(unit: Unit, group: Account, status: Status, *, at: datetime) -> None:
    """Have a peer's group show a page again where it stood; what first announced it is not kept."""
    if status.reply_to_uri is None:
        uri = f"{group.uri}#shows-{status.id}"
        reacting.keep_boost(unit, group, status, uri=uri, visibility=status.visibility, at=min(at, unit.now))


def recalled(unit: Unit, group_id: int, status_id: int) -> None:
    """Have a peer's group show a page that its outbox lists, where the page's date belongs."""
    group, status = accounts.by_id(unit, group_id), statuses.by_id(unit, status_id)
    if group is None or group.is_local or group.kind != "group" or status is None or status.account_id == group.id:
        return
    if groups.of(unit, group.id, status.id) is None:
        groups.add(unit, group.id, status.id)
        _show_again(unit, group, status, at=status.created_at)


async def moderate_when_proven(db: Database, fetcher: Fetcher, ruling: Mapping[str, Any]) -> None:
    """Ask a peer's group who moderates it and, if it is who decided, do so.

    Raises: PeerError when the list cannot be had.
    """
    known = await db.read(_known, ruling["group"])
    if known is None:
        return
    group, listed = known
    if listed is None:
        listed = await _fetched(fetcher, group)
        await db.write(groups.set_moderators, group.id, listed)
    if ruling["actor"] in listed:
        await db.write(moderate_by_uri, ruling)


def _known(snapshot: Snapshot, group_uri: str) -> tuple[Account, tuple[str, ...] | None] | None:
    group = accounts.by_uri(snapshot, group_uri)
    if group is None or group.is_local or group.kind != "group" or not group.moderators_uri:
        return None
    return group, groups.known_moderators(snapshot, group.id)


async def _fetched(fetcher: Fetcher, group: Account) -> tuple[str, ...]:
    uri = group.moderators_uri or ""
    if not uris.is_same_origin(uri, group.uri):
        raise PeerError(Reason.FOREIGN_ORIGIN, "the moderators are listed on another host than the group's")
    part = collections.read((await fetcher.activity(uri)).document)
    first = part.following if isinstance(part.following, Mapping) else None
    items = part.items if first is None else collections.read(first).items
    return loose.ids_of(list(items))[: groups.MAX_MODERATORS]
