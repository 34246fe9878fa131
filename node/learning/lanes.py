"""Who tried whose idea, drawn: time from left to right, one lane a site, an elbow from the lane it was taken from.

Pure geometry and SVG by class. The ends have a shape each (tick, diamond, arrow, cross), so that colour is never alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from node.learning.chart import escape
from node.learning.evidence import Word
from node.learning.phrases import shortened

ROW: Final = 52
_HEAD: Final = 18
_FOOT: Final = 24
_LEFT: Final = 3.0
_RIGHT: Final = 95.0
_MAX_LABEL: Final = 40
_MAX_MONTHS: Final = 6
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LOOKS: Final[Mapping[str, str]] = {
    "Kept": "kept",
    "Adapted": "adapted",
    "Trying": "trying",
    "Stopped": "stopped",
    "Withdrawn": "stopped",
    "Learned": "kept",
}
_SIGNS: Final[Mapping[str, str]] = {
    "tick": '<circle class="end" r="8"/><path class="sign" d="M-3.5 0-1 2.8 3.8-3"/>',
    "diamond": '<path class="end" d="M0-9 9 0 0 9-9 0Z"/><path class="sign" d="M-3 0H3M1-2.5 3.5 0 1 2.5"/>',
    "arrow": '<path class="end" d="M-5-7 6 0-5 7Z"/>',
    "cross": '<circle class="end" r="8"/><path class="sign" d="M-3-3 3 3M3-3-3 3"/>',
    "dot": '<circle class="end" r="5"/>',
}
_ENDS: Final[Mapping[str, str]] = {
    "Kept": "tick",
    "Adapted": "diamond",
    "Trying": "arrow",
    "Stopped": "cross",
    "Withdrawn": "cross",
    "Learned": "dot",
}


class Lane(Struct, frozen=True, kw_only=True):
    """One site: when it began and, if it stopped, ended. `parent` is the place in the list of the lane it took the idea from.

    `word` is where it stands, or "Learned" for the place where the idea began and nothing was tried.
    """

    place: str
    word: Word | str
    began: date
    ended: date | None = None
    parent: int | None = None
    detail: str = ""


def height(lanes: Sequence[Lane]) -> int:
    """Return the height in pixels."""
    return _HEAD + ROW * len(lanes) + _FOOT


def svg(lanes: Sequence[Lane], *, today: date, ident: str = "li") -> str:
    """Return the lanes as an inline SVG, in the order given; the same is said in words in its description."""
    if not lanes:
        return ""
    span = _Span(min(lane.began for lane in lanes), max(today, *(lane.began for lane in lanes)))
    tall = height(lanes)
    drawn = [*_months(span, tall)]
    drawn += [_elbow(span, lanes, number) for number, lane in enumerate(lanes) if lane.parent is not None]
    for number, lane in enumerate(lanes):
        drawn.append(_life(span, lane, number))
    return (
        f'<svg class="chart" height="{tall}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">{escape(f"Who tried whose idea, {_day(span.first)} to {_day(span.last)}")}</title>'
        f'<desc id="{ident}-d">{escape(described(lanes))}</desc>{"".join(drawn)}</svg>'
    )


def described(lanes: Sequence[Lane]) -> str:
    """Return in words who took the idea from whom, when, and what became of it."""
    return " ".join(_sentence(lanes, lane) for lane in lanes)


def _sentence(lanes: Sequence[Lane], lane: Lane) -> str:
    if lane.word == "Learned":
        return f"{lane.place} learned it on {_day(lane.began)}."
    source = f"took it from {lanes[lane.parent].place}" if lane.parent is not None else "began"
    became = {"Kept": "kept it", "Adapted": "adapted it", "Stopped": "stopped", "Trying": "is trying"}
    return f"{lane.place} {source} on {_day(lane.began)} and {became.get(lane.word, 'took back what it said')}."


class _Span(Struct, frozen=True):
    first: date
    last: date

    def x(self, day: date) -> float:
        whole = max(1, (self.last - self.first).days)
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, (day - self.first).days / whole))


def _months(span: _Span, tall: int) -> list[str]:
    marks = []
    for day, words in _ticks(span):
        x = _n(span.x(day))
        marks.append(f'<line class="grid" x1="{x}%" x2="{x}%" y1="{_HEAD}" y2="{tall}"/>')
        marks.append(f'<text x="{x}%" y="12" dx="3">{words}</text>')
    return marks


def _ticks(span: _Span) -> list[tuple[date, str]]:
    """Return the first days of at most a handful of months or years."""
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month
    every = next(size for size in (1, 2, 3, 6, 12, 24, 60, 120, 1200, 12_000, 120_000) if months // size <= _MAX_MONTHS)
    start = span.first.year * 12 + span.first.month - 1
    found = []
    for number in range(start + (-start % every if every > 1 else 0), start + months + 1, every):
        day = date(number // 12, number % 12 + 1, 1)
        if span.first < day <= span.last:
            found.append((day, str(day.year) if every >= 12 else _MONTHS[day.month - 1]))
    return found


def _y(number: int) -> int:
    return _HEAD + ROW * number + ROW - 14


def _elbow(span: _Span, lanes: Sequence[Lane], number: int) -> str:
    lane = lanes[number]
    x = _n(span.x(lane.began))
    return f'<line class="elbow" x1="{x}%" x2="{x}%" y1="{_y(lane.parent or 0) + 3}" y2="{_y(number)}"/>'


def _life(span: _Span, lane: Lane, number: int) -> str:
    start, end, y = span.x(lane.began), span.x(lane.ended or span.last), _y(number)
    end = max(end, min(start + 2, _RIGHT))
    is_late = start > 45
    anchor = (
        f'x="{_n(start)}%" dx="{-8 if is_late else 8}"{" text-anchor=" + chr(34) + "end" + chr(34) if is_late else ""}'
    )
    detail = f'<text class="halo" {anchor} y="{y + (13 if is_late else 16)}">{escape(_short(lane.detail))}</text>'
    return (
        f'<line class="life {_LOOKS.get(lane.word, "trying")}" x1="{_n(start)}%" x2="{_n(end)}%" y1="{y}" y2="{y}"/>'
        f'<text class="lab halo" {anchor} y="{y - (2 if is_late else 10)}">{escape(_short(lane.place))}</text>'
        f"{detail if lane.detail else ''}"
        f'<svg x="{_n(end)}%" y="{y}" width="1" height="1" overflow="visible">{_SIGNS[_ENDS.get(lane.word, "dot")]}</svg>'
    )


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _MAX_LABEL)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
