"""A pasted table cut into lines and cells, and which of its columns is what.

The separator is the one by which most lines have a day. Columns are known by their names in several languages, else by
what is in them; of several lines of heading the lowest speaks first.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from node.errors import Problem, invalid
from node.learning import cells
from node.learning.measures import MAX_POINTS, MeasureDefinition

Role = Literal["day", "numerator", "denominator", "value", "note", "excluded"]

MAX_BYTES: Final = 1_000_000
MAX_LINES: Final = 1000
MAX_COLUMNS: Final = 40
_SEPARATORS: Final = ("\t", ";", ",")
_TOTALS: Final = (
    "total",
    "sum",
    "grand total",
    "summe",
    "gesamt",
    "insgesamt",
    "average",
    "mean",
    "durchschnitt",
    "mittel",
)
_NAMES: Final[Mapping[Role, frozenset[str]]] = {
    "day": frozenset(
        {"date", "day", "week", "month", "quarter", "period", "when", "starts on", "week beginning", "week of"}
        | {"datum", "tag", "woche", "kw", "monat", "quartal", "zeitraum"}
    ),
    "numerator": frozenset(
        {"numerator", "done", "n", "num", "events", "cases", "yes", "count"}
        | {"zähler", "zaehler", "erfüllt", "ereignisse", "anzahl", "fälle"}
    ),
    "denominator": frozenset(
        {"denominator", "all", "of", "out of", "den", "opportunities", "patients", "eligible", "bed days", "exposure"}
        | {"nenner", "alle", "von", "gelegenheiten", "patienten", "pflegetage"}
    ),
    "value": frozenset({"value", "number", "result", "measurement", "wert", "zahl", "messwert", "ergebnis"}),
    "note": frozenset({"note", "notes", "comment", "remark", "annotation", "reason", "notiz", "bemerkung", "kommentar", "grund"}),
    "excluded": frozenset({"excluded", "exclude", "left out", "leave out", "ausgeschlossen", "weggelassen"}),
}  # fmt: skip


class Cut(msgspec.Struct, frozen=True):
    """A line in cells, with its number and its text."""

    number: int
    text: str
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether every cell is blank."""
        return not any(cell.strip() for cell in self.cells)

    def cell(self, place: int | None) -> str:
        """Return a cell, empty where there is none."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


def too_large() -> Problem:
    """Return the refusal of a table that is longer than a chart can hold."""
    return invalid(
        f"This is more than {MAX_LINES} lines or 1 MB. A chart holds {MAX_POINTS} numbers: cut the table, or use a longer period.",
        field="table",
        code="too-large",
    )


def cut(text: str, first: int = 1) -> list[Cut]:
    """Return the lines of a table, the first one with this number. Raises: Problem 422 `table-missing` or `too-large`."""
    rows = text.lstrip("\ufeff").splitlines()
    if len(text) > MAX_BYTES or len(rows) > MAX_LINES:
        raise too_large()
    if not any(row.strip() for row in rows):
        raise invalid("Nothing is in it. Paste lines such as 2026-09-07 7/20.", field="table", code="table-missing")
    best = max(_SEPARATORS, key=lambda mark: _days_by(rows, mark))
    if not _days_by(rows, best):
        best = ""
        if not _days_by(rows, best):
            best = max(_SEPARATORS, key=text.count)
    while rows and not rows[-1].strip():
        rows.pop()
    return list(_split(rows, best, first))


def _split(rows: Sequence[str], mark: str, first: int = 1) -> Iterator[Cut]:
    """Yield the cells of each line. A line is a line: quotation marks hold separators and never line ends."""
    for number, row in enumerate(rows, first):
        if mark == "":
            yield Cut(number, row, tuple(row.strip().split(None, 2)))
            continue
        try:
            found = next(csv.reader(io.StringIO(row), delimiter=mark), [])
        except csv.Error:
            found = row.split(mark)
        yield Cut(number, row, tuple(cell.strip() for cell in found[:MAX_COLUMNS]))


def _days_by(rows: Sequence[str], mark: str) -> int:
    return sum(len(line.cells) > 1 and day_column([line]) is not None for line in _split(rows[:300], mark))


def day_column(lines: Sequence[Cut]) -> int | None:
    """Return the column with the most days or periods, None when no line has one."""
    counts: dict[int, int] = {}
    for line in lines:
        for place, cell in enumerate(line.cells):
            if cells.looks_like_a_day(cell):
                counts[place] = counts.get(place, 0) + 1
    return max(counts, key=lambda place: (counts[place], -place)) if counts else None


def _is_total(line: Cut) -> bool:
    said = cells.plain(next((cell for cell in line.cells if cell.strip()), "")).lower().rstrip(":")
    return any(said == word or said.startswith(f"{word} ") for word in _TOTALS)


def skipped(line: Cut) -> str:
    """Return why a line is passed over, empty when it is not."""
    if line.is_empty:
        return "An empty line."
    return "A total, not a period." if _is_total(line) else ""


# ------------------------------------------------------------------ columns


def _role_of(name: str) -> Role | None:
    said = cells.plain(name).lower().strip("#.:")
    return next((role for role, names in _NAMES.items() if said in names), None)


def has_number(line: Cut) -> bool:
    """Return whether a line holds a number beside its first cell."""
    return any(cells.number(cell, None) is not None for cell in line.cells[1:])


def named_lines(heads: Sequence[Cut]) -> set[int]:
    """Return the lines of the heading: those that name a column, and those beside them that fill several cells."""
    named = [line.number for line in heads if any(_role_of(cell) for cell in line.cells)]
    if not named:
        full = [line.number for line in heads if sum(bool(cell) for cell in line.cells) > 1 and not has_number(line)]
        return {full[-1]} if full else set()
    return {
        line.number
        for line in heads
        if line.number in named
        or (line.number >= named[0] and sum(bool(cell) for cell in line.cells) > 1 and not has_number(line))
    }


def heading(heads: Sequence[Cut]) -> dict[Role, int]:
    """Return which column is named for what; of several lines of heading the lowest speaks first."""
    chosen = named_lines(heads)
    named: dict[Role, int] = {}
    for line in reversed([line for line in heads if line.number in chosen]):
        for place, cell in enumerate(line.cells):
            role = _role_of(cell)
            if role is not None and role not in named and place not in named.values():
                named[role] = place
    return named


def columns_of(measure: MeasureDefinition, named: Mapping[Role, int], data: Sequence[Cut]) -> Mapping[Role, int]:
    """Return which column is what, by name and else by what is in it.

    Raises: Problem 422 `columns-unclear` when there are more columns of numbers than the measure takes.
    """
    columns = dict(named)
    by_form = day_column(data)
    if by_form is not None and (
        "day" not in columns or not any(cells.looks_like_a_day(line.cell(columns["day"])) for line in data)
    ):
        columns["day"] = by_form
    width = max((len(line.cells) for line in data), default=0)
    free = [place for place in range(width) if place not in columns.values()]
    numeric = [place for place in free if _is_numeric(data, place)]
    if measure.form in ("proportion", "rate"):
        _ratio_columns(columns, numeric)
    else:
        _single_column(columns, numeric)
    words = [place for place in free if place not in columns.values() and place not in numeric]
    if "note" not in columns and words:
        columns["note"] = words[0]
    return columns


def _ratio_columns(columns: dict[Role, int], numeric: list[int]) -> None:
    wanted: list[Role] = [role for role in ("numerator", "denominator") if role not in columns]
    if "value" in columns and len(wanted) == 2 and not numeric:
        return
    if len(wanted) == 2 and len(numeric) == 1:
        columns["value"] = numeric[0]
        return
    _check_clear(wanted, numeric, "numerator and denominator")
    columns |= dict(zip(wanted, numeric, strict=False))


def _single_column(columns: dict[Role, int], numeric: list[int]) -> None:
    if "value" not in columns and "numerator" in columns:
        columns["value"] = columns["numerator"]
    wanted: list[Role] = [] if "value" in columns else ["value"]
    _check_clear(wanted, numeric, "value")
    columns |= dict(zip(wanted, numeric, strict=False))


def _check_clear(wanted: Sequence[Role], numeric: Sequence[int], words: str) -> None:
    if wanted and len(numeric) > len(wanted):
        raise invalid(
            f"There are {len(numeric)} columns of numbers, and none says which is the {words}. Write the names "
            "above the columns: date, then numerator and denominator, or value. Decimal commas need semicolons between columns.",
            field="table",
            code="columns-unclear",
        )


def _is_numeric(data: Sequence[Cut], place: int) -> bool:
    filled = [line.cell(place) for line in data if not cells.is_nothing(line.cell(place))]
    if not filled:
        return any(line.cell(place).strip() for line in data) or all(len(line.cells) <= 2 for line in data)
    return 2 * sum(_starts_as_number(cell) for cell in filled) >= len(filled)


def _starts_as_number(cell: str) -> bool:
    text = cells.plain(cell).lower()
    return text.lstrip("+-.,")[:1].isdigit() or text in ("yes", "no", "ja", "nein", "nan", "inf", "infinity")
