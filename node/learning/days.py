"""Days as people say them: `2027-01-15`, `15.1.2027`, `next friday`, `in 2 weeks`, `morgen`, `Ende Januar`.

Pure: what day it is comes in. A weekday or a day without its year is the next one for what is to come (`ahead`), the
last one for what has been. Never guessed: 3/4/2027 is refused, with both readings.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from node.errors import Problem, invalid
from node.learning.phrases import full_day
from node.learning.typed import calendar_day

MAX_WORDS: Final = 6
_MAX_TYPED: Final = 60
_SHOWN: Final = "Write it as 2027-01-15, 15 January 2027, next friday or in 2 weeks."
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag",
            "tuesday tue tues dienstag",
            "wednesday wed mittwoch",
            "thursday thu thur thurs donnerstag",
            "friday fri freitag",
            "saturday sat samstag sonnabend",
            "sunday sun sonntag",
        )
    )
    for name in names.split()
}
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän jänner",
            "february feb februar",
            "march mar märz mär maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_COUNTS: Final = {
    name: number
    for number, names in enumerate(
        (
            "a an one ein eine einem einer einen",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
            "eleven elf",
            "twelve zwölf",
        ),
        start=1,
    )
    for name in names.split()
}
_SIMPLE: Final = {
    "today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "day after tomorrow": 2, "übermorgen": 2,
    "yesterday": -1, "gestern": -1, "day before yesterday": -2, "vorgestern": -2,
}  # fmt: skip
_NEXT: Final = "next|coming|this|nächste[nrs]?|naechste[nrs]?|kommende[nrs]?|diese[nrms]?"
_LAST: Final = "last|past|letzte[nrs]?|vergangene[nrs]?|vorige[nrs]?"
_UNIT: Final = "days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?"
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY: Final = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_COUNT: Final = rf"(?P<count>[0-9]{{1,4}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_OPENING: Final = re.compile(r"(?:(?:by|on|until|till|bis(?: zum)?|am|zum|the|den|der|from|for|since|seit|vom)\s+)+")


def read(typed: str, today: date, *, field: str = "due", is_ahead: bool = True) -> date:
    """Read a day in figures or words.

    Raises: Problem 422 `day-missing`, `day-unreadable`, `day-unclear`, `day-impossible` or `day-far`.
    """
    if not typed.strip():
        raise invalid(f"The day is missing. {_SHOWN}", field=field, code="day-missing")
    found = find(typed, today, field=field, is_ahead=is_ahead)
    if found is None:
        raise invalid(f"“{typed.strip()[:40]}” is not a day. {_SHOWN}", field=field, code="day-unreadable")
    return found


def find(typed: str, today: date, *, field: str = "due", is_ahead: bool = True) -> date | None:
    """Return the day that a whole text says, if it says one. Raises: as `read`, for one that cannot be."""
    said = " ".join(typed.casefold().replace(",", " ").split()).strip(" :;!?")
    said = said if said[-2:-1].isdigit() else said.rstrip(".")
    if not said or len(said) > _MAX_TYPED:
        return None
    bare = said[opening.end() :] if (opening := _OPENING.match(said)) else said
    for shape, reader in _SHAPES:
        if match := shape.fullmatch(bare):
            try:
                return _within(reader(match, _Asked(today, field, is_ahead)), field)
            except OverflowError:
                raise _far(field) from None
    return None


def leading(typed: str, today: date, *, field: str = "due") -> tuple[date, str] | None:
    """Return the day with which a text begins, or which it ends in after `by`, and the rest of the text.

    Raises: Problem 422 for one that cannot be.
    """
    ends = [match.end() for match in re.finditer(r"\S+", typed)][:MAX_WORDS]
    for end in reversed(ends):
        day = find(typed[:end], today, field=field)
        if day is not None:
            return day, typed[end:].lstrip(" \t\n:,;.-–")
    for start in reversed([match.start() for match in re.finditer(r"\b(?:by|until|till|bis)\s", typed, re.I)][-8:]):
        day = find(typed[start:].rstrip(" ."), today, field=field)
        if day is not None:
            return day, typed[:start].rstrip(" \t\n,;")
    return None


def trailing(typed: str, today: date, *, field: str = "day") -> tuple[str, date | None]:
    """Return what stands before the day that a text ends in, and that day, which has been.

    Raises: Problem 422 for one that cannot be.
    """
    starts = [match.start() for match in re.finditer(r"\S+", typed)][-MAX_WORDS:]
    for start in starts:
        day = find(typed[start:], today, field=field, is_ahead=False)
        if day is not None:
            return typed[:start].rstrip(" \t\n,;"), day
    return typed, None


# ------------------------------------------------------------------ one shape each


class _Asked(Struct, frozen=True):
    today: date
    field: str
    is_ahead: bool


_Match = re.Match[str]
_Reader = Callable[[_Match, _Asked], date]


def _iso(match: _Match, asked: _Asked) -> date:
    return calendar_day(int(match["year"]), int(match["month"]), int(match["day"]), field=asked.field)


def _dotted(match: _Match, asked: _Asked) -> date:
    return _yearless(int(match["month"]), int(match["day"]), match["year"], asked)


def _slashed(match: _Match, asked: _Asked) -> date:
    first, second, year = int(match["first"]), int(match["second"]), _year(match["year"])
    if 1 <= first <= 12 and 1 <= second <= 12 and first != second:
        one, other = date(year, second, first), date(year, first, second)
        said = f"“{match[0]}” can be {full_day(one)} or {full_day(other)}. Write {one} or {other}."
        raise invalid(said, field=asked.field, code="day-unclear")
    day, month = (second, first) if second > 12 >= first else (first, second)
    return calendar_day(year, month, day, field=asked.field)


def _named(match: _Match, asked: _Asked) -> date:
    return _yearless(_MONTHS[match["month"]], int(match["day"]), match["year"], asked)


def _simple(match: _Match, asked: _Asked) -> date:
    return asked.today + timedelta(days=_SIMPLE[match[0]])


def _counted(match: _Match, asked: _Asked) -> date:
    return _moved(asked.today, _count(match["count"]), match["unit"])


def _ago(match: _Match, asked: _Asked) -> date:
    return _moved(asked.today, -_count(match["count"]), match["unit"])


def _next(match: _Match, asked: _Asked) -> date:
    return _moved(asked.today, 0 if match["which"].startswith(("this", "dies")) else 1, match["unit"])


def _last(match: _Match, asked: _Asked) -> date:
    return _moved(asked.today, -1, match["unit"])


def _weekday(match: _Match, asked: _Asked) -> date:
    return _first_after(asked.today, match["weekday"]) if asked.is_ahead else _last_until(asked.today, match["weekday"])


def _next_weekday(match: _Match, asked: _Asked) -> date:
    is_this = match["which"].startswith(("this", "dies"))
    return (
        _last_until(asked.today, match["weekday"])
        if is_this and not asked.is_ahead
        else _first_after(asked.today, match["weekday"])
    )


def _last_weekday(match: _Match, asked: _Asked) -> date:
    return _last_until(asked.today - timedelta(days=1), match["weekday"])


def _weekday_next_week(match: _Match, asked: _Asked) -> date:
    monday = asked.today - timedelta(days=asked.today.weekday())
    return monday + timedelta(days=7 + _WEEKDAYS[match["weekday"]])


def _end(match: _Match, asked: _Asked) -> date:
    unit, step = match["unit"][0], 1 if match["which"] else 0
    if unit == "w":
        return asked.today + timedelta(days=6 - asked.today.weekday() + 7 * step)
    if unit in "jy":
        return date(asked.today.year + step, 12, 31)
    return _last_of_month(_moved(asked.today.replace(day=1), step, "month"))


def _end_named(match: _Match, asked: _Asked) -> date:
    month = _MONTHS[match["month"]]
    year = _year(match["year"]) if match["year"] else asked.today.year
    if not match["year"]:
        year += (asked.is_ahead and month < asked.today.month) - (not asked.is_ahead and month > asked.today.month)
    return _last_of_month(calendar_day(year, month, 1, field=asked.field))


# ------------------------------------------------------------------ counting


def _moved(day: date, count: int, unit: str) -> date:
    if unit[0] in "dt":
        return day + timedelta(days=count)
    if unit[0] == "w":
        return day + timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit[0] in "yj" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _count(typed: str) -> int:
    return int(typed) if typed.isdigit() else _COUNTS[typed]


def _year(typed: str) -> int:
    return int(typed) if len(typed) == 4 else 2000 + int(typed)


def _yearless(month: int, day: int, year: str | None, asked: _Asked) -> date:
    """Return a day of a year, or, where none is said, the nearest one from today on or until today."""
    if year:
        return calendar_day(_year(year), month, day, field=asked.field)
    leap = (month, day) == (2, 29)
    first = asked.today.year
    nearest = range(first, first + 9) if asked.is_ahead else range(first, first - 9, -1)
    for this in nearest:
        if leap and not calendar.isleap(this):
            continue
        found = calendar_day(this, month, day, field=asked.field)
        if found >= asked.today if asked.is_ahead else found <= asked.today:
            return found
    raise _far(asked.field)


def _first_after(today: date, weekday: str) -> date:
    return today + timedelta(days=(_WEEKDAYS[weekday] - today.weekday() - 1) % 7 + 1)


def _last_until(today: date, weekday: str) -> date:
    return today - timedelta(days=(today.weekday() - _WEEKDAYS[weekday]) % 7)


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _within(day: date, field: str) -> date:
    if not 1900 <= day.year <= 2099:
        raise _far(field)
    return day


def _far(field: str) -> Problem:
    return invalid("That day is too far away. Check the number.", field=field, code="day-far")


# ------------------------------------------------------------------ all shapes


def _shapes() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    year, ordinal, week = r"(?P<year>[0-9]{4})", "(?:st|nd|rd|th|\\.)?", "(?:week|woche)"
    weekday, unit, month = rf"(?P<weekday>{_WEEKDAY})", rf"(?P<unit>{_UNIT})", rf"(?P<month>{_MONTH})"
    next_one, last_one = rf"(?P<which>{_NEXT})", rf"(?P<which>{_LAST})"
    of_the = "(?: of)?(?: the| des| der)?"
    for shape, reader in (
        (rf"{year}-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})", _iso),
        (r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4}|[0-9]{2})?", _dotted),
        (r"(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/(?P<year>[0-9]{4}|[0-9]{2})", _slashed),
        (rf"(?P<day>[0-9]{{1,2}}){ordinal}(?: of)? {month}\.?(?: {year})?", _named),
        (rf"{month}\.? (?P<day>[0-9]{{1,2}}){ordinal}(?: {year})?", _named),
        ("|".join(_SIMPLE), _simple),
        (rf"in {_COUNT} {unit}", _counted),
        (rf"{_COUNT} {unit} ago", _ago),
        (rf"vor {_COUNT} {unit}", _ago),
        (rf"{next_one} {unit}", _next),
        (rf"{last_one} {unit}", _last),
        (weekday, _weekday),
        (rf"{next_one} {weekday}", _next_weekday),
        (rf"{last_one} {weekday}", _last_weekday),
        (rf"{weekday}(?: of)? (?:next|nächste[nr]?) {week}", _weekday_next_week),
        (rf"(?:next|nächste) {week}(?: on| am)? {weekday}", _weekday_next_week),
        (rf"(?:end|ende){of_the}(?: {next_one})? (?P<unit>week|month|year|woche|monat|jahr)(?:e?s)?", _end),
        (rf"(?:end|ende)(?: of)? {month}(?: {year})?", _end_named),
    ):
        yield re.compile(shape), reader


_SHAPES: Final = tuple(_shapes())
