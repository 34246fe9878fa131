"""Counting: the measures of an action, and its points by period.

Who may enter: the action's author, and moderators and administrators of this node. Points stay on this node: what
leaves is made by `sharing`, aggregated and with small numbers hidden. A number on or after day 0 moves the action on.
"""

from datetime import date, timedelta
from typing import Final, Literal

import msgspec
from msgspec import Struct

from node.errors import Problem, invalid, not_found
from node.events import PointEntered
from node.learning.entries import Entry, entry_point, parse_entry
from node.learning.measures import MAX_PERIOD, MAX_POINTS, PeriodPoint, State, default_measure
from node.learning.periods import period_day, period_start, relative_period
from node.learning.phrases import day_words
from node.learning.typed import line
from node.services import acting, recording
from node.services.defining import MAX_MEASURES, NewMeasure, read_measure, rows_of, with_keys
from node.services.plotting import day_zero_of, seen
from node.store import measures
from node.store.actions import Action
from node.store.measures import Measure
from node.store.measures import Point as Point
from node.store.unit import Snapshot, Unit

OLDEST: Final = date(2000, 1, 1)


class NewPoint(Struct, frozen=True, kw_only=True):
    """One number as it was typed: `entry` in words (`7/20`), or the numbers themselves. `day` is any day of the period, None: today.

    `state` missing says that there is none, excluded that it is left out of the chart, with a note that says why.
    """

    day: date | None = None
    entry: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None
    state: State = "shown"


class Entered(Struct, frozen=True, kw_only=True):
    """What was saved, and what stood there before (None: nothing), so that it can be put back."""

    measure_id: int
    point: Point | None
    previous: Point | None
    starts_on: date


# ------------------------------------------------------------------ defining


def define(unit: Unit, account_id: int, action_status_id: int, new: NewMeasure) -> int:
    """Give an action one more measure and return its id. Raises: 404, 403; 422 with the field at fault."""
    status, _kept, held = acting.editable(unit, account_id, action_status_id)
    action = _open(acting.row_of(unit, action_status_id))
    if len(held.measures) >= MAX_MEASURES:
        raise invalid(f"This action has {MAX_MEASURES} measures already. Keep the ones you will enter.", field="label")
    defined = with_keys([*held.measures, read_measure(new)], held.measures)
    day_zero = action.day_zero_on or recording.today(unit)
    changed = msgspec.structs.replace(held, measures=defined, day_zero=acting.day_zero_text(day_zero, defined))
    recording.renew(unit, status, changed)
    row = next(rows_of(unit, action.id, defined[-1:], [new]))
    measures.insert(unit, row)
    return row.id


def of_action(snapshot: Snapshot, action_id: int) -> list[Measure]:
    """Return the measures of an action of ours in the order they were defined."""
    return measures.of_action(snapshot, action_id)


# ------------------------------------------------------------------ entering


def record_point(unit: Unit, account_id: int, measure_id: int, new: NewPoint) -> Entered:
    """Save the number of a period, replacing what stood there; return both, so that it can be undone.

    Raises: 404, 403; 422 with the field at fault.
    """
    measure, action = writable(unit, account_id, measure_id)
    starts_on = period(unit, measure, action, new.day or recording.today(unit))
    return _put(unit, measure, action, typed_point(unit, account_id, measure, starts_on, new))


def record(unit: Unit, account_id: int, action_status_id: int, new: NewPoint, *, key: str | None = None) -> Entered:
    """Save a number for an action: of its only measure, of the one with this key, or of one that the number makes.

    Raises: 404, 403; 422 with the field at fault.
    """
    action = acting.row_of(unit, action_status_id)
    found = measures.of_action(unit, action.id)
    if not found:
        typed = _entry(new)
        made = default_measure(is_fraction=typed.is_fraction)
        first = NewMeasure(
            label=made.label,
            kind=made.kind,
            form=made.form,
            better=made.better,
            unit=made.unit or typed.unit,
            key=made.key,
        )
        return record_point(unit, account_id, define(unit, account_id, action_status_id, first), new)
    chosen = found if key is None else [measure for measure in found if measure.key == key]
    if len(chosen) != 1:
        names = ", ".join(measure.label for measure in found)
        raise invalid(f"Say which one you counted: {names}.", field="measure", code="measure-unclear")
    return record_point(unit, account_id, chosen[0].id, new)


def exclude(unit: Unit, account_id: int, measure_id: int, day: date, reason: str) -> Entered:
    """Leave the number of a period out of every computation; it stays to be seen, with the reason.

    Raises: 404, 403; 422 without a reason.
    """
    measure, action = writable(unit, account_id, measure_id)
    why = line(reason, 140, field="note")
    if not why:
        raise no_reason()
    held = _held(unit, measure, day)
    return _put(unit, measure, action, msgspec.structs.replace(held, state="excluded", note=why))


def include(unit: Unit, account_id: int, measure_id: int, day: date) -> Entered:
    """Count the number of a period again. Raises: 404, 403."""
    measure, action = writable(unit, account_id, measure_id)
    held = _held(unit, measure, day)
    return _put(unit, measure, action, msgspec.structs.replace(held, state="shown", note=None))


def delete_point(unit: Unit, account_id: int, measure_id: int, day: date) -> Entered:
    """Remove the number of a period; what is returned can be put back. Raises: 404, 403."""
    measure, _action = writable(unit, account_id, measure_id)
    held = _held(unit, measure, day)
    measures.remove_point(unit, measure_id, held.starts_on)
    return Entered(measure_id=measure_id, point=None, previous=held, starts_on=held.starts_on)


# ------------------------------------------------------------------ inside


def typed_point(unit: Unit, account_id: int, measure: Measure, starts_on: date, new: NewPoint) -> Point:
    """Return a number as it is kept. Raises: 422 with the field at fault."""
    note = line(new.note or "", 140, field="note") or None
    if new.state == "excluded" and note is None:
        raise no_reason()
    numbers = entry_point(measure.defined, _entry(new)) if new.state != "missing" else PeriodPoint(period=0)
    return Point(
        id=unit.new_id(),
        measure_id=measure.id,
        starts_on=starts_on,
        state=new.state,
        numerator=numbers.numerator,
        denominator=numbers.denominator,
        value=numbers.value,
        note=note,
        entered_by_id=account_id,
        entered_at=unit.now,
    )


def _entry(new: NewPoint) -> Entry:
    if new.entry:
        return parse_entry(new.entry)
    return Entry(numerator=new.numerator, denominator=new.denominator, value=new.value)


def no_reason() -> Problem:
    """Return the refusal of a number that is left out and nobody says why."""
    return invalid("Say why this one is left out. The chart shows the reason.", field="note", code="reason-missing")


def writable(unit: Unit, account_id: int, measure_id: int) -> tuple[Measure, Action]:
    """Return a measure and its action, if this account may enter numbers now. Raises: 404, 403, 422."""
    measure, action = seen(unit, account_id, measure_id)
    recording.editable(unit, account_id, action.status_id)
    return measure, _open(action)


def _open(action: Action) -> Action:
    if not action.is_open:
        raise invalid(
            "This action is decided. Begin the next cycle to enter more numbers.", field="day", code="state-refused"
        )
    return action


def period(snapshot: Snapshot, measure: Measure, action: Action, day: date) -> date:
    """Return the first day of the period in which a day lies. Raises: 422 for a day that no number can be of."""
    today = recording.today(snapshot)
    if day > today:
        raise invalid(f"{day_words(day, today)} has not come yet. Enter it then.", field="day", code="day-future")
    if day < OLDEST:
        raise invalid(f"{day_words(day, today)} is too long ago. Check the year.", field="day", code="day-past")
    starts_on = period_start(day, measure.every)
    if measure.every != "event":
        away = relative_period(day, day_zero_of(snapshot, action), measure.every)
        if abs(away) > MAX_PERIOD:
            raise invalid(f"That is {abs(away)} periods from the change. Check the date.", field="day", code="day-far")
    if measure.baseline_from_on is not None and starts_on < period_start(measure.baseline_from_on, measure.every):
        begins = day_words(measure.baseline_from_on, today)
        raise invalid(
            f"{day_words(day, today)} is before the baseline, which begins on {begins}. Let the baseline begin earlier first.",
            field="day",
            code="day-before-baseline",
        )
    return starts_on


def _held(snapshot: Snapshot, measure: Measure, day: date) -> Point:
    held = measures.point_at(snapshot, measure.id, period_start(day, measure.every))
    if held is None:
        raise not_found()
    return held


def _put(unit: Unit, measure: Measure, action: Action, point: Point) -> Entered:
    previous = measures.point_at(unit, measure.id, point.starts_on)
    if previous is None and len(measures.points_of(unit, measure.id)) >= MAX_POINTS:
        raise invalid(
            f"This measure has {MAX_POINTS} numbers. Decide, and begin the next cycle.", field="day", code="too-many"
        )
    measures.put_point(unit, point)
    kept = measures.point_at(unit, measure.id, point.starts_on)
    move_on(unit, measure, action, point)
    return Entered(measure_id=measure.id, point=kept, previous=previous, starts_on=point.starts_on)


def move_on(unit: Unit, measure: Measure, action: Action, point: Point) -> None:
    """Move the action on: doing with the first number since day 0, studying with the first one on or after its due day."""
    unit.record(PointEntered(action.status_id, measure.id))
    state = _state_after(unit, measure, action, point)
    if state is not None:
        acting.move(unit, action, state)


def _state_after(
    snapshot: Snapshot, measure: Measure, action: Action, point: Point
) -> Literal["doing", "studying"] | None:
    if point.state != "shown":
        return None
    last_day = _last_day(measure, point.starts_on)
    if action.state in ("proposed", "planned") and last_day >= day_zero_of(snapshot, action):
        return "doing"
    return "studying" if action.state == "doing" and last_day >= action.due_on else None


def _last_day(measure: Measure, starts_on: date) -> date:
    if measure.every == "event":
        return starts_on
    return period_day(1, starts_on, measure.every) - timedelta(days=1)
