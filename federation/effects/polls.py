"""What is asked of a node about its polls: a vote counted."""

from msgspec import Struct


class CastVote(Struct, frozen=True, tag=True):
    """Count that `actor_uri` chose the option at place `choice` of the local poll `object_uri`."""

    uri: str
    actor_uri: str
    object_uri: str
    choice: int


OfPolls = CastVote
