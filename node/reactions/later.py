"""Reactions that ask for something at a later time: a poll's numbers told, and its end."""

from datetime import timedelta
from typing import Final

from node.events import StatusEdited, StatusPosted, VotesCast
from node.services import polling
from node.store import accounts, jobs, statuses
from node.store.unit import Unit

BETWEEN_TALLIES: Final = timedelta(minutes=3)


def tally(unit: Unit, event: VotesCast) -> None:
    """Have the numbers of a poll of ours told in a while, however many vote until then."""
    status = statuses.by_id(unit, event.status_id)
    if status is not None and status.is_local:
        jobs.add(unit, "tally", str(status.id), at=unit.now + BETWEEN_TALLIES, status_id=status.id)


def end_of_poll(unit: Unit, event: StatusPosted | StatusEdited) -> None:
    """Have a poll of ours closed when its time has come."""
    status = statuses.by_id(unit, event.status_id)
    if status is not None and status.is_local:
        polling.expect_end(unit, status.id, is_new=isinstance(event, StatusPosted))


def end_for_voter(unit: Unit, event: VotesCast) -> None:
    """Have somebody of ours told when the poll of a peer that they voted in is over."""
    status, voter = statuses.by_id(unit, event.status_id), accounts.by_id(unit, event.account_id)
    if status is not None and not status.is_local and voter is not None and voter.is_local:
        polling.expect_end(unit, status.id)
