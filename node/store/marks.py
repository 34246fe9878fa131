"""What one reader did with the posts of a page: favourited, boosted, muted, bookmarked, pinned. One statement for all.

How it works. The posts of a page lie close together in time, so what the reader marked between the oldest and the newest
of them is one short range of each index. A page that spans a longer time is asked for by the posts themselves.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import BigInteger, CompoundSelect, bindparam, exists, literal_column, null, select, union_all

from node.store.columns import DAY_MS
from node.store.compiled import Compiled, OneOf, bound
from node.store.ids import LOW_BITS
from node.store.tables import bookmarks, favourites, filters, pins, statuses, thread_mutes
from node.store.unit import Snapshot

FAVOURITED: Final = 1
BOOSTED: Final = 2
MUTED: Final = 4
BOOKMARKED: Final = 8
PINNED: Final = 16
_HAS_FILTERS: Final = 32
_HAS_MUTES: Final = 64
NEAR: Final = 14 * DAY_MS << LOW_BITS  # ids this far apart at most are asked for as a range
_SIZES: Final = (4, 16, 48, 160)  # of a page that is asked for by its posts

_me = bindparam("me", type_=BigInteger, required=False)


class Marks(Struct, frozen=True):
    """What a reader did: the sum of the words above for each status, and whether they filter anything."""

    of: dict[int, int]
    has_filters: bool


def read(snapshot: Snapshot, viewer_id: int, status_ids: Sequence[int]) -> Marks:
    """Return what a reader did with these statuses."""
    if not status_ids:
        return Marks({}, has_filters=False)
    low, high = min(status_ids), max(status_ids)
    if high - low <= NEAR:
        rows = _BETWEEN.rows(snapshot.conn, me=viewer_id, low=low, high=high)
    else:
        rows = _among(snapshot, viewer_id, status_ids)
    found: dict[int, int] = {}
    general = 0
    for mark, status_id in rows:
        if status_id is None:
            general |= mark
        else:
            found[status_id] = found.get(status_id, 0) | mark
    if general & _HAS_MUTES:
        for (status_id,) in _muted.rows(snapshot.conn, list(dict.fromkeys(status_ids)), the_account_id=viewer_id):
            found[status_id] = found.get(status_id, 0) | MUTED
    return Marks(found, has_filters=bool(general & _HAS_FILTERS))


def _among(snapshot: Snapshot, viewer_id: int, status_ids: Sequence[int]) -> list[Sequence[Any]]:
    wanted = list(dict.fromkeys(status_ids))
    found: list[Sequence[Any]] = []
    for start in range(0, len(wanted), _SIZES[-1]):
        some = wanted[start : start + _SIZES[-1]]
        size = next(size for size in _SIZES if size >= len(some))
        binds = {f"one_{n}": some[min(n, len(some) - 1)] for n in range(size)}
        found += _some(size).rows(snapshot.conn, me=viewer_id, **binds)
    return found


def _asked(is_meant: Any) -> CompoundSelect[Any]:
    """Return the statement; `is_meant` says of a column with statuses which of them are meant."""

    def marked(mark: int, table: Any, column: Any) -> Any:
        return select(literal_column(str(mark)), column).where(table.c.account_id == _me, is_meant(column))

    def has_any(mark: int, table: Any) -> Any:
        return select(literal_column(str(mark)), null()).where(exists(select(1).where(table.c.account_id == _me)))

    return union_all(
        marked(FAVOURITED, favourites, favourites.c.status_id),
        marked(BOOSTED, statuses, statuses.c.boost_of_id),
        marked(BOOKMARKED, bookmarks, bookmarks.c.status_id),
        marked(PINNED, pins, pins.c.status_id),
        has_any(_HAS_FILTERS, filters),
        has_any(_HAS_MUTES, thread_mutes),
    )


def _between() -> CompoundSelect[Any]:
    low, high = (bindparam(name, type_=BigInteger, required=False) for name in ("low", "high"))
    return _asked(lambda column: column.between(low, high))


_BETWEEN: Final = Compiled(_between)


@cache
def _some(size: int) -> Compiled:
    ids = [bindparam(f"one_{n}", type_=BigInteger, required=False) for n in range(size)]
    return Compiled(lambda: _asked(lambda column: column.in_(ids)))


_muted = OneOf(
    lambda ids: (
        select(statuses.c.id)
        .join(thread_mutes, thread_mutes.c.context_uri == statuses.c.context_uri)
        .where(statuses.c.id.in_(ids), thread_mutes.c.account_id == bound(thread_mutes.c.account_id))
    ),
    statuses.c.id,
)
