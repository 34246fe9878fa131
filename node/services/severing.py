"""What a decision about a host cut off, given back when the host is allowed again: our people ask to follow anew."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from node.errors import Problem
from node.services import following
from node.services.following import Wanted
from node.store import domains, follows, severances
from node.store.database import Database
from node.store.severances import Aside
from node.store.unit import Unit

AT_ONCE: Final = 50


class Restored(Struct, frozen=True):
    """What came of follows that were kept aside."""

    asked: int = 0
    left: int = 0


async def restore(db: Database, host: str) -> Restored:
    """Let our people ask again to follow those of a host whom they followed; what is not possible any more is left."""
    asked = left = 0
    ids = await db.read(domains.free_under, host)
    for start in range(0, len(ids), severances.CHUNK):
        while found := await db.write(_some, ids[start : start + severances.CHUNK]):
            asked += found.asked
            left += found.left
    return Restored(asked, left)


def _some(unit: Unit, target_ids: Collection[int]) -> Restored | None:
    taken = severances.take(unit, target_ids, limit=AT_ONCE)
    asked = sum(_ask(unit, one) for one in taken)
    return Restored(asked, len(taken) - asked) if taken else None


def _ask(unit: Unit, one: Aside) -> bool:
    if follows.between(unit, one.account_id, one.target_id) is not None:
        return False
    try:
        following.follow(unit, one.account_id, one.target_id, Wanted(one.shows_boosts, one.notifies))
    except Problem:  # it is gone, or one of the two blocks the other by now
        return False
    return True
