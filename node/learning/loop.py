"""The states of a Learning, an Action and a Share, what may follow from which, and where a loop stands.

Pure: `today` is a parameter, and what a loop consists of is handed in. Scheduled, acted and overdue are derived here and
stored nowhere. Every refusal is a Problem 422 in words a person can act on. Names are those of the wire.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from federation.records.fields import ActionStatus, Decision, LearningStatus
from node.errors import Problem, invalid
from node.learning.phrases import day_words
from node.learning.typed import line, one_of, text

Kind = Literal["learning", "action", "share"]
LearningStanding = Literal["captured", "scheduled", "acted", "parked", "retired", "withdrawn"]
Arc = Literal["todo", "now", "done"]
Stage = Literal["learned", "doing", "shared"]

MAX_CYCLE: Final = 99
MOVES: Final[Mapping[Kind, Mapping[str, frozenset[str]]]] = {
    "learning": {
        "open": frozenset({"parked", "retired", "withdrawn"}),
        "parked": frozenset({"open", "retired", "withdrawn"}),
        "retired": frozenset({"open", "withdrawn"}),
        "withdrawn": frozenset(),
    },
    "action": {
        "proposed": frozenset({"planned", "doing", "closed", "withdrawn"}),
        "planned": frozenset({"proposed", "doing", "closed", "withdrawn"}),
        "doing": frozenset({"planned", "studying", "closed", "withdrawn"}),
        "studying": frozenset({"doing", "closed", "withdrawn"}),
        "closed": frozenset({"studying", "withdrawn"}),  # studying: the decision is taken back
        "withdrawn": frozenset(),
    },
    "share": {
        "published": frozenset({"corrected", "withdrawn"}),
        "corrected": frozenset({"corrected", "withdrawn"}),
        "withdrawn": frozenset(),
    },
}
_DECISIONS: Final = ("adopt", "adapt", "abandon")
_ALSO: Final[Mapping[str, str]] = {"keep": "adopt", "kept": "adopt", "change": "adapt", "stop": "abandon"}
_REASONS: Final = ("mistaken", "harmful", "duplicate", "data-error", "privacy", "other")


class ActionFact(Struct, frozen=True, kw_only=True):
    """What the state of a loop depends on in one Action."""

    state: ActionStatus
    due_on: date
    is_shared: bool = False


class Ring(Struct, frozen=True):
    """The three arcs of a loop and what they say in words."""

    learned: Arc
    doing: Arc
    shared: Arc

    @property
    def stage(self) -> Stage:
        """How far the loop has come, for the strip of its card."""
        if self.shared == "done":
            return "shared"
        return "learned" if self.doing == "todo" else "doing"

    @property
    def label(self) -> str:
        """What a screen reader says: `Learned, done, sharing`."""
        if self.doing == "todo":
            return "Learned, nothing tried yet"
        if self.doing == "now":
            return "Learned, doing, not yet shared" if self.shared == "todo" else "Learned, doing, shared"
        return "Learned, done and shared" if self.shared == "done" else "Learned, done, sharing"


class Decided(Struct, frozen=True):
    """A decision that may be recorded, with its reason."""

    decision: Decision
    reason: str | None


def check_move(kind: Kind, state: str, to: str) -> None:
    """Check that a state may follow another; staying is allowed.

    Raises: Problem 422 `state-unknown` or `state-refused`.
    """
    moves = MOVES[kind]
    if to not in moves:
        raise invalid(f"“{to}” is no state. Choose {_either(tuple(moves))}.", field="status", code="state-unknown")
    if to != state and to not in moves[state]:
        raise invalid(_refusal(kind, state, to), field="status", code="state-refused")


def check_decision(decision: str, reason: str | None) -> Decided:
    """Read a decision as it was typed, with the reason that `abandon` needs.

    Shapes: adopt, adapt, abandon in any case; keep, change, stop mean the same.
    Raises: Problem 422 `decision-unknown`, `reason-missing` or `too-long`.
    """
    word = decision.strip().lower()
    found = one_of(_ALSO.get(word, word), _DECISIONS, field="decision", code="decision-unknown", thing="decision")
    kept = text(reason or "", 500, field="decision_reason") or None
    if found == "abandon" and kept is None:
        raise invalid(
            "Abandon needs a reason. One sentence saves the next hospital the same try.",
            field="decision_reason",
            code="reason-missing",
        )
    return Decided(found, kept)  # type: ignore[arg-type]  # one_of gives one of the three


def check_close(state: ActionStatus, decision: str, reason: str | None) -> Decided:
    """Check that an Action may be closed with this decision.

    Raises: Problem 422, also `state-refused` when it was withdrawn.
    """
    check_move("action", state, "closed")
    return check_decision(decision, reason)


def check_share(state: ActionStatus, sentence: str, decision: str, reason: str | None) -> Decided:
    """Check that a result may be shared: a sentence and a decision; numbers may be missing and results negative.

    Raises: Problem 422 with the field at fault.
    """
    if state == "withdrawn":
        raise invalid("This action is withdrawn. Begin a new one to share a result.", code="state-refused")
    if not text(sentence, 300, field="sentence"):
        raise invalid("The sentence is missing. Write what came of it.", field="sentence", code="sentence-missing")
    return check_decision(decision, reason)


def check_prediction(*, today: date, first_number_on: date | None, day_zero: date | None) -> None:
    """Check that a prediction may still be written or changed: only before data and not after day 0.

    `first_number_on` is the day on which the first number of any measure was entered.
    Raises: Problem 422 `prediction-locked`.
    """
    if first_number_on is not None:
        raise _locked(f"The prediction is locked since {day_words(first_number_on, today)}, because numbers are in.")
    if day_zero is not None and today > day_zero:
        raise _locked(f"The prediction is locked since {day_words(day_zero, today)}, because the change has begun.")


def check_withdrawal(reason: str, explanation: str) -> tuple[str, str]:
    """Check why a record is withdrawn: a word from the list and a sentence for everybody.

    Raises: Problem 422.
    """
    found = one_of(reason.strip().lower(), _REASONS, field="reason", code="reason-unknown", thing="reason")
    said = line(explanation, 300, field="explanation")
    if not said:
        raise invalid("Say in one sentence why it is withdrawn.", field="explanation", code="explanation-missing")
    return found, said


def next_cycle(cycle: int) -> int:
    """Give the number of the cycle that adapts this one. Raises: Problem 422 `too-many-cycles` after 99."""
    if cycle >= MAX_CYCLE:
        raise invalid("This was cycle 99. Record what you learned and begin anew.", code="too-many-cycles")
    return cycle + 1


def is_open(state: ActionStatus) -> bool:
    """Tell whether an Action still waits for its decision."""
    return state not in ("closed", "withdrawn")


def is_overdue(state: ActionStatus, due_on: date, today: date) -> bool:
    """Tell whether an open Action is past its day."""
    return is_open(state) and due_on < today


def standing(state: LearningStatus, actions: Sequence[ActionFact]) -> LearningStanding:
    """Derive where a Learning stands: acted once an Action was decided, scheduled while one is open."""
    if state != "open":
        return state
    if any(action.state == "closed" for action in actions):
        return "acted"
    return "scheduled" if any(is_open(action.state) for action in actions) else "captured"


def ring_of(actions: Sequence[ActionFact], *, has_share: bool = False) -> Ring:
    """Derive the ring of a loop from its Actions; `has_share` adds a Share whose Action is not at hand."""
    counted = [action for action in actions if action.state != "withdrawn"]
    is_shared = has_share or any(action.is_shared for action in counted)
    if any(is_open(action.state) for action in counted):
        return Ring("done", "now", "done" if is_shared else "todo")
    if counted or has_share:
        return Ring("done", "done", "done" if is_shared else "now")
    return Ring("done", "todo", "todo")


def _refusal(kind: Kind, state: str, to: str) -> str:
    if state == "withdrawn":
        return f"This {kind} is withdrawn and stays so. Record a new one that replaces it."
    choices = tuple(other for other in MOVES[kind] if other in MOVES[kind][state])
    return f"This {kind} is {state} and cannot become {to}. It can become {_either(choices)}."


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _locked(reason: str) -> Problem:
    return invalid(f"{reason} Add a note instead.", field="prediction", code="prediction-locked")
