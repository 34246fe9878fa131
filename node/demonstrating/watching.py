"""Waiting for what another process does: looks again and again within a bound, and says what it saw when it gives up."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

LIMIT_S: Final = 30.0
FIRST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 0.1
MAX_SEEN_CHARS: Final = 400


class Failed(Exception):
    """A step was not verified; the text says what was expected and what was seen."""


def eventually(expected: str, look: Callable[[], T | None], *, limit_s: float = LIMIT_S) -> T:
    """Return what `look` gives as soon as it is not None.

    Raises: `Failed` when that did not happen within the limit; the last `Failed` of `look` is what was seen.
    """
    until = time.monotonic() + limit_s
    pause_s, seen = FIRST_PAUSE_S, "nothing of it"
    while True:
        try:
            found = look()
        except Failed as failed:
            found, seen = None, str(failed)
        if found is not None:
            return found
        if time.monotonic() >= until:
            raise Failed(f"Expected {expected} within {limit_s:.0f} s, but saw {shortened(seen)}.")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)


def check(condition: object, expected: str, seen: object) -> None:
    """Pass if the condition holds. Raises: `Failed` with what was expected and what was seen."""
    if not condition:
        raise Failed(f"Expected {expected}, but saw {shortened(seen)}.")


def shortened(seen: object) -> str:
    """Return what was seen as one short line."""
    text = " ".join(str(seen).split()).rstrip(".")
    return text if len(text) <= MAX_SEEN_CHARS else f"{text[:MAX_SEEN_CHARS]} …"
