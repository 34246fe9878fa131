"""What is asked of a node about the posts that somebody keeps at the top of their profile."""

from msgspec import Struct


class Pin(Struct, frozen=True, tag=True):
    """`actor_uri` shows its own `object_uri` at the top of its profile."""

    actor_uri: str
    object_uri: str


class Unpin(Struct, frozen=True, tag=True):
    """`actor_uri` no longer shows `object_uri` at the top of its profile."""

    actor_uri: str
    object_uri: str


OfPins = Pin | Unpin
