"""Reactions that ask for the preview of the page that a post links to."""

from node.events import StatusEdited, StatusPosted, StatusReceived
from node.services import previewing
from node.store.unit import Unit


def link(unit: Unit, event: StatusPosted | StatusReceived | StatusEdited) -> None:
    """Show the page that a post links to; for an old post none is fetched."""
    is_old = isinstance(event, StatusReceived) and event.is_old
    previewing.expect(unit, event.status_id, may_fetch=not is_old)
