"""Days as people say them, in figures and in words, English and German."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import Problem
from node.learning import days

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("typed", "ahead", "back"),
    [
        ("2027-01-15", "2027-01-15", "2027-01-15"),
        ("15.1.2027", "2027-01-15", "2027-01-15"),
        ("15. 1. 27", "2027-01-15", "2027-01-15"),
        ("15.1.", "2027-01-15", "2026-01-15"),
        ("15/1/2027", "2027-01-15", "2027-01-15"),
        ("1/15/27", "2027-01-15", "2027-01-15"),
        ("2/2/2027", "2027-02-02", "2027-02-02"),
        ("today", "2026-11-26", "2026-11-26"),
        ("Tomorrow.", "2026-11-27", "2026-11-27"),
        ("morgen", "2026-11-27", "2026-11-27"),
        ("vorgestern", "2026-11-24", "2026-11-24"),
        ("friday", "2026-11-27", "2026-11-20"),
        ("thursday", "2026-12-03", "2026-11-26"),
        ("next friday", "2026-11-27", "2026-11-27"),
        ("friday next week", "2026-12-04", "2026-12-04"),
        ("nächsten Freitag", "2026-11-27", "2026-11-27"),
        ("nächste Woche Freitag", "2026-12-04", "2026-12-04"),
        ("last friday", "2026-11-20", "2026-11-20"),
        ("letzten Donnerstag", "2026-11-19", "2026-11-19"),
        ("in 2 weeks", "2026-12-10", "2026-12-10"),
        ("in 10 days", "2026-12-06", "2026-12-06"),
        ("in zwei Wochen", "2026-12-10", "2026-12-10"),
        ("in a month", "2026-12-26", "2026-12-26"),
        ("next week", "2026-12-03", "2026-12-03"),
        ("next month", "2026-12-26", "2026-12-26"),
        ("last week", "2026-11-19", "2026-11-19"),
        ("3 days ago", "2026-11-23", "2026-11-23"),
        ("vor 3 Tagen", "2026-11-23", "2026-11-23"),
        ("end of month", "2026-11-30", "2026-11-30"),
        ("Ende nächsten Monats", "2026-12-31", "2026-12-31"),
        ("by the end of the year", "2026-12-31", "2026-12-31"),
        ("Ende Januar", "2027-01-31", "2026-01-31"),
        ("15 january", "2027-01-15", "2026-01-15"),
        ("jan 15 2027", "2027-01-15", "2027-01-15"),
        ("15th of January, 2027", "2027-01-15", "2027-01-15"),
        ("15. März", "2027-03-15", "2026-03-15"),
        ("29 february", "2028-02-29", "2024-02-29"),
    ],
)
def test_day_is_read(typed: str, ahead: str, back: str) -> None:
    """The same words are another day for what is to come and for what has been."""
    assert (ahead, back) == (str(days.read(typed, TODAY)), str(days.read(typed, TODAY, is_ahead=False)))


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("", "day-missing", "The day is missing."),
        ("soon", "day-unreadable", "“soon” is not a day."),
        ("3/4/2027", "day-unclear", "can be 3 April 2027 or 4 March 2027. Write 2027-04-03 or 2027-03-04."),
        ("31 february", "day-impossible", "31 February does not exist. The last day is the 28th."),
        ("2027-02-31", "day-impossible", "31 February does not exist. The last day is the 28th."),
        ("31/4/2027", "day-impossible", "31 April does not exist. The last day is the 30th."),
        ("15/15/2027", "day-impossible", "There is no month 15."),
        ("in 9999 years", "day-far", "too far away"),
        ("in 9999 weeks", "day-far", "too far away"),
        ("end of january 9999", "day-impossible", "9999 is out of range."),
    ],
)
def test_day_that_cannot_be_is_refused_in_words(typed: str, code: str, said: str) -> None:
    """What is wrong, with the value."""
    with pytest.raises(Problem) as refused:
        days.read(typed, TODAY)

    assert (code, "due") == (refused.value.code, refused.value.field)
    assert said in refused.value.text


def test_month_goes_no_further_than_its_last_day() -> None:
    """A month after the 31st of January is the last of February."""
    assert date(2027, 2, 28) == days.read("in a month", date(2027, 1, 31))


@pytest.mark.parametrize(
    ("typed", "day", "rest"),
    [
        ("next friday: soft lids on all bins", "2026-11-27", "soft lids on all bins"),
        ("15 january 2027 hand gel by every bed", "2027-01-15", "hand gel by every bed"),
        ("in 2 weeks, move the trolley", "2026-12-10", "move the trolley"),
        ("by the end of the month ask about every catheter", "2026-11-30", "ask about every catheter"),
        ("move the trolley by friday", "2026-11-27", "move the trolley"),
        ("Den Wagen umstellen bis zum 15.1.2027", "2027-01-15", "Den Wagen umstellen"),
    ],
)
def test_day_is_found_before_or_behind_what_one_will_do(typed: str, day: str, rest: str) -> None:
    """As people write it."""
    found = days.leading(typed, TODAY)

    assert found is not None
    assert (day, rest) == (str(found[0]), found[1])


def test_text_without_a_day_has_none() -> None:
    """A text alone is no day, nor is one that begins with a word like one."""
    assert days.leading("Sunday lunch moves", TODAY) is not None
    assert days.leading("monitors move by hand", TODAY) is None


@given(st.text(max_size=80), st.booleans())
def test_whatever_is_typed_is_a_day_or_a_problem(typed: str, is_ahead: bool) -> None:
    """Nothing else is ever raised."""
    with suppress(Problem):
        assert isinstance(days.read(typed, TODAY, is_ahead=is_ahead), date)
