"""Small multiples: one small chart a site on one axis, each lined up on its own day 0.

A single site can neither stretch the axis of time beyond a window nor that of values beyond ten times what sites have;
what lies outside stands at the edge and is said. Draws by the marks and classes of `layout` and `chart`.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10
from statistics import median
from typing import Final

from msgspec import Struct

from node.learning.chart import drawn, escape
from node.learning.layout import Line, Mark, Marker, Text, Zone, roles
from node.learning.measures import MeasureDefinition, PeriodPoint, in_order, number_text, period_noun, value_of
from node.learning.spc import Analysis

HEIGHT: Final = 132
EARLIEST: Final = -26
LATEST: Final = 52
_TOP: Final = 14.0
_BASE: Final = 112.0
_FIRST: Final = 13.0
_LAST: Final = 97.0
_FAR: Final = 10
_STEPS: Final = (1, 2, 2.5, 5, 10)
_SHORT: Final = {"day": "d", "week": "wk", "month": "mo", "quarter": "q", "event": ""}


class Site(Struct, frozen=True):
    """The series of one site."""

    measure: MeasureDefinition
    points: Sequence[PeriodPoint]
    analysis: Analysis


class Axis(Struct, frozen=True):
    """What all charts of a page share: the periods and the values from end to end, and where lines are drawn."""

    first: int
    last: int
    ticks: tuple[float, ...]

    def x(self, period: float) -> float:
        """Return percent of the width."""
        held = min(max(period, self.first - 0.5), self.last + 0.5)
        return _FIRST + (_LAST - _FIRST) * (held - self.first) / max(1, self.last - self.first)

    def y(self, value: float) -> float:
        """Return pixels down."""
        low, high = self.ticks[0], self.ticks[-1]
        return _BASE - (_BASE - _TOP) * (min(max(value, low), high) - low) / (high - low)

    def is_outside(self, value: float) -> bool:
        """Tell whether a value lies beyond the axis."""
        return not self.ticks[0] <= value <= self.ticks[-1]


def axis_of(sites: Sequence[Site]) -> Axis:
    """Return one axis for all sites."""
    periods = [point.period for site in sites for point in site.points if _value(site.measure, point) is not None]
    first, last = max(min(periods, default=-1), EARLIEST), min(max(periods, default=1), LATEST)
    first, last = min(first, -1), max(last, 1)
    spans = [span for site in sites if (span := _span(site, first, last)) is not None]
    return Axis(first, last, _ticks(sites[0].measure if sites else None, spans))


def _span(site: Site, first: int, last: int) -> tuple[float, float] | None:
    values = [
        value
        for point in site.points
        if first <= point.period <= last and (value := _value(site.measure, point)) is not None
    ]
    return (min(values), max(values)) if values else None


def _ticks(measure: MeasureDefinition | None, spans: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    if measure is None or not spans:
        return (0.0, 1.0)
    if measure.form == "yes-no":
        return (0.0, 1.0)
    if measure.form == "proportion":
        return (0.0, 50.0, 100.0)
    usual = median(max(abs(low), abs(high)) for low, high in spans)
    bound = usual * _FAR or max(max(abs(low), abs(high)) for low, high in spans)
    low = max(min(low for low, _ in spans), -bound)
    high = min(max(high for _, high in spans), bound)
    low = min(low, 0.0) if measure.form != "continuous" or 0 <= low < high * 0.4 else low
    if high <= low:
        high = low + (abs(low) / 10 or 1)
    step = _step((high - low) / 3)
    return tuple(step * number for number in range(floor(low / step), ceil(high / step - 1e-9) + 1))


def _step(least: float) -> float:
    least = max(least, 1e-9)
    power = 10.0 ** floor(log10(least))
    return next(size * power for size in _STEPS if size * power >= least * (1 - 1e-9))


def has_outside(site: Site, axis: Axis) -> bool:
    """Tell whether a site has numbers that lie beyond the shared axis."""
    values = [(point.period, value) for point in site.points if (value := _value(site.measure, point)) is not None]
    return any(not axis.first <= period <= axis.last or axis.is_outside(value) for period, value in values)


def svg(site: Site, axis: Axis, *, title: str, about: str, ident: str) -> str:
    """Return the chart of a site; `about` says in words what it shows."""
    marks = (*_ground(site.measure, axis), *_centre(site, axis), *_series(site, axis), *_under(site.measure, axis))
    return (
        f'<svg class="chart" height="{HEIGHT}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(about)}</desc>'
        f"{drawn(marks)}</svg>"
    )


def _ground(measure: MeasureDefinition, axis: Axis) -> list[Mark]:
    day_zero = axis.x(-0.5)
    marks: list[Mark] = [Zone(day_zero, 100 - day_zero, 6, _BASE - 6)]
    for number, tick in enumerate(axis.ticks):
        y = axis.y(tick)
        marks.append(Line("grid" if number else "axis", 0, y, 100, y))
        if number:
            marks.append(Text("", 0, y - 3, _tick_text(measure, tick)))
    return [*marks, Line("ev", day_zero, 6, day_zero, _BASE)]


def _tick_text(measure: MeasureDefinition, tick: float) -> str:
    if measure.form == "yes-no":
        return "yes" if tick else "no"
    for least, size, sign in ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(tick) >= least:
            return number_text(tick / size) + sign
    return number_text(tick)


def _centre(site: Site, axis: Axis) -> list[Mark]:
    """Return the centre of each part: of all the time if it was frozen before the change."""
    marks: list[Mark] = []
    levels = [level for level in site.analysis.levels if axis.first <= level.period <= axis.last]
    for part in sorted({level.part for level in levels}):
        those = [level for level in levels if level.part == part]
        y = axis.y(those[0].centre)
        marks.append(Line("med", axis.x(those[0].period - 0.5), y, axis.x(those[-1].period + 0.5), y))
    return marks


def _series(site: Site, axis: Axis) -> list[Mark]:
    shown = roles(site.measure, site.analysis)
    places = [
        (point, axis.x(point.period), axis.y(value))
        for point in in_order(site.points)
        if axis.first <= point.period <= axis.last and (value := _value(site.measure, point)) is not None
    ]
    lines: list[Mark] = []
    for (before, x1, y1), (after, x2, y2) in pairwise(places):
        if after.period == before.period + 1 and before.state == after.state == "shown":
            one, other = shown.get(before.period), shown.get(after.period)
            look = {"better": "seg-b", "worse": "seg-w"}.get(one or "", "seg-l") if one == other else "seg-l"
            lines.append(Line(look, x1, y1, x2, y2))
    looks = {"better": "pb", "worse": "pw", "signal": "end"}
    marks: list[Mark] = [
        Marker("px" if point.state == "excluded" else looks.get(shown.get(point.period) or "", "pt"), x, y, 3)
        for point, x, y in places
    ]
    return [*lines, *marks]


def _under(measure: MeasureDefinition, axis: Axis) -> list[Mark]:
    y, noun = HEIGHT - 5, _SHORT[measure.every]
    marks: list[Mark] = [Text("", axis.x(0), y, "day 0" if measure.every != "event" else "change", "middle")]
    if axis.x(0) - axis.x(axis.first) > 12:
        marks.append(Text("", axis.x(axis.first), y, number_text(axis.first), "middle"))
    if axis.x(axis.last) - axis.x(0) > 16:
        marks.append(Text("", axis.x(axis.last), y, f"{axis.last} {noun}".rstrip(), "end"))
    return marks


def _value(measure: MeasureDefinition, point: PeriodPoint) -> float | None:
    return value_of(measure, point) if point.state in ("shown", "excluded") else None


def about(site: Site, finding: str) -> str:
    """Return what a chart shows for those who do not see it."""
    measure, analysis = site.measure, site.analysis
    noun = period_noun(measure, 1)
    parts = [f"By {noun}, from day 0 of this site.", finding]
    if analysis.before is not None and analysis.after is not None:
        parts.append(f"{number_text(analysis.before)} before, {number_text(analysis.after)} since.")
    return " ".join(parts)
