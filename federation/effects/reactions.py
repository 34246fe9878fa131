"""What is asked of a node about the emojis that people put under posts."""

from msgspec import Struct


class React(Struct, frozen=True, tag=True):
    """Put an emoji of `actor_uri` under `object_uri`; where `is_only`, in the place of what they put there before.

    `name` is an emoji of Unicode, or the shortcode of a custom one whose picture is at `url`.
    """

    uri: str
    actor_uri: str
    object_uri: str
    name: str
    url: str | None
    is_only: bool


class Unreact(Struct, frozen=True, tag=True):
    """Take an emoji back: the one that was put under the activity id `uri`, or the one called `name`."""

    actor_uri: str
    object_uri: str
    uri: str | None = None
    name: str | None = None


OfReactions = React | Unreact
