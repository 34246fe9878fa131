"""Where a person stopped reading, the same in every app and on the pages, and how much has come since."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from node.entities.instants import iso
from node.store import markers, notifications
from node.store.markers import Marker
from node.store.notifications import Wanted
from node.store.unit import Snapshot, Unit

TIMELINES: Final = ("home", "notifications")
MANY: Final = 100


def places(snapshot: Snapshot, account_id: int, wanted: Iterable[str]) -> dict[str, Any]:
    """Return the Markers of some lists, those that were ever set."""
    kept = markers.of_account(snapshot, account_id)
    return {name: _entity(kept[name]) for name in dict.fromkeys(wanted) if name in kept}


def remember(unit: Unit, account_id: int, read: Mapping[str, int]) -> dict[str, Any]:
    """Set the markers of some lists and return them as they are now."""
    for timeline, last_read_id in read.items():
        markers.move(unit, account_id, timeline, last_read_id)
    return places(unit, account_id, read)


def saw_notification(unit: Unit, account_id: int, notification_id: int) -> None:
    """Remember that a person saw their notifications up to one; never back."""
    if markers.last_read(unit, account_id, "notifications") < notification_id:
        markers.move(unit, account_id, "notifications", notification_id)


def unread(snapshot: Snapshot, account_id: int, wanted: Wanted | None = None, *, limit: int = MANY) -> int:
    """Return how many notifications came since the person looked, counted to a limit."""
    since = markers.last_read(snapshot, account_id, "notifications")
    return notifications.count_above(snapshot, account_id, since, wanted or Wanted(), limit=limit)


def _entity(marker: Marker) -> dict[str, Any]:
    return {
        "last_read_id": str(marker.last_read_id),
        "version": marker.version,
        "updated_at": iso(marker.updated_at),
    }
