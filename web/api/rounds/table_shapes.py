"""The JSON of measures and tables of numbers in /api/rounds/v1, both ways: with `shapes` the contract."""

from msgspec import Struct, field

from web.api.rounds.shapes import EnteredEntity, MeasureEntity, PointEntity


class PhaseBody(Struct):
    """A day from whose period on the chart begins anew, and why."""

    starts_on: str = ""
    why: str = ""


class BaselineBody(Struct):
    """The days from which centre and limits are taken, both in; both empty: none."""

    from_on: str | None = None
    to_on: str | None = None


class MeasureChange(Struct):
    """What changes about a measure: absent leaves a field as it is, an empty text takes it away; `goal` as text.

    `form`, `every`, `counted` and `per` are locked by the first number. `phases` are all there will be.
    """

    label: str | None = None
    kind: str | None = None
    better: str | None = None
    unit: str | None = None
    goal: float | str | None = None
    definition: str | None = None
    code: str | None = None
    form: str | None = None
    every: str | None = None
    counted: str | None = None
    per: int | None = None
    chart: str | None = None
    rules: str | None = None
    baseline: BaselineBody | None = None
    phases: list[PhaseBody] | None = None


class MeasureDetail(Struct):
    """A measure of this node, by which chart, rules, baseline and phases it is read, and which charts fit it."""

    measure: MeasureEntity
    chart: str
    rules: str
    baseline: BaselineBody | None
    phases: list[PhaseBody]
    charts: list[str]


class ChartQuery(Struct):
    """`chart`: another chart than the one that was chosen, for a look."""

    chart: str | None = None


class RowBody(Struct):
    """One period: the numbers as JSON, or `value` as people write it (`7/20`). No number: the period has none."""

    day: str = ""
    numerator: int | None = None
    denominator: int | None = None
    value: float | str | None = None
    note: str = ""
    excluded: bool = False


class TableBody(Struct):
    """A table: `rows`, or `text` as it is pasted. Or send it as `text/csv`, the answers in the query.

    `decimal` (comma, point) and `days` (day-first, month-first) answer what the table does not say. With `dry_run`
    nothing is saved and each line is told.
    """

    rows: list[RowBody] = field(default_factory=list)
    text: str = ""
    decimal: str | None = None
    days: str | None = None
    dry_run: bool = False


class TableQuery(Struct):
    """The answers beside a `text/csv`."""

    decimal: str | None = None
    days: str | None = None
    dry_run: bool = False


class LineEntity(Struct):
    """A line: its effect (new, replaces, same, left-out, wrong), in words, and the number it gives."""

    line: int
    text: str
    effect: str
    words: str
    starts_on: str | None
    state: str | None
    numerator: int | None
    denominator: int | None
    value: float | None
    note: str | None


class QuestionEntity(Struct):
    """What must be answered first: send `name` with one of the choices."""

    name: str
    words: str
    choices: list[str]


class TableEntity(Struct):
    """What a table gives. `entered` is what was saved, with what stood there before: send it to undo all of it."""

    is_saved: bool
    count: int
    lines: list[LineEntity]
    questions: list[QuestionEntity]
    entered: list[EnteredEntity]


class ChangeBody(Struct):
    """One period of what was saved, as it was answered."""

    starts_on: str = ""
    point: PointEntity | None = None
    previous: PointEntity | None = None


class UndoBody(Struct):
    """What is to be put back: the `entered` of the answer."""

    entered: list[ChangeBody] = field(default_factory=list)


class UndoneEntity(Struct):
    """How many periods were put back; what was changed since is left."""

    count: int
