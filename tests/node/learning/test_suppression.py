"""Small numbers stay in the institution, also across versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.measures import PeriodPoint
from node.learning.suppression import suppress, suppress_centres
from tests.node.learning.series import measure, ratios

CELLS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))
SERIES = st.lists(CELLS, max_size=12).map(lambda pairs: ratios(*pairs, first=-3))


@given(SERIES, SERIES)
def test_nothing_small_ever_leaves(points: tuple[PeriodPoint, ...], earlier: tuple[PeriodPoint, ...]) -> None:
    """No numerator or complement of 1 to 4, no denominator below 5, and what was hidden stays hidden."""
    slept = measure("proportion")
    sent = suppress(slept, earlier)
    hidden = {point.period for point in sent if point.state == "suppressed"}

    for point in suppress(slept, points, sent=sent):
        if point.state == "suppressed":
            assert (point.numerator, point.denominator, point.value, point.note) == (None, None, None, None)
        else:
            assert point.period not in hidden
            assert point.numerator is not None
            assert point.denominator is not None
            assert point.numerator not in range(1, 5)
            assert point.denominator - point.numerator not in range(1, 5)
            assert point.denominator >= 5


@given(SERIES)
def test_second_time_changes_nothing(points: tuple[PeriodPoint, ...]) -> None:
    """Suppressed points are fine as they are."""
    slept = measure("proportion")
    once = suppress(slept, points)

    assert suppress(slept, once, sent=once) == once


@pytest.mark.parametrize(("pair", "state"), [((0, 20), "shown"), ((20, 20), "shown"), ((0, 4), "suppressed")])
def test_zero_and_full_house_are_shown(pair: tuple[int, int], state: str) -> None:
    """Nobody can be singled out when all or none are counted, unless few were asked."""
    (point,) = suppress(measure("proportion"), ratios(pair))

    assert point.state == state


def test_items_are_never_suppressed() -> None:
    """Bags, letters and checks give nobody away."""
    points = (PeriodPoint(period=0, numerator=1),)

    assert suppress(measure("count", counted="items"), points) == points


def test_left_out_point_with_a_small_number_is_hidden_with_its_note() -> None:
    """Why a point was left out would say what happened."""
    point = PeriodPoint(period=0, state="excluded", numerator=2, note="outbreak")

    assert suppress(measure("count"), [point]) == (PeriodPoint(period=0, state="suppressed"),)


def test_small_correction_waits_for_a_new_period() -> None:
    """The difference of two versions is a small number too."""
    sent, corrected = ratios((10, 30)), ratios((12, 30))

    assert suppress(measure("proportion"), corrected, sent=sent) == sent
    assert suppress(measure("proportion"), [*corrected, *ratios((9, 30), first=1)], sent=sent)[0] == corrected[0]
    assert suppress(measure("proportion"), ratios((16, 36)), sent=sent) == ratios((16, 36))


@pytest.mark.parametrize(
    ("form", "before", "after", "expected"),
    [
        ("count", 6.0, 3.0, (None, None)),
        ("count", 6.0, 0.0, (6.0, 0.0)),
        ("count", 6.0, None, (None, None)),
        ("proportion", 3.0, 2.0, (3.0, 2.0)),
    ],
)
def test_centres_of_a_small_count_stay(form: str, before: float, after: float | None, expected: object) -> None:
    """Both leave or neither does."""
    assert suppress_centres(measure(form), before, after) == expected  # type: ignore[arg-type]


SMALL = range(1, 5)
FULL = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1])), min_size=4, max_size=4
)


def _cells(point: PeriodPoint) -> tuple[int, int, int]:
    assert point.numerator is not None
    assert point.denominator is not None
    return (point.numerator, point.denominator, point.denominator - point.numerator)


@given(FULL, FULL)
def test_two_versions_of_the_same_weeks_never_differ_by_a_few(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    """Who keeps both cannot take one from the other: no cell changed by 1 to 4, and what was hidden is not shown."""
    slept = measure("proportion")
    sent = suppress(slept, ratios(*first))
    earlier = {point.period: point for point in sent}

    for point in suppress(slept, ratios(*second), sent=sent):
        before = earlier[point.period]
        if before.state == point.state == "shown":
            changes = [abs(new - old) for new, old in zip(_cells(point), _cells(before), strict=True)]
            assert not any(change in SMALL for change in changes)
        assert not (before.state == "suppressed" and point.state == "shown")


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1])), min_size=8, max_size=8
    )
)
def test_weeks_and_months_of_the_same_numbers_never_give_a_hidden_week(weeks: list[tuple[int, int]]) -> None:
    """Sent by week and then by month, or the other way: a sum less what is shown of it would be what is hidden."""
    slept = measure("proportion")
    months = [(sum(n for n, _ in part), sum(d for _, d in part)) for part in (weeks[:4], weeks[4:])]

    for one, other in ((weeks, months), (months, weeks)):
        sent = suppress(slept, ratios(*one))
        leaving = suppress(slept, ratios(*other), sent=sent, is_regrouped=True)
        is_hiding = any(point.state == "suppressed" for point in (*sent, *suppress(slept, ratios(*other))))
        assert not is_hiding or all(point.state == "suppressed" for point in leaving)


def test_hidden_week_that_is_taken_out_stays_hidden() -> None:
    """Else it could come back as a number in the version after that."""
    slept = measure("proportion")
    sent = suppress(slept, ratios((10, 20), (2, 20), (10, 20)))

    without = suppress(slept, (ratios((10, 20))[0], ratios((0, 0), (0, 0), (10, 20))[2]), sent=sent)

    assert {point.period for point in without if point.state == "suppressed"} == {1}


def test_new_mean_that_tells_one_persons_value_stays_as_it_was_sent() -> None:
    """Two means of 20 and of 21 give the twenty-first value, whatever else is new."""
    waited = measure("continuous")
    sent = (PeriodPoint(period=0, value=10.0, denominator=20),)
    now = (PeriodPoint(period=0, value=11.0, denominator=21), PeriodPoint(period=1, value=9.0, denominator=30))

    assert suppress(waited, now, sent=sent)[0] == sent[0]


def test_later_week_that_is_hidden_itself_excuses_no_small_change() -> None:
    """Only a week that is shown makes a new version more than a correction."""
    slept = measure("proportion")
    sent = suppress(slept, ratios((10, 20)))

    assert suppress(slept, ratios((12, 22), (1, 20)), sent=sent)[0] == sent[0]


def test_count_that_is_said_as_a_value_is_hidden() -> None:
    """Others may send it so."""
    (point,) = suppress(measure("count"), (PeriodPoint(period=0, value=3.0),))

    assert point.state == "suppressed"
