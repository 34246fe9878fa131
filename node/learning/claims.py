"""Whether what a sender says about its own series follows from the points it sent.

A receiver that finds a difference shows its own figures.

Source: learning record, rule N4.
"""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import Baseline, Chart, Phase, Rules, Signal, centres, look


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender says about its own series; None: not said."""

    chart: Chart | None = None
    rules: Rules | None = None
    baseline: Baseline | None = None
    phases: tuple[Phase, ...] = ()
    before: float | None = None
    after: float | None = None
    signals: tuple[tuple[str, str | None], ...] | None = None


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
    if claim.signals is not None and claim.rules is not None:
        signals, _ = look(
            measure,
            points,
            baseline=claim.baseline,
            phases=claim.phases,
            chart=claim.chart or "run",
            rules=claim.rules,
        )
        if not _same_signals(claim.signals, signals):
            wrong.append("signals")
    return tuple(wrong)


def _agree(said: float, own: Fraction | None) -> bool:
    if own is None:
        return False
    return abs(said - float(own)) <= max(0.05, 0.01 * max(abs(said), abs(float(own)))) + 1e-9


def _same_signals(said: Sequence[tuple[str, str | None]], own: Sequence[Signal]) -> bool:
    """Compare as sets of rule and side; where one of them names no side, the rule alone counts.

    Programs disagree whether a point beyond a limit is also one close to it, so two-of-three is not held against
    anyone on a side where both found a point outside.
    """
    mine = [(signal.rule, signal.side) for signal in own]
    settled = {("two-of-three", side) for rule, side in mine if rule == "outside" and (rule, side) in said}
    here = [pair for pair in mine if pair not in settled]
    there = [pair for pair in said if pair not in settled]
    return all(_is_among(pair, there) for pair in here) and all(_is_among(pair, here) for pair in there)


def _is_among(pair: tuple[str, str | None], others: Sequence[tuple[str, str | None]]) -> bool:
    rule, side = pair
    return any(rule == other and (None in (side, other_side) or side == other_side) for other, other_side in others)
