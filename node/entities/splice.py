"""Puts entities together from rendered parts, as text: nothing is parsed, nothing is encoded twice.

A part is a JSON object; what changes often (counts) or depends on the reader (flags) is put before its closing brace.
"""

from msgspec import Struct


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


def status(part: str, counts: Counts, *, account: str, flags: Flags | None, reblog: str = "null") -> str:
    """Return the whole Status as JSON text; `flags` is None for a reader who is not signed in."""
    mine = ""
    if flags is not None:
        mine = (
            f',"favourited":{_bool(flags.is_favourited)},"reblogged":{_bool(flags.is_boosted)}'
            f',"muted":{_bool(flags.is_muted)},"bookmarked":false,"pinned":false'
        )
    return (
        f'{part[:-1]},"replies_count":{counts.replies},"reblogs_count":{counts.boosts}'
        f',"favourites_count":{counts.favourites}{mine},"account":{account},"reblog":{reblog}}}'
    )


def _bool(value: object) -> str:
    return "true" if value else "false"


def account(part: str, *, followers: int, following: int, statuses: int, last_status_on: str | None) -> str:
    """Return the whole Account as JSON text; `last_status_on` is a date like 2026-11-25."""
    last = "null" if last_status_on is None else f'"{last_status_on}"'
    return (
        f'{part[:-1]},"followers_count":{followers},"following_count":{following}'
        f',"statuses_count":{statuses},"last_status_at":{last}}}'
    )
