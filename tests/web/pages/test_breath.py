"""What somebody reads first on a loop's page."""

from types import SimpleNamespace
from typing import Any

import pytest

from web.pages.breath import in_one_breath


def doing(place: str, word: str, *, title: str = "Soft-close lids", sentence: str = "", decision: str = "adopt") -> Any:
    """Return an action as far as the breath looks at it."""
    shared = SimpleNamespace(sentence=sentence, decision=decision, measures=()) if sentence else None
    part = SimpleNamespace(place=place, title=title, origin=f"{place.lower()}.example")
    return SimpleNamespace(part=part, word=word, shared=shared, is_open=word == "Trying")


def test_what_was_done_what_came_of_it_and_where_else_stand_in_one_breath() -> None:
    """Each hospital once, by the newest thing it did; a stopped trial is counted like a kept one."""
    focus = doing("Riverside", "Kept", sentence="Patients sleep")
    others = [doing("Linden", "Trying"), doing("Linden", "Stopped"), doing("Orrin", "Kept"), doing("Vale", "Trying")]

    said = in_one_breath(focus, [*others, focus])

    assert said == (
        "Riverside tried: Soft-close lids. Adopted: Patients sleep. "
        "Three other hospitals tried it, too: one kept it, one stopped, one tries it now."
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [("Kept", "kept it"), ("Adapted", "adapted it"), ("Stopped", "stopped"), ("Trying", "tries it now")],
)
def test_one_other_hospital_is_said_in_the_singular(word: str, told: str) -> None:
    """Whatever it did."""
    focus = doing("Riverside", "Trying", title="Soft-close lids?")

    assert (
        in_one_breath(focus, [doing("Linden", word)]) == f"Riverside tries: Soft-close lids? One other hospital {told}."
    )


def test_nothing_is_said_of_what_nobody_tried_or_was_taken_back() -> None:
    """The page says so elsewhere."""
    assert in_one_breath(None, []) == ""
    assert in_one_breath(doing("Riverside", "Withdrawn"), []) == ""
