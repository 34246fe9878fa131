"""Measures as people define them: what was typed becomes a definition that fits the record, with a key of its own."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid
from node.learning.measures import MAX_NUMBER, measure_key
from node.learning.rulesets import CHART_WORDS, CHARTS, CHARTS_OF, RULES_OF, RULES_WORDS, Chart, Rules, on_the_wire
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
    """What was typed. `key` None: from the label. `every` None: week; time between events is by event, always.

    `chart` and `rules` None: a run chart by Perla's rules. The baseline's days are both given or neither.
    """

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
    chart: str | None = None
    rules: str | None = None
    baseline_from_on: date | None = None
    baseline_to_on: date | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """How the numbers of a measure are read here: the columns that say so."""

    chart: Chart | None = None
    rules: Rules | None = None
    baseline_from_on: date | None = None
    baseline_to_on: date | None = None


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
    chart, rules = told(read_reading(typed, form))
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
        goal=read_goal(typed.goal),
        definition=text(typed.definition or "", 500, field="definition") or None,
        code=typed.code or None,
        chart=chart,
        rules=rules,
    )


def read_reading(typed: NewMeasure, form: str) -> Reading:
    """Return by which chart, rules and baseline numbers of a form are read. Raises: 422 with the field at fault."""
    chart = rules = None
    if typed.chart:
        charts = CHARTS_OF[form]  # type: ignore[index] # a form, checked before
        one_of(typed.chart, CHARTS, field="chart", code="chart-unknown", thing="chart")
        if typed.chart not in charts:
            fitting = ", ".join(CHART_WORDS[one] for one in charts)
            words = f"A {CHART_WORDS[typed.chart]} does not fit this measure. These do: {fitting}."  # type: ignore[index]
            raise invalid(words, field="chart", code="chart-unfit")
        chart = next(one for one in charts if one == typed.chart)
    if typed.rules:
        fit = RULES_OF[chart or "run"]
        one_of(typed.rules, tuple(RULES_WORDS), field="rules", code="rules-unknown", thing="rule set")
        if typed.rules not in fit:
            words = f"These rules do not go with a {CHART_WORDS[chart or 'run']}. These do: {', '.join(fit)}."
            raise invalid(words, field="rules", code="rules-unfit")
        rules = next(one for one in fit if one == typed.rules)
    first, last = read_baseline(typed.baseline_from_on, typed.baseline_to_on)
    return Reading(chart=chart, rules=rules, baseline_from_on=first, baseline_to_on=last)


def read_baseline(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Return the days of a baseline. Raises: 422 when one is missing or they are the wrong way round."""
    if first is None and last is None:
        return None, None
    if first is None or last is None:
        field = "baseline_from_on" if first is None else "baseline_to_on"
        raise invalid("A baseline has a first and a last day. Enter both, or empty both.", field=field, code="baseline")
    if last < first:
        words = f"{last:%Y-%m-%d} is before {first:%Y-%m-%d}. The last day comes after the first."
        raise invalid(words, field="baseline_to_on", code="baseline")
    return first, last


def told(reading: Reading) -> tuple[fields.ChartKind | None, fields.RuleSet | None]:
    """Return as what the chosen chart and rules stand in a record, nothing where nothing was chosen."""
    if reading.chart is None and reading.rules is None:
        return None, None
    return on_the_wire(reading.chart or "run", reading.rules)


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
        chart=measure.chart if measure.chart in CHARTS_OF[measure.form] else None,
        rules=measure.rules if measure.chart in CHARTS_OF[measure.form] else None,
    )


def rows_of(
    unit: Unit, action_id: int, defined: Sequence[fields.Measure], typed: Sequence[NewMeasure] = ()
) -> Iterator[Measure]:
    """Return the rows of measures of a new action; `typed` are those that were typed for it, in the same order."""
    for place, measure in enumerate(defined):
        reading = (
            read_reading(typed[place], measure.form)
            if place < len(typed)
            else Reading(chart=measure.chart, rules=measure.rules)
        )
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
            id=unit.new_id(),
            action_id=action_id,
            every=measure.every or "week",
            created_at=unit.now,
            **named,
            **msgspec.structs.asdict(reading),
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


def read_goal(goal: float | None) -> float | None:
    """Return a goal that can be drawn. Raises: 422."""
    if goal is not None and not abs(goal) <= MAX_NUMBER:
        raise invalid("The goal is above 1 000 000 000. Check it.", field="goal")
    return goal
