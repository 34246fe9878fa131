"""What happened, in the past tense: recorded inside a transaction, answered by the table in `node.reactions`."""

from msgspec import Struct


class StatusPosted(Struct, frozen=True):
    """A local account posted."""

    status_id: int


class StatusReady(Struct, frozen=True):
    """A local post has everything it waited for (people it names) and may go out."""

    status_id: int


class StatusReceived(Struct, frozen=True):
    """A peer's status was kept for the first time; `is_old` when it was fetched from before, so that nobody is told."""

    status_id: int
    is_old: bool = False


class StatusEdited(Struct, frozen=True):
    """A status (ours or theirs) has a new version."""

    status_id: int


class StatusDeleting(Struct, frozen=True):
    """A status is about to be removed; its rows are still there."""

    status_id: int


class Boosted(Struct, frozen=True):
    """An account boosted; `boost_id` is the boost's own status."""

    boost_id: int


class Unboosting(Struct, frozen=True):
    """A boost is about to be removed; its rows are still there."""

    boost_id: int


class Favourited(Struct, frozen=True):
    """An account favourited a status."""

    favourite_id: int


class Unfavouriting(Struct, frozen=True):
    """A favourite is about to be removed; its row is still there."""

    favourite_id: int


class Pinned(Struct, frozen=True):
    """A local account pinned a status of its own to its profile."""

    account_id: int
    status_id: int


class Unpinned(Struct, frozen=True):
    """A local account took a status of its own from the top of its profile."""

    account_id: int
    status_id: int


class FollowRequested(Struct, frozen=True):
    """An account asked to follow another; the row is not accepted yet."""

    follow_id: int


class FollowAccepted(Struct, frozen=True):
    """A follow became accepted; `is_repeated` when a peer asks again for what it has."""

    follow_id: int
    is_repeated: bool = False


class FollowEnding(Struct, frozen=True):
    """A follow (or a request) is about to end; `by_target` when the followed one ends it."""

    follow_id: int
    by_target: bool = False


class AccountEdited(Struct, frozen=True):
    """A local account changed its profile."""

    account_id: int


class AccountMoved(Struct, frozen=True):
    """A local account goes on under another address."""

    account_id: int


class ReportOpened(Struct, frozen=True):
    """Somebody, here or elsewhere, reported an account to our moderators."""

    report_id: int


class RecordKept(Struct, frozen=True):
    """A learningRecord (ours or theirs) has a new standing version; `is_new` the first time, `is_old` as its status."""

    status_id: int
    is_new: bool
    is_old: bool = False


Event = (
    StatusPosted
    | StatusReady
    | StatusReceived
    | StatusEdited
    | StatusDeleting
    | Boosted
    | Unboosting
    | Favourited
    | Unfavouriting
    | Pinned
    | Unpinned
    | FollowRequested
    | FollowAccepted
    | FollowEnding
    | AccountEdited
    | AccountMoved
    | ReportOpened
    | RecordKept
)
