"""What becomes a card: one's own learnings, what one keeps or tries, slowly what those one follows learned.

Also what makes a card due before its time: somebody else's result in the same lineage, and a record that is taken back.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from federation.records.fields import Learning, LearningAction, LearningShare
from node.services import recording
from node.store import recall_cards, records, statuses, users
from node.store.recall_cards import KINDS, Card
from node.store.records import KeptRecord
from node.store.unit import Snapshot, Unit

MORNING: Final = time(7)
BATCH: Final = 25  # people in a transaction: whoever else writes waits no longer than for these
MOST_DUE: Final = 5
OLDEST: Final = timedelta(days=30)


def keep(unit: Unit, account_id: int, status_id: int, origin: str, *, is_wish: bool = False) -> bool:
    """Give one of our people a card of a record, first due the next morning; False when they have one, or it is no record.

    `is_wish`: they asked for it, so that a retired card comes back.
    """
    kept = records.of_status(unit, status_id)
    if (
        kept is None
        or kept.type not in KINDS
        or kept.state == "withdrawn"
        or users.by_account(unit, account_id) is None
    ):
        return False
    card = Card(
        id=unit.new_id(),
        account_id=account_id,
        status_id=status_id,
        origin=origin,
        due_at=tomorrow(unit),
        created_at=unit.now,
    )
    if recall_cards.insert(unit, card):
        return True
    held = recall_cards.of_record(unit, account_id, status_id)
    if is_wish and held is not None and held.retired_at is not None:
        recall_cards.change(unit, held.id, retired_at=None, due_at=max(held.due_at, tomorrow(unit)))
        return True
    return False


def let_go(unit: Unit, account_id: int, status_id: int) -> None:
    """Retire the card of what somebody keeps no longer, if that is why they have it."""
    held = recall_cards.of_record(unit, account_id, status_id)
    if held is not None and held.origin == "kept" and held.retired_at is None:
        recall_cards.change(unit, held.id, retired_at=unit.now)


# ------------------------------------------------------------------ what a record leads to


def of_author(unit: Unit, kept: KeptRecord) -> None:
    """Give the author of a new record a card: of their own learning, or of what their action begins from."""
    record = recording.typed(kept)
    if isinstance(record, Learning):
        keep(unit, kept.account_id, kept.status_id, "own")
        if record.relation == "supersedes" and record.based_on:
            _replace(unit, kept.account_id, record.based_on)
    elif isinstance(record, LearningAction):
        begun_from = statuses.by_uri(unit, record.based_on)
        if begun_from is not None:
            keep(unit, kept.account_id, begun_from.id, "tried")


def _replace(unit: Unit, account_id: int, uri: str) -> None:
    """Retire somebody's card of what they know better by now."""
    older = statuses.by_uri(unit, uri)
    held = recall_cards.of_record(unit, account_id, older.id) if older is not None else None
    if held is not None and held.retired_at is None:
        recall_cards.change(unit, held.id, retired_at=unit.now)


def of_lineage(unit: Unit, kept: KeptRecord) -> int:
    """Make the cards in the lineage of a result due, of whoever else may see it; return how many."""
    record = recording.typed(kept)
    if not isinstance(record, LearningShare | LearningAction) or record.decision is None:
        return 0
    reason = "stopped" if record.decision == "abandon" else "result"
    named = records.connected(unit, kept.uri) - {kept.uri}
    return recall_cards.bring_forward(
        unit, named, (kept.status_id, reason), today=midnight(unit), tomorrow=tomorrow(unit)
    )


def taken_back(unit: Unit, kept: KeptRecord) -> None:
    """Make the cards of a withdrawn record due, so that everybody hears of it once."""
    recall_cards.tell(unit, kept.status_id)


# ------------------------------------------------------------------ what those one follows learned


def introduce(unit: Unit, after_id: int = 0) -> int | None:
    """Give some of our people a card of what somebody they follow learned lately: one a day, while little is due.

    Returns after whom to go on; None: that was everybody.
    """
    people = recall_cards.readers_after(unit, after_id, limit=BATCH)
    for account_id in people:
        _introduce(unit, account_id)
    return people[-1] if len(people) == BATCH else None


def _introduce(unit: Unit, account_id: int) -> None:
    if recall_cards.was_introduced(unit, account_id, since=midnight(unit)):
        return
    if len(recall_cards.shown(unit, account_id, limit=MOST_DUE)) >= MOST_DUE:
        return
    status_id = recall_cards.newest_followed(unit, account_id, since=unit.now - OLDEST)
    if status_id is not None:
        keep(unit, account_id, status_id, "followed")


# ------------------------------------------------------------------ days


def midnight(snapshot: Snapshot) -> datetime:
    """Return when today began in this hospital."""
    return datetime.combine(recording.today(snapshot), time(), snapshot.site.zone)


def tomorrow(snapshot: Snapshot) -> datetime:
    """Return the next morning in this hospital."""
    return morning(snapshot, recording.today(snapshot) + timedelta(days=1))


def morning(snapshot: Snapshot, day: date) -> datetime:
    """Return the morning of a day in this hospital."""
    return datetime.combine(day, MORNING, snapshot.site.zone)
