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
    is_pinned: bool = False


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
    return _MINE[bool(flags.is_favourited), bool(flags.is_boosted), bool(flags.is_muted), bool(flags.is_pinned)]


def _mine(*flags: bool) -> str:
    is_favourited, is_boosted, is_muted, is_pinned = ("true" if flag else "false" for flag in flags)
    return (
        f',"favourited":{is_favourited},"reblogged":{is_boosted},"muted":{is_muted},"bookmarked":false'
        f',"pinned":{is_pinned}'
    )


_MINE: Final = {flags: _mine(*flags) for flags in product((False, True), repeat=4)}


def account(part: str, *, followers: int, following: int, statuses: int, last_status_on: str | None) -> str:
    """Return the whole Account as JSON text; `last_status_on` is a date like 2026-11-25."""
    last = "null" if last_status_on is None else f'"{last_status_on}"'
    return (
        f'{part[:-1]},"followers_count":{followers},"following_count":{following}'
        f',"statuses_count":{statuses},"last_status_at":{last}}}'
    )
