"""Reactions that make cards, bring them forward, and take a vote in a poll of @recall as an answer."""

from node.events import Bookmarked, RecordKept, Unbookmarked, VotesCast
from node.services import asking, carding
from node.store import accounts, records
from node.store.unit import Unit


def author(unit: Unit, event: RecordKept) -> None:
    """Give one of ours a card of what they recorded, or of what they act upon."""
    kept = records.of_status(unit, event.status_id)
    person = accounts.by_id(unit, kept.account_id) if kept is not None else None
    if kept is not None and event.is_new and person is not None and person.is_local:
        carding.of_author(unit, kept)


def lineage(unit: Unit, event: RecordKept) -> None:
    """Let a new result make the cards around it due; a record that is taken back makes its own due."""
    kept = records.of_status(unit, event.status_id)
    if kept is None or event.is_old:
        return
    if kept.state == "withdrawn":
        carding.taken_back(unit, kept)
    elif event.is_new or kept.type == "LearningAction":  # a share that is corrected is no news
        carding.of_lineage(unit, kept)


def kept(unit: Unit, event: Bookmarked) -> None:
    """Give whoever bookmarks a record a card of it."""
    carding.keep(unit, event.account_id, event.status_id, "kept", is_wish=True)


def let_go(unit: Unit, event: Unbookmarked) -> None:
    """Retire that card when the bookmark goes."""
    carding.let_go(unit, event.account_id, event.status_id)


def voted(unit: Unit, event: VotesCast) -> None:
    """Take a vote as an answer, if the poll asks about a card."""
    asking.answer(unit, event.status_id, event.account_id, event.choices)
