"""Reactions that read a post as more than a post: `#learning` makes it a learning, `!try` and the like are commands."""

from typing import Final

from node.events import StatusDeleting, StatusEdited, StatusPosted
from node.services import commanding, marking
from node.store import commands, learnings, statuses, tags
from node.store.statuses import Status
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


def posted(unit: Unit, event: StatusPosted) -> None:
    """Have a command carried out."""
    status = _inside(unit, event.status_id)
    row = commands.of_status(unit, status.id) if status is not None else None
    if row is not None:
        commanding.take_in(unit, row)


def edited(unit: Unit, event: StatusEdited) -> None:
    """Have what an edited command says done in place of what it said before."""
    status = _inside(unit, event.status_id)
    row = commands.of_status(unit, status.id) if status is not None else None
    if row is not None and status is not None:
        commanding.take_in_again(unit, row, status)


def deleting(unit: Unit, event: StatusDeleting) -> None:
    """Have what a command did taken back when its post is deleted."""
    status = _inside(unit, event.status_id)
    row = commands.of_status(unit, status.id) if status is not None else None
    if row is not None:
        commanding.let_go(unit, row)


def _inside(unit: Unit, status_id: int) -> Status | None:
    """Return a post that can be a command: all of them are direct posts of ours."""
    status = statuses.by_id(unit, status_id)
    return status if status is not None and status.is_local and status.visibility == "direct" else None
