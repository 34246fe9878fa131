"""Reactions that keep the conversations of our people: direct posts among the same ones."""

from node.events import StatusDeleting, StatusReady, StatusReceived
from node.services import conversing
from node.store import statuses
from node.store.unit import Unit


def status(unit: Unit, event: StatusReady | StatusReceived) -> None:
    """Put a direct post at the top of a conversation, unless it is an old one that was fetched."""
    found = statuses.by_id(unit, event.status_id)
    if found is None or found.visibility != "direct" or (isinstance(event, StatusReceived) and event.is_old):
        return
    conversing.keep(unit, found)


def deletion(unit: Unit, event: StatusDeleting) -> None:
    """Take a direct post out of conversations."""
    found = statuses.by_id(unit, event.status_id)
    if found is not None and found.visibility == "direct":
        conversing.let_go(unit, found)
