"""When somebody shall see a learning again: FSRS without steps, fuzz or a clock, and what each answer counts as.

Everything is counted in whole days. Who calls says which moment it is; the library would look at the wall.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from msgspec import Struct

from federation.records.fields import Learning, LearningAction, LearningShare, Record

if TYPE_CHECKING:
    from fsrs import Scheduler

Grade = Literal["again", "hard", "good", "easy", "do", "changed", "retire"]
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
RETENTION: Final = 0.9
LONGEST_DAYS: Final = 365
MAX_STABILITY: Final = 36_500.0  # a hundred years: what is asked once a year for a lifetime stays a number
_RATINGS: Final = {"again": 1, "hard": 2, "good": 3, "easy": 4, "do": 3, "changed": 3}


class Memory(Struct, frozen=True):
    """What is known of how well somebody remembers something, in days and from 1 to 10; and when to ask again."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime


def schedule(memory: Memory | None, grade: Grade, now: datetime) -> Memory:
    """Return what is known after an answer; None: it is the first. `now` is aware.

    Raises: ValueError for `retire`, after which nothing is asked again.
    """
    from fsrs import Card, Rating, State

    rating = _RATINGS.get(grade)
    if rating is None:
        raise ValueError(f"{grade} schedules nothing")
    now = now.astimezone(UTC)
    if memory is None:
        card = Card(card_id=0, due=now)
    else:
        card = Card(
            card_id=0,
            state=State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=memory.due_at,
            last_review=memory.reviewed_at.astimezone(UTC),
        )
    graded, _ = _scheduler().review_card(card, Rating(rating), now)
    stability, difficulty = graded.stability, graded.difficulty
    if stability is None or difficulty is None:
        raise ValueError("an answer leaves a memory")
    return Memory(min(stability, MAX_STABILITY), difficulty, now, graded.due)


def days_until(memory: Memory) -> int:
    """Return how many days lie between an answer and the next question."""
    return (memory.due_at - memory.reviewed_at) // timedelta(days=1)


def question_of(record: Record) -> str:
    """Return what is asked about a record: its question, or what it is called."""
    return (record.question if isinstance(record, Learning) else None) or record.title


def answer_of(record: Record) -> str:
    """Return what stands behind the question; of a record without one, all that it says."""
    match record:
        case Learning(answer=str() as answer):
            return answer
        case Learning():
            whole = (record.title, record.text) if record.question else (record.text or record.title,)
        case LearningAction():
            whole = (record.change or record.title,)
        case LearningShare():
            whole = (record.sentence,)
        case _:
            whole = (record.title,)
    return "\n".join(dict.fromkeys(text for text in whole if text))


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )
