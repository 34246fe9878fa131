"""What people type around a loop, read and checked: one box into title and text, days, lines and choices.

Pure; knows neither forms nor commands. Every refusal says what is wrong, with the value, and then what to do.
"""

import calendar
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from federation.records.doubts import without_controls
from node.errors import invalid
from node.learning.phrases import full_day

MAX_TITLE: Final = 120
MAX_TEXT: Final = 500
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_DAY_SHAPES: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})"),
)
_ENDING: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_SHORT_WORDS: Final = frozenset(
    {
        *("approx", "ca", "cf", "dr", "e.g", "fig", "i.e", "incl", "mr", "mrs", "ms", "nr", "prof", "vs"),
        *("bzw", "d.h", "evtl", "ggf", "inkl", "usw", "vgl", "z.b"),
    }
)
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}


class Boxed(Struct, frozen=True):
    """One box as a record holds it."""

    title: str
    text: str | None


def split_box(typed: str, *, field: str = "text") -> Boxed:
    """Split one box: the title is the first sentence or line, cut at a word at 120; the text is the rest.

    Title and text follow each other in the box, so both are found in a post that shows the box.
    Raises: Problem 422 `text-missing` or `too-long`.
    """
    whole = _clean(typed)
    if not whole:
        raise invalid("Nothing is written yet. One sentence is enough.", field=field, code="text-missing")
    end = _end_of_title(whole)
    title, rest = whole[:end].strip(), whole[end:].strip()
    if len(rest) > MAX_TEXT:
        raise invalid(
            f"{len(rest)} characters after the first sentence are more than {MAX_TEXT}. "
            f"Shorten it by {len(rest) - MAX_TEXT}, or make two of it.",
            field=field,
            code="too-long",
        )
    return Boxed(title, rest or None)


def text(typed: str, limit: int, *, field: str) -> str:
    """Give a text trimmed, in NFC and without control characters; it may be empty.

    Raises: Problem 422 `too-long`.
    """
    clean = _clean(typed)
    if len(clean) > limit:
        raise invalid(
            f"{len(clean)} characters are more than {limit}. Shorten it by {len(clean) - limit}.",
            field=field,
            code="too-long",
        )
    return clean


def line(typed: str, limit: int, *, field: str) -> str:
    """Give a text on one line; it may be empty.

    Raises: Problem 422 `too-long`.
    """
    return text(" ".join(typed.split()), limit, field=field)


def one_of(typed: str, choices: Sequence[str], *, field: str, code: str, thing: str) -> str:
    """Give a word that must be one of some.

    Raises: Problem 422 with `code`.
    """
    if typed not in choices:
        listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
        said = f"“{typed[:40]}” is no {thing}." if typed else f"The {thing} is missing."
        raise invalid(f"{said} Choose {listed}.", field=field, code=code)
    return typed


def read_day(typed: str, *, field: str = "due") -> date:
    """Read a day of the calendar.

    Shapes: 2027-01-15, 15.1.2027.
    Raises: Problem 422 `day-missing`, `day-unreadable` or `day-impossible`.
    """
    typed = typed.strip()
    if not typed:
        raise invalid("The day is missing. Write it as 2027-01-15.", field=field, code="day-missing")
    found = next((match for shape in _DAY_SHAPES if (match := shape.fullmatch(typed))), None)
    if found is None:
        raise invalid(f"“{typed[:40]}” is not a day. Write it as 2027-01-15.", field=field, code="day-unreadable")
    return calendar_day(int(found["year"]), int(found["month"]), int(found["day"]), field=field)


def calendar_day(year: int, month: int, day: int, *, field: str) -> date:
    """Give a day of the calendar.

    Raises: Problem 422 `day-impossible`, which says which day is the last one.
    """
    wrong = _wrong_day(year, month, day)
    if wrong is not None:
        raise invalid(wrong, field=field, code="day-impossible")
    return date(year, month, day)


def check_due(due: date, today: date, *, field: str = "due") -> None:
    """Check that something new is due today or later.

    Raises: Problem 422 `day-past`.
    """
    if due < today:
        raise invalid(f"{full_day(due)} is past. Choose today or a later day.", field=field, code="day-past")


def _wrong_day(year: int, month: int, day: int) -> str | None:
    if not 1 <= month <= 12:
        return f"There is no month {month}. Write the day as 2027-01-15."
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"{year} is out of range. Years from {_FIRST_YEAR} to {_LAST_YEAR} are possible."
    last = calendar.monthrange(year, month)[1]
    if 1 <= day <= last:
        return None
    return f"{day} {calendar.month_name[month]} does not exist. The last day is the {last}{_ordinal(last)}."


def _ordinal(number: int) -> str:
    return "th" if 11 <= number % 100 <= 13 else _ORDINALS.get(number % 10, "th")


def _clean(typed: str) -> str:
    halves = "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= letter <= "\udfff" else letter for letter in typed)
    lines = without_controls("\n".join(halves.splitlines())).split("\n")
    return unicodedata.normalize("NFC", "\n".join(one.strip() for one in lines)).strip()


def _end_of_title(whole: str) -> int:
    """Where the first sentence or line ends, or the last word that fits, whichever comes first."""
    end = len(whole.partition("\n")[0])
    for ending in _ENDING.finditer(whole, 0, end):
        if _is_sentence(whole, ending):
            end = ending.end()
            break
    return end if len(whole[:end].strip()) <= MAX_TITLE else _last_word(whole)


def _is_sentence(whole: str, ending: re.Match[str]) -> bool:
    """Before a small letter nothing ends, nor does a full stop after a single letter, a number or a shortened word."""
    if ending[0][0] in "。！？":
        return True
    if whole[ending.end() :].lstrip()[:1].islower():
        return False
    before = whole[: ending.start()].rpartition(" ")[2].lower().lstrip("(\"'“")
    return ending[0][0] != "." or not (len(before) == 1 or before.isdigit() or before in _SHORT_WORDS)


def _last_word(whole: str) -> int:
    space = max(whole.rfind(" ", 0, MAX_TITLE + 1), whole.rfind("\t", 0, MAX_TITLE + 1))
    if space > 0:
        return space
    end = MAX_TITLE
    while end > 1 and (unicodedata.category(whole[end])[0] == "M" or "\u200d" in whole[end - 1 : end + 1]):
        end -= 1
    return end
