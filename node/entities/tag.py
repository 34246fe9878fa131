"""The Tag entity: a hashtag with how it was used lately, and how its reader stands to it."""

from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType


class TagDay(Struct):
    """How often, and by how many, a hashtag was used on a day, as text."""

    day: str
    uses: str
    accounts: str


class TagEntity(Struct):
    """What a client gets of a hashtag; `following` and `featuring` are there for somebody who is signed in."""

    id: str
    name: str
    url: str
    history: Sequence[TagDay]
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET
