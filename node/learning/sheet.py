"""A table of numbers as it was pasted or uploaded: which column is what, and every line read or said to be wrong.

How it works. Bytes become text by their byte-order mark; the separator is the one by which most lines have a day. What
stands before the first line with a day is a title or the heading, what says total is left out, and every other line is
a number, a period without one, or wrong in words of its own. What could be read both ways is asked about once.
It keeps nothing, and does not know what the measure holds already.

Source: bug reports about imports: a byte-order mark that hid a column, decimals by comma, blanks read as zero, a title
read as the heading, a total stored as a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from node.errors import Problem, invalid
from node.learning import cells
from node.learning.cells import DayOrder, Decimal
from node.learning.columns import (
    MAX_BYTES,
    Cut,
    Role,
    columns_of,
    cut,
    day_column,
    has_number,
    heading,
    named_lines,
    skipped,
    too_large,
)
from node.learning.entries import Entry, entry_point, parse_entry, unit_refusal
from node.learning.measures import MAX_POINTS, MeasureDefinition, State
from node.learning.typed import line as one_line

Kind = Literal["number", "left-out", "wrong"]

_YES: Final = frozenset({"1", "x", "y", "yes", "true", "ja", "wahr"})
_NO: Final = frozenset({"", "0", "n", "no", "false", "nein", "falsch", "-"})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line: its number and text, and either the numbers it gives, or in words why it gives none."""

    number: int
    text: str
    kind: Kind
    words: str = ""
    code: str = ""
    day: date | None = None
    state: State = "shown"
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None


class Question(msgspec.Struct, frozen=True):
    """What the table does not say: `decimal` (comma or point) or `days` (day-first or month-first)."""

    name: Literal["decimal", "days"]
    words: str
    choices: tuple[tuple[str, str], ...]


class Sheet(msgspec.Struct, frozen=True):
    """A table that was read: its lines, and what must be answered before they are certain."""

    lines: tuple[Line, ...]
    questions: tuple[Question, ...] = ()

    @property
    def numbers(self) -> tuple[Line, ...]:
        """The lines that give a number or say that there is none."""
        return tuple(line for line in self.lines if line.kind == "number")

    @property
    def wrong(self) -> tuple[Line, ...]:
        """The lines that are wrong."""
        return tuple(line for line in self.lines if line.kind == "wrong")


class _Reading(msgspec.Struct, frozen=True):
    measure: MeasureDefinition
    columns: Mapping[Role, int]
    decimal: Decimal | None
    order: DayOrder | None

    @property
    def is_ratio(self) -> bool:
        return self.measure.form in ("proportion", "rate")

    @property
    def is_whole(self) -> bool:
        return self.is_ratio or self.measure.form in ("count", "time-between", "yes-no")


# ------------------------------------------------------------------ bytes to text


def text_of(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 by its mark, UTF-8, or as Western spreadsheets of old save it.

    Raises: Problem 422 `too-large` or `not-a-table`.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except UnicodeDecodeError:
        raise _no_table() from None


def _checked(text: str) -> str:
    if "\0" in text:
        raise _no_table()
    return text


def _no_table() -> Problem:
    return invalid(
        "This is no table of text. Save it as CSV, or copy the cells and paste them.", field="table", code="not-a-table"
    )


def read_sheet(
    text: str,
    measure: MeasureDefinition,
    *,
    decimal: Decimal | None = None,
    days: DayOrder | None = None,
    first_line: int = 1,
) -> Sheet:
    """Return a table read for a measure; `decimal` and `days` answer its questions.

    Raises: Problem 422 when it is empty, too long, or its columns cannot be told apart.
    """
    whole = cut(text, first_line)
    first = next((place for place, line in enumerate(whole) if day_column([line]) is not None), None)
    data = [] if first is None else [line for line in whole[first:] if not skipped(line)]
    heads = whole if first is None else whole[:first]
    columns = columns_of(measure, heading(heads), data)
    reading, questions = _agree(measure, columns, data, decimal, days)
    lines = [*_before(heads, has_data=first is not None), *(_line(reading, line) for line in whole[len(heads) :])]
    return Sheet(_bounded(lines), questions)


def _before(heads: Sequence[Cut], *, has_data: bool) -> Iterator[Line]:
    names = named_lines(heads)
    for line in heads:
        if why := skipped(line):
            yield _left_out(line, why)
        elif line.text.lower().startswith("sep="):
            yield _left_out(line, "Says which mark parts the columns.")
        elif line.number in names:
            yield _left_out(line, "The heading.")
        elif has_data and not has_number(line):
            yield _left_out(line, "A title, or words above the table.")
        else:
            said = cells.plain(line.cell(0))[:40]
            why = f"“{said}” is not a day." if said else "The day is missing."
            yield _wrong(line, f"{why} Write it as 2026-09-07.", "day-unreadable")


def _left_out(line: Cut, why: str) -> Line:
    return Line(number=line.number, text=line.text, kind="left-out", words=why)


def _wrong(line: Cut, words: str, code: str) -> Line:
    return Line(number=line.number, text=line.text, kind="wrong", words=words, code=code)


def _bounded(lines: Sequence[Line]) -> tuple[Line, ...]:
    if sum(line.kind == "number" for line in lines) > MAX_POINTS:
        raise invalid(
            f"There are more than {MAX_POINTS} numbers. A chart holds no more: use a longer period, or a part.",
            field="table",
            code="too-many",
        )
    return tuple(lines)


def _agree(
    measure: MeasureDefinition,
    columns: Mapping[Role, int],
    data: Sequence[Cut],
    decimal: Decimal | None,
    days: DayOrder | None,
) -> tuple[_Reading, tuple[Question, ...]]:
    questions = []
    reading = _Reading(measure, columns, decimal, days)
    if not reading.is_whole and "value" in columns and decimal is None:
        decimal, is_open = cells.agreed(line.cell(columns["value"]) for line in data)
        if is_open:
            questions.append(_ask_decimal(data, columns["value"]))
    if days is None and "day" in columns:
        days, is_open = cells.agreed_order(line.cell(columns["day"]) for line in data)
        if is_open:
            questions.append(_ask_days(data, columns["day"]))
    return _Reading(measure, columns, decimal, days), tuple(questions)


def _ask_decimal(data: Sequence[Cut], place: int) -> Question:
    cell = next(cells.plain(line.cell(place)) for line in data if cells.mark_of(line.cell(place)) == "either")
    small, large = cells.number(cell, "point"), cells.number(cell, "comma")
    if "," in cell:
        small, large = large, small
    first, second = ("comma", "point") if "," in cell else ("point", "comma")
    return Question(
        "decimal",
        f"Is {cell} a number between {cell.split('.')[0].split(',')[0]} and the next one, or one with thousands?",
        (
            (first, f"{small.text if small else cell} (the mark parts the decimals)"),
            (second, f"{large.text if large else cell}"),
        ),
    )


def _ask_days(data: Sequence[Cut], place: int) -> Question:
    cell = next(cells.plain(line.cell(place)) for line in data if cells.order_of(line.cell(place)) == "either")
    first, second = cells.when(cell, "day-first").day, cells.when(cell, "month-first").day
    return Question(
        "days",
        f"Which day is {cell}?",
        (("day-first", f"{first:%-d %B %Y}"), ("month-first", f"{second:%-d %B %Y}")),
    )


# ------------------------------------------------------------------ one line


def _line(reading: _Reading, line: Cut) -> Line:
    if why := skipped(line):
        return _left_out(line, why)
    try:
        return _number(reading, line)
    except Problem as problem:
        return _wrong(line, problem.text, problem.code)


def _number(reading: _Reading, line: Cut) -> Line:
    typed = line.cell(reading.columns.get("day"))
    found = cells.when(typed, reading.order)
    cells.check_grain(typed, found, reading.measure.every)
    note = one_line(line.cell(reading.columns.get("note")), 140, field="note") or None
    state = _state(reading, line, note)
    entry = _entry(reading, line)
    if entry is None:
        return Line(
            number=line.number,
            text=line.text,
            kind="number",
            words="No number.",
            day=found.day,
            state="missing",
            note=note,
        )
    point = entry_point(reading.measure, entry)
    return Line(
        number=line.number,
        text=line.text,
        kind="number",
        day=found.day,
        state=state,
        numerator=point.numerator,
        denominator=point.denominator,
        value=point.value,
        note=note,
    )


def _state(reading: _Reading, line: Cut, note: str | None) -> State:
    said = cells.plain(line.cell(reading.columns.get("excluded"))).lower()
    if said in _NO:
        return "shown"
    if said not in _YES:
        raise invalid(f"“{said[:40]}” is neither yes nor no. Write yes to leave it out.", field="excluded")
    if not note:
        raise invalid(
            "It is left out and no note says why. The chart shows the reason.", field="note", code="reason-missing"
        )
    return "excluded"


def _entry(reading: _Reading, line: Cut) -> Entry | None:
    """Return what a line gives, None when it says that there is no number."""
    whole = line.cell(reading.columns.get("value"))
    if "value" in reading.columns and not (reading.is_ratio and "numerator" in reading.columns):
        return None if cells.is_nothing(whole) else _single(reading, whole)
    top, bottom = line.cell(reading.columns.get("numerator")), line.cell(reading.columns.get("denominator"))
    if cells.is_nothing(top) and cells.is_nothing(bottom):
        return None
    return Entry(numerator=_count(reading, top), denominator=_count(reading, bottom))


def _single(reading: _Reading, cell: str) -> Entry:
    read = cells.number(cell, reading.decimal, is_whole=reading.is_whole)
    if read is None or reading.is_ratio:
        return parse_entry(cells.plain(cell))
    unit_refusal(reading.measure, read.text, read.unit)
    return parse_entry(read.text)


def _count(reading: _Reading, cell: str) -> int | None:
    if cells.is_nothing(cell):
        return None
    read = cells.number(cell, reading.decimal, is_whole=True)
    if read is None:
        raise invalid(f"“{cells.plain(cell)[:40]}” is not a number.", code="entry-unreadable")
    if read.unit:
        raise invalid(f"“{cells.plain(cell)[:40]}” has a unit. Counts are whole numbers.", code="entry-unit")
    return parse_entry(f"{read.text}/1").numerator
