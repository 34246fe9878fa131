"""Reactions that let go of what hangs on a thing that is about to be removed."""

from node.events import StatusDeleting
from node.services import tidying
from node.store.unit import Unit


def files(unit: Unit, event: StatusDeleting) -> None:
    """Ask for the removal of a post's files, once it is gone for good."""
    tidying.files_of(unit, event.status_id)
