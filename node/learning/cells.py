"""One cell of a table as spreadsheets of several countries write it: a number, a day, a period, or nothing.

A cell that could be read in two ways is not guessed: whoever reads a column looks at all of its cells first, and asks.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

import msgspec

from node.errors import invalid
from node.learning.measures import Every
from node.learning.typed import read_day

Decimal = Literal["comma", "point"]
DayOrder = Literal["day-first", "month-first"]
Grain = Literal["day", "week", "month", "quarter"]

_NOTHING: Final = frozenset(
    {
        "",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "#nv",
        "-",
        "\N{EN DASH}",
        "\N{EM DASH}",
        "k.a.",
        "null",
        "none",
        "missing",
        "fehlt",
    }
)
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9][0-9.,'’]*|[.,][0-9]+)\s*(?P<unit>(?!e[+-]?[0-9])[^0-9\s].{0,39})?", re.I
)
_TIME: Final = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$")
_SLASHED: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})")
_WEEK: Final = re.compile(
    r"(?P<y1>\d{4})[- ]?(?:W|KW)[- ]?(?P<w1>\d{1,2})|(?:W|KW)[- ]?(?P<w2>\d{1,2})[/ -]+(?P<y2>\d{4})", re.I
)
_MONTH: Final = re.compile(r"(?P<y1>\d{4})-(?P<m1>\d{1,2})|(?P<m2>\d{1,2})[/.](?P<y2>\d{4})")
_QUARTER: Final = re.compile(r"(?P<y1>\d{4})[- ]?Q(?P<q1>[1-4])|Q(?P<q2>[1-4])[/ -]*(?P<y2>\d{4})", re.I)
_NAMED: Final = re.compile(r"(?:(?P<day>\d{1,2})\.?[ -])?(?P<month>[^\W\d_]{3,10})\.?[ -](?P<year>\d{4})")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "januar", "jänner"),
            ("feb", "february", "februar"),
            ("mar", "march", "märz", "mär", "mrz"),
            ("apr", "april"),
            ("may", "mai"),
            ("jun", "june", "juni"),
            ("jul", "july", "juli"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october", "okt", "oktober"),
            ("nov", "november"),
            ("dec", "december", "dez", "dezember"),
        ),
        1,
    )
    for name in names
}  # fmt: skip


class Read(msgspec.Struct, frozen=True):
    """A number that was read, and the unit that stood behind it."""

    text: str
    unit: str = ""


class When(msgspec.Struct, frozen=True):
    """A day, and how much of the calendar the cell named by it."""

    day: date
    grain: Grain = "day"


def plain(cell: str) -> str:
    """Return a cell without what cannot be seen, its minus signs and blanks as one writes them."""
    return " ".join(cell.replace("\ufeff", "").replace("\N{MINUS SIGN}", "-").split())


def is_nothing(cell: str) -> bool:
    """Return whether a cell says that there is no number: empty, `NA`, `n/a`, `-`. A zero is a number."""
    return plain(cell).lower() in _NOTHING


# ------------------------------------------------------------------ numbers


def number(cell: str, decimal: Decimal | None, *, is_whole: bool = False) -> Read | None:
    """Return a number with a point before its decimals, or None if the cell is no number.

    With `is_whole` nothing has decimals, so a mark before three digits parts thousands. Without `decimal`, a cell that
    could be read both ways is read as if the point parted the decimals.
    """
    found = _NUMBER.fullmatch(plain(cell))
    if found is None:
        return None
    digits = _grouped(found["digits"], decimal, is_whole=is_whole)
    if digits is None:
        return None
    return Read(f"{found['sign']}{digits}".lstrip("+"), (found["unit"] or "").strip())


def mark_of(cell: str) -> Decimal | Literal["either"] | None:
    """Return what a cell says about its column: which mark parts the decimals, that it may be either, or nothing."""
    found = _NUMBER.fullmatch(plain(cell))
    digits = found["digits"].replace("'", "").replace("’", "") if found else ""
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return None
    if points and commas:
        return "comma" if digits.rfind(",") > digits.rfind(".") else "point"
    if points + commas > 1:
        return "comma" if points else "point"
    mark = "." if points else ","
    head, _, tail = digits.partition(mark)
    if len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0"):
        return "either"
    return "point" if points else "comma"


def agreed(cells: Iterable[str]) -> tuple[Decimal | None, bool]:
    """Return the decimal mark of a column, and whether somebody must be asked for it."""
    said = {mark_of(cell) for cell in cells}
    known = said & {"comma", "point"}
    if len(known) == 1:
        return ("comma" if "comma" in known else "point"), False
    return None, "either" in said


def _grouped(typed: str, decimal: Decimal | None, *, is_whole: bool) -> str | None:
    digits = typed.replace("'", "").replace("’", "")
    said = mark_of(digits)
    if said is None:
        return digits
    if said == "either" and is_whole:
        return digits.replace(".", "").replace(",", "")
    mark = said if said != "either" else decimal or "point"
    part, other = (",", ".") if mark == "comma" else (".", ",")
    whole, _, rest = digits.partition(part)
    groups = whole.split(other)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    if (rest and not rest.isdigit()) or part in rest:
        return None
    rest = rest.rstrip("0") if is_whole else rest
    return f"{''.join(groups) or '0'}.{rest}" if rest else "".join(groups)


# ------------------------------------------------------------------ days


def looks_like_a_day(cell: str) -> bool:
    """Return whether a cell has the form of a day or a period, possible or not."""
    text = _TIME.sub("", plain(cell))
    shapes = (_SLASHED, _DOTTED, _WEEK, _MONTH, _QUARTER)
    if any(shape.fullmatch(text) for shape in shapes) or _month_named(text) is not None:
        return True
    return re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}", text) is not None


def order_of(cell: str) -> DayOrder | Literal["either"] | None:
    """Return what a cell says about its column: day or month first, that it may be either, or nothing."""
    found = _SLASHED.fullmatch(_TIME.sub("", plain(cell)))
    if found is None or found[1] == found[2]:
        return None
    first, second = int(found[1]), int(found[2])
    if first > 12 or second > 12:
        return "day-first" if first > 12 else "month-first"
    return "either"


def agreed_order(cells: Iterable[str]) -> tuple[DayOrder | None, bool]:
    """Return the order of day and month in a column, and whether somebody must be asked for it."""
    said = {order_of(cell) for cell in cells}
    known = said & {"day-first", "month-first"}
    if len(known) == 1:
        return ("day-first" if "day-first" in known else "month-first"), False
    return None, "either" in said


def when(cell: str, order: DayOrder | None = None) -> When:
    """Read a day or a period.

    Shapes: 2026-09-07, 7.9.2026, 07/09/2026, 7 Sep 2026, 2026-W37, KW 37/2026, 2026-09, 09/2026, Sep 2026, 2026-Q3;
    a time behind the day is left away.
    Raises: Problem 422 `day-missing`, `day-unreadable` or `day-impossible`.
    """
    text = _TIME.sub("", plain(cell))
    if found := _SLASHED.fullmatch(text):
        mine = order_of(cell)
        chosen = mine if mine in ("day-first", "month-first") else order
        day, month = (found[2], found[1]) if chosen == "month-first" else (found[1], found[2])
        return When(read_day(f"{_year(found[3])}-{month}-{day}", field="day"))
    if found := _DOTTED.fullmatch(text):
        return When(read_day(f"{_year(found[3])}-{found[2]}-{found[1]}", field="day"))
    return _period(text) or _named(text) or When(read_day(text, field="day"))


def check_grain(cell: str, read: When, every: Every) -> None:
    """Refuse a period where the measure needs a finer one. Raises: Problem 422 `day-too-coarse`."""
    fits = {"day": True, "week": every == "week", "month": every in ("month", "quarter"), "quarter": every == "quarter"}
    if not fits[read.grain]:
        by = {"event": "event"}.get(every, every)
        raise invalid(
            f"“{plain(cell)[:40]}” is a whole {read.grain}; this measure goes by {by}. Write a day.",
            field="day",
            code="day-too-coarse",
        )


def _year(typed: str) -> str:
    return typed if len(typed) == 4 else f"20{typed}"


def _period(text: str) -> When | None:
    if found := _WEEK.fullmatch(text):
        year, week = int(found["y1"] or found["y2"]), int(found["w1"] or found["w2"])
        try:
            return When(date.fromisocalendar(year, week, 1), "week")
        except ValueError:
            raise invalid(f"{year} has no week {week}. Check the week.", field="day", code="day-impossible") from None
    if found := _MONTH.fullmatch(text):
        return When(read_day(f"{found['y1'] or found['y2']}-{found['m1'] or found['m2']}-1", field="day"), "month")
    if found := _QUARTER.fullmatch(text):
        month = int(found["q1"] or found["q2"]) * 3 - 2
        return When(read_day(f"{found['y1'] or found['y2']}-{month}-1", field="day"), "quarter")
    return None


def _month_named(text: str) -> re.Match[str] | None:
    found = _NAMED.fullmatch(text)
    return found if found is not None and found["month"].lower() in _MONTHS else None


def _named(text: str) -> When | None:
    found = _month_named(text)
    if found is None:
        return None
    day = read_day(f"{found['year']}-{_MONTHS[found['month'].lower()]}-{found['day'] or 1}", field="day")
    return When(day, "day" if found["day"] else "month")
