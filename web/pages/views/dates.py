"""Times as people say them, in the time zone of the hospital; reads no clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from node.learning.phrases import day_words as day_words


@dataclass(frozen=True, slots=True)
class When:
    """A time for machines and for people."""

    iso: str
    words: str


def on_day(day: date, today: date) -> When:
    """Return a day."""
    return When(day.isoformat(), day_words(day, today))


def moment(instant: datetime, now: datetime, zone: tzinfo) -> When:
    """Return how long ago, or the day when it is longer than that."""
    return When(instant.isoformat(timespec="seconds"), _ago(instant, now, zone))


def _ago(instant: datetime, now: datetime, zone: tzinfo) -> str:
    past = now - instant
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{past // timedelta(minutes=1)} min"
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    if past < timedelta(hours=12):
        return f"{past // timedelta(hours=1)} h"
    if local.date() == today:
        return f"today {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return "yesterday"
    return day_words(local.date(), today)
