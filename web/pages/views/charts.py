"""A chart card: the finding in a sentence, the drawing, its key, and the numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from markupsafe import Markup

from node.learning import chart as drawing
from node.learning.findings import finding, leading_signal
from node.learning.icons import icons_of, icons_text
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import Analysis


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend."""

    mark: Markup
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`tone`: better, worse or empty (no signal); `chip` says the same in two words."""

    title: str
    finding: str
    drawing: Markup
    tone: str = ""
    chip: str = ""
    rules: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    keys: tuple[Key, ...] = ()


_TONES: Final = {"improved": ("better", "Signal, better"), "worse": ("worse", "Signal, worse")}


class Series(Protocol):
    """A measure with its points, what they say, and the days they stand for."""

    @property
    def definition(self) -> MeasureDefinition: ...
    @property
    def points(self) -> Sequence[PeriodPoint]: ...
    @property
    def analysis(self) -> Analysis: ...
    @property
    def labels(self) -> Sequence[date | str] | None: ...


def chart_of(series: Series, *, change: str = "", ident: str = "", height: int = 240) -> Chart:
    """Return the card of a series; `change` names the rule at day 0."""
    measure, points, analysis, labels = series.definition, series.points, series.analysis, series.labels
    svg = drawing.chart_svg(
        measure, points, analysis, change_label=change, labels=labels, ident=ident or measure.key, height=height
    )
    numbers = drawing.table(measure, points, labels=labels)
    tone, chip = _tone(analysis)
    return Chart(
        title=measure.label,
        finding=finding(analysis, measure),
        drawing=Markup(svg),  # noqa: S704 - drawn by us, its texts are escaped there
        tone=tone,
        chip=chip,
        rules=" ".join(filter(None, (icons_text(measure, icons_of(measure, analysis)), drawing.rules_text(analysis)))),
        heads=numbers.heads,
        rows=numbers.rows,
        keys=tuple(
            Key(Markup(mark), words)  # noqa: S704 - as above
            for mark, words in drawing.legend(measure, points, analysis)
        ),
    )


def _tone(analysis: Analysis) -> tuple[str, str]:
    if analysis.is_too_early:
        return "", "Too early"
    if leading_signal(analysis) is None:
        return "", "No signal"
    return _TONES.get(analysis.verdict, ("", "Signal"))
