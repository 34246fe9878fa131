"""What a series says: centre, signals and verdict of a run or control chart, and whether a peer's claims follow from it.

How it works: the points are put in order of period and cut into parts (one, or one per phase). Each part gets its
centre from its baseline or from all its shown points, the rule set looks at the whole part, and what it finds is
told in periods. It decides nothing about what may be seen; give it suppressed points and it speaks of those alone.

Source: learning record, section 4 and rule N4.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from node.learning.measures import MeasureDefinition, PeriodPoint, exact_value, in_order, scale_of
from node.learning.runs import MIN_POINTS, PERLA_SHIFT, Found, Series, anhoej, median, perla

Chart = Literal["run", "xmr", "p", "u", "c", "t", "g"]
Rules = Literal["perla-2011", "anhoej", "nhs-mdc"]
Verdict = Literal["improved", "unchanged", "worse", "unclear"]
Side = Literal["up", "down"]
CentreOf = Literal["all", "before", "baseline", "phases"]

MAX_SIGNALS: Final = 20
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
    without which it is too early.
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


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender says about its own series; None: not said."""

    chart: Chart | None = None
    rules: Rules | None = None
    baseline: Baseline | None = None
    phases: tuple[Phase, ...] = ()
    before: float | None = None
    after: float | None = None
    signals: tuple[tuple[str, str | None], ...] | None = None


_RULES: Final[dict[str, Callable[[Series, Fraction], tuple[Found, ...]]]] = {"perla-2011": perla, "anhoej": anhoej}


def analyse(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    *,
    baseline: Baseline | None = None,
    phases: Sequence[Phase] = (),
    rules: Rules = "perla-2011",
) -> Analysis:
    """Return what a series says, read as a run chart.

    The centre is the median of the baseline if one is given, else of the points before the change when there are at
    least 10 of them, else of all.
    """
    ordered = in_order(points)
    shown = _shown(measure, ordered)
    used, centre_of = _baseline(shown, baseline, phases)
    signals, levels = _look(measure, ordered, used, phases, rules)
    before, after = centres(measure, ordered)
    n_after = sum(period >= 0 for period, _ in shown)
    is_short = len(shown) < MIN_POINTS
    is_fresh = used is not None and 0 < n_after < MIN_AFTER and not _since(signals)
    is_too_early = is_short or is_fresh
    return Analysis(
        chart="run",
        rules=rules,
        centre=None if is_short or not levels else levels[-1].centre,
        centre_of=centre_of,
        centre_before=None if before is None else float(before),
        before=None if before is None or after is None else round_centre(before),
        after=None if before is None or after is None else round_centre(after),
        signals=signals,
        verdict="unclear" if is_too_early else _verdict(measure, signals, before, after, n_after),
        n_points=len(shown),
        n_after=n_after,
        is_too_early=is_too_early,
        needs=MIN_POINTS if is_short else MIN_AFTER if is_fresh else 0,
        baseline=used,
        phases=tuple(phases),
        levels=() if is_short else levels,
    )


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
    if measure.form in ("proportion", "rate"):
        whole = sum(point.denominator or 0 for point in points)
        return Fraction(scale_of(measure) * sum(point.numerator or 0 for point in points), whole)
    return sum(values, Fraction(0)) / len(values)


def round_centre(value: Fraction | float) -> float:
    """Return a centre as it is told: two decimals below 10, one below 100, none above."""
    size = abs(float(value))
    return float(round(float(value), 2 if size < 10 else 1 if size < 100 else 0)) + 0.0


def check(measure: MeasureDefinition, points: Sequence[PeriodPoint], claim: Claim) -> tuple[str, ...]:
    """Return ("N4",) if before, after or signals of a claim do not follow from the points, else nothing."""
    return ("N4",) if differences(measure, points, claim) else ()


def differences(measure: MeasureDefinition, points: Sequence[PeriodPoint], claim: Claim) -> tuple[str, ...]:
    """Return which of `before`, `after`, `signals` do not follow from the points."""
    before, after = centres(measure, points, claim.chart or "run")
    wrong = []
    if claim.before is not None and not _agree(claim.before, before):
        wrong.append("before")
    if claim.after is not None and not _agree(claim.after, after):
        wrong.append("after")
    if claim.signals is not None and claim.rules in _RULES:
        signals, _ = _look(measure, in_order(points), claim.baseline, claim.phases, claim.rules)
        if not _same_signals(claim.signals, signals):
            wrong.append("signals")
    return tuple(wrong)


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


def _look(
    measure: MeasureDefinition,
    ordered: Sequence[PeriodPoint],
    baseline: Baseline | None,
    phases: Sequence[Phase],
    rules: Rules,
) -> tuple[tuple[Signal, ...], tuple[Level, ...]]:
    signals: list[Signal] = []
    levels: list[Level] = []
    for number, part in enumerate(_parts(ordered, phases)):
        values = [exact_value(measure, point) if point.state == "shown" else None for point in part]
        base = [value for point, value in zip(part, values, strict=True) if value is not None and _in(point, baseline)]
        base = base or [value for value in values if value is not None]
        if base:
            centre = median(base)
            signals += [_signal(part, found) for found in _RULES[rules](values, centre)]
            levels += [Level(period=point.period, part=number, centre=float(centre)) for point in part]
    signals.sort(key=lambda signal: (signal.from_period, signal.to_period, signal.rule))
    return tuple(signals[:MAX_SIGNALS]), tuple(levels)


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
    side: Side | None = {1: "up", -1: "down"}.get(found.side)  # type: ignore[assignment]
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
) -> Verdict:
    if before is None or after is None or n_after < MIN_AFTER:
        return "unclear"
    moved: Side | None = "up" if after > before else "down" if after < before else None
    told: set[Side | None] = {signal.side for signal in _since(signals) if signal.side}
    if not told and any(signal.side is None and not signal.is_many for signal in signals):
        told = {moved}
    if not told:
        return "unclear" if signals else "unchanged"
    if told != {moved} or measure.better == "neutral":
        return "unclear"
    return "improved" if moved == measure.better else "worse"


def _agree(said: float, own: Fraction | None) -> bool:
    if own is None:
        return False
    return abs(said - float(own)) <= max(0.05, 0.01 * max(abs(said), abs(float(own)))) + 1e-9


def _same_signals(said: Sequence[tuple[str, str | None]], own: Sequence[Signal]) -> bool:
    """Compare as sets of rule and side; where one of them names no side, the rule alone counts."""
    mine = [(signal.rule, signal.side) for signal in own]
    return all(_is_among(pair, said) for pair in mine) and all(_is_among(pair, mine) for pair in said)


def _is_among(pair: tuple[str, str | None], others: Sequence[tuple[str, str | None]]) -> bool:
    rule, side = pair
    return any(rule == other and (None in (side, other_side) or side == other_side) for other, other_side in others)
