"""The Mastodon Relationship: how the reader stands to another account."""

from typing import Any, Protocol


class Edge(Protocol):
    """What of a follow the entity shows."""

    @property
    def is_accepted(self) -> bool: ...
    @property
    def shows_boosts(self) -> bool: ...
    @property
    def notifies(self) -> bool: ...


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
    def is_muting(self) -> bool: ...
    @property
    def hides_notifications(self) -> bool: ...


def relationship(account_id: int, standing: Standing) -> dict[str, Any]:
    """Return the Relationship to an account."""
    mine, theirs = standing.follow, standing.followed_by
    is_following = mine is not None and mine.is_accepted
    return {
        "id": str(account_id),
        "following": is_following,
        "showing_reblogs": mine is not None and is_following and mine.shows_boosts,
        "notifying": mine is not None and is_following and mine.notifies,
        "languages": None,
        "followed_by": theirs is not None and theirs.is_accepted,
        "blocking": standing.is_blocking,
        "blocked_by": standing.is_blocked_by,
        "muting": standing.is_muting,
        "muting_notifications": standing.is_muting and standing.hides_notifications,
        "muting_expires_at": None,
        "requested": mine is not None and not is_following,
        "requested_by": theirs is not None and not theirs.is_accepted,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }
