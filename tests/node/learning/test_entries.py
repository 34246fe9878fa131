"""A typed number is read, or refused in words that say what to do."""

import pytest

from node.errors import Problem
from node.learning.entries import Entry, entry_point, parse_entry
from tests.node.learning.series import measure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7/20", Entry(numerator=7, denominator=20)),
        (" 7 / 20 ", Entry(numerator=7, denominator=20)),
        ("7 of 20", Entry(numerator=7, denominator=20)),
        ("7 von 20.", Entry(numerator=7, denominator=20)),
        ("7,5", Entry(value=7.5)),
        ("7.5", Entry(value=7.5)),
        ("−3", Entry(value=-3.0)),
        ("12", Entry(value=12.0)),
        ("yes", Entry(value=1.0)),
        ("Nein", Entry(value=0.0)),
    ],
)
def test_entry_is_read_as_people_write_it(text: str, expected: Entry) -> None:
    """Fractions, decimals with comma or point, and yes or no are understood."""
    assert parse_entry(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("seven", "entry-unreadable", "value"),
        ("", "entry-unreadable", "value"),
        ("7/", "entry-denominator-missing", "denominator"),
        ("7.5/20", "entry-not-whole", "numerator"),
        ("1.000/2.000", "entry-not-whole", "numerator"),
        ("9" * 61, "entry-unreadable", "value"),
        ("9999999999", "entry-too-large", "value"),
        ("٧/٢٠", "entry-unreadable", "value"),
    ],
)
def test_entry_that_is_no_number_is_refused_at_its_field(text: str, code: str, field: str) -> None:
    """The refusal names its field and has a stable code."""
    with pytest.raises(Problem) as caught:
        parse_entry(text)

    assert (caught.value.status, caught.value.code, caught.value.field) == (422, code, field)


def test_numerator_above_denominator_is_said_with_both_numbers() -> None:
    """A proportion above one is an error in the words of the design."""
    with pytest.raises(Problem) as caught:
        entry_point(measure("proportion"), parse_entry("22/20"))

    assert caught.value.text == "22 is more than 20 patients. Check both numbers."
    assert caught.value.field == "numerator"


def test_numerator_above_denominator_is_fine_in_a_rate() -> None:
    """Events may outnumber the units of exposure."""
    point = entry_point(measure("rate"), parse_entry("22/20"), period=3)

    assert (point.period, point.numerator, point.denominator) == (3, 22, 20)


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        ("proportion", "7", "entry-denominator-missing"),
        ("proportion", "7/0", "entry-denominator-not-positive"),
        ("proportion", "-1/5", "entry-negative"),
        ("count", "7/20", "entry-not-single"),
        ("count", "7.5", "entry-not-whole"),
        ("count", "-1", "entry-negative"),
        ("continuous", "7/20", "entry-not-single"),
        ("yes-no", "2", "entry-not-yes-no"),
        ("time-between", "3.5", "entry-not-whole"),
        ("time-between", "-3", "entry-negative"),
    ],
)
def test_entry_that_does_not_fit_its_measure_is_refused(form: str, text: str, code: str) -> None:
    """Each form of measure takes its own kind of number."""
    with pytest.raises(Problem) as caught:
        entry_point(measure(form), parse_entry(text))  # type: ignore[arg-type]

    assert caught.value.code == code


def test_single_number_becomes_a_count_or_a_value() -> None:
    """The same text is a numerator in a count and a value in a continuous measure."""
    counted = entry_point(measure("count"), parse_entry("7"))
    measured = entry_point(measure("continuous"), parse_entry("7"))

    assert (counted.numerator, counted.value) == (7, None)
    assert (measured.numerator, measured.value) == (None, 7.0)
