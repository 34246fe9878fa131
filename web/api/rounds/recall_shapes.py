"""The JSON of re-exposure in /api/rounds/v1: cards, and what is sent to answer them."""

from datetime import datetime

from msgspec import Struct

from web.api.rounds.shapes import RecordEntity


class CardEntity(Struct):
    """A record that somebody sees again. `reason`: why before its time (`result`, `stopped`), with that result's loop."""

    id: str
    record_id: str
    author: str
    place: str
    question: str
    answer: str | None  # only when it was asked for
    origin: str
    due_at: datetime
    reviews: int
    reason: str | None
    because: RecordEntity | None
    retired: bool
    withdrawn: bool
    record: RecordEntity | None  # only with the answer: it holds it


class GradedEntity(Struct):
    """What an answer led to. `due_at` null: it is not asked again. `next`: the page on which one goes on, if any."""

    id: str
    record_id: str
    grade: str
    due_at: datetime | None
    next: str | None


class GradeBody(Struct):
    """`again`, `hard`, `good`, `easy`, `do` (begins an action), `changed` (evidence moved on) or `retire`."""

    grade: str


class DueQuery(Struct):
    """Whether the answers are wanted at once."""

    with_answer: bool = False


class CardsQuery(Struct):
    """Which part of all cards, the newest first."""

    limit: int = 20
    max_id: str | None = None
