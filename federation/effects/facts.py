"""What must be looked up before an activity can be judged, and what a judgement may rest on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from federation.vocab.policy import Act

Visibility = str  # one of: public unlisted private direct house circle


class Refs(Struct, frozen=True):
    """What must be looked up, and what must be fetched when it is not known, before an activity can be judged.

    Every tuple holds ids (URIs) and is bounded. `fetch_actors` and `fetch_objects` are subsets worth a request.
    `objects` are looked up among statuses and among what is gone or undone; `acts` among likes and boosts by their id,
    `asked` among what waits for somebody's consent or has it.
    """

    actors: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    fetch_actors: tuple[str, ...] = ()
    fetch_objects: tuple[str, ...] = ()
    is_partial: bool = False  # of a list of activities: what cannot be fetched is left out
    is_relayed: bool = False  # somebody else's, forwarded
    lineage: tuple[str, ...] = ()  # what a record says it goes back to


class ActorFact(Struct, frozen=True):
    """What the node knows of an actor."""

    uri: str
    is_local: bool
    followers_uri: str | None = None
    is_locked: bool = False
    kind: str = "person"
    is_suspended: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_at: datetime | None = None
    featured_uri: str | None = None
    moderators_uri: str | None = None
    moderators: tuple[str, ...] | None = None  # of a group; None: not known, or too long ago


class StatusFact(Struct, frozen=True):
    """What the node knows of a status; `options` are what a poll of ours lets choose."""

    uri: str
    author_uri: str
    visibility: Visibility
    is_local: bool
    updated: datetime | None = None
    moderated_in: tuple[str, ...] = ()  # groups of ours it is in that the signer moderates
    options: tuple[str, ...] = ()
    is_closed: bool = False


class FollowFact(Struct, frozen=True):
    """One edge of the follow graph with the id of the Follow that asked for it."""

    uri: str | None
    follower_uri: str
    target_uri: str
    is_accepted: bool


class ActFact(Struct, frozen=True):
    """A like, a boost or a reaction that the node holds under the id of its activity."""

    uri: str
    kind: Literal["favourite", "boost", "reaction"]
    actor_uri: str
    object_uri: str


class AskedFact(Struct, frozen=True):
    """A quote or a reply that needs the consent of who is quoted or answered: what waits (ours), and what is allowed."""

    act: Act
    post_uri: str
    target_author_uri: str
    request_uri: str | None = None
    approval_uri: str | None = None


class RelayFact(Struct, frozen=True):
    """A subscription of ours to a relay (FEP-ae0c): who asked for what, and how it stands."""

    follow_uri: str
    follower_uri: str
    target_uri: str
    inbox: str
    actor_uri: str | None
    state: str


class Facts(Struct, frozen=True):
    """Everything `judge` may know: loaded in the same transaction that carries the effects out.

    `follows` holds the edges named by `Refs.follows` and every edge between the signer and an actor of `Refs.actors`.
    `gone` holds the tombstones and the undone ids among `Refs.objects`, `gone_by` the actors who said so: a word about
    an id nobody has seen counts for that actor's things alone (an id without an entry is gone for all). `fetched` maps an id to the document its own
    origin answered with; `has_asked` says that whatever could be fetched is there.
    """

    now: datetime
    actors: Mapping[str, ActorFact] = {}
    statuses: Mapping[str, StatusFact] = {}
    follows: tuple[FollowFact, ...] = ()
    acts: tuple[ActFact, ...] = ()
    asked: tuple[AskedFact, ...] = ()
    gone: frozenset[str] = frozenset()
    gone_by: Mapping[str, frozenset[str]] = {}
    fetched: Mapping[str, Mapping[str, object]] = {}
    has_asked: bool = False
    relays: tuple[RelayFact, ...] = ()  # that the signer may speak for, or that are named
    signer_has_local_followers: bool = False
    is_lineage_ours: bool = False  # somebody here wrote what a record goes back to, or tries the same
    loopback_http: bool = False
