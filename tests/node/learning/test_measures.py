"""Values, words and defaults of measures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.measures import (
    PeriodPoint,
    default_measure,
    measure_key,
    number_text,
    period_noun,
    value_of,
    value_text,
)
from tests.node.learning.series import measure


def test_value_follows_the_form_of_the_measure() -> None:
    """Percent for a proportion, per so many for a rate, the number itself for the rest."""
    point = PeriodPoint(period=0, numerator=7, denominator=20)

    assert value_of(measure("proportion"), point) == 35.0
    assert value_of(measure("rate", per=1000), point) == 350.0
    assert value_of(measure("count"), PeriodPoint(period=0, numerator=7)) == 7.0
    assert value_of(measure(), PeriodPoint(period=0, value=7.5)) == 7.5
    assert value_of(measure("proportion"), PeriodPoint(period=0, state="suppressed")) is None


def test_first_fraction_makes_a_process_measure_and_a_single_number_claims_no_direction() -> None:
    """A measure made from nothing is Done, up is better; of a lone number nobody said what is better."""
    done, value = default_measure(is_fraction=True), default_measure(is_fraction=False, every="day")

    assert (done.label, done.kind, done.form, done.better) == ("Done", "process", "proportion", "up")
    assert (value.form, value.better, value.every) == ("continuous", "neutral", "day")


@given(st.text(max_size=100), st.lists(st.text(max_size=50), max_size=3))
def test_key_is_always_legal_and_not_taken(label: str, others: list[str]) -> None:
    """Whatever the label, the key fits the record and differs from those in use."""
    taken = {measure_key(label), *map(measure_key, others)}

    key = measure_key(label, taken)

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", key)
    assert key not in taken


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (5.0, "5"), (6.04, "6.04"), (30.43, "30.4"), (251.4, "251"), (-2.5, "−2.5")]
)
def test_number_is_written_without_needless_decimals(number: float, text: str) -> None:
    """Two decimals below ten, one below a hundred, none above."""
    assert number_text(number) == text


def test_words_fit_the_count_and_the_form() -> None:
    """One week, two weeks; percent signs on proportions only."""
    assert [period_noun(measure(), count) for count in (1, 2)] == ["week", "weeks"]
    assert value_text(measure("proportion"), 40.7) == "41%"
    assert value_text(measure("count"), 40) == "40"
