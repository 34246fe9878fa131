"""Reactions that pass on to the members of a group of ours what our own people do in it."""

from collections.abc import Callable
from typing import TypeVar

from federation import compose
from node.events import Favourited, StatusDeleting, StatusEdited, StatusReady, Unfavouriting
from node.services import composing, submitting
from node.services.documents import Document
from node.store import accounts, favourites, statuses
from node.store.favourites import Favourite
from node.store.statuses import Status
from node.store.unit import Unit

T = TypeVar("T")


def submission(unit: Unit, event: StatusReady) -> None:
    """Take a new post of ours into the groups it is meant for."""
    status = _ours(unit, event.status_id)
    if status is not None and status.visibility == "public":
        submitting.submit(unit, status, lambda: composing.create(unit, status))


def edit(unit: Unit, event: StatusEdited) -> None:
    """Pass the new version of a post on where the old one is."""
    status = _ours(unit, event.status_id)
    if status is not None:
        _pass_on(unit, status.id, composing.update, status)


def deletion(unit: Unit, event: StatusDeleting) -> None:
    """Pass on that a post is deleted."""
    status = _ours(unit, event.status_id)
    if status is not None:
        _pass_on(unit, status.id, composing.delete, status)


def favourite(unit: Unit, event: Favourited) -> None:
    """Pass on that somebody of ours likes a post in a group."""
    found = favourites.by_id(unit, event.favourite_id)
    if found is not None and _is_by_ours(unit, found):
        _pass_on(unit, found.status_id, composing.like, found)


def unfavourite(unit: Unit, event: Unfavouriting) -> None:
    """Pass on that a like was taken back."""
    found = favourites.by_id(unit, event.favourite_id)
    if found is not None and _is_by_ours(unit, found):
        _pass_on(unit, found.status_id, _unlike, found)


def _pass_on(unit: Unit, status_id: int, compose_it: Callable[[Unit, T], Document], about: T) -> None:
    """Compose an activity only where a group of ours shows the post."""
    groups = submitting.homes(unit, status_id)
    document = compose_it(unit, about) if groups else {}
    for group in groups:
        submitting.pass_on(unit, group, document)


def _unlike(unit: Unit, found: Favourite) -> Document:
    return compose.undo(composing.like(unit, found))


def _ours(unit: Unit, status_id: int) -> Status | None:
    status = statuses.by_id(unit, status_id)
    return status if status is not None and status.is_local and status.boost_of_id is None else None


def _is_by_ours(unit: Unit, found: Favourite) -> bool:
    account = accounts.by_id(unit, found.account_id)
    return account is not None and account.is_local
