"""What is asked of a node about actors and who follows whom."""

from msgspec import Struct

from federation.vocab import Actor


class UpdateAccount(Struct, frozen=True, tag=True):
    """Replace what is held of an actor."""

    actor: Actor


class DeleteAccount(Struct, frozen=True, tag=True):
    """Remove an actor and everything of it."""

    uri: str


class RequestFollow(Struct, frozen=True, tag=True):
    """`actor_uri` asks to follow the local `target_uri`; the answer echoes `uri`."""

    uri: str
    actor_uri: str
    target_uri: str


class CancelFollow(Struct, frozen=True, tag=True):
    """`actor_uri` no longer follows `target_uri`, nor asks to."""

    actor_uri: str
    target_uri: str


class AcceptFollow(Struct, frozen=True, tag=True):
    """The request of the local `follower_uri` to follow `target_uri` was accepted."""

    follower_uri: str
    target_uri: str


class RejectFollow(Struct, frozen=True, tag=True):
    """`target_uri` refuses or removes its follower `follower_uri`."""

    follower_uri: str
    target_uri: str


class MoveAccount(Struct, frozen=True, tag=True):
    """`actor_uri` lives on as `target_uri`, which says so too: its followers here go along."""

    actor_uri: str
    target_uri: str


class BlockAccount(Struct, frozen=True, tag=True):
    """`actor_uri` wants nothing from the local `target_uri` any more, and is not to be shown to it."""

    actor_uri: str
    target_uri: str


class UnblockAccount(Struct, frozen=True, tag=True):
    """`actor_uri` takes its block of `target_uri` back."""

    actor_uri: str
    target_uri: str


OfPeople = (
    UpdateAccount
    | DeleteAccount
    | RequestFollow
    | CancelFollow
    | AcceptFollow
    | RejectFollow
    | MoveAccount
    | BlockAccount
    | UnblockAccount
)
