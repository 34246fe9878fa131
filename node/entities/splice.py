"""Puts entities together from rendered parts, as text: nothing is parsed, nothing is encoded twice.

A part is a JSON object; what changes often (counts) or depends on the reader (flags) is put before its closing brace.
"""

from itertools import product
from typing import Final

from msgspec import Struct

from node.entities.status import LIVE


class Counts(Struct, frozen=True):
    """The numbers under a status."""

    replies: int
    boosts: int
    favourites: int


class Flags(Struct, frozen=True):
    """What one signed-in reader did with a status."""

    is_favourited: bool
    is_boosted: bool
    is_muted: bool = False
    is_bookmarked: bool = False
    is_pinned: bool = False
    filtered: str = "[]"


def status(part: str, counts: Counts, *, account: str, flags: Flags | None, reblog: str = "null") -> str:
    """Return the whole Status as JSON text; `flags` is None for a reader who is not signed in."""
    mine = "" if flags is None else _mine_of(flags)
    return (
        f'{part[:-1]},"replies_count":{counts.replies},"reblogs_count":{counts.boosts}'
        f',"favourites_count":{counts.favourites}{mine},"tagged_collections":[],"account":{account},"reblog":{reblog}}}'
    )


def alive(part: str, live: str) -> str:
    """Return a part with what is made anew whenever it is read, `"poll":...,"reactions":...`, in its place."""
    return f"{part[: -len(LIVE)]},{live}}}"


def _mine_of(flags: Flags) -> str:
    marks = (flags.is_favourited, flags.is_boosted, flags.is_muted, flags.is_bookmarked, flags.is_pinned)
    return f'{_MARKS[marks]},"filtered":{flags.filtered}'  # 1 is True, also as a key


def _marked(marks: tuple[bool, ...]) -> str:
    is_favourited, is_boosted, is_muted, is_bookmarked, is_pinned = ("true" if mark else "false" for mark in marks)
    return (
        f',"favourited":{is_favourited},"reblogged":{is_boosted},"muted":{is_muted},"bookmarked":{is_bookmarked}'
        f',"pinned":{is_pinned}'
    )


_MARKS: Final = {marks: _marked(marks) for marks in product((False, True), repeat=5)}


def account(part: str, *, followers: int, following: int, statuses: int, last_status_on: str | None) -> str:
    """Return the whole Account as JSON text; `last_status_on` is a date like 2026-11-25."""
    last = "null" if last_status_on is None else f'"{last_status_on}"'
    return (
        f'{part[:-1]},"followers_count":{followers},"following_count":{following}'
        f',"statuses_count":{statuses},"last_status_at":{last}}}'
    )
