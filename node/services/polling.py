"""Polls: asked, seen, answered, counted, and over. For ours and for theirs alike."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from node.entities.instance import MAX_OPTION_CHARS, MAX_OPTIONS, MAX_POLL_S, MIN_POLL_S
from node.entities.poll import is_over
from node.errors import invalid, not_found
from node.events import PollCounted, PollEnded, VotesCast
from node.services import writing
from node.services.writing import Asked
from node.store import jobs, living, polls, statuses
from node.store.polls import Poll
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

STALE: Final = timedelta(minutes=5)
_encode = msgspec.json.Encoder().encode


class NewPoll(Struct, frozen=True, kw_only=True):
    """A poll as its author typed it."""

    options: tuple[str, ...]
    lasts_s: int
    is_multiple: bool = False
    hides_totals: bool = False


def asked(snapshot: Snapshot, new: NewPoll, status_id: int | None = None) -> Asked:
    """Return a poll of ours to write; `status_id` is the post when it is there already. Raises: 422 naming the field."""
    options = tuple(stripped for option in new.options if (stripped := option.strip()))
    if not 2 <= len(options) <= MAX_OPTIONS:
        raise invalid(f"Validation failed: a poll needs 2 to {MAX_OPTIONS} options", field="poll.options")
    if len({option.casefold() for option in options}) < len(options):
        raise invalid("Validation failed: two options of the poll are the same", field="poll.options")
    if any(len(option) > MAX_OPTION_CHARS for option in options):
        text = f"Validation failed: an option may have at most {MAX_OPTION_CHARS} characters"
        raise invalid(text, field="poll.options")
    if not MIN_POLL_S <= new.lasts_s <= MAX_POLL_S:
        text = f"Validation failed: a poll may last {MIN_POLL_S} to {MAX_POLL_S} seconds"
        raise invalid(text, field="poll.expires_in")
    ends_at = _end(snapshot, new, status_id)
    return Asked(options=options, is_multiple=new.is_multiple, hides_totals=new.hides_totals, ends_at=ends_at)


def _end(snapshot: Snapshot, new: NewPoll, status_id: int | None) -> datetime:
    """Return when a poll ends: apps send how long it lasts again with every edit, which prolongs nothing."""
    lasts = timedelta(seconds=new.lasts_s)
    status = statuses.by_id(snapshot, status_id) if status_id is not None else None
    held = polls.of_status(snapshot, status.id) if status is not None else None
    if status is None or held is None or held.ends_at is None:
        return snapshot.now + lasts
    is_same = abs(held.ends_at - status.created_at - lasts) < timedelta(seconds=1)
    return held.ends_at if is_same else snapshot.now + lasts


def is_held(snapshot: Snapshot, status_id: int, new: Asked | None) -> bool:
    """Tell whether a post asks exactly this already."""
    held = polls.of_status(snapshot, status_id)
    if held is None or new is None:
        return held is None and new is None
    said = (held.options, held.is_multiple, held.hides_totals, held.ends_at)
    return said == (list(new.options), new.is_multiple, new.hides_totals, new.ends_at)


def show(snapshot: Snapshot, viewer_id: int | None, poll_id: int) -> bytes:
    """Return a poll as its reader sees it. Raises: 404 when there is none, or the reader may not see its post."""
    _seen(snapshot, viewer_id, poll_id)
    return _encode(living.poll_entities(snapshot, [poll_id], viewer_id)[poll_id])


def wants_renewal(snapshot: Snapshot, poll_id: int) -> bool:
    """Tell whether a peer's poll was last asked for so long ago that its numbers may be others by now."""
    poll = polls.of_status(snapshot, poll_id)
    status = statuses.by_id(snapshot, poll_id)
    if poll is None or status is None or status.is_local or poll.closed_at is not None:
        return False
    seen_at = poll.fetched_at or status.received_at
    return seen_at < snapshot.now - STALE and (poll.ends_at is None or seen_at < poll.ends_at)


def ask_for_renewal(unit: Unit, poll_id: int) -> None:
    """Have a peer asked how its poll stands."""
    status = statuses.by_id(unit, poll_id)
    if status is not None and not status.is_local:
        polls.change(unit, poll_id, fetched_at=unit.now)
        jobs.add(unit, "renew", status.uri, uri=status.uri)


def vote(unit: Unit, account_id: int, poll_id: int, choices: Collection[int]) -> bytes:
    """Vote in a poll and return it. Raises: 404 as `show`; 422 when it is over, one's own, or these are no choices."""
    status = _seen(unit, account_id, poll_id)
    poll = polls.locked(unit, poll_id)
    if poll is None:
        raise not_found()
    _check_vote(unit, status, poll, account_id, choices)
    count(unit, status, account_id, sorted(set(choices)))
    return show(unit, account_id, poll_id)


def _check_vote(unit: Unit, status: Status, poll: Poll, account_id: int, choices: Collection[int]) -> None:
    if is_over(poll, unit.now):
        raise invalid("Validation failed: The poll has already ended")
    if status.account_id == account_id:
        raise invalid("Validation failed: You can't vote in your own polls")
    if any(not 0 <= choice < len(poll.options) for choice in choices):
        raise invalid("Validation failed: The chosen vote option does not exist", field="choices")
    before = polls.choices(unit, [poll.status_id], account_id).get(poll.status_id, [])
    if set(before) & set(choices) or (before and not poll.is_multiple):
        raise invalid("Validation failed: You have already voted on this poll")
    if len(set(choices)) > 1 and not poll.is_multiple:
        raise invalid("Validation failed: This poll takes one choice", field="choices")


def count(unit: Unit, status: Status, account_id: int, choices: Sequence[int], *, uri: str | None = None) -> None:
    """Count what an account chose, as far as it may: each option once, one alone of a single choice, none after the end."""
    poll = polls.locked(unit, status.id)
    if poll is None or is_over(poll, unit.now) or status.account_id == account_id:
        return
    before = polls.choices(unit, [status.id], account_id).get(status.id, [])
    chosen = [choice for choice in choices if choice not in before and 0 <= choice < len(poll.options)]
    if not poll.is_multiple:
        chosen = [] if before else chosen[:1]
    if not chosen:
        return
    polls.add_votes(unit, status.id, account_id, chosen, uri=uri)
    tallies = [votes + (place in chosen) for place, votes in enumerate(poll.tallies)]
    voters = poll.voters_count if before or poll.voters_count is None else poll.voters_count + 1
    polls.change(unit, status.id, tallies=tallies, voters_count=voters)
    unit.record(VotesCast(status.id, account_id, tuple(chosen)))


def renew(unit: Unit, status: Status, newer: Asked) -> None:
    """Take a peer's newer numbers over; those of ours who voted hear at once when it is over early."""
    held = polls.of_status(unit, status.id)
    writing.ask_again(unit, status, newer)
    if held is not None and not is_over(held, unit.now) and newer.closed_at is not None:
        unit.record(PollEnded(status.id))


def expect_end(unit: Unit, status_id: int, *, is_new: bool = False) -> None:
    """Have a poll closed at its end, if it has one, whenever that was before."""
    poll = polls.of_status(unit, status_id)
    if not is_new:
        jobs.drop(unit, "close", str(status_id))
    if poll is not None and poll.ends_at is not None and poll.closed_at is None:
        jobs.add(unit, "close", str(status_id), at=poll.ends_at, status_id=status_id)


def uri_to_renew(snapshot: Snapshot, status_id: int) -> str | None:
    """Return where a peer's poll is found, to be asked for its last numbers."""
    status = statuses.by_id(snapshot, status_id)
    return status.uri if status is not None and not status.is_local else None


def close(unit: Unit, status_id: int) -> None:
    """End a poll whose time has come. One that was prolonged meanwhile is waited for again."""
    status, poll = statuses.by_id(unit, status_id), polls.locked(unit, status_id)
    if status is None or poll is None or (status.is_local and poll.closed_at is not None):
        return
    if not is_over(poll, unit.now):
        expect_end(unit, status_id)
        return
    if status.is_local:
        jobs.drop(unit, "tally", str(status_id))  # the end tells them too
        polls.change(unit, status_id, closed_at=poll.ends_at)
    unit.record(PollEnded(status_id))


def tell_results(unit: Unit, status_id: int) -> None:
    """Say how a poll of ours stands. From here on the next vote asks for the next time."""
    poll = polls.locked(unit, status_id)
    jobs.drop(unit, "tally", str(status_id))
    if poll is not None and not poll.hides_totals:
        unit.record(PollCounted(status_id))


def _seen(snapshot: Snapshot, viewer_id: int | None, poll_id: int) -> Status:
    status = statuses.visible(snapshot, poll_id, viewer_id)
    if status is None or polls.of_status(snapshot, poll_id) is None:
        raise not_found()
    return status
