"""Measures as people define them: what was typed becomes a definition that fits the record, with a key of its own."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid
from node.learning.measures import MAX_NUMBER, measure_key
from node.learning.typed import line, one_of, text
from node.store.measures import Measure
from node.store.unit import Unit

MAX_MEASURES: Final = 8
MAX_PER: Final = 1_000_000
_KINDS: Final = get_args(fields.MeasureKind)
_FORMS: Final = get_args(fields.MeasureForm)
_COUNTED: Final = get_args(fields.Counted)
_BETTER: Final = get_args(fields.Better)
_EVERY: Final = tuple(every for every in get_args(fields.Every) if every != "event")


class NewMeasure(Struct, frozen=True, kw_only=True):
    """What was typed. `key` None: from the label. `every` None: week; time between events is by event, always."""

    label: str
    kind: str = "process"
    form: str = "proportion"
    better: str = "up"
    counted: str = "people"
    every: str | None = None
    unit: str | None = None
    per: int | None = None
    goal: float | None = None
    definition: str | None = None
    code: str | None = None
    key: str | None = None


def read_measures(typed: Sequence[NewMeasure]) -> tuple[fields.Measure, ...]:
    """Return definitions of measures, at most 8. Raises: 422 `measures`."""
    if len(typed) > MAX_MEASURES:
        raise invalid(
            f"{len(typed)} measures are more than {MAX_MEASURES}. Keep the ones you will enter.", field="measures"
        )
    return tuple(read_measure(one) for one in typed)


def read_measure(typed: NewMeasure) -> fields.Measure:
    """Return the definition of one measure. Raises: 422 with the field at fault."""
    label = line(typed.label, 80, field="label")
    if not label:
        raise invalid("The measure has no name. Say what you count.", field="label", code="label-missing")
    form = one_of(typed.form, _FORMS, field="form", code="form-unknown", thing="form of a measure")
    return fields.Measure(
        key=typed.key or measure_key(label),
        label=label,
        form=form,  # type: ignore[arg-type] # one of the list, as the ones below
        kind=one_of(typed.kind, _KINDS, field="kind", code="kind-unknown", thing="kind of measure"),  # type: ignore[arg-type]
        better=one_of(typed.better, _BETTER, field="better", code="better-unknown", thing="direction"),  # type: ignore[arg-type]
        counted=one_of(typed.counted, _COUNTED, field="counted", code="counted-unknown", thing="thing counted"),  # type: ignore[arg-type]
        every=_every(typed, form),
        unit=line(typed.unit or "", 40, field="unit") or ("%" if form == "proportion" else None),
        per=_per(typed.per, form),
        goal=_goal(typed.goal),
        definition=text(typed.definition or "", 500, field="definition") or None,
        code=typed.code or None,
    )


def with_keys(defined: Sequence[fields.Measure], theirs: Sequence[fields.Measure]) -> tuple[fields.Measure, ...]:
    """Return measures with keys of their own; who counts the same thing in the same way keeps the key it had elsewhere."""
    by_label = {(measure.label.casefold(), measure.form): measure.key for measure in theirs}
    taken: list[str] = []
    for measure in defined:
        key = by_label.get((measure.label.casefold(), measure.form), measure.key)
        taken.append(key if key not in taken else measure_key(measure.label, taken))
    return tuple(msgspec.structs.replace(measure, key=key) for measure, key in zip(defined, taken, strict=True))


def definition_of(measure: fields.Measure) -> fields.Measure:
    """Return a measure without its numbers and what was said about them."""
    return fields.Measure(
        key=measure.key,
        label=measure.label,
        kind=measure.kind,
        form=measure.form,
        better=measure.better,
        counted=measure.counted,
        unit=measure.unit,
        per=measure.per,
        definition=measure.definition,
        goal=measure.goal,
        code=measure.code,
        every=measure.every or ("event" if measure.form == "time-between" else "week"),
    )


def rows_of(unit: Unit, action_id: int, defined: Sequence[fields.Measure]) -> Iterator[Measure]:
    """Return the rows of measures of a new action."""
    for measure in defined:
        named: dict[str, Any] = {
            name: getattr(measure, name)
            for name in (
                "key",
                "label",
                "kind",
                "form",
                "counted",
                "unit",
                "per",
                "better",
                "goal",
                "definition",
                "code",
            )
        }
        yield Measure(
            id=unit.new_id(), action_id=action_id, every=measure.every or "week", created_at=unit.now, **named
        )


def _every(typed: NewMeasure, form: str) -> Any:
    if form == "time-between":
        return "event"
    return one_of(typed.every or "week", _EVERY, field="every", code="every-unknown", thing="period")


def _per(per: int | None, form: str) -> int | None:
    if form != "rate" or per is None:
        return None
    if not 1 <= per <= MAX_PER:
        raise invalid(f"{per} is out of range. A rate is per 1 to {MAX_PER}.", field="per")
    return per


def _goal(goal: float | None) -> float | None:
    if goal is not None and not abs(goal) <= MAX_NUMBER:
        raise invalid("The goal is above 1 000 000 000. Check it.", field="goal")
    return goal
