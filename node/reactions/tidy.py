"""Reactions that let go of what hangs on a thing that is about to be removed."""

from node.events import FollowEnding, StatusDeleting
from node.services import selecting, tidying
from node.store import follows
from node.store.unit import Unit


def files(unit: Unit, event: StatusDeleting) -> None:
    """Ask for the removal of a post's files, once it is gone for good."""
    tidying.files_of(unit, event.status_id)


def places_in_lists(unit: Unit, event: FollowEnding) -> None:
    """Take whom somebody follows no more out of their lists."""
    follow = follows.by_id(unit, event.follow_id)
    if follow is not None:
        selecting.let_go(unit, follow.account_id, follow.target_id)
