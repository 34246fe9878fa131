"""What is asked of a node about posts: kept, renewed, removed, liked, passed on."""

from datetime import datetime

from msgspec import Struct

from federation.effects.facts import Visibility
from federation.records.fields import Record
from federation.vocab import Note


class StoreStatus(Struct, frozen=True, tag=True):
    """Keep a status that its author made. `record` is the verified learningRecord, warnings are rule names.

    One that `is_old` was not sent to anybody here now: it is kept where its date belongs, and nobody is told.
    """

    note: Note
    record: Record | None = None
    record_warnings: tuple[str, ...] = ()
    is_old: bool = False


class UpdateStatus(Struct, frozen=True, tag=True):
    """Replace what is held of a status by its author's newer version (or keep it, when it was never seen)."""

    note: Note
    record: Record | None = None
    record_warnings: tuple[str, ...] = ()


class DeleteStatus(Struct, frozen=True, tag=True):
    """Remove a status and leave a tombstone; an id never seen gets the tombstone alone."""

    uri: str
    actor_uri: str


class Favourite(Struct, frozen=True, tag=True):
    """Count a favourite of `object_uri` by `actor_uri`."""

    uri: str | None
    actor_uri: str
    object_uri: str


class Unfavourite(Struct, frozen=True, tag=True):
    """Take a favourite back."""

    actor_uri: str
    object_uri: str


class Boost(Struct, frozen=True, tag=True):
    """Show `object_uri` to the followers of `actor_uri`."""

    uri: str
    actor_uri: str
    object_uri: str
    visibility: Visibility
    published: datetime


class Unboost(Struct, frozen=True, tag=True):
    """Take a boost back."""

    actor_uri: str
    object_uri: str


class RememberUndone(Struct, frozen=True, tag=True):
    """An Undo came before what it undoes: refuse `uri` when it arrives late."""

    uri: str
    actor_uri: str


OfPosts = StoreStatus | UpdateStatus | DeleteStatus | Favourite | Unfavourite | Boost | Unboost | RememberUndone
