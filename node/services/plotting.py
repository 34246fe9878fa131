"""The series of a measure, lined up around day 0: what it says, and how it is drawn. For inside the house nothing is hidden."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from federation.records import fields
from node.errors import invalid, not_found
from node.learning import chart, wire
from node.learning.findings import finding
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.periods import LocalPoint, align, period_day, period_of
from node.learning.rulesets import CHARTS_OF
from node.learning.spc import Analysis, Baseline, Chart, Phase, Rules, analyse
from node.services import acting, recording
from node.store import actions, measures, statuses
from node.store.actions import Action
from node.store.measures import Measure
from node.store.measures import Point as Point
from node.store.unit import Snapshot

Label = date | str


class Way(Struct, frozen=True, kw_only=True):
    """How a series is read: by which chart and rules, with centre and limits from which periods."""

    chart: Chart = "run"
    rules: Rules | None = None
    baseline: Baseline | None = None
    phases: tuple[Phase, ...] = ()


class Series(Struct, frozen=True, kw_only=True):
    """A measure with its points lined up around day 0, what they say, and a label for each point."""

    definition: MeasureDefinition
    points: tuple[PeriodPoint, ...]
    analysis: Analysis
    labels: tuple[Label, ...] | None = None
    measure_id: int | None = None

    @property
    def finding(self) -> str:
        """What the series says, in a sentence."""
        return finding(self.analysis, self.definition)

    def svg(self, *, title: str = "", change_label: str = "", ident: str = "") -> str:
        """Return the chart as SVG."""
        return chart.chart_svg(
            self.definition,
            self.points,
            self.analysis,
            title=title,
            change_label=change_label,
            labels=self.labels,
            ident=ident,
        )

    def table(self) -> chart.Table:
        """Return the numbers as a table."""
        return chart.table(self.definition, self.points, labels=self.labels)


def points_of(snapshot: Snapshot, viewer_id: int, measure_id: int) -> list[Point]:
    """Return the points of a measure to people of this node. Raises: 404."""
    measure, _action = seen(snapshot, viewer_id, measure_id)
    return measures.points_of(snapshot, measure.id)


def chart_of(snapshot: Snapshot, viewer_id: int, measure_id: int, chart: str | None = None) -> Series:
    """Return the series of a measure as people of this node see it, nothing hidden.

    `chart` is a look by another chart, which keeps nothing. Raises: 404; 422 for one that does not fit.
    """
    measure, action = seen(snapshot, viewer_id, measure_id)
    return series_of(snapshot, measure, action, chart)


def series_of_action(snapshot: Snapshot, viewer_id: int, action_status_id: int) -> list[Series]:
    """Return the series of an action of ours as people of this node see them, nothing hidden. Raises: 404."""
    action = acting.row_of(snapshot, action_status_id)
    check_seen(snapshot, viewer_id, action)
    return [series_of(snapshot, measure, action) for measure in measures.of_action(snapshot, action.id)]


def series_of(snapshot: Snapshot, measure: Measure, action: Action, chart: str | None = None) -> Series:
    """Return the series of a measure with nothing hidden: for inside the house only."""
    day_zero = day_zero_of(snapshot, action)
    points = aligned(snapshot, measure, day_zero)
    way = way_of(snapshot, measure, day_zero)
    if chart is not None:
        way = msgspec.structs.replace(way, chart=_fitting(measure, chart), rules=None)
    return Series(
        definition=measure.defined,
        points=points,
        analysis=analyse(measure.defined, points, **msgspec.structs.asdict(way)),
        labels=labels_of(measure.defined, points, day_zero),
        measure_id=measure.id,
    )


def way_of(snapshot: Snapshot, measure: Measure, day_zero: date) -> Way:
    """Return how the numbers of a measure are read, its days counted as periods from day 0."""
    rows = measures.phases_of(snapshot, measure.id)
    has_days = measure.baseline_from_on is not None or bool(rows)
    is_by_event = measure.every == "event" and has_days
    days = [point.starts_on for point in measures.points_of(snapshot, measure.id)] if is_by_event else []

    def period(day: date) -> int:
        return period_of(measure.defined, day, days, day_zero)

    baseline = None
    if measure.baseline_from_on is not None and measure.baseline_to_on is not None:
        last = period(measure.baseline_to_on + timedelta(days=1)) - 1 if is_by_event else period(measure.baseline_to_on)
        first = period(measure.baseline_from_on)
        baseline = Baseline(first, max(first, last))
    phases = {period(row.starts_on): row.why for row in rows}
    return Way(
        chart=measure.chart or "run",
        rules=measure.rules,
        baseline=baseline,
        phases=tuple(Phase(start, why) for start, why in sorted(phases.items())),
    )


def _fitting(measure: Measure, chart: str) -> Chart:
    """Return a chart that fits a measure. Raises: 422 naming those that do."""
    found = next((one for one in CHARTS_OF[measure.form] if one == chart), None)
    if found is None:
        raise invalid(f"Choose one of these charts: {', '.join(CHARTS_OF[measure.form])}.", field="chart")
    return found


def aligned(snapshot: Snapshot, measure: Measure, day_zero: date) -> tuple[PeriodPoint, ...]:
    """Return the points of a measure lined up around day 0."""
    local = [
        LocalPoint(
            day=point.starts_on,
            state=point.state,
            numerator=point.numerator,
            denominator=point.denominator,
            value=point.value,
            note=point.note,
        )
        for point in measures.points_of(snapshot, measure.id)
    ]
    return align(measure.defined, local, day_zero)


def labels_of(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], day_zero: date | None
) -> tuple[Label, ...] | None:
    """Return the first day of each point's period; None for events, which have no day, and where the calendar ends.

    A peer may say any day 0 and any period up to a thousand; such points are told by the number of their period.
    """
    if day_zero is None or measure.every == "event":
        return None
    try:
        return tuple(period_day(point.period, day_zero, measure.every) for point in points)
    except (ValueError, OverflowError):
        return None


def day_zero_of(snapshot: Snapshot, action: Action) -> date:
    """Return the first day of the change: the day the action was begun unless another was said."""
    return action.day_zero_on or action.created_at.astimezone(snapshot.site.zone).date()


def series_in(measure: fields.Measure, day_zero: str | None) -> Series:
    """Return the series that a record carries, ours or theirs, as we read it."""
    definition, points = wire.definition_of(measure), wire.points_of(measure)
    start = date.fromisoformat(day_zero) if day_zero and len(day_zero) == 10 else None
    return Series(
        definition=definition,
        points=points,
        analysis=wire.read(measure),
        labels=labels_of(definition, points, start),
    )


def seen(snapshot: Snapshot, viewer_id: int, measure_id: int) -> tuple[Measure, Action]:
    """Return a measure and its action, if people of this node may see them. Raises: 404."""
    measure = measures.by_id(snapshot, measure_id)
    action = actions.by_id(snapshot, measure.action_id) if measure else None
    if measure is None or action is None:
        raise not_found()
    check_seen(snapshot, viewer_id, action)
    return measure, action


def check_seen(snapshot: Snapshot, viewer_id: int, action: Action) -> None:
    """Refuse who may not see an action, unless they moderate here. Raises: 404."""
    if statuses.visible(snapshot, action.status_id, viewer_id) is None and not recording.is_moderating(
        snapshot, viewer_id
    ):
        raise not_found()
