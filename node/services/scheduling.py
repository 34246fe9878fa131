"""Posts that wait for their time: kept as their author sent them, published by a job through `posting` like any other.

How it works. Everything is checked when a post is scheduled, as if it were published then, and again when it is. Its files
are reserved until then. The job takes the row and posts in one transaction, so that a post comes once or not at all; one
that cannot be published any more stays in its author's list.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from node.entities.scheduled import Sent, scheduled_json
from node.errors import Problem, forbidden, invalid, not_found
from node.services import attaching, posting
from node.services.drafting import Draft
from node.services.reading import Page
from node.social.visibility import INSIDE
from node.store import accounts, jobs, media, scheduled, statuses, users
from node.store.database import Database
from node.store.media import Media
from node.store.scheduled import Scheduled
from node.store.unit import Snapshot, Unit

SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(days=5 * 366)
MOST: Final = 300
MOST_A_DAY: Final = 25
_log = logging.getLogger("rounds.jobs")


def schedule(unit: Unit, author_id: int, draft: Draft, due_at: datetime) -> int:
    """Keep a post for a later time and return the id it waits under. Raises: as `posting.post`; 422 for the time."""
    accounts.hold(unit, (author_id,))
    _check_time(unit, author_id, due_at)
    waiting = _whole(draft, posting.prepared(unit, author_id, draft))
    row = Scheduled(
        id=unit.new_id(),
        account_id=author_id,
        due_at=due_at,
        params=msgspec.to_builtins(waiting),
        app_id=draft.app_id,
        created_at=unit.now,
    )
    scheduled.insert(unit, row)
    media.reserve(unit, row.id, draft.media_ids)
    _expect(unit, row.id, due_at)
    return row.id


def _whole(draft: Draft, made: posting.Prepared) -> Draft:
    """Return a draft that says what its author's preferences said when it was written."""
    publication = made.publication
    seen_by = publication.command_for or publication.visibility
    is_inside = seen_by in INSIDE
    return msgspec.structs.replace(
        draft,
        visibility=None if is_inside else seen_by,
        is_for_house=is_inside,
        is_sensitive=publication.content.is_sensitive,
        language=publication.content.language,
        quote_policy=publication.quote_policy,
        idempotency_key=None,
    )


def _check_time(snapshot: Snapshot, author_id: int, due_at: datetime, *, but: int | None = None) -> None:
    if due_at - snapshot.now < SOONEST:
        text = f"Validation failed: the time must be at least {SOONEST.seconds // 60} minutes from now"
        raise invalid(text, field="scheduled_at")
    if due_at - snapshot.now > LATEST:
        raise invalid("Validation failed: the time must be within five years", field="scheduled_at")
    if scheduled.count(snapshot, author_id, but=but) >= MOST:
        raise invalid(f"Validation failed: at most {MOST} posts may wait", field="scheduled_at", code="too-many")
    day = due_at.replace(hour=0, minute=0, second=0, microsecond=0)
    on_it = scheduled.count_between(snapshot, author_id, day, day + timedelta(days=1), but=but)
    if on_it >= MOST_A_DAY:
        text = f"Validation failed: at most {MOST_A_DAY} posts may wait for one day"
        raise invalid(text, field="scheduled_at", code="too-many")


def _expect(unit: Unit, scheduled_id: int, due_at: datetime) -> None:
    jobs.drop(unit, "publish", str(scheduled_id))
    jobs.add(unit, "publish", str(scheduled_id), at=due_at, scheduled_id=scheduled_id)


# ------------------------------------------------------------------ what its author asks


def page(snapshot: Snapshot, account_id: int, which: Page) -> list[tuple[int, dict[str, Any]]]:
    """Return a page of the posts of an account that wait: (id, ScheduledStatus), the newest first."""
    rows = scheduled.page(snapshot, account_id, which)
    files = media.of_scheduled(snapshot, [row.id for row in rows]) if rows else []
    return [(row.id, _entity(snapshot, row, files)) for row in rows]


def show(snapshot: Snapshot, account_id: int, scheduled_id: int) -> dict[str, Any]:
    """Return a post of one's own that waits. Raises: 404."""
    row = _own(snapshot, account_id, scheduled_id)
    return _entity(snapshot, row, media.of_scheduled(snapshot, [row.id]))


def move(unit: Unit, account_id: int, scheduled_id: int, due_at: datetime | None) -> dict[str, Any]:
    """Let a post of one's own wait for another time and return it; None changes nothing. Raises: 404, 422."""
    _own(unit, account_id, scheduled_id)
    if due_at is not None:
        _check_time(unit, account_id, due_at, but=scheduled_id)
        scheduled.move(unit, scheduled_id, due_at)
        _expect(unit, scheduled_id, due_at)
    return show(unit, account_id, scheduled_id)


def cancel(unit: Unit, account_id: int, scheduled_id: int) -> None:
    """Give a post of one's own up that waits; its files are free again for a day. Raises: 404."""
    row = _own(unit, account_id, scheduled_id)
    media.reserve(unit, None, _draft(row).media_ids)
    scheduled.take(unit, scheduled_id)
    jobs.drop(unit, "publish", str(scheduled_id))


def _own(snapshot: Snapshot, account_id: int, scheduled_id: int) -> Scheduled:
    row = scheduled.of_account(snapshot, account_id, scheduled_id)
    if row is None:
        raise not_found()
    return row


def _entity(snapshot: Snapshot, row: Scheduled, files: list[Media]) -> dict[str, Any]:
    draft = _draft(row)
    held = {file.id: file for file in files if file.scheduled_id == row.id}
    poll = draft.poll
    sent = Sent(
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        is_sensitive=draft.is_sensitive,
        visibility=draft.visibility or "private",  # none: it is for the house
        is_for_house=draft.is_for_house,
        language=draft.language,
        reply_to_id=draft.reply_to_id,
        quote_of_id=draft.quote_of_id,
        quote_policy=draft.quote_policy,
        media_ids=draft.media_ids,
        allowed_ids=draft.allowed_ids,
        app_id=row.app_id,
        poll=None
        if poll is None
        else {
            "options": list(poll.options),
            "expires_in": poll.lasts_s,
            "multiple": poll.is_multiple,
            "hide_totals": poll.hides_totals,
        },
    )
    shown = [attaching.media_view(held[i], snapshot.site) for i in draft.media_ids if i in held]
    return scheduled_json(row.id, row.due_at, sent, shown)


def _draft(row: Scheduled) -> Draft:
    return msgspec.convert(row.params, Draft)


# ------------------------------------------------------------------ its time has come


async def publish(db: Database, scheduled_id: int) -> None:
    """Publish a post whose time has come, once; one that may not be published any more stays where its author sees it."""
    try:
        await db.write(_publish, scheduled_id)
    except Problem as error:
        if error.status >= 500:
            raise
        _log.info("a post that waited for its time cannot be published: %s", error.code)


def _publish(unit: Unit, scheduled_id: int) -> None:
    row = scheduled.take(unit, scheduled_id)
    if row is None:
        return
    if row.due_at > unit.now:  # it was moved while the job was under way
        raise Problem(503, "busy", "This post waits for another time")
    author = users.by_account(unit, row.account_id)
    if author is None or author.disabled_at is not None:
        raise forbidden("Who wrote this post may not sign in any more")
    status_id = posting.post(unit, row.account_id, _draft(row))
    statuses.pass_key(unit, row.account_id, row.id, status_id)
