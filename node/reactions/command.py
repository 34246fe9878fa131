"""Reactions that read a post as more than a post: `#learning` makes it a learning."""

from typing import Final

from node.events import StatusEdited, StatusPosted
from node.services import marking
from node.store import learnings, statuses, tags
from node.store.unit import Unit

MARK: Final = "learning"


def learning_marked(unit: Unit, event: StatusPosted) -> None:
    """Give a post of our staff that is tagged `#learning` its record, or tell its author why it has none."""
    status = statuses.by_id(unit, event.status_id)
    if status is None or not status.is_local or statuses.has_record(unit, status.id):
        return
    if status.visibility in marking.MARKABLE and MARK in tags.names_of(unit, status.id):
        marking.mark(unit, status)


def learning_edited(unit: Unit, event: StatusEdited) -> None:
    """Make the record of a marked post anew from its new words. Raises: 422, which undoes the edit."""
    status = statuses.by_id(unit, event.status_id)
    if status is not None and status.is_local and learnings.is_from_post(unit, status.id):
        marking.mark_again(unit, status)
