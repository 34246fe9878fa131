"""Many numbers at once: a table that was pasted, uploaded or sent, looked at before anything is kept.

How it works. `preview` reads the table and says of each line what it gives, what it replaces, or what is wrong with it;
it keeps nothing. `save` reads the same table again and keeps all of it or none. What it returns can be put back in one
go by `undo`, which leaves alone what somebody changed since.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from node.errors import Problem, invalid
from node.learning.cells import DayOrder, Decimal
from node.learning.columns import MAX_BYTES as MAX_BYTES
from node.learning.columns import MAX_LINES as MAX_LINES
from node.learning.measures import MAX_POINTS, MeasureDefinition
from node.learning.sheet import Line, Question, Sheet, read_sheet
from node.learning.typed import one_of
from node.services import measuring, plotting
from node.services.measuring import Entered, Point
from node.store import actions, measures
from node.store.actions import Action
from node.store.measures import Measure
from node.store.unit import Snapshot, Unit

Effect = Literal["new", "replaces", "same", "left-out", "wrong"]
_DECIMALS: Final = ("comma", "point")
_ORDERS: Final = ("day-first", "month-first")


class Table(Struct, frozen=True, kw_only=True):
    """A table as text, with the answers to what it does not say itself; `first_line` is the number of its first line."""

    text: str
    decimal: str | None = None
    days: str | None = None
    first_line: int = 1


class Row(Struct, frozen=True, kw_only=True):
    """A line of a table that came in fields: `value` may be a number in words (`7/20`)."""

    day: str = ""
    numerator: int | None = None
    denominator: int | None = None
    value: float | str | None = None
    note: str = ""
    excluded: bool = False


def table_of(rows: Sequence[Row]) -> Table:
    """Return rows as a table whose first line, the heading, counts as line 0."""
    names = [
        name for name in ("numerator", "denominator", "value") if any(getattr(row, name) is not None for row in rows)
    ]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(["date", *(names or ["value"]), "note", "excluded"])
    for row in rows:
        numbers = [getattr(row, name) for name in names or ["value"]]
        cells = ["" if number is None else str(number) for number in numbers]
        writer.writerow([_cell(row.day), *map(_cell, cells), _cell(row.note), "yes" if row.excluded else ""])
    return Table(text=out.getvalue(), decimal="point", first_line=0)


def _cell(text: str) -> str:
    return " ".join(text.split())


class Looked(Struct, frozen=True, kw_only=True):
    """A line and what saving it would do; `held` is what stands there now."""

    line: Line
    effect: Effect
    words: str
    starts_on: date | None = None
    held: Point | None = None


class Preview(Struct, frozen=True, kw_only=True):
    """A table as it would be saved."""

    definition: MeasureDefinition
    lines: tuple[Looked, ...]
    questions: tuple[Question, ...]

    @property
    def count(self) -> int:
        """How many lines would be saved."""
        return sum(one.effect in ("new", "replaces", "same") for one in self.lines)

    @property
    def wrong(self) -> tuple[Looked, ...]:
        """The lines that are wrong."""
        return tuple(one for one in self.lines if one.effect == "wrong")

    @property
    def is_ready(self) -> bool:
        """Whether all of it can be saved as it is."""
        return not self.wrong and not self.questions and self.count > 0


class Change(Struct, frozen=True, kw_only=True):
    """What one line changed: the period, what was saved, and what stood there before."""

    starts_on: date
    point: Point | None = None
    previous: Point | None = None


def preview(snapshot: Snapshot, account_id: int, measure_id: int, table: Table) -> Preview:
    """Return what a table would save, and what is wrong with it, line by line; keep nothing.

    Raises: 404; 422 when it cannot be read at all.
    """
    measure, action = plotting.seen(snapshot, account_id, measure_id)
    sheet = _read(measure, table)
    held = {point.starts_on: point for point in measures.points_of(snapshot, measure.id)}
    lines: list[Looked] = []
    taken: dict[date, int] = {}
    for line in sheet.lines:
        looked = _looked(snapshot, measure, action, line, held)
        if looked.starts_on is not None and looked.starts_on in taken:
            words = f"The same {_noun(measure)} as line {taken[looked.starts_on]}. Keep one of them."
            looked = Looked(line=line, effect="wrong", words=words)
        elif looked.starts_on is not None:
            taken[looked.starts_on] = line.number
        lines.append(looked)
    if len(held.keys() | taken.keys()) > MAX_POINTS:
        raise invalid(
            f"With these the measure has {len(held.keys() | taken.keys())} numbers, more than {MAX_POINTS}. Keep a part.",
            field="table",
            code="too-many",
        )
    return Preview(definition=measure.defined, lines=tuple(lines), questions=sheet.questions)


def save(unit: Unit, account_id: int, measure_id: int, table: Table) -> tuple[Entered, ...]:
    """Save a whole table, all of its lines or none, and return what was saved with what stood there before.

    Raises: 404, 403; 422 naming the first line that is wrong, or the question that is open.
    """
    measure, action = measuring.writable(unit, account_id, measure_id)
    seen = preview(unit, account_id, measure_id, table)
    _check(seen)
    saved = []
    for one in seen.lines:
        if one.starts_on is not None:
            point = _point(unit, account_id, measure, one.starts_on, one.line)
            measures.put_point(unit, point)
            saved.append(Entered(measure_id=measure_id, point=point, previous=one.held, starts_on=one.starts_on))
    _move_on(unit, measure, action, saved)
    return tuple(saved)


def undo(unit: Unit, account_id: int, measure_id: int, changes: Sequence[Change]) -> int:
    """Put back what stood before a table was saved; return how many were put back.

    What somebody changed since is left as it is. Raises: 404, 403, 422.
    """
    measure, action = measuring.writable(unit, account_id, measure_id)
    if len(changes) > MAX_POINTS:
        raise invalid(f"{len(changes)} are more than {MAX_POINTS}.", field="changes", code="too-many")
    count = 0
    for change in changes:
        stands = measures.point_at(unit, measure.id, change.starts_on)
        if stands is None or change.point is None or not _same(stands, change.point):
            continue
        count += 1
        if change.previous is None:
            measures.remove_point(unit, measure.id, change.starts_on)
            continue
        starts_on = measuring.period(unit, measure, action, change.previous.starts_on)
        measures.put_point(unit, _again(unit, account_id, measure, starts_on, change.previous))
    return count


# ------------------------------------------------------------------ inside


def _read(measure: Measure, table: Table) -> Sheet:
    decimal: Decimal | None = None
    days: DayOrder | None = None
    if table.decimal:
        one_of(table.decimal, _DECIMALS, field="decimal", code="decimal-unknown", thing="mark")
        decimal = "comma" if table.decimal == "comma" else "point"
    if table.days:
        one_of(table.days, _ORDERS, field="days", code="days-unknown", thing="order of days")
        days = "day-first" if table.days == "day-first" else "month-first"
    return read_sheet(table.text, measure.defined, decimal=decimal, days=days, first_line=table.first_line)


def _looked(snapshot: Snapshot, measure: Measure, action: Action, line: Line, held: dict[date, Point]) -> Looked:
    if line.day is None:
        return Looked(line=line, effect="left-out" if line.kind == "left-out" else "wrong", words=line.words)
    try:
        starts_on = measuring.period(snapshot, measure, action, line.day)
    except Problem as problem:
        return Looked(line=line, effect="wrong", words=problem.text)
    stands = held.get(starts_on)
    if stands is None:
        return Looked(line=line, effect="new", words=line.words, starts_on=starts_on)
    is_same = _numbers(stands) == _numbers(line)
    words = "Stands there already." if is_same else f"Replaces {_said(stands)}."
    effect: Effect = "same" if is_same else "replaces"
    return Looked(line=line, effect=effect, words=words, starts_on=starts_on, held=stands)


def _numbers(of: Point | Line) -> tuple[object, ...]:
    return of.state, of.numerator, of.denominator, of.value, of.note


def _same(one: Point, other: Point) -> bool:
    return _numbers(one) == _numbers(other)


def _said(point: Point) -> str:
    if point.denominator is not None and point.numerator is not None:
        return f"{point.numerator}/{point.denominator}"
    number = point.value if point.numerator is None else point.numerator
    return "no number" if number is None else f"{number:g}"


def _noun(measure: Measure) -> str:
    return "day" if measure.every == "event" else measure.every


def _check(seen: Preview) -> None:
    """Refuse a table that is not ready, in the words of its first fault."""
    for one in seen.questions:
        raise invalid(f"{one.words} Say so, then save.", field=one.name, code="table-unclear")
    for place, one_line in enumerate(seen.lines):
        if one_line.effect == "wrong":
            words = f"Line {one_line.line.number}: {_small(one_line.words)}{_fine(place)}"
            raise invalid(words, field="table", code=one_line.line.code or "line-wrong")
    if not seen.count:
        raise invalid("No line gives a number. Write lines such as 2026-09-07 7/20.", field="table", code="no-numbers")


def _small(words: str) -> str:
    return words[:1].lower() + words[1:] if words[:1].isascii() and not words[:2].isupper() else words


def _fine(before: int) -> str:
    if not before:
        return ""
    return " Line 1 is fine." if before == 1 else f" Lines 1 to {before} are fine."


def _point(unit: Unit, account_id: int, measure: Measure, starts_on: date, line: Line) -> Point:
    return Point(
        id=unit.new_id(),
        measure_id=measure.id,
        starts_on=starts_on,
        state=line.state,
        numerator=line.numerator,
        denominator=line.denominator,
        value=line.value,
        note=line.note,
        entered_by_id=account_id,
        entered_at=unit.now,
    )


def _again(unit: Unit, account_id: int, measure: Measure, starts_on: date, previous: Point) -> Point:
    """Return a number that stood there, checked like any other: it comes back from outside."""
    new = measuring.NewPoint(
        numerator=previous.numerator,
        denominator=previous.denominator,
        value=previous.value,
        note=previous.note,
        state=previous.state,
    )
    return measuring.typed_point(unit, account_id, measure, starts_on, new)


def _move_on(unit: Unit, measure: Measure, action: Action, saved: Sequence[Entered]) -> None:
    """Let the action go on as if the numbers had been entered one by one."""
    points = [one.point for one in saved if one.point is not None and one.point.state == "shown"]
    if not points:
        return
    last = max(points, key=lambda point: point.starts_on)
    for _ in range(2):  # to doing, and from there to studying
        measuring.move_on(unit, measure, action, last)
        action = actions.by_id(unit, action.id) or action
