"""What a command is about: the record that the posts above it lead to, as far as its author may see them."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from federation.records import fields
from node.services import recording
from node.services.accounts import voice
from node.store import actions, commands, measures, records, shares, statuses
from node.store.actions import Action
from node.store.commands import CommandRow
from node.store.statuses import Status
from node.store.unit import Snapshot

MAX_ABOVE: Final = 40


class Meant(Struct, frozen=True):
    """A post that a command is about, and its record, if it carries one."""

    status: Status
    record: fields.Record | None


def meant(snapshot: Snapshot, account_id: int, status: Status) -> Meant | None:
    """Return the nearest record above a post, or the nearest post that is none; None where nothing is."""
    first: Status | None = None
    for above in _above(snapshot, account_id, status):
        led = _led_to(snapshot, above)
        target = above if led is None else statuses.visible(snapshot, led, account_id)
        kept = records.of_status(snapshot, target.id) if target is not None else None
        if target is not None and kept is not None:
            return Meant(target, recording.typed(kept))
        if first is None and led is None and not _is_of_the_house(snapshot, above):
            first = above
    return Meant(first, None) if first is not None else _last_meant(snapshot, account_id, status)


def _last_meant(snapshot: Snapshot, account_id: int, status: Status) -> Meant | None:
    """Return what somebody's last command in a thread was about: what stood between is deleted."""
    row = commands.newest_done(snapshot, account_id, status.context_uri)
    led = action_of(snapshot, row) if row is not None else None
    target = statuses.visible(snapshot, led, account_id) if led is not None else None
    kept = records.of_status(snapshot, target.id) if target is not None else None
    return Meant(target, recording.typed(kept)) if target is not None and kept is not None else None


def own_action(snapshot: Snapshot, account_id: int, about: Meant) -> Action | None:
    """Return the action of an account that a record stands for: itself, what it reports on, or the newest one based on it."""
    found = actions.of_status(snapshot, about.status.id)
    if found is None and (share := shares.of_status(snapshot, about.status.id)) is not None:
        found = actions.by_id(snapshot, share.action_id)
    if found is not None and found.account_id == account_id:
        return found
    uris = [about.status.uri]
    if isinstance(about.record, fields.LearningShare):
        uris.append(about.record.reports_on)
    return actions.newest_based_on(snapshot, account_id, uris)


def action_of(snapshot: Snapshot, row: CommandRow) -> int | None:
    """Return the status id of what a command made, or of the action that its measure belongs to."""
    if row.made_id is not None:
        return row.made_id
    measure = measures.by_id(snapshot, row.measure_id) if row.measure_id is not None else None
    action = actions.by_id(snapshot, measure.action_id) if measure is not None else None
    return action.status_id if action is not None else None


def command_at(snapshot: Snapshot, status_id: int | None) -> CommandRow | None:
    """Return the command that a post is, or that it answers in the node's voice."""
    if status_id is None:
        return None
    return commands.of_status(snapshot, status_id) or commands.answered_by(snapshot, status_id)


def _above(snapshot: Snapshot, account_id: int, status: Status) -> Iterator[Status]:
    passed = {status.id}
    at = status.reply_to_id
    while at is not None and at not in passed and len(passed) <= MAX_ABOVE:
        passed.add(at)
        found = statuses.visible(snapshot, at, account_id)
        if found is None:
            return
        yield found
        at = found.reply_to_id


def _led_to(snapshot: Snapshot, status: Status) -> int | None:
    """Return where a command, the answer to one, a reminder or a question of the node leads."""
    if not status.is_local or status.visibility != "direct":
        return None
    row = command_at(snapshot, status.id)
    if row is not None:
        return action_of(snapshot, row)
    return commands.reminded_action(snapshot, status.id) or commands.asked_about(snapshot, status.id)


def _is_of_the_house(snapshot: Snapshot, status: Status) -> bool:
    """Tell whether a post is a command or something the node says: nothing that anybody tries."""
    speaker = voice(snapshot)
    is_said = speaker is not None and status.account_id == speaker.id
    return is_said or commands.of_status(snapshot, status.id) is not None
