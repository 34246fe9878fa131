"""What a hostile peer may put into a series or a family breaks no page and stretches no axis."""

from datetime import date

import pytest

from federation.records import fields
from node.learning import lanes, multiples
from node.learning.lanes import Lane
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.spc import analyse
from node.services import plotting


@pytest.mark.parametrize(
    ("day_zero", "period", "every"),
    [("0001-01-01", -1000, "quarter"), ("9999-12-31", 1000, "week"), ("9999-12-31", 1000, "month")],
)
def test_series_beyond_the_calendar_is_told_by_the_numbers_of_its_periods(day_zero, period, every) -> None:
    """Any day 0 and any period of a record are taken."""
    points = tuple(fields.Point(period=one, numerator=10, denominator=20) for one in (period, 0))
    measure = fields.Measure(
        key="a", label="A", kind="outcome", form="proportion", better="up", every=every, points=points
    )

    series = plotting.series_in(measure, day_zero)

    assert series.labels is None
    assert "<svg" in series.svg()


def _site(*values: float, first: int = -3) -> multiples.Site:
    measure = MeasureDefinition(key="a", label="A", kind="outcome", form="continuous")
    points = tuple(PeriodPoint(period=first + n, value=value) for n, value in enumerate(values))
    return multiples.Site(measure, points, analyse(measure, points))


def test_one_site_stretches_neither_axis_for_the_others() -> None:
    """Values a thousand times as large and periods a thousand weeks away stand at the edge and are said."""
    usual = [_site(5, 6, 7, 6, 5, 6), _site(6, 7, 6, 5, 6, 7)]
    odd = _site(9e8, 9e8, 9e8, first=997)

    axis = multiples.axis_of([*usual, odd])

    assert axis.last == multiples.LATEST
    assert axis.ticks[-1] <= 70
    assert multiples.has_outside(odd, axis)
    assert not any(multiples.has_outside(one, axis) for one in usual)


def test_lanes_over_ten_thousand_years_have_a_handful_of_dates() -> None:
    """Whatever is said to have begun when."""

    drawn = lanes.svg(
        [
            Lane(place="A", word="Kept", began=date(1, 1, 1)),
            Lane(place="<b>", word="Stopped", began=date(9999, 12, 31)),
        ],
        today=date(2026, 11, 26),
    )

    assert drawn.count('class="grid"') <= 8
    assert "<b>" not in drawn
