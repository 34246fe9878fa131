"""What happened, in the past tense: recorded inside a transaction, answered by the table in `node.reactions`."""

from collections.abc import Mapping
from typing import Any

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


class Bookmarked(Struct, frozen=True):
    """One of ours keeps a post."""

    account_id: int
    status_id: int


class Unbookmarked(Struct, frozen=True):
    """One of ours keeps a post no longer."""

    account_id: int
    status_id: int


class Pinned(Struct, frozen=True):
    """A local account pinned a status of its own to its profile."""

    account_id: int
    status_id: int


class Unpinned(Struct, frozen=True):
    """A local account took a status of its own from the top of its profile."""

    account_id: int
    status_id: int


class Reacted(Struct, frozen=True):
    """An account put an emoji under a status."""

    reaction_id: int


class Unreacting(Struct, frozen=True):
    """A reaction is about to be removed; its row is still there."""

    reaction_id: int


class VotesCast(Struct, frozen=True):
    """An account (ours or a peer's) chose something in a poll (ours or a peer's)."""

    status_id: int
    account_id: int
    choices: tuple[int, ...]


class PollCounted(Struct, frozen=True):
    """A poll of ours has other numbers than peers were told last."""

    status_id: int


class PollEnded(Struct, frozen=True):
    """A poll (ours or a peer's) takes no votes any more."""

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


class FollowDisowned(Struct, frozen=True):
    """A peer takes a local account for a follower of one of its own, which it is not."""

    account_id: int
    target_id: int


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


class PointEntered(Struct, frozen=True):
    """A number of an action of ours was entered or changed, or several in one go; `status_id` carries the action."""

    status_id: int
    measure_id: int


class QuoteAccepted(Struct, frozen=True):
    """A post (ours or theirs) quotes another with its author's consent; `is_new`: it has not gone out yet."""

    status_id: int
    is_new: bool = False


class QuoteEnded(Struct, frozen=True):
    """The consent to a quote was refused, or taken back by a peer's activity `document`."""

    status_id: int
    document: Mapping[str, Any] | None = None


class RequestDecided(Struct, frozen=True, kw_only=True):
    """A peer asked to do something with a post of ours; `approval_uri` None: it may not; `is_new`: it may from now on."""

    account_id: int
    asker_id: int
    kind: str
    uri: str
    target_uri: str
    interaction_uri: str
    approval_uri: str | None = None
    is_new: bool = False


class ApprovalRevoked(Struct, frozen=True):
    """One of ours took back what they had allowed."""

    approval_id: int


class PolicyChanged(Struct, frozen=True):
    """One of ours changed who may quote a post of theirs."""

    status_id: int


class NotificationMade(Struct, frozen=True):
    """One of ours was told something; `is_filtered`: by their own policy, so that they are not disturbed."""

    notification_id: int
    account_id: int
    is_filtered: bool = False


class NotificationsMerged(Struct, frozen=True):
    """Filtered notifications of one of ours were let through."""

    account_id: int


class ConversationChanged(Struct, frozen=True):
    """A conversation of one of ours has a newer last post."""

    account_id: int
    conversation_id: int


class FiltersChanged(Struct, frozen=True):
    """One of ours filters otherwise than before."""

    account_id: int


class AnnouncementChanged(Struct, frozen=True):
    """The node announces something, or something else than before; `is_gone`: no more."""

    announcement_id: int
    is_gone: bool = False


class AnnouncementReacted(Struct, frozen=True):
    """An announcement has other reactions of one kind than before."""

    announcement_id: int
    name: str


class SignedUp(Struct, frozen=True):
    """Somebody made an account here by themselves."""

    account_id: int


class Warned(Struct, frozen=True):
    """A moderator did something about an account, or warned its owner; `strike_id` is the row that says what."""

    strike_id: int


class CollectionJoined(Struct, frozen=True):
    """One of ours was put into a collection."""

    collection_id: int
    account_id: int


class CollectionChanged(Struct, frozen=True):
    """A collection says something else of itself than before."""

    collection_id: int


class CollectionLeft(Struct, frozen=True):
    """One of ours was taken out of a collection, or left it."""

    collection_id: int
    account_id: int


class TokensRevoked(Struct, frozen=True):
    """Tokens that apps hold are worth nothing any more."""

    token_ids: tuple[int, ...]


class ReplyApproved(Struct, frozen=True):
    """The author of a peer's post let a reply of ours be seen."""

    status_id: int


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
    | Reacted
    | Unreacting
    | VotesCast
    | PollCounted
    | PollEnded
    | Bookmarked
    | Unbookmarked
    | Pinned
    | Unpinned
    | FollowRequested
    | FollowAccepted
    | FollowEnding
    | FollowDisowned
    | AccountEdited
    | AccountMoved
    | ReportOpened
    | RecordKept
    | PointEntered
    | QuoteAccepted
    | QuoteEnded
    | RequestDecided
    | ApprovalRevoked
    | PolicyChanged
    | ReplyApproved
    | NotificationMade
    | NotificationsMerged
    | ConversationChanged
    | FiltersChanged
    | AnnouncementChanged
    | AnnouncementReacted
    | CollectionJoined
    | CollectionChanged
    | CollectionLeft
    | TokensRevoked
    | SignedUp
    | Warned
)
