"""A measure on its way out and in: what of it leaves the institution, and what to make of a peer's.

The only module here that knows the record's structs. Going out, numbers are suppressed first and everything told is
computed from what is left; free text (label, notes, reasons) must have passed the privacy screen before.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from federation.records import fields
from node.learning.claims import Claim, check
from node.learning.measures import MeasureDefinition, PeriodPoint, in_order
from node.learning.periods import relative_period
from node.learning.rulesets import on_the_wire
from node.learning.runs import MIN_POINTS
from node.learning.spc import Analysis, Baseline, Chart, Phase, Rules, Verdict, analyse
from node.learning.suppression import suppress, suppress_centres


def leaving(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    *,
    baseline: Baseline | None = None,
    phases: Sequence[Phase] = (),
    chart: Chart = "run",
    rules: Rules | None = None,
    verdict: Verdict | None = None,
    sent: Sequence[PeriodPoint] = (),
    is_regrouped: bool = False,
) -> fields.Measure:
    """Return a measure as it may leave: small numbers hidden, and centres, signals and verdict from what is shown.

    `sent` is the series as it left before; `verdict` is a person's, which stands before the chart's. What the record
    does not know (p', u', Shewhart's rules) is read anew by what it does.
    """
    told_chart, told_rules = on_the_wire(chart, rules)
    shown = in_order(suppress(measure, points, sent=sent, is_regrouped=is_regrouped))
    analysis = analyse(measure, shown, baseline=baseline, phases=phases, chart=told_chart, rules=told_rules)
    before, after = suppress_centres(measure, analysis.before, analysis.after)
    is_judged = analysis.n_points >= MIN_POINTS
    used = analysis.baseline
    return fields.Measure(
        key=measure.key,
        label=measure.label,
        kind=measure.kind,
        form=measure.form,
        better=measure.better,
        counted=measure.counted,
        unit=measure.unit,
        per=measure.per if measure.per != 1 else None,
        definition=measure.definition,
        goal=measure.goal,
        code=measure.code,
        every=measure.every,
        chart=told_chart if shown else None,
        rules=told_rules if shown else None,
        baseline=fields.Baseline(from_period=used.from_period, to_period=used.to_period) if used else None,
        phases=tuple(fields.Phase(from_period=phase.from_period, why=phase.why) for phase in phases),
        points=tuple(_point(point) for point in shown),
        before=before,
        after=after,
        verdict=verdict or (analysis.verdict if shown else None),
        signals=_signals(analysis) if is_judged else None,
    )


def definition_of(measure: fields.Measure) -> MeasureDefinition:
    """Return the definition in a peer's measure."""
    return MeasureDefinition(
        key=measure.key,
        label=measure.label,
        kind=measure.kind,
        form=measure.form,
        counted=measure.counted,
        unit=measure.unit,
        per=measure.per or 1,
        better=measure.better,
        every=measure.every or "week",
        goal=measure.goal,
        definition=measure.definition,
        code=measure.code,
    )


def points_of(measure: fields.Measure) -> tuple[PeriodPoint, ...]:
    """Return a peer's points in order, small numbers that should have been hidden hidden."""
    return in_order(suppress(definition_of(measure), points_as_sent(measure)))


def points_sent(
    measure: fields.Measure, now: MeasureDefinition, *, day_zero: str | None, to: date
) -> tuple[PeriodPoint, ...]:
    """Return the points that left before, counted from the day 0 that stands now."""
    points = points_as_sent(measure)
    if day_zero is None or len(day_zero) != 10 or "event" in (measure.every, now.every) or measure.every != now.every:
        return points
    shift = relative_period(date.fromisoformat(day_zero), to, now.every)
    return tuple(msgspec.structs.replace(point, period=point.period + shift) for point in points)


def points_as_sent(measure: fields.Measure) -> tuple[PeriodPoint, ...]:
    """Return the points of a record as they stand there."""
    return tuple(
        PeriodPoint(
            period=point.period,
            state=point.state,
            numerator=point.numerator,
            denominator=point.denominator,
            value=point.value,
            note=point.note,
        )
        for point in measure.points
    )


def claim_of(measure: fields.Measure) -> Claim:
    """Return what a peer says about its own series."""
    frozen = measure.baseline
    return Claim(
        chart=measure.chart,
        rules=measure.rules,
        baseline=Baseline(frozen.from_period, frozen.to_period) if frozen else None,
        phases=tuple(Phase(phase.from_period, phase.why) for phase in measure.phases),
        before=measure.before,
        after=measure.after,
        signals=None if measure.signals is None else tuple((one.rule, one.side) for one in measure.signals),
    )


def read(measure: fields.Measure) -> Analysis:
    """Return our own reading of a peer's series, by its chart, rules, baseline and phases."""
    claim = claim_of(measure)
    return analyse(
        definition_of(measure),
        points_of(measure),
        baseline=claim.baseline,
        phases=claim.phases,
        chart=claim.chart or "run",
        rules=claim.rules,
    )


def doubts(measure: fields.Measure) -> tuple[str, ...]:
    """Return ("N4",) if what a peer says does not follow from its points, else nothing."""
    return check(definition_of(measure), points_of(measure), claim_of(measure))


def _point(point: PeriodPoint) -> fields.Point:
    return fields.Point(
        period=point.period,
        state=point.state,
        numerator=point.numerator,
        denominator=point.denominator,
        value=point.value,
        note=point.note,
    )


def _signals(analysis: Analysis) -> tuple[fields.Signal, ...]:
    return tuple(
        fields.Signal(rule=one.rule, side=one.side, from_period=one.from_period, to_period=one.to_period)
        for one in analysis.signals
    )
