"""Tables as people paste and upload them: what is read, what is asked, what is left out, and what is wrong."""

from datetime import date
from typing import Any

import pytest

from node.errors import Problem
from node.learning.measures import Form, MeasureDefinition
from node.learning.sheet import Sheet, read_sheet, text_of
from tests.node.learning.series import measure

GERMAN = "\ufeffDatum;Wert\r\n01.02.2026;0,435\r\n08.02.2026;1.286,5\r\n15.02.2026;2\r\n"
HYGIENE = (
    "Hand hygiene, Ward 4\t\t\nWeek\tOpportunities\t\n\tDone\tAll\n"
    "2026-02-02\t7\t20\n2026-02-09\t9\t18\n\t\t\nTotal\t16\t38\n"
)


def counted(form: Form = "proportion", **more: Any) -> MeasureDefinition:
    return measure(form, **more)


def numbers(sheet: Sheet) -> list[tuple[object, ...]]:
    return [(line.day, line.numerator, line.denominator, line.value) for line in sheet.numbers]


def words(sheet: Sheet) -> list[tuple[int, str]]:
    return [(line.number, line.words) for line in sheet.lines if line.kind != "number"]


@pytest.mark.parametrize(
    "data",
    [GERMAN.encode(), GERMAN.lstrip("\ufeff").replace(";", "\t").encode("utf-16"), GERMAN[1:].encode("cp1252")],
    ids=["semicolons", "unicode text", "no mark"],
)
def test_a_german_spreadsheet_keeps_its_days_and_decimals(data: bytes) -> None:
    """Neither a mark before the first column nor a comma changes what was typed."""
    sheet = read_sheet(text_of(data), counted("continuous"))

    assert [
        (date(2026, 2, 1), None, None, 0.435),
        (date(2026, 2, 8), None, None, 1286.5),
        (date(2026, 2, 15), None, None, 2.0),
    ] == numbers(sheet)
    assert sheet.questions == ()


def test_a_number_that_may_be_read_both_ways_is_asked_about_once() -> None:
    """1.286 is more than one or more than a thousand; nobody but its author knows."""
    text = "Datum;Wert\n01.02.2026;1.286\n08.02.2026;2.500"

    asked = read_sheet(text, counted("continuous"))
    answered = read_sheet(text, counted("continuous"), decimal="comma")

    assert [question.name for question in asked.questions] == ["decimal"]
    assert [line.value for line in answered.numbers] == [1286.0, 2500.0]
    assert answered.questions == ()


def test_a_day_that_may_be_read_both_ways_is_asked_about_unless_another_line_settles_it() -> None:
    """03/04 is a day in March or in April."""
    open_days = read_sheet("date,n,d\n03/04/2026,7,20", counted())
    settled = read_sheet("date,n,d\n03/04/2026,7,20\n14/05/2026,7,20", counted())

    assert [question.name for question in open_days.questions] == ["days"]
    assert [date(2026, 4, 3), date(2026, 5, 14)] == [line.day for line in settled.numbers]
    assert settled.questions == ()


def test_title_headings_empty_line_and_total_are_left_out_with_a_reason() -> None:
    """A total is never a period, and a heading of two lines is no data."""
    sheet = read_sheet(HYGIENE, counted())

    assert [(date(2026, 2, 2), 7, 20, None), (date(2026, 2, 9), 9, 18, None)] == numbers(sheet)
    assert [number for number, _ in words(sheet)] == [1, 2, 3, 6, 7]
    assert words(sheet)[-1][1] == "A total, not a period."


@pytest.mark.parametrize("blank", ["", "NA", "n/a", "-", "k.A."])
@pytest.mark.parametrize("place", [0, 2])
def test_a_month_without_a_count_is_not_a_month_with_none(blank: str, place: int) -> None:
    """A blank is missing wherever it stands; a zero is a number."""
    falls = ["4", "0", "5"]
    falls[place] = blank
    text = "\n".join(f"2026-0{month},{number}" for month, number in enumerate(falls, 1))

    sheet = read_sheet(text, counted("count", every="month"))

    assert sheet.lines[place].state == "missing"
    assert [0 if number == "0" else int(number) for number in falls if number != blank] == [
        line.numerator for line in sheet.numbers if line.state == "shown"
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-02-31,7,20", "31 February does not exist. The last day is the 28th."),
        ("2026-W60,7,20", "2026 has no week 60. Check the week."),
        ("2026-02,7,20", "“2026-02” is a whole month; this measure goes by week. Write a day."),
        ("someday,7,20", "“someday” is not a day. Write it as 2027-01-15."),
        (",7,20", "The day is missing. Write it as 2027-01-15."),
        ("2026-02-09,22,20", "22 is more than 20 patients. Check both numbers."),
        ("2026-02-09,7,", "The denominator is missing. Write 7/20."),
        ("2026-02-09,7,0", "The denominator is 0. It must be 1 or more; leave the period out if nothing was counted."),
        ("2026-02-09,nan,20", "“nan” is not a number."),
        ("2026-02-09,1e308,20", "“1e308” is not a number."),
        ("2026-02-09,99999999999,20", "The number is above 1 000 000 000. Check it."),
        ("2026-02-09,-1,20", "-1 is below 0. Check the number."),
        ("2026-02-09,5 mg,20", "“5 mg” has a unit. Counts are whole numbers."),
    ],
)
def test_a_wrong_line_says_what_is_wrong_and_the_others_stand(line: str, said: str) -> None:
    """The fault is told at its line; lines before and after it are read."""
    sheet = read_sheet(f"date,numerator,denominator\n2026-02-02,7,20\n{line}\n2026-02-16,8,20", counted())

    assert [(3, said)] == [(wrong.number, wrong.words) for wrong in sheet.wrong]
    assert [one.numerator for one in sheet.numbers] == [7, 8]


@pytest.mark.parametrize(
    ("unit", "cell", "value"), [("mg", "5 mg", 5.0), ("mg", "5,5 mg", 5.5), ("°C", "36.6 °C", 36.6), (None, "5", 5.0)]
)
def test_the_unit_of_the_measure_may_stand_behind_a_number(unit: str | None, cell: str, value: float) -> None:
    """It says the same twice."""
    sheet = read_sheet(f"date;value\n2026-02-02;{cell}", counted("continuous", unit=unit))

    assert [value] == [line.value for line in sheet.numbers]


def test_another_unit_is_refused_at_its_line() -> None:
    """Milligrams and micrograms on one chart tell a story that did not happen."""
    sheet = read_sheet("date;value\n2026-02-02;5 mg\n2026-02-09;7 µg", counted("continuous", unit="mg"))

    assert [line.number for line in sheet.wrong] == [3]
    assert sheet.wrong[0].words.startswith("“7 µg” is in µg; this measure is counted in mg.")


def test_columns_may_stand_in_any_order_with_notes_and_reasons() -> None:
    """The heading says which is what; markup in a note is text."""
    text = (
        "denominator,note,date,excluded,numerator\n20,<b>fire</b>,2026-W06,yes,7\n20,,2026-W07,,9\n20,,2026-W08,yes,9"
    )

    sheet = read_sheet(text, counted())

    assert (
        sheet.lines[1].state,
        sheet.lines[1].note,
        sheet.lines[1].numerator,
        sheet.lines[1].denominator,
    ) == ("excluded", "<b>fire</b>", 7, 20)
    assert [line.number for line in sheet.wrong] == [4]


def test_lines_without_commas_are_a_day_and_a_number() -> None:
    """As one types them into a box."""
    sheet = read_sheet("2026-02-02 13/26\n9.2.2026 7/20 after the course", counted())

    assert [(date(2026, 2, 2), 13, 26, None), (date(2026, 2, 9), 7, 20, None)] == numbers(sheet)
    assert sheet.lines[1].note == "after the course"


def test_a_decimal_comma_between_commas_is_not_guessed() -> None:
    """2026-02-02,7,5 is seven and a half or two numbers."""
    with pytest.raises(Problem) as refused:
        read_sheet("2026-02-02,7,5", counted("continuous"))

    assert refused.value.code == "columns-unclear"


def test_a_table_longer_than_a_chart_is_refused() -> None:
    """At most 240 numbers, a thousand lines, a megabyte."""
    many = "\n".join(f"2026-01-01 {number}/1000" for number in range(241))

    with pytest.raises(Problem) as too_many:
        read_sheet(many, counted())
    with pytest.raises(Problem) as too_long:
        read_sheet("x\n" * 1001, counted())
    with pytest.raises(Problem) as too_large:
        text_of(b"1" * 1_000_001)

    assert [one.value.code for one in (too_many, too_long, too_large)] == ["too-many", "too-large", "too-large"]


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\xff\xfe\x00"])
def test_what_is_no_table_is_said_to_be_none(data: bytes) -> None:
    """A workbook is saved as CSV first."""
    with pytest.raises(Problem) as refused:
        text_of(data)

    assert refused.value.code == "not-a-table"
