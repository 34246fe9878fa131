"""The List entity: somebody's own selection of people."""

from typing import Literal

from msgspec import Struct

RepliesPolicy = Literal["followed", "list", "none"]


class ListEntity(Struct):
    """What a client gets of a list."""

    id: str
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool
