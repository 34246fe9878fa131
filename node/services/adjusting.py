"""Changing a measure after it was defined: what it is called, and by which chart, baseline and phases it is read.

What a number means may not change under numbers that stand: form, period and what is counted are locked by the first
one. How the numbers are read may change at any time, also after the decision; a Share says it when it is corrected.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid
from node.learning.typed import line
from node.services import acting, defining, plotting, recording
from node.services.defining import NewMeasure, Reading, read_measure, read_reading
from node.store import actions, measures
from node.store.actions import Action
from node.store.measures import Measure as Measure
from node.store.measures import Phase
from node.store.unit import Snapshot, Unit

MAX_PHASES: Final = 6
_COLUMNS: Final = ("label", "kind", "form", "counted", "unit", "per", "better", "every", "goal", "definition", "code")
_LOCKED: Final = {
    "form": "The kind of number",
    "every": "The period",
    "counted": "What a number counts",
    "per": "What a rate is per",
}


class NewPhase(Struct, frozen=True, kw_only=True):
    """From this day's period on the chart begins anew, and why."""

    starts_on: date
    why: str


class NewBaseline(Struct, frozen=True, kw_only=True):
    """The days that centre and limits are taken from, both in; none: taken away."""

    from_on: date | None = None
    to_on: date | None = None


class MeasureEdit(Struct, frozen=True, kw_only=True):
    """What changes: None leaves a field as it is, an empty text takes it away; `phases` are all there will be.

    `has_goal` False takes the goal away.
    """

    label: str | None = None
    kind: str | None = None
    better: str | None = None
    unit: str | None = None
    goal: float | None = None
    has_goal: bool = True
    definition: str | None = None
    code: str | None = None
    form: str | None = None
    every: str | None = None
    counted: str | None = None
    per: int | None = None
    chart: str | None = None
    rules: str | None = None
    baseline: NewBaseline | None = None
    phases: tuple[NewPhase, ...] | None = None


def adjust(unit: Unit, account_id: int, measure_id: int, changes: MeasureEdit) -> None:
    """Change a measure. Raises: 404, 403; 422 with the field at fault, also for what numbers have locked."""
    measure, action = plotting.seen(unit, account_id, measure_id)
    recording.editable(unit, account_id, action.status_id)
    _check_locked(unit, measure, changes)
    typed = _typed(measure, changes)
    defined = msgspec.structs.replace(read_measure(typed), key=measure.key)
    if not action.is_open and _meaning(defined) != _meaning(_held(measure)):
        raise invalid("This action is decided. How its numbers are read may change, not what they are.", field="label")
    reading = read_reading(typed, measure.form)
    phases = None if changes.phases is None else _phases(unit, account_id, measure, changes.phases)
    _keep(unit, account_id, measure, action, defined, reading)
    if phases is not None:
        measures.set_phases(unit, measure_id, phases)


def phases_of(snapshot: Snapshot, measure_id: int) -> list[Phase]:
    """Return the phases of a measure."""
    return measures.phases_of(snapshot, measure_id)


def measure_of(snapshot: Snapshot, viewer_id: int, measure_id: int) -> Measure:
    """Return a measure of an action of ours to people of this node. Raises: 404."""
    return plotting.seen(snapshot, viewer_id, measure_id)[0]


def remove(unit: Unit, account_id: int, measure: Measure) -> None:
    """Take a measure without numbers from its action. Raises: 404, 403; 422 when it has numbers."""
    if measures.points_of(unit, measure.id):
        raise invalid(f"“{measure.label}” has numbers. Take them back first.", code="state-refused")
    action = actions.by_id(unit, measure.action_id)
    assert action is not None
    status, _kept, held = acting.editable(unit, account_id, action.status_id)
    left = tuple(one for one in held.measures if one.key != measure.key)
    recording.renew(unit, status, msgspec.structs.replace(held, measures=left))
    measures.remove(unit, measure.id)


def _check_locked(snapshot: Snapshot, measure: Measure, changes: MeasureEdit) -> None:
    changed = [name for name in _LOCKED if getattr(changes, name) not in (None, getattr(measure, name))]
    if not changed:
        return
    count = len(measures.points_of(snapshot, measure.id))
    if count:
        held = "a number stands" if count == 1 else f"{count} numbers stand"
        raise invalid(
            f"{_LOCKED[changed[0]]} is locked, because {held}. Define another measure instead.",
            field=changed[0],
            code="measure-locked",
        )


def _typed(measure: Measure, to: MeasureEdit) -> NewMeasure:
    """Return a measure as if it were typed anew with its changes, so that it is read by the same rules."""
    held: dict[str, Any] = {name: getattr(measure, name) for name in NewMeasure.__struct_fields__}
    for name in NewMeasure.__struct_fields__:
        given = getattr(to, name, None)
        if given is not None:
            held[name] = given
    if to.chart is not None and to.rules is None:
        held["rules"] = None
    if to.form is not None and to.form != measure.form:
        held |= {"chart": to.chart, "rules": to.rules, "unit": to.unit}
    if not to.has_goal:
        held["goal"] = None
    if to.baseline is not None:
        held |= {"baseline_from_on": to.baseline.from_on, "baseline_to_on": to.baseline.to_on}
    if held["every"] == "event" and held["form"] != "time-between":
        held["every"] = "week"
    return msgspec.convert(held, NewMeasure)


def _held(measure: Measure) -> fields.Measure:
    named: dict[str, Any] = {name: getattr(measure, name) for name in ("key", *_COLUMNS)}
    return fields.Measure(**named)


def _meaning(measure: fields.Measure) -> fields.Measure:
    """Return a measure without how it is read."""
    return msgspec.structs.replace(measure, chart=None, rules=None)


def _phases(unit: Unit, account_id: int, measure: Measure, typed: Sequence[NewPhase]) -> list[Phase]:
    if len(typed) > MAX_PHASES:
        raise invalid(f"{len(typed)} phases are more than {MAX_PHASES}. Keep those that matter.", field="phases")
    found: dict[date, Phase] = {}
    for one in typed:
        why = line(one.why, 140, field="phases")
        if not why:
            words = f"Say why a phase begins on {one.starts_on:%Y-%m-%d}. The chart shows the reason."
            raise invalid(words, field="phases", code="reason-missing")
        if one.starts_on in found:
            raise invalid(f"Two phases begin on {one.starts_on:%Y-%m-%d}. Keep one.", field="phases")
        found[one.starts_on] = Phase(
            id=unit.new_id(),
            measure_id=measure.id,
            starts_on=one.starts_on,
            why=why,
            entered_by_id=account_id,
            created_at=unit.now,
        )
    return [found[day] for day in sorted(found)]


def _keep(
    unit: Unit, account_id: int, measure: Measure, action: Action, defined: fields.Measure, reading: Reading
) -> None:
    row: dict[str, Any] = {name: getattr(defined, name) for name in _COLUMNS}
    measures.change(unit, measure.id, **row, **msgspec.structs.asdict(reading))
    status, _kept, held = acting.editable(unit, account_id, action.status_id)
    named = tuple(defining.definition_of(defined) if one.key == measure.key else one for one in held.measures)
    if named != held.measures:
        recording.renew(unit, status, msgspec.structs.replace(held, measures=named))
