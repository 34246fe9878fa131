"""What a series says: centre, limits, signals and verdict of a run or control chart.

How it works: the points are put in order of period and cut into parts (one, or one per phase). Each part gets its
centre from its baseline or from all its shown points, the rule set looks at the whole part, and what it finds is
told in periods. It decides nothing about what may be seen; give it suppressed points and it speaks of those alone.

Source: learning record, section 4.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from node.learning.control import (
    MDC_FACTOR,
    SHEWHART_FACTOR,
    Cell,
    beyond_limits,
    limits,
    making_data_count,
    straightened,
)
from node.learning.measures import MeasureDefinition, PeriodPoint, exact_value, in_order, scale_of
from node.learning.rulesets import Chart as Chart
from node.learning.rulesets import Rules as Rules
from node.learning.rulesets import rules_for
from node.learning.runs import MIN_POINTS, PERLA_SHIFT, Found, anhoej, median, perla

Verdict = Literal["improved", "unchanged", "worse", "unclear"]
Side = Literal["up", "down"]
CentreOf = Literal["all", "before", "baseline", "phases"]

MAX_SIGNALS: Final = 20
_RATIOS: Final = ("p", "u", "pprime", "uprime")
MIN_AFTER: Final = PERLA_SHIFT


class Baseline(msgspec.Struct, frozen=True):
    """The periods from which centre and limits are taken, frozen."""

    from_period: int
    to_period: int


class Phase(msgspec.Struct, frozen=True):
    """The period from which the chart starts anew, and why."""

    from_period: int
    why: str


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that spoke, from one period to another; `periods` are the points it spoke about."""

    rule: str
    side: Side | None
    from_period: int
    to_period: int
    periods: tuple[int, ...] = ()
    is_many: bool = False


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """The centre (and limits) at one point; `part` counts the phases."""

    period: int
    part: int
    centre: float
    lower: float | None = None
    upper: float | None = None


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """All that a chart of one measure says. `before` and `after` are rounded; `centre` is that of the last part.

    `baseline` is what was really used, so that whoever sends the series says so; `needs` is the number of points
    without which it is too early; `last_period` is that of the last point with numbers.
    """

    chart: Chart
    rules: Rules
    centre: float | None
    centre_of: CentreOf
    centre_before: float | None
    before: float | None
    after: float | None
    signals: tuple[Signal, ...]
    verdict: Verdict
    n_points: int
    n_after: int
    is_too_early: bool
    needs: int
    baseline: Baseline | None = None
    phases: tuple[Phase, ...] = ()
    levels: tuple[Level, ...] = ()
    last_period: int | None = None


def analyse(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    *,
    baseline: Baseline | None = None,
    phases: Sequence[Phase] = (),
    chart: Chart = "run",
    rules: Rules | None = None,
) -> Analysis:
    """Return what a series says, read as a run chart by Perla's rules unless another chart is asked for.

    Centre and limits come from the baseline if one is given, else from the points before the change when there are at
    least 10 of them, else from all.
    """
    rules = rules_for(chart, rules)
    ordered = in_order(points)
    shown = _shown(measure, ordered)
    used, centre_of = _baseline(shown, baseline, phases)
    signals, levels = look(measure, ordered, baseline=used, phases=phases, chart=chart, rules=rules)
    before, after = centres(measure, ordered, chart)
    n_after = sum(period >= 0 for period, _ in shown)
    is_short = len(shown) < MIN_POINTS
    is_fresh = used is not None and 0 < n_after < MIN_AFTER and not _since(signals)
    is_too_early = is_short or is_fresh
    return Analysis(
        chart=chart,
        rules=rules,
        centre=None if is_short or not levels else levels[-1].centre,
        centre_of=centre_of,
        centre_before=None if before is None else float(before),
        before=None if before is None or after is None else round_centre(before),
        after=None if before is None or after is None else round_centre(after),
        signals=signals,
        verdict="unclear" if is_too_early else _verdict(measure, signals, before, after, n_after, phases),
        n_points=len(shown),
        n_after=n_after,
        is_too_early=is_too_early,
        needs=MIN_POINTS if is_short else MIN_AFTER if is_fresh else 0,
        baseline=used,
        phases=tuple(phases),
        levels=() if is_short else levels,
        last_period=shown[-1][0] if shown else None,
    )


def look(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    *,
    baseline: Baseline | None,
    phases: Sequence[Phase],
    chart: Chart,
    rules: Rules,
) -> tuple[tuple[Signal, ...], tuple[Level, ...]]:
    """Return signals, and centre and limits at each point, exactly as asked for and with no minimum of points."""
    signals: list[Signal] = []
    levels: list[Level] = []
    for number, part in enumerate(_parts(in_order(points), phases)):
        judge = _run if chart == "run" else _control
        found, lines = judge(measure, part, baseline, chart, rules)
        signals += [_signal(part, one) for one in found]
        levels += [
            Level(period=point.period, part=number, centre=centre, lower=lower, upper=upper)
            for point, (centre, lower, upper) in zip(part, lines, strict=False)
        ]
    signals.sort(key=lambda signal: (signal.from_period, signal.to_period, signal.rule))
    return tuple(signals[:MAX_SIGNALS]), tuple(levels)


_Judged = tuple[tuple[Found, ...], list[tuple[float, float | None, float | None]]]


def _run(
    measure: MeasureDefinition, part: Sequence[PeriodPoint], baseline: Baseline | None, _chart: Chart, rules: Rules
) -> _Judged:
    values = [exact_value(measure, point) if point.state == "shown" else None for point in part]
    base = [value for point, value in zip(part, values, strict=True) if value is not None and _in(point, baseline)]
    base = base or [value for value in values if value is not None]
    if not base:
        return (), []
    centre = median(base)
    found = anhoej(values, centre) if rules == "anhoej" else perla(values, centre)
    return found, [(float(centre), None, None)] * len(part)


def _control(
    measure: MeasureDefinition, part: Sequence[PeriodPoint], baseline: Baseline | None, chart: Chart, rules: Rules
) -> _Judged:
    """Judge one part of a control chart; numbers that the chart cannot take say nothing."""
    scale = scale_of(measure) if chart in _RATIOS else 1
    is_mdc = rules != "shewhart"
    factor = MDC_FACTOR if is_mdc else SHEWHART_FACTOR
    has_base = any(_in(point, baseline) and point.state == "shown" for point in part)
    cells = [_cell(measure, point, scale, is_used=not has_base or _in(point, baseline)) for point in part]
    try:
        drawn = limits(chart, cells, factor=factor, is_screened=is_mdc)
    except ValueError:
        return (), []
    if drawn is None:
        return (), []
    lines = zip(drawn.lower, drawn.upper, strict=True)
    centre = float(drawn.centre * scale)
    judged = straightened(cells, factor=factor, is_screened=is_mdc) if chart == "t" else (cells, drawn)
    return (making_data_count if is_mdc else beyond_limits)(judged[0], judged[1] or drawn), [
        (centre, _times(lower, scale), _times(upper, scale)) for lower, upper in lines
    ]


def _cell(measure: MeasureDefinition, point: PeriodPoint, scale: int, *, is_used: bool) -> Cell:
    value = exact_value(measure, point) if point.state == "shown" else None
    return Cell(
        value=None if value is None else value / scale,
        size=point.denominator,
        is_used=is_used,
        is_left_out=point.state == "excluded",
    )


def _times(limit: float | None, scale: int) -> float | None:
    return None if limit is None else limit * scale


def centres(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], chart: Chart = "run"
) -> tuple[Fraction | None, Fraction | None]:
    """Return the centres before and after the change, exact, of the shown points."""
    shown = [point for point in points if point.state == "shown" and exact_value(measure, point) is not None]
    before = [point for point in shown if point.period < 0]
    after = [point for point in shown if point.period >= 0]
    return _centre(measure, before, chart), _centre(measure, after, chart)


def _centre(measure: MeasureDefinition, points: Sequence[PeriodPoint], chart: Chart) -> Fraction | None:
    values = [value for point in points if (value := exact_value(measure, point)) is not None]
    if not values:
        return None
    if chart == "run":
        return median(values)
    if measure.form in ("proportion", "rate"):  # pooled, also on an XmR chart, as the record says
        whole = sum(point.denominator or 0 for point in points)
        return Fraction(scale_of(measure) * sum(point.numerator or 0 for point in points), whole)
    return sum(values, Fraction(0)) / len(values)


def round_centre(value: Fraction | float) -> float:
    """Return a centre as it is told: two decimals below 10, one below 100, none above."""
    size = abs(float(value))
    return float(round(float(value), 2 if size < 10 else 1 if size < 100 else 0)) + 0.0


def _shown(measure: MeasureDefinition, points: Sequence[PeriodPoint]) -> list[tuple[int, Fraction]]:
    values = [(point.period, exact_value(measure, point)) for point in points if point.state == "shown"]
    return [(period, value) for period, value in values if value is not None]


def _baseline(
    shown: Sequence[tuple[int, Fraction]], given: Baseline | None, phases: Sequence[Phase]
) -> tuple[Baseline | None, CentreOf]:
    if phases:
        return given, "phases"
    if given is not None:
        has_points = any(given.from_period <= period <= given.to_period for period, _ in shown)
        return (given, "baseline") if has_points else (None, "all")
    before = [period for period, _ in shown if period < 0]
    if len(before) >= MIN_POINTS:
        return Baseline(min(before), -1), "before"
    return None, "all"


def _parts(ordered: Sequence[PeriodPoint], phases: Sequence[Phase]) -> list[list[PeriodPoint]]:
    starts = sorted(phase.from_period for phase in phases)
    parts: dict[int, list[PeriodPoint]] = {}
    for point in ordered:
        parts.setdefault(sum(start <= point.period for start in starts), []).append(point)
    return list(parts.values())


def _in(point: PeriodPoint, baseline: Baseline | None) -> bool:
    return baseline is not None and baseline.from_period <= point.period <= baseline.to_period


def _signal(part: Sequence[PeriodPoint], found: Found) -> Signal:
    periods = tuple(part[position].period for position in found.positions)
    side: Side | None = {1: "up", -1: "down"}.get(found.side)  # type: ignore[assignment] # keys give just these two
    return Signal(
        rule=found.rule,
        side=side,
        from_period=periods[0],
        to_period=periods[-1],
        periods=periods,
        is_many=found.is_many,
    )


def _since(signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals that speak of the time since the change: most of their points lie there."""
    return [signal for signal in signals if 2 * sum(period >= 0 for period in signal.periods) > len(signal.periods)]


def _verdict(
    measure: MeasureDefinition,
    signals: Sequence[Signal],
    before: Fraction | None,
    after: Fraction | None,
    n_after: int,
    phases: Sequence[Phase],
) -> Verdict:
    if before is None or after is None or n_after < MIN_AFTER:
        return "unclear"
    moved: Side | None = "up" if after > before else "down" if after < before else None
    told: set[Side | None] = {signal.side for signal in _since(signals) if signal.side}
    if not told and any(signal.side is None and not signal.is_many for signal in signals):
        told = {moved}
    if not told:
        return "unclear" if signals or phases else "unchanged"
    if told != {moved} or measure.better == "neutral":
        return "unclear"
    return "improved" if moved == measure.better else "worse"
