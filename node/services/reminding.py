"""Reminders of one's own open actions: a direct post in answer to the action, which any app shows as a notification.

How it works. Once an hour, from seven in the morning to eight in the evening, the actions that want something are found by one
statement. What each is about is noted by a unique key before it is said, so that several processes say it once. The post
names its owner alone and leaves the node never. Who mutes or blocks the voice that says it hears nothing any more.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from node.learning.measures import Every
from node.learning.periods import period_start, relative_period
from node.learning.phrases import day_words, period_words
from node.services import accounts as people
from node.services import recording, tending, voicing
from node.services.tending import NumberDue
from node.store import actions, measures, reminders, statuses
from node.store.actions import Action
from node.store.reminders import Day, Last
from node.store.unit import Snapshot, Unit

BATCH: Final = 5  # actions in a transaction, each with a post: nobody else writes meanwhile
_DAY: Final = timedelta(days=1)
_EVERY: Final[tuple[Every, ...]] = ("day", "week", "month", "quarter")
_COUNTED: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def remind(unit: Unit) -> int:
    """Remind owners of actions that want something, once of each thing; return how many actions were looked at."""
    voice = people.voice(unit)
    if voice is None or not voicing.speaks_now(unit):
        return 0
    found = actions.by_ids(unit, reminders.candidates(unit, voice.id, _day(unit), limit=BATCH))
    today = recording.today(unit)
    missing = tending.numbers_due(unit, found, today)
    since = _latest(unit, [number for numbers in missing.values() for number in numbers])
    for action in found:
        _remind(unit, action, _wants(unit, action, missing[action.id], since))
    return len(found)


def _day(snapshot: Snapshot) -> Day:
    """Return the day it is here; days begin at midnight of the hospital's own time zone, whatever its clocks do."""
    zone, today = snapshot.site.zone, recording.today(snapshot)

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    starts = {every: period_start(today, every) for every in _EVERY}
    last: dict[str, Last] = {
        every: Last(period_start(start - _DAY, every), begins(start)) for every, start in starts.items()
    }
    return Day(today, begins(today), last)


def _latest(snapshot: Snapshot, numbers: Sequence[NumberDue]) -> dict[int, date]:
    return measures.latest(snapshot, [number.measure.id for number in numbers]) if numbers else {}


Want = tuple[str, date, str]  # its kind, the day it is about, and the sentence that says it


def _wants(snapshot: Snapshot, action: Action, missing: Sequence[NumberDue], latest: dict[int, date]) -> list[Want]:
    """Return what an action wants, in sentences."""
    today = recording.today(snapshot)
    late = (today - action.due_on).days
    found: list[Want] = []
    if late in (0, -1):
        found.append(("due", action.due_on, f"This is due {'today' if late == 0 else 'tomorrow'}."))
    elif 0 < late <= reminders.MAX_WEEKS * 7:
        week = action.due_on + _DAY * (1 + (late - 1) // 7 * 7)
        found.append(("overdue", week, f"This was due on {day_words(action.due_on, today)}. Keep, change or stop it?"))
    for number in missing:
        found.append(("number", number.starts_on, _missing(snapshot, action, number, latest.get(number.measure.id))))
    return found


def _missing(snapshot: Snapshot, action: Action, number: NumberDue, latest: date | None) -> str:
    """Say which numbers are missing, and the two ways to enter the last one."""
    measure, today = number.measure, recording.today(snapshot)
    begun = action.created_at.astimezone(snapshot.site.zone).date()
    before = latest or period_start(begun, measure.every) - _DAY
    count = max(relative_period(number.starts_on, before, measure.every), 1)
    if count == 1:
        what = f"The number {for_period(number, today)} is missing"
    else:
        many = _COUNTED[count] if count < len(_COUNTED) else str(count)
        what = f"{many} {measure.every}s of numbers are missing, the last {for_period(number, today)}"
    example = "7/20" if measure.form in ("proportion", "rate") else "yes" if measure.form == "yes-no" else "12"
    return f"{what}. Enter it: {number_url(snapshot, action, number)} or answer this with: !data {example}"


def _remind(unit: Unit, action: Action, wants: Sequence[Want]) -> None:
    claimed = reminders.claim(unit, action.id, list(dict.fromkeys((kind, day) for kind, day, _ in wants)))
    sentences = [sentence for kind, day, sentence in wants if (kind, day) in claimed]
    status = statuses.by_id(unit, action.status_id)
    if not sentences or status is None:
        return
    said = "\n\n".join((f"“{' '.join(action.title.split())}”", *sentences))
    made = voicing.say(unit, action.account_id, said, reply_to=status)
    if made is not None:  # Today and the digest say it all the same
        reminders.said(unit, action.id, made, claimed)


# ------------------------------------------------------------------ words


def number_url(snapshot: Snapshot, action: Action, number: NumberDue) -> str:
    """Return the page with the box for a number that is missing."""
    asked = urlencode({"measure": number.measure.key, "day": number.starts_on.isoformat()})
    return f"{snapshot.site.base_url}/actions/{action.status_id}/numbers?{asked}"


def for_period(number: NumberDue, today: date) -> str:
    """Return which period a number is for, such as "for the week of 16 November"."""
    every = number.measure.every
    return f"for {'' if every == 'day' else 'the '}{period_words(number.starts_on, every, today)}"
