"""Periods follow the calendar and are counted from the change."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.periods import LocalPoint, align, period_day, period_start, relative_period
from tests.node.learning.series import measure

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
EVERY = st.sampled_from(["day", "week", "month", "quarter"])


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("day", date(2026, 11, 25)),
        ("week", date(2026, 11, 23)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 10, 1)),
    ],
)
def test_period_begins_where_the_calendar_says(every: str, expected: date) -> None:
    """Weeks begin on Monday, months on the first, quarters in January, April, July and October."""
    assert period_start(date(2026, 11, 25), every) == expected  # type: ignore[arg-type]


@given(DAYS, DAYS, EVERY)
def test_period_number_and_first_day_undo_each_other(day: date, zero: date, every: str) -> None:
    """The period of a day begins on the first day of its period, whatever the change."""
    number = relative_period(day, zero, every)  # type: ignore[arg-type]

    assert period_day(number, zero, every) == period_start(day, every)  # type: ignore[arg-type]


def test_year_of_53_weeks_and_leap_day_do_not_disturb_the_count() -> None:
    """Periods go on over the turn of a year."""
    assert relative_period(date(2027, 1, 4), date(2026, 12, 28), "week") == 1
    assert relative_period(date(2028, 2, 29), date(2027, 12, 31), "month") == 2


def test_entries_of_one_period_become_one_point() -> None:
    """Counts are added; means are weighted by how many were measured."""
    slept = [
        LocalPoint(day=date(2026, 9, 9), numerator=3, denominator=10),
        LocalPoint(day=date(2026, 9, 7), numerator=4, denominator=10),
        LocalPoint(day=date(2026, 9, 6), numerator=1, denominator=9),
    ]
    waited = [
        LocalPoint(day=date(2026, 9, 7), value=10.0, denominator=1),
        LocalPoint(day=date(2026, 9, 8), value=20.0, denominator=3),
    ]

    weeks = align(measure("proportion"), slept, date(2026, 9, 10))
    means = align(measure("continuous"), waited, date(2026, 9, 10))

    assert [(point.period, point.numerator, point.denominator) for point in weeks] == [(-1, 1, 9), (0, 7, 20)]
    assert [(point.period, point.value, point.denominator) for point in means] == [(0, 17.5, 4)]


def test_events_are_numbered_by_order_from_the_first_after_the_change() -> None:
    """An interval that ended on or after day 0 is period 0, and no date is left."""
    events = [LocalPoint(day=date(2026, month, 1), value=float(month)) for month in (3, 1, 2, 5)]

    aligned = align(measure("time-between", every="event"), events, date(2026, 2, 15))

    assert [(point.period, point.value) for point in aligned] == [(-2, 1.0), (-1, 2.0), (0, 3.0), (1, 5.0)]


def test_longest_series_keeps_its_latest_points() -> None:
    """At most 240 points are kept."""
    days = [LocalPoint(day=date.fromordinal(739000 + number), value=1.0) for number in range(300)]

    aligned = align(measure(every="day"), days, days[-1].day)

    assert (len(aligned), aligned[0].period, aligned[-1].period) == (240, -239, 0)
