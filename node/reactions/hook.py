"""Reactions that tell other systems of the house what happened in the loop."""

from node.events import PointEntered, RecordKept
from node.services import hooking
from node.store.unit import Unit


def record(unit: Unit, event: RecordKept) -> None:
    """Have those webhooks told that asked for it."""
    hooking.kept(unit, event.status_id, is_new=event.is_new, is_old=event.is_old)


def point(unit: Unit, event: PointEntered) -> None:
    """Have those webhooks told that a number was entered: not which."""
    hooking.counted(unit, event.status_id, event.measure_id)
