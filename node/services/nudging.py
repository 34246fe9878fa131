"""Loops that are stuck: their day is past and no number came for four weeks. A colleague may nudge the owner, by hand."""

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from node.errors import Problem, not_found
from node.services import appraising, recording, staffing, voicing
from node.store import accounts as rows_of
from node.store import appraisals
from node.store.appraisals import Stuck
from node.store.unit import Snapshot, Unit

SILENT: Final = timedelta(weeks=4)
BETWEEN: Final = timedelta(days=7)
MAX_SHOWN: Final = 50


class StuckLoop(Struct, frozen=True, kw_only=True):
    """A loop that is stuck. `may_nudge`: it is a colleague's, and nobody nudged them within a week."""

    status_id: int
    title: str
    due_on: date
    days_late: int
    has_numbers: bool
    is_own: bool
    may_nudge: bool


def stuck(snapshot: Snapshot, viewer_id: int, scope: str) -> tuple[StuckLoop, ...]:
    """Return the loops of a scope that are stuck, as far as a reader may see them; of other hospitals none. Raises: 404."""
    if scope == appraising.PEERS:
        return ()
    members = staffing.people_in(snapshot, scope.removeprefix(appraising.UNIT)) if scope != appraising.NODE else None
    found = _stuck(snapshot, viewer_id, members)
    nudged = appraisals.nudged_since(snapshot, {one.account_id for one in found}, snapshot.now - BETWEEN)
    today = recording.today(snapshot)
    return tuple(
        StuckLoop(
            status_id=one.status_id,
            title=one.title,
            due_on=one.due_on,
            days_late=(today - one.due_on).days,
            has_numbers=one.last_number_at is not None,
            is_own=one.account_id == viewer_id,
            may_nudge=one.account_id != viewer_id and one.account_id not in nudged,
        )
        for one in found
    )


def nudge(unit: Unit, account_id: int, status_id: int) -> int:
    """Remind the owner of a stuck loop by a direct post, at most once a week whoever asks; return the post's id.

    Raises: 404 for what is not stuck or not to be seen, 422 for one's own, or when the owner was nudged within a week.
    """
    one = next(iter(_stuck(unit, account_id, None, status_id=status_id)), None)
    owner = rows_of.by_id(unit, one.account_id) if one else None
    if one is None or owner is None:
        raise not_found()
    if owner.id == account_id:
        raise Problem(422, "own-loop", "This loop is yours. Enter a number, or decide.")
    if appraisals.nudged_since(unit, {owner.id}, unit.now - BETWEEN):
        raise Problem(
            422, "nudged-already", "They were reminded within the last week. Give them time, or ask in person."
        )
    url = unit.site.loop_url(status_id)
    text = (
        f"A colleague asks how this is going: {url} Its day is past, and no number came for four weeks. "
        f"Enter one, or decide: stopping is a result too."
    )
    post_id = voicing.say(unit, owner.id, text)
    if post_id is None:
        raise Problem(422, "not-told", "They are told nothing by direct posts here. Ask in person.")
    appraisals.keep_nudge(unit, one.action_id, recording.today(unit), post_id)
    unit.audit(actor=f"account:{account_id}", act="loop.nudge", object=f"status:{status_id}")
    return post_id


def _stuck(
    snapshot: Snapshot, viewer_id: int, members: frozenset[int] | None, *, status_id: int | None = None
) -> list[Stuck]:
    return appraisals.stuck(
        snapshot,
        viewer_id,
        before=recording.today(snapshot),
        silent_since=snapshot.now - SILENT,
        members=members,
        status_id=status_id,
        limit=MAX_SHOWN,
    )
