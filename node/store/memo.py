"""What a unit knows already, so that reactions that ask the same do not ask the database again.

How it works. A store module keeps what it read under a key of its own and forgets whatever it writes to; `forget` is
right after any write. Of a post that was just written or looked at `lacks` knows what it has none of, until a module gives it some.
Reads outside of a unit keep nothing.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Literal, TypeVar

from node.store.unit import Snapshot, Unit

T = TypeVar("T")
Part = Literal["quote", "record", "card", "poll", "media", "tags", "emojis", "mentions", "command"]


def once(snapshot: Snapshot, key: Hashable, read: Callable[[], T]) -> T:
    """Return what is kept under a key, None too, or read and keep it."""
    kept = snapshot.kept
    if kept is None:
        return read()
    if key in kept:
        found: T = kept[key]
        return found
    value = kept[key] = read()
    return value


def forget(unit: Unit) -> None:
    """Read everything anew."""
    if unit.kept:
        unit.kept.clear()


def drop(unit: Unit, key: Hashable) -> None:
    """Read what is kept under a key anew."""
    if unit.kept:
        unit.kept.pop(key, None)


def note_lacking(snapshot: Snapshot, status_id: int, parts: Iterable[Part]) -> None:
    """Know that a status, one that was just written or looked at, has none of these."""
    if snapshot.kept is not None:
        snapshot.kept |= {("lacks", part, status_id): True for part in parts}


def lacks(snapshot: Snapshot, part: Part, status_id: int) -> bool:
    """Tell whether a status is known to have none of this."""
    return bool(snapshot.kept) and ("lacks", part, status_id) in (snapshot.kept or ())


def gains(unit: Unit, part: Part, status_id: int) -> None:
    """Know no longer that a status has none of this."""
    drop(unit, ("lacks", part, status_id))
