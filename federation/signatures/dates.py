"""Dates as HTTP headers carry them (RFC 9110, section 5.6.7), without the locale and without a clock."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS: Final = {name: number for number, name in enumerate(_MONTHS, 1)}
_DATE: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:GMT|UTC|\+0000)"
)


@lru_cache(maxsize=256)
def parse_date(text: str) -> datetime | None:
    """Read `Mon, 16 Feb 2026 12:00:00 GMT`; None when it is no such date."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(
            int(year), _MONTH_NUMBERS[month], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC
        )
    except (KeyError, ValueError):
        return None


def format_date(at: datetime) -> str:
    """Write an aware time the way HTTP wants it."""
    at = at.astimezone(UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} GMT"
