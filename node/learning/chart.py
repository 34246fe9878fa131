"""A chart as accessible, fluid SVG, its key, and its numbers as a table.

All styling is by class, because pages allow no inline style. Every text is escaped here and nowhere else.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape as escape_html

import msgspec

from node.learning.findings import centre_name, finding
from node.learning.icons import icons_of, icons_text
from node.learning.layout import Frame, Labels, Line, Mark, Marker, Text, Zone, lay_out, point_labels, roles
from node.learning.measures import (
    MeasureDefinition,
    PeriodPoint,
    in_order,
    number_text,
    period_noun,
    unit_text,
    value_of,
    value_text,
)
from node.learning.rulesets import CHART_WORDS, RULES_WORDS
from node.learning.spc import Analysis

_RANGED = ("xmr", "t", "pprime", "uprime")


class Table(msgspec.Struct, frozen=True):
    """The numbers of a chart as text: a caption, the heads, and one row a point."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart_svg(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    analysis: Analysis,
    *,
    title: str = "",
    change_label: str = "",
    labels: Labels = None,
    ident: str = "",
    height: int = 240,
) -> str:
    """Return the chart as an inline SVG without viewBox; `ident` keeps its ids apart from other charts of a page."""
    name = re.sub(r"[^A-Za-z0-9-]", "", ident or measure.key) or "chart"
    ordered = in_order(points)
    marks = lay_out(measure, ordered, analysis, change_label=change_label, labels=labels, frame=Frame(height))
    heading = escape(title or default_title(measure, ordered, labels))
    about = escape(description(measure, ordered, analysis))
    return (
        f'<svg class="chart" height="{height}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{heading}</title><desc id="{name}-d">{about}</desc>'
        f"{''.join(_painted(mark) for mark in marks)}</svg>"
    )


def default_title(measure: MeasureDefinition, points: Sequence[PeriodPoint], labels: Labels = None) -> str:
    """Return the measure and its span: "Slept well, by week, 13 Jul to 26 Oct"."""
    noun = period_noun(measure, 1)
    texts = point_labels(measure, points, labels)
    if not texts:
        return f"{measure.label}, by {noun}"
    span = f"{texts[0]} to {texts[-1]}" if labels is not None else f"{noun} {texts[0]} to {texts[-1]} from the change"
    return f"{measure.label}, by {noun}, {span}"


def description(measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis) -> str:
    """Return what somebody who does not see the chart needs: before, after, signal, aim, and what is left out."""
    kind, unit = CHART_WORDS[analysis.chart], unit_text(measure)
    sentences = [f"{kind} in {unit}." if unit else f"{kind}.", finding(analysis, measure)]
    if analysis.centre is not None:
        sentences.append(f"{centre_name(analysis).capitalize()} {value_text(measure, analysis.centre)}.")
    if measure.goal is not None:
        sentences.append(f"Aim {value_text(measure, measure.goal)}.")
    sentences += [_range_text(measure, analysis), icons_text(measure, icons_of(measure, analysis))]
    sentences += [f"New phase: {phase.why.rstrip('.')}." for phase in analysis.phases]
    sentences += [_count_text(measure, points, state, words) for state, words in _UNUSED]
    return " ".join(filter(None, sentences))


_UNUSED = (
    ("suppressed", "withheld because the numbers are small"),
    ("excluded", "left out"),
    ("missing", "without a number"),
)


def _count_text(measure: MeasureDefinition, points: Sequence[PeriodPoint], state: str, words: str) -> str:
    count = sum(point.state == state for point in points)
    return f"{count} {period_noun(measure, count)} {words}." if count else ""


def _range_text(measure: MeasureDefinition, analysis: Analysis) -> str:
    level = analysis.levels[-1] if analysis.levels else None
    if level is None or level.lower is None or level.upper is None:
        return ""
    lower, upper = value_text(measure, level.lower), value_text(measure, level.upper)
    return f"Expected range now {lower} to {upper}."


def rules_text(analysis: Analysis) -> str:
    """Return the names of chart and rule set, and how gaps are treated, to stand under the chart."""
    gaps = " A moving range is not taken across a gap; one left out is bridged." if analysis.chart in _RANGED else ""
    return f"{CHART_WORDS[analysis.chart]}. {RULES_WORDS[analysis.rules]}.{gaps}"


def table(measure: MeasureDefinition, points: Sequence[PeriodPoint], *, labels: Labels = None) -> Table:
    """Return the numbers as a table, withheld and missing ones said in words."""
    ordered = in_order(points)
    noun = period_noun(measure, 1).capitalize()
    is_ratio = measure.form in ("proportion", "rate")
    value_head = "Percent" if measure.form == "proportion" else (measure.unit or "Value")
    heads = (noun, "Number", "Of", value_head, "Note") if is_ratio else (noun, value_head, "Note")
    texts = point_labels(measure, ordered, labels)
    rows = [_row(measure, point, text, is_ratio=is_ratio) for point, text in zip(ordered, texts, strict=True)]
    return Table(measure.label, heads, tuple(rows))


def legend(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], analysis: Analysis
) -> tuple[tuple[str, str], ...]:
    """Return the key of a chart: a small SVG and its words for each mark that occurs."""
    noun = period_noun(measure, 1)
    shown = set(roles(measure, analysis).values())
    entries: list[tuple[Mark, str]] = [(Marker("pt", 12, 8, 4), f"a {noun}")]
    if "better" in shown:
        entries.append((Marker("pb", 12, 8, 4), f"a {noun} in a signal, better"))
    if "worse" in shown:
        entries.append((Marker("pw", 12, 8, 4), f"a {noun} in a signal, worse"))
    if "signal" in shown:
        entries.append((Marker("end", 12, 8, 4), f"a {noun} in a signal"))
    if any(point.state == "excluded" for point in points):
        entries.append((Marker("px", 12, 8, 4), "left out, with a reason"))
    if analysis.levels:
        entries.append((Line("med", 0, 8, 100, 8), centre_name(analysis)))
    if any(level.upper is not None for level in analysis.levels):
        entries.append((Line("limit", 0, 8, 100, 8), "expected range"))
    if measure.goal is not None:
        entries.append((Line("goal", 0, 8, 100, 8), "aim"))
    return tuple((f'<svg class="chart" aria-hidden="true">{_key_mark(mark)}</svg>', text) for mark, text in entries)


def drawn(marks: Iterable[Mark]) -> str:
    """Return marks as SVG, to stand inside an element of the one who asks."""
    return "".join(_painted(mark) for mark in marks)


def escape(text: str) -> str:
    """Return a text safe inside an element or an attribute: escaped, without control or direction characters."""
    return escape_html("".join(letter for letter in " ".join(text.split()) if letter.isprintable()))


def _row(measure: MeasureDefinition, point: PeriodPoint, text: str, *, is_ratio: bool) -> tuple[str, ...]:
    value = value_of(measure, point)
    words = {"suppressed": "withheld", "missing": "no number"}.get(point.state)
    shown = words or ("" if value is None else number_text(value))
    note = point.note or ""
    if point.state == "excluded":
        note = f"left out: {note}" if note else "left out"
    if not is_ratio:
        return (text, shown, note)
    counts = ("", "") if words else (_whole(point.numerator), _whole(point.denominator))
    return (text, *counts, shown, note)


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def _painted(mark: Mark) -> str:
    if isinstance(mark, Zone):
        return (
            f'<rect class="zone" x="{_n(mark.x)}%" y="{_n(mark.y)}" '
            f'width="{_n(mark.width)}%" height="{_n(mark.height)}"/>'
        )
    if isinstance(mark, Line):
        return (
            f'<line class="{mark.look}" x1="{_n(mark.x1)}%" x2="{_n(mark.x2)}%" y1="{_n(mark.y1)}" y2="{_n(mark.y2)}"/>'
        )
    if isinstance(mark, Text):
        look = f' class="{mark.look}"' if mark.look else ""
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        return f'<text{look} x="{_n(mark.x)}%" y="{_n(mark.y)}"{anchor}>{escape(mark.text)}</text>'
    return f'<svg x="{_n(mark.x)}%" y="{_n(mark.y)}" width="1" height="1" overflow="visible">{_shape(mark)}</svg>'


def _key_mark(mark: Mark) -> str:
    if isinstance(mark, Marker):
        return f'<svg x="{_n(mark.x)}" y="{_n(mark.y)}" overflow="visible">{_shape(mark)}</svg>'
    return _painted(mark)


def _shape(mark: Marker) -> str:
    size, wide = _n(mark.size), _n(mark.size * 1.625)
    if mark.look == "pt":
        return f'<circle class="pt" r="{size}"/>'
    if mark.look in ("pb", "end"):
        return f'<path class="{mark.look}" d="M0-{wide} {wide} 0 0 {wide}-{wide} 0Z"/>'
    if mark.look == "pw":
        half, rise = _n(mark.size * 1.5), _n(mark.size * 1.125)
        return f'<path class="pw" d="M0 {wide} {half}-{rise}H-{half}Z"/>'
    return f'<path class="px" d="M-{size}-{size}H{size}V{size}H-{size}ZM-{size} {size} {size}-{size}"/>'


def _n(number: float) -> str:
    """Return a coordinate with at most two decimals."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
