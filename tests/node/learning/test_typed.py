"""What people type: one box becomes title and text, days exist or the answer says which do."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from federation.records.compose import to_wire
from federation.records.fields import Learning
from federation.records.visible import folded
from node.errors import Problem
from node.learning import typed
from node.learning.typed import Boxed

LONG = "The antibiotic and the saline arrive in the same blue wrapper, which nobody on the night shift can tell apart by touch or sight"


@pytest.mark.parametrize(
    ("box", "title", "text"),
    [
        ("Read the name aloud", "Read the name aloud", None),
        ("Two bags look the same. We caught it.", "Two bags look the same.", "We caught it."),
        ("Two bags look the same\n\nWe caught it. Twice.", "Two bags look the same", "We caught it. Twice."),
        ("Give 2.5 mg, e.g. at night. It helps.", "Give 2.5 mg, e.g. at night.", "It helps."),
        ("Dr. Ode is an example. Really.", "Dr. Ode is an example.", "Really."),
        ("Am 5. Mai begann es. Gut.", "Am 5. Mai begann es.", "Gut."),
        ("Why? Nobody knew.", "Why?", "Nobody knew."),
        ("“Stop!” she said. And we did.", "“Stop!” she said.", "And we did."),
        ("洗手。每床一次。", "洗手。", "每床一次。"),
        (f"{LONG}. And more.", LONG[: -len(" or sight")], "or sight. And more."),
        ("x" * 130, "x" * 120, "x" * 10),
        (f"{'x' * 119}e\u0301\u0323y", f"{'x' * 119}", "ẹ́y"),
        ("turn \u202eback\u2069", "turn back", None),
        ("half \ud800", "half \ufffd", None),
        ("tab\tand\u0000bell\u0007", "tab\tandbell", None),
    ],
)
def test_box_is_split_at_the_first_sentence_or_line(box: str, title: str, text: str | None) -> None:
    """The title is what one would say in the corridor."""
    assert typed.split_box(box) == Boxed(title, text)


@given(st.text(max_size=700))
def test_whatever_is_accepted_fits_a_record_and_is_found_in_the_box(box: str) -> None:
    """Nothing typed is lost, and the record made of it may leave."""
    try:
        split = typed.split_box(box)
    except Problem as problem:
        assume(problem.code not in ("text-missing", "too-long"))
        raise

    wire = to_wire(Learning(title=split.title, text=split.text))
    assert (wire["title"], wire.get("text")) == (split.title, split.text)
    assert folded(split.title) in folded(typed.text(box, 700, field="text"))
    assert folded(split.text or "") in folded(typed.text(box, 700, field="text"))


@pytest.mark.parametrize(
    ("box", "code", "text"),
    [
        (" \n ", "text-missing", "Nothing is written yet. One sentence is enough."),
        (
            f"Short. {'y' * 512}",
            "too-long",
            "512 characters after the first sentence are more than 500. Shorten it by 12, or make two of it.",
        ),
    ],
)
def test_box_that_cannot_be_kept_says_by_how_much(box: str, code: str, text: str) -> None:
    """Refused at the field, not cut in silence."""
    with pytest.raises(Problem) as caught:
        typed.split_box(box)

    assert (caught.value.status, caught.value.code, caught.value.text, caught.value.field) == (422, code, text, "text")


@pytest.mark.parametrize("shape", ["2027-01-15", " 2027-1-15 ", "15.1.2027", "15. 01. 2027"])
def test_day_is_read_in_its_usual_shapes(shape: str) -> None:
    """ISO as in forms and commands, dotted as in much of Europe."""
    assert typed.read_day(shape) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("shape", "code", "text"),
    [
        ("2027-02-31", "day-impossible", "31 February does not exist. The last day is the 28th."),
        ("2028-02-30", "day-impossible", "30 February does not exist. The last day is the 29th."),
        ("31.4.2027", "day-impossible", "31 April does not exist. The last day is the 30th."),
        ("2027-12-32", "day-impossible", "32 December does not exist. The last day is the 31st."),
        ("2027-13-01", "day-impossible", "There is no month 13. Write the day as 2027-01-15."),
        ("9999-01-01", "day-impossible", "9999 is out of range. Years from 1900 to 2099 are possible."),
        ("", "day-missing", "The day is missing. Write it as 2027-01-15."),
        ("tomorrow", "day-unreadable", "“tomorrow” is not a day. Write it as 2027-01-15."),
        ("01/02/2027", "day-unreadable", "“01/02/2027” is not a day. Write it as 2027-01-15."),
    ],
)
def test_day_that_is_none_says_what_to_write(shape: str, code: str, text: str) -> None:
    """What is wrong, with the value, then what to do."""
    with pytest.raises(Problem) as caught:
        typed.read_day(shape)

    assert (caught.value.code, caught.value.text, caught.value.field) == (code, text, "due")


def test_due_day_is_today_or_later() -> None:
    """Yesterday is refused with its date in words."""
    today = date(2026, 9, 20)

    typed.check_due(today, today)
    with pytest.raises(Problem) as caught:
        typed.check_due(date(2026, 9, 19), today)

    assert caught.value.text == "19 September 2026 is past. Choose today or a later day."


def test_line_holds_one_line_and_says_when_it_is_too_long() -> None:
    """White space of any kind becomes one space."""
    assert typed.line(" a\n b\t", 10, field="label") == "a b"
    with pytest.raises(Problem) as caught:
        typed.line("x" * 81, 80, field="label")

    assert (caught.value.text, caught.value.field) == ("81 characters are more than 80. Shorten it by 1.", "label")
