"""Re-exposure: what somebody shall see again today, how they answer, and taking an answer back.

Days are those of the hospital: whatever the hour of an answer, the card is due again on the morning of a day.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

from msgspec import Struct

from node.errors import invalid, not_found
from node.learning.phrases import full_day
from node.learning.recall import GRADES, Grade, Memory, answer_of, days_until, question_of, schedule
from node.services import carding, families, looping, recording
from node.services.families import Part
from node.store import jobs, polls, recall_cards
from node.store.recall_cards import Card, Review
from node.store.unit import Snapshot, Unit

MOST_A_DAY: Final = 5
MAX_LISTED: Final = 80
Via = Literal["page", "post", "api"]


class DueCard(Struct, frozen=True, kw_only=True):
    """A card with its record. `reason`: why it is due before its time (result, stopped); `because`: that result."""

    card_id: int
    part: Part
    origin: str
    due_at: datetime
    reviews: int = 0
    reason: str | None = None
    because: Part | None = None
    is_retired: bool = False

    @property
    def question(self) -> str:
        """What is asked; never the answer."""
        return question_of(self.part.record)

    @property
    def answer(self) -> str:
        """What stands behind it; of a record that was taken back, why."""
        return self.part.withdrawal.explanation if self.part.withdrawal else answer_of(self.part.record)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the record was taken back: this is said once, and any answer retires the card."""
        return self.part.withdrawal is not None


class Graded(Struct, frozen=True, kw_only=True):
    """What an answer led to; `due_at` None: it is not asked again."""

    card_id: int
    status_id: int
    grade: Grade
    due_at: datetime | None


class Standing(Struct, frozen=True, kw_only=True):
    """Where somebody stands who has nothing more to see today: how many wait until tomorrow, and when the next is due."""

    waiting: int
    next_at: datetime | None


# ------------------------------------------------------------------ seeing


def due(snapshot: Snapshot, account_id: int, limit: int = MOST_A_DAY) -> tuple[DueCard, ...]:
    """Return what somebody shall see again now: with what they answered today no more than `limit`, news first."""
    done = recall_cards.answered(snapshot, account_id, since=carding.midnight(snapshot))
    left = max(0, min(limit, MAX_LISTED) - done)
    return dressed(snapshot, account_id, recall_cards.shown(snapshot, account_id, limit=left)) if left else ()


def standing(snapshot: Snapshot, account_id: int) -> Standing:
    """Return what is left for later."""
    return Standing(
        waiting=len(recall_cards.shown(snapshot, account_id, limit=MAX_LISTED)),
        next_at=recall_cards.next_due_at(snapshot, account_id),
    )


def cards(snapshot: Snapshot, account_id: int, *, limit: int, max_id: int | None = None) -> tuple[DueCard, ...]:
    """Return the cards of somebody, the newest first, with those they retired."""
    size = max(1, min(limit, MAX_LISTED))
    return dressed(snapshot, account_id, recall_cards.page(snapshot, account_id, limit=size, max_id=max_id))


def card(snapshot: Snapshot, account_id: int, card_id: int) -> DueCard:
    """Return one card. Raises: 404 when it is not theirs, or they may not see its record any more."""
    found = dressed(snapshot, account_id, [_own(recall_cards.by_id(snapshot, card_id), account_id)])
    if not found:
        raise not_found()
    return found[0]


def foreseen(snapshot: Snapshot, account_id: int) -> list[tuple[DueCard, dict[str, int]]]:
    """Return what is due now, and for each answer in how many days it would come again; nothing for a record taken back."""
    found = due(snapshot, account_id)
    return [(one, {} if one.is_withdrawn else _outlook(snapshot, one.card_id)) for one in found]


def _outlook(snapshot: Snapshot, card_id: int) -> dict[str, int]:
    held = recall_cards.by_id(snapshot, card_id)
    memory, today = _memory(snapshot, held) if held else None, _day(snapshot, snapshot.now)
    return {said: days_until(schedule(memory, said, today)) for said in GRADES if said != "retire"}


def dressed(snapshot: Snapshot, account_id: int, held: Sequence[Card]) -> tuple[DueCard, ...]:
    """Return cards with their records, as far as their owner may see them."""
    uris = recall_cards.uris_of(snapshot, _named(held))
    parts = families.parts_of(snapshot, account_id, uris.values())
    by_id = {status_id: parts[uri] for status_id, uri in uris.items() if uri in parts}
    return tuple(
        DueCard(
            card_id=one.id,
            part=by_id[one.status_id],
            origin=one.origin,
            due_at=one.due_at,
            reviews=one.reviews,
            reason=one.reason,
            because=by_id.get(one.because_id or 0),
            is_retired=one.retired_at is not None,
        )
        for one in held
        if one.status_id in by_id
    )


def _named(held: Iterable[Card]) -> list[int]:
    return list(dict.fromkeys(i for one in held for i in (one.status_id, one.because_id) if i is not None))


# ------------------------------------------------------------------ answering


def grade(unit: Unit, account_id: int, card_id: int, grade: str, via: Via) -> Graded:
    """Answer a card that is due, or retire one at any time.

    `do` and `changed` count as remembered; what they lead to is another act. Retiring says nothing about the record.
    Raises: 404; 422 `grade` for an unknown word, for a card that is retired or not due yet.
    """
    said = next((one for one in GRADES if one == grade), None)
    if said is None:
        raise invalid(
            f"“{grade}” is no answer. Choose one of {', '.join(GRADES)}.", field="grade", code="grade-unknown"
        )
    held = _locked(unit, account_id, card_id)
    found = card(unit, account_id, card_id)
    if held.retired_at is not None:
        raise invalid("You retired this. Bring it back first.", field="grade", code="card-retired")
    if found.is_withdrawn:
        said = "retire"
    if said != "retire" and held.due_at > unit.now:
        day = full_day(held.due_at.astimezone(unit.site.zone).date())
        raise invalid(f"This comes again on {day}, not earlier.", field="grade", code="card-not-due")
    _write_down(unit, held, said, via)
    due_at = None if said == "retire" else _next(unit, held, said)
    if said == "retire":
        recall_cards.change(unit, held.id, retired_at=unit.now)
    _end_question(unit, held)
    return Graded(card_id=held.id, status_id=held.status_id, grade=said, due_at=due_at)


def ungrade(unit: Unit, account_id: int, card_id: int) -> DueCard:
    """Take the last answer to a card back; it is as it was before. Raises: 404; 422 when there is none."""
    held, last = _locked(unit, account_id, card_id), recall_cards.last_review(unit, card_id)
    if last is None or last.due_at is None:
        raise invalid("There is no answer to take back.", code="nothing-to-undo")
    recall_cards.remove_review(unit, last.id)
    recall_cards.change(
        unit,
        held.id,
        stability=last.stability,
        difficulty=last.difficulty,
        reviewed_at=last.reviewed_at,
        due_at=last.due_at,
        reason=last.reason,
        reviews=held.reviews if last.grade == "retire" else max(0, held.reviews - 1),
        retired_at=None,
    )
    return card(unit, account_id, card_id)


def make(unit: Unit, account_id: int, status_id: int) -> DueCard:
    """Give somebody a card of a record they may see; one they retired comes back. Raises: 404; 422 when it is withdrawn."""
    part = looping.part_of(unit, account_id, status_id)
    carding.keep(unit, account_id, part.status_id, "kept", is_wish=True)
    held = recall_cards.of_record(unit, account_id, part.status_id)
    if held is None:
        raise invalid("This was taken back, so it is not asked again.", code="state-refused")
    return card(unit, account_id, held.id)


def _own(held: Card | None, account_id: int) -> Card:
    if held is None or held.account_id != account_id:
        raise not_found()
    return held


def _locked(unit: Unit, account_id: int, card_id: int) -> Card:
    return _own(recall_cards.locked(unit, card_id), account_id)


def _write_down(unit: Unit, held: Card, said: Grade, via: Via) -> None:
    before = {name: getattr(held, name) for name in ("stability", "difficulty", "reviewed_at", "due_at", "reason")}
    review = Review(id=unit.new_id(), card_id=held.id, grade=said, via=via, created_at=unit.now, **before)
    recall_cards.add_review(unit, review)


def _next(unit: Unit, held: Card, said: Grade) -> datetime:
    """Schedule a card anew and return when it is due."""
    after = schedule(_memory(unit, held), said, _day(unit, unit.now))
    due_at = carding.morning(unit, recording.today(unit) + timedelta(days=days_until(after)))
    recall_cards.change(
        unit,
        held.id,
        stability=after.stability,
        difficulty=after.difficulty,
        reviewed_at=unit.now,
        due_at=due_at,
        reason=None,
        because_id=None,
        reviews=held.reviews + 1,
    )
    return due_at


def _memory(snapshot: Snapshot, held: Card) -> Memory | None:
    if held.stability is None or held.difficulty is None or held.reviewed_at is None:
        return None
    return Memory(held.stability, held.difficulty, _day(snapshot, held.reviewed_at), _day(snapshot, held.due_at))


def _day(snapshot: Snapshot, instant: datetime) -> datetime:
    """Return the day of an instant in this hospital, as FSRS counts it: whole days, whatever the hour."""
    return datetime.combine(instant.astimezone(snapshot.site.zone).date(), time(), UTC)


def _end_question(unit: Unit, held: Card) -> None:
    """Close the poll that asks what was just answered, without telling anybody that it is over."""
    poll = polls.of_status(unit, held.poll_id) if held.poll_id is not None else None
    if poll is not None and poll.closed_at is None:
        polls.change(unit, poll.status_id, closed_at=unit.now)
        for kind in ("close", "tally"):
            jobs.drop(unit, kind, str(poll.status_id))
