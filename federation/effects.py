"""What an activity asks of a node, as frozen structs in the imperative, and the facts a judgement may rest on.

The only words between the protocol and the node: `activities.judge` returns them, `node.services.inbox` carries them out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from federation.reasons import Reason
from federation.records.fields import Record
from federation.vocab import Actor, Note

Visibility = str  # one of: public unlisted private direct house circle


class Refs(Struct, frozen=True):
    """What must be looked up, and what must be fetched when it is not known, before an activity can be judged.

    Every tuple holds ids (URIs) and is bounded. `fetch_actors` and `fetch_objects` are subsets worth a request.
    `objects` are looked up among statuses and among what is gone or undone; `acts` among likes and boosts by their id.
    """

    actors: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    fetch_actors: tuple[str, ...] = ()
    fetch_objects: tuple[str, ...] = ()


class ActorFact(Struct, frozen=True):
    """What the node knows of an actor."""

    uri: str
    is_local: bool
    followers_uri: str | None = None
    is_locked: bool = False


class StatusFact(Struct, frozen=True):
    """What the node knows of a status."""

    uri: str
    author_uri: str
    visibility: Visibility
    is_local: bool
    updated: datetime | None = None


class FollowFact(Struct, frozen=True):
    """One edge of the follow graph with the id of the Follow that asked for it."""

    uri: str | None
    follower_uri: str
    target_uri: str
    is_accepted: bool


class ActFact(Struct, frozen=True):
    """A like or a boost that the node holds under the id of its activity."""

    uri: str
    kind: Literal["favourite", "boost"]
    actor_uri: str
    object_uri: str


class Facts(Struct, frozen=True):
    """Everything `judge` may know: loaded in the same transaction that carries the effects out.

    `follows` holds the edges named by `Refs.follows` and every edge between the signer and an actor of `Refs.actors`.
    `gone` holds the tombstones and the undone ids among `Refs.objects`, `gone_by` the actors who said so: a word about
    an id nobody has seen counts for that actor's things alone (an id without an entry is gone for all). `fetched` maps an id to the document its own
    origin answered with.
    """

    now: datetime
    actors: Mapping[str, ActorFact] = {}
    statuses: Mapping[str, StatusFact] = {}
    follows: tuple[FollowFact, ...] = ()
    acts: tuple[ActFact, ...] = ()
    gone: frozenset[str] = frozenset()
    gone_by: Mapping[str, frozenset[str]] = {}
    fetched: Mapping[str, Mapping[str, object]] = {}
    signer_has_local_followers: bool = False
    loopback_http: bool = False


class StoreStatus(Struct, frozen=True, tag=True):
    """Keep a status that its author made. `record` is the verified learningRecord, warnings are rule names."""

    note: Note
    record: Record | None = None
    record_warnings: tuple[str, ...] = ()


class UpdateStatus(Struct, frozen=True, tag=True):
    """Replace what is held of a status by its author's newer version (or keep it, when it was never seen)."""

    note: Note
    record: Record | None = None
    record_warnings: tuple[str, ...] = ()


class DeleteStatus(Struct, frozen=True, tag=True):
    """Remove a status and leave a tombstone; an id never seen gets the tombstone alone."""

    uri: str
    actor_uri: str


class UpdateAccount(Struct, frozen=True, tag=True):
    """Replace what is held of an actor."""

    actor: Actor


class DeleteAccount(Struct, frozen=True, tag=True):
    """Remove an actor and everything of it."""

    uri: str


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


class RememberUndone(Struct, frozen=True, tag=True):
    """An Undo came before what it undoes: refuse `uri` when it arrives late."""

    uri: str
    actor_uri: str


Effect = (
    StoreStatus
    | UpdateStatus
    | DeleteStatus
    | UpdateAccount
    | DeleteAccount
    | Favourite
    | Unfavourite
    | Boost
    | Unboost
    | RequestFollow
    | CancelFollow
    | AcceptFollow
    | RejectFollow
    | RememberUndone
)


class Ignored(Struct, frozen=True):
    """Well signed, nothing to do: answered 202."""

    reason: Reason


class Refused(Struct, frozen=True):
    """Against the rules: answered with the code that `federation.reasons` names, nothing kept."""

    reason: Reason
    detail: str = ""


Judgement = tuple[Effect, ...] | Ignored | Refused
