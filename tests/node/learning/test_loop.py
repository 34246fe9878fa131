"""Which state follows which, what is derived, and what a person is told when something cannot be."""

from datetime import date, timedelta
from itertools import product
from typing import Any, get_args

import pytest

from federation.records.fields import ActionStatus, LearningStatus, ShareStatus
from node.errors import Problem
from node.learning import loop
from node.learning.loop import ActionFact, Decided

TODAY = date(2026, 9, 20)
WORDS: dict[loop.Kind, Any] = {"learning": LearningStatus, "action": ActionStatus, "share": ShareStatus}


def fact(state: Any, *, is_shared: bool = False) -> ActionFact:
    """Make an Action that is due next week."""
    return ActionFact(state=state, due_on=TODAY + timedelta(days=7), is_shared=is_shared)


@pytest.mark.parametrize("kind", WORDS)
def test_states_are_those_of_the_wire_and_all_can_be_withdrawn(kind: loop.Kind) -> None:
    """No state is forgotten, none leads out of withdrawn, none is a dead end before it."""
    moves = loop.MOVES[kind]

    assert set(moves) == set(get_args(WORDS[kind]))
    assert all(targets <= set(moves) for targets in moves.values())
    assert [state for state, targets in moves.items() if "withdrawn" not in targets] == ["withdrawn"]
    assert moves["withdrawn"] == frozenset()


@pytest.mark.parametrize("kind", WORDS)
def test_only_the_moves_of_the_table_are_taken(kind: loop.Kind) -> None:
    """Staying is no move and always allowed."""
    for state, to in product(loop.MOVES[kind], repeat=2):
        if to in loop.MOVES[kind][state] or state == to:
            loop.check_move(kind, state, to)
            continue
        with pytest.raises(Problem) as caught:
            loop.check_move(kind, state, to)

        assert (caught.value.status, caught.value.code, caught.value.field) == (422, "state-refused", "status")


@pytest.mark.parametrize(
    ("kind", "state", "to", "text"),
    [
        (
            "action",
            "closed",
            "proposed",
            "This action is closed and cannot become proposed. It can become studying or withdrawn.",
        ),
        ("share", "withdrawn", "published", "This share is withdrawn and stays so. Record a new one that replaces it."),
        ("learning", "open", "asleep", "“asleep” is no state. Choose open, parked, retired or withdrawn."),
    ],
)
def test_refused_state_says_what_is_possible(kind: loop.Kind, state: str, to: str, text: str) -> None:
    """What is wrong, with the value, then what to do."""
    with pytest.raises(Problem) as caught:
        loop.check_move(kind, state, to)

    assert caught.value.text == text


@pytest.mark.parametrize(
    ("typed", "decision"),
    [("adopt", "adopt"), (" Adapt ", "adapt"), ("keep", "adopt"), ("change", "adapt")],
)
def test_decision_is_read_in_the_words_people_use(typed: str, decision: Any) -> None:
    """The wire knows three words; people also keep, change and stop."""
    assert loop.check_decision(typed, " It held. ") == Decided(decision, "It held.")
    assert loop.check_decision(typed, None) == Decided(decision, None)


@pytest.mark.parametrize(
    ("decision", "reason", "code", "field"),
    [
        ("abandon", None, "reason-missing", "decision_reason"),
        ("stop", "  ", "reason-missing", "decision_reason"),
        ("perhaps", None, "decision-unknown", "decision"),
        ("", None, "decision-unknown", "decision"),
        ("adopt", "x" * 501, "too-long", "decision_reason"),
    ],
)
def test_decision_that_cannot_stand_is_refused(decision: str, reason: str | None, code: str, field: str) -> None:
    """Abandon needs a reason, the others may have one."""
    with pytest.raises(Problem) as caught:
        loop.check_decision(decision, reason)

    assert (caught.value.status, caught.value.code, caught.value.field) == (422, code, field)


def test_withdrawn_action_is_neither_closed_nor_shared() -> None:
    """Withdrawn stays withdrawn."""
    for check in (
        lambda: loop.check_close("withdrawn", "adopt", None),
        lambda: loop.check_share("withdrawn", "It held.", "adopt", None),
    ):
        with pytest.raises(Problem) as caught:
            check()

        assert caught.value.code == "state-refused"


def test_negative_result_without_numbers_may_be_shared() -> None:
    """A sentence, a decision and a reason are a result."""
    assert loop.check_share("doing", "Nobody used it.", "abandon", "Too far away.") == Decided(
        "abandon", "Too far away."
    )


@pytest.mark.parametrize(("sentence", "code"), [(" ", "sentence-missing"), ("x" * 301, "too-long")])
def test_share_needs_its_sentence(sentence: str, code: str) -> None:
    """What came of it, in one or two sentences."""
    with pytest.raises(Problem) as caught:
        loop.check_share("doing", sentence, "adopt", None)

    assert (caught.value.code, caught.value.field) == (code, "sentence")


def test_prediction_is_open_until_data_or_day_zero() -> None:
    """On day 0 itself it may still be written."""
    loop.check_prediction(today=TODAY, first_number_on=None, day_zero=None)
    loop.check_prediction(today=TODAY, first_number_on=None, day_zero=TODAY)


@pytest.mark.parametrize(
    ("first", "zero", "text"),
    [
        (
            date(2026, 9, 14),
            None,
            "The prediction is locked since 14 September, because numbers are in. Add a note instead.",
        ),
        (
            None,
            date(2025, 3, 2),
            "The prediction is locked since 2 March 2025, because the change has begun. Add a note instead.",
        ),
    ],
)
def test_prediction_after_data_or_day_zero_is_locked(first: date | None, zero: date | None, text: str) -> None:
    """A prediction made later is none."""
    with pytest.raises(Problem) as caught:
        loop.check_prediction(today=TODAY, first_number_on=first, day_zero=zero)

    assert (caught.value.text, caught.value.field) == (text, "prediction")


def test_withdrawal_says_why_in_a_word_and_a_sentence() -> None:
    """Both are needed; the sentence stays on one line."""
    assert loop.check_withdrawal("Mistaken", "I misread\nthe report.") == ("mistaken", "I misread the report.")

    for reason, explanation, code in (("tired", "x", "reason-unknown"), ("other", " ", "explanation-missing")):
        with pytest.raises(Problem) as caught:
            loop.check_withdrawal(reason, explanation)

        assert caught.value.code == code


def test_cycles_are_numbered_up_to_ninety_nine() -> None:
    """After that one begins anew."""
    assert [loop.next_cycle(cycle) for cycle in (1, 98)] == [2, 99]
    with pytest.raises(Problem, match="too-many-cycles"):
        loop.next_cycle(99)


def test_action_is_overdue_from_the_day_after_while_it_is_open() -> None:
    """Overdue is derived, not a state."""
    yesterday = TODAY - timedelta(days=1)

    assert [loop.is_overdue(state, yesterday, TODAY) for state in get_args(ActionStatus)] == [True] * 4 + [False] * 2
    assert not loop.is_overdue("doing", TODAY, TODAY)


@pytest.mark.parametrize(
    ("state", "actions", "expected"),
    [
        ("open", [], "captured"),
        ("open", [fact("withdrawn")], "captured"),
        ("open", [fact("planned")], "scheduled"),
        ("open", [fact("planned"), fact("closed")], "acted"),
        ("parked", [fact("closed")], "parked"),
        ("withdrawn", [fact("doing")], "withdrawn"),
    ],
)
def test_standing_of_a_learning_follows_its_actions(state: Any, actions: list[ActionFact], expected: str) -> None:
    """Captured, scheduled and acted are stored nowhere."""
    assert loop.standing(state, actions) == expected


@pytest.mark.parametrize(
    ("actions", "has_share", "arcs", "stage", "label"),
    [
        ([], False, "todo todo", "learned", "Learned, nothing tried yet"),
        ([fact("withdrawn")], False, "todo todo", "learned", "Learned, nothing tried yet"),
        ([fact("proposed")], False, "now todo", "doing", "Learned, doing, not yet shared"),
        ([fact("closed")], False, "done now", "doing", "Learned, done, sharing"),
        ([fact("closed", is_shared=True)], False, "done done", "shared", "Learned, done and shared"),
        ([fact("closed", is_shared=True), fact("doing")], False, "now done", "shared", "Learned, doing, shared"),
        ([], True, "done done", "shared", "Learned, done and shared"),
    ],
)
def test_ring_shows_where_the_loop_stands(
    actions: list[ActionFact], has_share: bool, arcs: str, stage: str, label: str
) -> None:
    """Three arcs and the words for them."""
    ring = loop.ring_of(actions, has_share=has_share)

    assert (ring.learned, f"{ring.doing} {ring.shared}", ring.stage, ring.label) == ("done", arcs, stage, label)
