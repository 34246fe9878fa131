"""64-bit ids ordered by time: 47 bits of milliseconds since 1970, then 16 bits that tell ids of one millisecond apart.

The low bits start at random in each process and count up, so two processes rarely meet (peers' posts, whose times are
whole seconds, more often); where they do, the unit is tried again. Ids never run backwards within a process, whatever
its clock does.
"""

import secrets
from datetime import datetime
from threading import Lock

from node.store.columns import to_ms

LOW_BITS = 16
_LOW_MASK = (1 << LOW_BITS) - 1


class IdTaken(Exception):
    """Another row has this id; the unit is tried again, with new ones."""


class IdMaker:
    """Makes ids for one process."""

    def __init__(self, seed: int | None = None) -> None:
        self._lock = Lock()
        self._low = secrets.randbits(LOW_BITS) if seed is None else seed
        self._last_ms = 0

    def leap(self) -> None:
        """Go on elsewhere: another process is counting through the same low bits."""
        with self._lock:
            self._low = secrets.randbits(LOW_BITS)
            self._last_ms += 1

    def at(self, instant: datetime) -> int:
        """Return a new id that sorts at `instant` (a peer's post sorts where it was published)."""
        with self._lock:
            self._low = (self._low + 1) & _LOW_MASK
            return to_ms(instant) << LOW_BITS | self._low

    def new(self, now: datetime) -> int:
        """Return a new id that is greater than every earlier one of this process."""
        with self._lock:
            self._low = (self._low + 1) & _LOW_MASK
            now_ms = to_ms(now)
            if now_ms > self._last_ms:
                self._last_ms = now_ms
            elif self._low == 0:
                self._last_ms += 1
            return self._last_ms << LOW_BITS | self._low

    def block(self, now: datetime, size: int) -> int:
        """Return the first of `size` new ids in a row."""
        with self._lock:
            first = max(to_ms(now), self._last_ms) << LOW_BITS | self._low
            first += 1
            last = first + size - 1
            self._last_ms, self._low = last >> LOW_BITS, last & _LOW_MASK
            return first


def id_at(instant: datetime) -> int:
    """Return the smallest id of an instant, to ask for rows made since."""
    return to_ms(instant) << LOW_BITS


def ms_of(identifier: int) -> int:
    """Return the milliseconds since 1970 that an id holds."""
    return identifier >> LOW_BITS
