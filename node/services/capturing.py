"""What a person sends in one go and what must hold together: a learning with its action and its result, a list of numbers.

Each is one transaction of the services that do the single acts; it decides nothing of its own.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from node.errors import Problem, invalid
from node.learning.typed import read_day
from node.services import beginning, learning, measuring, sharing
from node.services.beginning import NewAction
from node.services.learning import NewLearning
from node.services.measuring import NewPoint
from node.services.sharing import NewShare
from node.store.unit import Unit

MAX_LINES: Final = 240


class Captured(Struct, frozen=True):
    """The status ids of what was recorded."""

    learning_id: int
    action_id: int | None = None
    share_id: int | None = None


def capture(
    unit: Unit, account_id: int, new: NewLearning, action: NewAction | None = None, share: NewShare | None = None
) -> Captured:
    """Record a learning, begin the action based on it and tell what came of that, as far as they are given.

    Raises: 422 with the field at fault; then nothing is kept.
    """
    learning_id = learning.record(unit, account_id, new)
    if action is None:
        return Captured(learning_id)
    action_id = beginning.begin(unit, account_id, msgspec.structs.replace(action, based_on=learning_id))
    if share is None:
        return Captured(learning_id, action_id)
    share_id = sharing.share(unit, account_id, msgspec.structs.replace(share, action_id=action_id))
    return Captured(learning_id, action_id, share_id)


def enter_lines(unit: Unit, account_id: int, action_status_id: int, lines: Sequence[str], *, key: str | None) -> int:
    """Save one number a line, each `2026-09-07 13/26`, all or none; return how many.

    Raises: 404, 403; 422 `lines` that names the line, when the lines before it are fine.
    """
    if len(lines) > MAX_LINES:
        raise invalid(f"{len(lines)} lines are more than {MAX_LINES}. Enter them in parts.", field="lines")
    for number, line in enumerate(lines, 1):
        try:
            day, _, entry = line.strip().partition(" ")
            point = NewPoint(day=read_day(day.rstrip(":;,"), field="lines"), entry=entry.strip() or "?")
            measuring.record(unit, account_id, action_status_id, point, key=key)
        except Problem as problem:
            if problem.status != 422:
                raise
            raise invalid(f"Line {number}: {problem.text}{_before(number)}", field="lines", code=problem.code) from None
    return len(lines)


def _before(number: int) -> str:
    if number == 1:
        return ""
    return " Line 1 is fine." if number == 2 else f" Lines 1 to {number - 1} are fine."
