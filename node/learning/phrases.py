"""Days, periods and excerpts as the node says them: `14 September`, `Friday 15 January 2027`, `week of 16 November`.

Reads no clock.
"""

from datetime import date
from typing import Final

from node.learning.measures import Every

_PERIODS: Final = {"week": "week of ", "month": "month from ", "quarter": "quarter from "}


def day_words(day: date, today: date) -> str:
    """Say a day, with its year only when it is not this one."""
    return f"{day.day} {day:%B}" if day.year == today.year else full_day(day)


def full_day(day: date) -> str:
    """Say a day with its year, where it is read later."""
    return f"{day.day} {day:%B %Y}"


def week_day(day: date) -> str:
    """Say a day with its weekday and year, where somebody plans for it."""
    return f"{day:%A} {full_day(day)}"


def period_words(start: date, every: Every, today: date) -> str:
    """Say a period by its first day; a day and an event are the day alone."""
    return f"{_PERIODS.get(every, '')}{day_words(start, today)}"


def period_title(start: date, every: Every, today: date) -> str:
    """Say a period at the beginning of a line."""
    said = period_words(start, every, today)
    return said[0].upper() + said[1:]


def shortened(text: str, most: int) -> str:
    """Return a text in at most so many characters, with an ellipsis where it is cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
