"""When something is seen again: the published oracles of FSRS with our settings, and any sequence of answers."""

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.recall import GRADES, Grade, Memory, days_until, schedule

START = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
ASKING = tuple(grade for grade in GRADES if grade != "retire")


def _answered(*grades: Grade) -> list[Memory]:
    """Answer on the very day it is asked for."""
    memory, now, found = None, START, []
    for grade in grades:
        memory = schedule(memory, grade, now)
        found.append(memory)
        now = memory.due_at
    return found


def test_five_good_answers_in_time_are_asked_after_growing_days() -> None:
    """The days and the stabilities as they were measured with the library itself."""
    found = _answered("good", "good", "good", "good", "good")

    assert [days_until(memory) for memory in found] == [2, 11, 46, 163, 365]
    assert [round(memory.stability, 2) for memory in found] == [2.31, 10.96, 46.28, 162.86, 497.45]


def test_what_was_forgotten_comes_back_the_next_day() -> None:
    """Good, Again, Good, Hard, Easy."""
    found = _answered("good", "again", "good", "hard", "easy")

    assert [days_until(memory) for memory in found] == [2, 1, 2, 5, 15]


@pytest.mark.parametrize("grade", ["do", "changed"])
def test_acting_upon_it_and_knowing_better_count_as_remembered(grade: Grade) -> None:
    """Whoever does it, or knows that it changed, has not forgotten it."""
    assert _answered("good") == _answered(grade)


def test_what_is_retired_is_not_scheduled() -> None:
    """There is no next time."""
    with pytest.raises(ValueError, match="schedules nothing"):
        schedule(None, "retire", START)


def test_the_same_answers_give_the_same_days() -> None:
    """Nothing is left to chance, and no clock is read."""
    assert _answered("hard", "good", "easy") == _answered("hard", "good", "easy")


@given(st.lists(st.tuples(st.sampled_from(ASKING), st.integers(0, 4000)), min_size=1, max_size=60))
def test_any_answers_at_any_time_leave_a_memory_that_makes_sense(answers: list[tuple[Grade, int]]) -> None:
    """Early, late, the same day or ten years later: numbers that are numbers, and a day within a year."""
    memory, now = None, START
    for grade, later in answers:
        now += timedelta(days=later)
        memory = schedule(memory, grade, now)

        assert isfinite(memory.stability)
        assert 0 < memory.stability <= 36_500
        assert 1 <= memory.difficulty <= 10
        assert timedelta(days=1) <= memory.due_at - now <= timedelta(days=365)
