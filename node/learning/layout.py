"""Where everything of a chart stands: the one geometry behind the drawn SVG and the PNG.

How it works: x is in percent of the width, y in pixels of a given height, so an SVG stays fluid and its text keeps its
size; a painter turns the marks below into its own shapes, in the order given. Classes are those of the style sheet.
It draws nothing and escapes nothing.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10
from typing import Final, Literal

import msgspec

from node.learning.findings import centre_name
from node.learning.measures import MeasureDefinition, PeriodPoint, in_order, number_text, value_of, value_text
from node.learning.phrases import shortened
from node.learning.spc import Analysis, Level

Role = Literal["better", "worse", "signal"]
Labels = Sequence[str | date] | None

LEFT: Final = 7.5
RIGHT: Final = 99.0
FIRST: Final = 10.5
LAST: Final = 97.0
MANY: Final = 60
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FROM_ZERO: Final = ("proportion", "count", "rate", "time-between", "yes-no")
_STEPS: Final = (1, 2, 2.5, 5, 10)


class Frame(msgspec.Struct, frozen=True):
    """The height of a drawing and the size of its text, both in pixels."""

    height: int = 240
    em: float = 12


class Zone(msgspec.Struct, frozen=True):
    """The ground after the change."""

    x: float
    width: float
    y: float
    height: float


class Line(msgspec.Struct, frozen=True):
    """A straight line of a class."""

    look: str
    x1: float
    y1: float
    x2: float
    y2: float


class Marker(msgspec.Struct, frozen=True):
    """A point: `pt` common cause, `pb` better, `pw` worse, `end` a signal without a side, `px` left out."""

    look: str
    x: float
    y: float
    size: float


class Text(msgspec.Struct, frozen=True):
    """A label; `anchor` is start, middle or end."""

    look: str
    x: float
    y: float
    text: str
    anchor: str = "start"


Mark = Zone | Line | Marker | Text


class _Scale(msgspec.Struct, frozen=True):
    frame: Frame
    first: int
    last: int
    low: float
    high: float

    def x(self, period: float) -> float:
        if self.first == self.last:
            return (FIRST + LAST) / 2 + (period - self.first) * 20
        return FIRST + (LAST - FIRST) * (period - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        top, base = self.frame.em * 2.2, self.base
        return base - (base - top) * (value - self.low) / (self.high - self.low)

    @property
    def top(self) -> float:
        return self.frame.em * 1.5

    @property
    def base(self) -> float:
        return self.frame.height - self.frame.em * 2.2


def lay_out(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    analysis: Analysis,
    *,
    change_label: str = "",
    labels: Labels = None,
    frame: Frame | None = None,
) -> tuple[Mark, ...]:
    """Return the marks of a chart in drawing order; `labels` go with the points in order of period."""
    ordered = in_order(points)
    if not ordered:
        return ()
    ticks = _ticks(measure, ordered, analysis)
    scale = _Scale(frame or Frame(), ordered[0].period, ordered[-1].period, ticks[0], ticks[-1])
    return (
        *_zone(scale, change_label),
        *_grid(measure, scale, ticks),
        *_change(scale, change_label),
        *_phases(scale, analysis),
        *_goal(measure, scale),
        *_limits(scale, analysis),
        *_centre(measure, ordered, analysis, scale),
        *_series(measure, ordered, analysis, scale),
        *_dates(measure, ordered, labels, scale),
    )


def roles(measure: MeasureDefinition, analysis: Analysis) -> dict[int, Role]:
    """Return the part each signalling period plays; with a change on the chart, only the time since then is coloured."""
    result: dict[int, Role] = {}
    for signal in reversed(analysis.signals):
        if signal.side is None:
            continue
        role: Role = "signal"
        if measure.better != "neutral":
            role = "better" if signal.side == measure.better else "worse"
        for period in signal.periods:
            is_since = period >= 0 or not analysis.n_after
            if is_since and (signal.rule != "trend" or period not in result):
                result[period] = role
    return result


def point_labels(measure: MeasureDefinition, points: Sequence[PeriodPoint], labels: Labels) -> tuple[str, ...]:
    """Return a label for each point in order of period: as given, a short date, or the number of the period."""
    if labels is None:
        return tuple(number_text(point.period) for point in points)
    if len(labels) != len(points):
        raise ValueError("one label a point")
    return tuple(_label(measure, label) for label in labels)


def _label(measure: MeasureDefinition, label: str | date) -> str:
    if isinstance(label, str):
        return label
    month = _MONTHS[label.month - 1]
    if measure.every == "quarter":
        return f"Q{(label.month - 1) // 3 + 1} {label.year}"
    return f"{month} {label.year % 100:02}" if measure.every == "month" else f"{label.day} {month}"


def _ticks(measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis) -> list[float]:
    if measure.form == "yes-no":
        return [0.0, 1.0]
    values = [value for point in points if (value := value_of(measure, point)) is not None]
    values += [] if measure.goal is None else [measure.goal]
    for level in analysis.levels:
        values += [value for value in (level.centre, level.lower, level.upper) if value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if measure.form in _FROM_ZERO or 0 <= low < high * 0.4:
        low = min(low, 0.0)
    if high == low:
        low, high = (low, low + 1) if low == 0 else (low - abs(low) / 10, low + abs(low) / 10)
    step = _step((high - low) * 1.05 / 5, is_whole=measure.form in ("count", "time-between"))
    margin = (high - low) * 0.05
    first, last = floor((low - margin if low else low) / step), ceil((high + margin) / step)
    if measure.form == "proportion":
        last = min(last, floor(100 / step + 1e-9))
    return [step * number for number in range(first, last + 1)]


FINEST: Final = 1e-9  # no axis is divided finer, whatever the numbers


def _step(least: float, *, is_whole: bool) -> float:
    least = max(least, FINEST)
    power = 10.0 ** floor(log10(least))
    steps = [size * power for size in _STEPS if size * power >= least * (1 - 1e-9)]
    if is_whole:
        steps = [step for step in steps if step == int(step)] or [max(1.0, 10 * power)]
    return steps[0]


def _zone(scale: _Scale, change_label: str) -> list[Mark]:
    if not (change_label or scale.first < 0) or scale.last < 0:
        return []
    x = scale.x(-0.5) if scale.first < 0 else LEFT
    return [Zone(x, RIGHT - x, scale.top, scale.base - scale.top)]


def _grid(measure: MeasureDefinition, scale: _Scale, ticks: Sequence[float]) -> list[Mark]:
    marks: list[Mark] = []
    for index, tick in enumerate(ticks):
        y = scale.y(tick)
        marks.append(Line("axis" if index == 0 else "grid", 0, y, 100, y))
        marks.append(Text("", 0, y - scale.frame.em / 3, _tick_text(measure, tick)))
    return marks


def _tick_text(measure: MeasureDefinition, tick: float) -> str:
    if measure.form == "yes-no":
        return "yes" if tick else "no"
    for least, size, sign in ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(tick) >= least:
            return number_text(tick / size) + sign
    return number_text(tick) + ("%" if measure.form == "proportion" else "")


def _change(scale: _Scale, change_label: str) -> list[Mark]:
    if not scale.first < 0 <= scale.last:
        return []
    x = scale.x(-0.5)
    text = shortened(change_label, 40)
    marks: list[Mark] = [Line("ev", x, scale.top, x, scale.base)]
    if text:
        marks.append(Text("lab", x, scale.frame.em * 1.1, text, "end" if x > 60 else "start"))
    return marks


def _phases(scale: _Scale, analysis: Analysis) -> list[Mark]:
    """Return where the chart begins anew, and why, a line below the name of the change."""
    marks: list[Mark] = []
    for number, phase in enumerate(analysis.phases):
        if not scale.first < phase.from_period <= scale.last:
            continue
        x = scale.x(phase.from_period - 0.5)
        text = phase.why if len(phase.why) <= 32 else f"{phase.why[:31].rstrip()}…"
        y = scale.top + scale.frame.em * (1.1 + number % 2 * 1.3)
        marks.append(Line("ev", x, scale.top, x, scale.base))
        marks.append(Text("lab halo", x + (-0.6 if x > 60 else 0.6), y, text, "end" if x > 60 else "start"))
    return marks


def _goal(measure: MeasureDefinition, scale: _Scale) -> list[Mark]:
    if measure.goal is None:
        return []
    y = scale.y(measure.goal)
    text = f"Aim {value_text(measure, measure.goal)}"
    return [Line("goal", LEFT, y, RIGHT, y), Text("goal-t halo", FIRST, y - scale.frame.em * 0.42, text)]


def _limits(scale: _Scale, analysis: Analysis) -> list[Mark]:
    marks: list[Mark] = []
    for level in analysis.levels:
        x1, x2 = _span(scale, level.period, level.period)
        for limit in (level.lower, level.upper):
            if limit is not None and limit > scale.low:
                marks.append(Line("limit", x1, scale.y(limit), x2, scale.y(limit)))
    uppers = [level for level in analysis.levels if level.upper is not None]
    if uppers and uppers[0].upper is not None:
        y = scale.y(uppers[0].upper) - scale.frame.em * 0.5
        marks.append(Text("lab halo", LEFT, y, "Expected range"))
    return marks


def _centre(measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis, scale: _Scale) -> list[Mark]:
    marks: list[Mark] = []
    for part in sorted({level.part for level in analysis.levels}):
        levels = [level for level in analysis.levels if level.part == part]
        x1, x2 = _span(scale, levels[0].period, levels[-1].period)
        y = scale.y(levels[0].centre)
        marks.append(Line("med", x1, y, x2, y))
        if x2 - x1 > 15:
            name = centre_name(analysis).capitalize()
            below = _is_label_below(measure, points, levels)
            shift = scale.frame.em * (1.25 if below else -0.5)
            text = f"{name}: {value_text(measure, levels[0].centre)}"
            marks.append(Text("lab halo", x2, y + shift, text, "end"))
    return marks


def _is_label_below(measure: MeasureDefinition, points: Sequence[PeriodPoint], levels: Sequence[Level]) -> bool:
    """Return whether the label of a centre line stands clear of the last points below it rather than above."""
    periods = {level.period for level in levels[-4:]}
    values = [value_of(measure, point) for point in points if point.period in periods and point.state == "shown"]
    known = [value for value in values if value is not None]
    return not known or sum(known) / len(known) >= levels[0].centre


def _span(scale: _Scale, first: int, last: int) -> tuple[float, float]:
    start = LEFT if first == scale.first else scale.x(first - 0.5)
    return start, RIGHT if last == scale.last else scale.x(last + 0.5)


def _series(measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis, scale: _Scale) -> list[Mark]:
    shown = roles(measure, analysis)
    parts = {level.period: level.part for level in analysis.levels}
    lines: list[Mark] = []
    markers: list[Mark] = []
    for before, after in pairwise(points):
        ends = _place(measure, before, scale), _place(measure, after, scale)
        is_joined = after.period == before.period + 1 and parts.get(before.period) == parts.get(after.period)
        if ends[0] and ends[1] and is_joined and before.state == after.state == "shown":
            look = _line_look(shown.get(before.period), shown.get(after.period))
            lines.append(Line(look, *ends[0], *ends[1]))
    size = scale.frame.em / 3 * (0.6 if len(points) > MANY else 1)
    for point in points:
        if place := _place(measure, point, scale):
            look = "px" if point.state == "excluded" else _marker_look(shown.get(point.period))
            markers.append(Marker(look, *place, size))
    return [*lines, *markers, *_last_value(measure, points, shown, scale)]


def _place(measure: MeasureDefinition, point: PeriodPoint, scale: _Scale) -> tuple[float, float] | None:
    value = value_of(measure, point) if point.state in ("shown", "excluded") else None
    return None if value is None else (scale.x(point.period), scale.y(value))


def _line_look(before: Role | None, after: Role | None) -> str:
    if before == after == "better":
        return "seg-b"
    return "seg-w" if before == after == "worse" else "seg-l"


def _marker_look(role: Role | None) -> str:
    return {None: "pt", "better": "pb", "worse": "pw", "signal": "end"}[role]


def _last_value(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], shown: dict[int, Role], scale: _Scale
) -> list[Mark]:
    drawn = [point for point in points if point.state == "shown" and value_of(measure, point) is not None]
    if not drawn or measure.form == "yes-no":
        return []
    value, role = value_of(measure, drawn[-1]) or 0.0, shown.get(drawn[-1].period)
    look = {"better": "b-t halo", "worse": "w-t halo"}.get(role or "", "lab halo")
    y = max(scale.y(value) - scale.frame.em * 0.9, scale.frame.em)
    return [Text(look, scale.x(drawn[-1].period), y, value_text(measure, value), "end")]


def _dates(measure: MeasureDefinition, points: Sequence[PeriodPoint], labels: Labels, scale: _Scale) -> list[Mark]:
    wide = max(1, ceil(len(points) / 8))
    narrow = wide * max(1, ceil(len(points) / wide / 4))
    marks: list[Mark] = []
    for index, text in enumerate(point_labels(measure, points, labels)):
        if index % wide == 0:
            look = "" if index % narrow == 0 else "wide-only"
            y = scale.frame.height - scale.frame.em * 0.6
            marks.append(Text(look, scale.x(points[index].period), y, text, "middle"))
    return marks
