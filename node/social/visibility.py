"""Who may see a status: one predicate over facts. `node.store.visible` says the same in SQL; a test compares both."""

from typing import Final

from msgspec import Struct

from federation.audience import OPEN


class Seen(Struct, frozen=True):
    """A status as the predicate looks at it."""

    author_id: int
    visibility: str
    named_ids: frozenset[int] = frozenset()
    is_author_suspended: bool = False


class Reader(Struct, frozen=True):
    """Who looks. `account_id` None is anybody on the web; `is_staff`: an account of this hospital."""

    account_id: int | None = None
    is_staff: bool = False
    follows: frozenset[int] = frozenset()
    blocked_by: frozenset[int] = frozenset()


def may_see(status: Seen, reader: Reader) -> bool:
    """Return whether the reader may see the status; what is not known to be allowed is not."""
    if reader.account_id is not None and reader.account_id == status.author_id:
        return True
    if status.is_author_suspended or status.author_id in reader.blocked_by:
        return False
    if status.visibility in OPEN:
        return True
    if reader.account_id is None:
        return False
    if status.visibility == "house":
        return reader.is_staff
    if reader.account_id in status.named_ids:
        return status.visibility in ("private", "direct")
    return status.visibility == "private" and status.author_id in reader.follows


INSIDE: Final = frozenset({"house", "circle"})  # what no other server ever gets


def may_boost(visibility: str, *, is_own: bool) -> bool:
    """Return whether a status may be boosted: what is open or for the whole house, and one's own followers-only posts."""
    return visibility in OPEN or visibility == "house" or (is_own and visibility == "private")
