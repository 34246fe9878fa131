"""A chart as a PNG picture for servers that show images only: the same marks as the SVG, light, the finding on top.

Drawn twice as large and scaled down, for smooth edges. The only module here that needs Pillow and a font; call
`chart_png` in another process, its arguments can be pickled.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from math import hypot
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from node.learning.chart import rules_text
from node.learning.findings import finding
from node.learning.layout import Frame, Labels, Line, Mark, Marker, Text, Zone, lay_out
from node.learning.measures import MeasureDefinition, PeriodPoint, in_order, period_noun, unit_text
from node.learning.spc import Analysis

WIDTH: Final = 1200
HEIGHT: Final = 675
_OVER: Final = 2
_MARGIN: Final = 48
_EM: Final = 22
_FOOT: Final = 44
_MAX_TITLE_LINES: Final = 3

_INK: Final = "#14222a"
_QUIET: Final = "#495963"
_BETTER: Final = "#1a5fb4"
_WORSE: Final = "#b04600"
_GOOD: Final = "#17663a"
_COLOURS: Final = {
    "grid": ("#d5dde1", 1.0),
    "axis": ("#70818b", 1.5),
    "ev": (_QUIET, 1.5),
    "med": (_INK, 2.5),
    "goal": (_GOOD, 2.5),
    "limit": (_QUIET, 2.0),
    "seg-l": (_QUIET, 3.0),
    "seg-b": (_BETTER, 3.5),
    "seg-w": (_WORSE, 3.5),
}
_DASHES: Final = {"goal": (14.0, 8.0), "limit": (4.0, 6.0)}
_TEXTS: Final = {"lab": _INK, "goal-t": _GOOD, "b-t": _BETTER, "w-t": _WORSE}
_ZONE: Final = "#e2eeef"


class _Canvas:
    """A white page on which marks are placed; all given lengths are pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * _OVER, HEIGHT * _OVER), "#ffffff")
        self.draw = ImageDraw.Draw(self.image)
        self.top = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Turn percent across and pixels down the plot into pixels of the page."""
        return (_MARGIN + (WIDTH - 2 * _MARGIN) * x / 100) * _OVER, (self.top + y) * _OVER

    def png(self) -> bytes:
        """Return the finished picture."""
        out = io.BytesIO()
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        small.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()


def chart_png(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    analysis: Analysis,
    *,
    title: str = "",
    change_label: str = "",
    labels: Labels = None,
) -> bytes:
    """Return the chart as a PNG of 1200 x 675 pixels; the title is the finding unless one is given."""
    canvas = _Canvas()
    y = _heading(canvas, title or finding(analysis, measure))
    y = _caption(canvas, _under_title(measure), y)
    canvas.top = y + 6
    frame = Frame(int(HEIGHT - _FOOT - canvas.top), _EM)
    for mark in lay_out(measure, in_order(points), analysis, change_label=change_label, labels=labels, frame=frame):
        _paint(canvas, mark)
    _write(canvas, (_MARGIN, HEIGHT - 18), rules_text(analysis), 17, 400, _QUIET)
    return canvas.png()


@lru_cache(maxsize=32)
def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    """Return Inter at a size and weight: it has the letters of every European language, Greek and Cyrillic."""
    with as_file(files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf") as path:
        loaded = ImageFont.truetype(io.BytesIO(path.read_bytes()), size)
    loaded.set_variation_by_axes([min(32, max(14, size // _OVER)), weight])
    return loaded


def _under_title(measure: MeasureDefinition) -> str:
    unit = unit_text(measure)
    return (
        f"{measure.label}, {unit}, by {period_noun(measure, 1)}"
        if unit
        else f"{measure.label}, by {period_noun(measure, 1)}"
    )


def _heading(canvas: _Canvas, text: str) -> float:
    size = 34 if len(text) <= 110 else 26
    y = _MARGIN - 14.0
    for line in _wrapped(text, size, 650)[:_MAX_TITLE_LINES]:
        y += size * 1.25
        _write(canvas, (_MARGIN, y - size * 0.25), line, size, 650, _INK)
    return y


def _caption(canvas: _Canvas, text: str, y: float) -> float:
    lines = _wrapped(text, 21, 400)
    shown = lines[0] if len(lines) == 1 else lines[0].rstrip() + "…"
    _write(canvas, (_MARGIN, y + 26), shown, 21, 400, _QUIET)
    return y + 34


def _wrapped(text: str, size: int, weight: int) -> list[str]:
    """Break a text at spaces, and inside a word only if it is wider than the page."""
    face, room = font(size * _OVER, weight), (WIDTH - 2 * _MARGIN) * _OVER
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if face.getlength(longer) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = word
        while face.getlength(line) > room:
            cut = max(1, int(len(line) * room / face.getlength(line)) - 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _write(
    canvas: _Canvas,
    place: tuple[float, float],
    text: str,
    size: int,
    weight: int,
    colour: str,
) -> None:
    spot = (place[0] * _OVER, place[1] * _OVER)
    canvas.draw.text(spot, " ".join(text.split()), fill=colour, font=font(size * _OVER, weight), anchor="ls")


def _paint(canvas: _Canvas, mark: Mark) -> None:
    if isinstance(mark, Zone):
        canvas.draw.rectangle(
            [canvas.at(mark.x, mark.y), canvas.at(mark.x + mark.width, mark.y + mark.height)], fill=_ZONE
        )
    elif isinstance(mark, Line):
        _paint_line(canvas, mark)
    elif isinstance(mark, Text):
        _paint_text(canvas, mark)
    else:
        _paint_marker(canvas, mark)


def _paint_line(canvas: _Canvas, line: Line) -> None:
    colour, width = _COLOURS[line.look]
    start, end = canvas.at(line.x1, line.y1), canvas.at(line.x2, line.y2)
    dash = _DASHES.get(line.look)
    for piece in _pieces(start, end, dash) if dash else [(start, end)]:
        canvas.draw.line(piece, fill=colour, width=round(width * _OVER))


def _pieces(
    start: tuple[float, float], end: tuple[float, float], dash: tuple[float, float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    length = hypot(end[0] - start[0], end[1] - start[1])
    on, period = dash[0] * _OVER, sum(dash) * _OVER
    pieces = []
    for number in range(int(length // period) + 1):
        low, high = number * period / length, min(number * period + on, length) / length
        pieces.append((_between(start, end, low), _between(start, end, high)))
    return pieces


def _between(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _paint_text(canvas: _Canvas, text: Text) -> None:
    kind = text.look.split(" ")[0]
    face = font((_EM - 2) * _OVER, 600 if kind in _TEXTS else 400)
    canvas.draw.text(
        canvas.at(text.x, text.y),
        " ".join(text.text.split()),
        fill=_TEXTS.get(kind, _QUIET),
        font=face,
        anchor={"start": "ls", "middle": "ms", "end": "rs"}[text.anchor],
        stroke_width=3 * _OVER if "halo" in text.look else 0,
        stroke_fill="#ffffff",
    )


def _paint_marker(canvas: _Canvas, marker: Marker) -> None:
    x, y = canvas.at(marker.x, marker.y)
    size, line = marker.size * _OVER, round(3 * _OVER)
    wide, half, rise = size * 1.625, size * 1.5, size * 1.125
    diamond = [(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)]
    if marker.look == "pt":
        canvas.draw.ellipse([x - size, y - size, x + size, y + size], fill="#ffffff", outline=_QUIET, width=line)
    elif marker.look == "pb":
        canvas.draw.polygon(diamond, fill=_BETTER)
    elif marker.look == "end":
        canvas.draw.polygon(diamond, fill="#ffffff", outline=_INK, width=line)
    elif marker.look == "pw":
        canvas.draw.polygon([(x, y + wide), (x + half, y - rise), (x - half, y - rise)], fill=_WORSE)
    else:
        canvas.draw.rectangle([x - size, y - size, x + size, y + size], outline=_QUIET, width=line // 2)
        canvas.draw.line([(x - size, y + size), (x + size, y - size)], fill=_QUIET, width=line // 2)
