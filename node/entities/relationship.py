"""The Mastodon Relationship: how the reader stands to another account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from node.entities.instants import iso


class Edge(Protocol):
    """What of a follow the entity shows."""

    @property
    def is_accepted(self) -> bool: ...
    @property
    def shows_boosts(self) -> bool: ...
    @property
    def notifies(self) -> bool: ...
    @property
    def languages(self) -> Sequence[str] | None: ...


class Standing(Protocol):
    """Both directions between two accounts."""

    @property
    def follow(self) -> Edge | None: ...
    @property
    def followed_by(self) -> Edge | None: ...
    @property
    def is_blocking(self) -> bool: ...
    @property
    def is_blocked_by(self) -> bool: ...
    @property
    def is_blocking_host(self) -> bool: ...
    @property
    def is_muting(self) -> bool: ...
    @property
    def hides_notifications(self) -> bool: ...
    @property
    def mute_ends_at(self) -> datetime | None: ...
    @property
    def is_endorsed(self) -> bool: ...
    @property
    def note(self) -> str: ...


def relationship(account_id: int, standing: Standing) -> dict[str, Any]:
    """Return the Relationship to an account."""
    mine, theirs, ends_at = standing.follow, standing.followed_by, standing.mute_ends_at
    is_following = mine is not None and mine.is_accepted
    return {
        "id": str(account_id),
        "following": is_following,
        "showing_reblogs": mine is not None and mine.shows_boosts,
        "notifying": mine is not None and mine.notifies,
        "languages": None if mine is None else mine.languages,
        "followed_by": theirs is not None and theirs.is_accepted,
        "blocking": standing.is_blocking,
        "blocked_by": standing.is_blocked_by,
        "muting": standing.is_muting,
        "muting_notifications": standing.is_muting and standing.hides_notifications,
        "muting_expires_at": None if ends_at is None else iso(ends_at),
        "requested": mine is not None and not is_following,
        "requested_by": theirs is not None and not theirs.is_accepted,
        "domain_blocking": standing.is_blocking_host,
        "endorsed": standing.is_endorsed,
        "note": standing.note,
    }
