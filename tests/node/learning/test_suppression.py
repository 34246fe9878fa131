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
