"""Taking back what a command did: nothing that others built on is lost, and nothing that was changed since is overwritten."""

from typing import Any, Final

import msgspec

from node.errors import invalid
from node.learning.phrases import full_day
from node.services import acting, adjusting, posting, recording, sharing
from node.services.plotting import seen
from node.store import actions, commands, measures, records, shares, statuses
from node.store.commands import CommandRow
from node.store.measures import Point
from node.store.statuses import Status
from node.store.unit import Unit

NOTHING: Final = {"made_id": None, "measure_id": None, "starts_on": None, "previous": None}
_GONE: Final = "What it did is gone already."
_EXPLANATION: Final = "Its author took it back."


def take_back(unit: Unit, row: CommandRow) -> str:
    """Undo what a command did and return what to say about it.

    Raises: 422 in words when that cannot be undone any more.
    """
    undo = {"try": _try, "data": _data, "measure": _measure, "share": _share}[row.verb]
    said = undo(unit, row)
    commands.change(unit, row.status_id, state="undone", **NOTHING)
    return said


def _try(unit: Unit, row: CommandRow) -> str:
    action = actions.of_status(unit, row.made_id) if row.made_id is not None else None
    status = statuses.by_id(unit, action.status_id) if action is not None else None
    if action is None or status is None:
        return _GONE
    if any(share.state != "withdrawn" for share in shares.of_action(unit, action.id)):
        raise invalid(
            "What came of this action is shared. Take the share back first: reply !undo to what I said about it.",
            code="state-refused",
        )
    commands.end_of_measures(unit, [measure.id for measure in measures.of_action(unit, action.id)])
    if _is_built_on(unit, status):
        acting.withdraw(unit, row.account_id, status.id, reason="mistaken", explanation=_EXPLANATION)
        return f"“{action.title}” is withdrawn. It stays to be seen, because others built on it."
    posting.remove(unit, status)
    return f"“{action.title}” is taken back and gone."


def _share(unit: Unit, row: CommandRow) -> str:
    share = shares.of_status(unit, row.made_id) if row.made_id is not None else None
    status = statuses.by_id(unit, share.status_id) if share is not None else None
    action = actions.by_id(unit, share.action_id) if share is not None else None
    if share is None or status is None or action is None:
        return _GONE
    if share.state != "withdrawn" and _is_built_on(unit, status):
        sharing.withdraw(unit, row.account_id, status.id, reason="mistaken", explanation=_EXPLANATION)
        said = "The share is withdrawn. It stays to be seen, because others built on it."
    elif share.state != "withdrawn":
        posting.remove(unit, status)
        said = "The share is taken back and gone."
    else:
        said = "The share is withdrawn already."
    acting.reopen(unit, row.account_id, action.status_id)
    return f"{said} “{action.title}” is open again."


def _data(unit: Unit, row: CommandRow) -> str:
    if row.measure_id is None or row.starts_on is None or measures.by_id(unit, row.measure_id) is None:
        return _GONE
    measure, action = seen(unit, row.account_id, row.measure_id)
    recording.editable(unit, row.account_id, action.status_id)
    if not action.is_open:
        raise invalid("The action is decided, and its numbers stand. Take the share back first.", code="state-refused")
    saved, before = _points(row)
    held = measures.point_at(unit, measure.id, row.starts_on)
    if held is None:
        return _GONE
    if _said(held) != _said(saved):
        raise invalid(
            f"The number of {full_day(row.starts_on)} was changed since. Correct it where it was changed last.",
            code="state-refused",
        )
    if before is not None:
        measures.put_point(unit, before)
        return f"The number for “{measure.label}” is as it was before."
    measures.remove_point(unit, measure.id, row.starts_on)
    if (row.previous or {}).get("made_measure") and not measures.points_of(unit, measure.id):
        adjusting.remove(unit, row.account_id, measure)
    return f"The number for “{measure.label}” is taken back."


def _measure(unit: Unit, row: CommandRow) -> str:
    measure = measures.by_id(unit, row.measure_id) if row.measure_id is not None else None
    if measure is None:
        return _GONE
    adjusting.remove(unit, row.account_id, measure)
    return f"“{measure.label}” is not counted any more."


def _is_built_on(unit: Unit, status: Status) -> bool:
    return bool(records.children(unit, status.uri))


def _points(row: CommandRow) -> tuple[Point | None, Point | None]:
    """Return the number that a command saved, and what stood there before."""
    kept = row.previous or {}
    return tuple(msgspec.convert(kept[name], Point) if kept.get(name) else None for name in ("saved", "before"))  # type: ignore[return-value]


def _said(point: Point | None) -> tuple[Any, ...] | None:
    return (point.state, point.numerator, point.denominator, point.value, point.note) if point is not None else None
