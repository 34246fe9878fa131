"""The JSON that a client of /api/rounds/v1 gets. Ids are text; days are `2027-01-15`.

With `bodies` these structs are the contract: the OpenAPI document is made from them. What services return becomes them in `entities`.
"""

from datetime import date, datetime
from typing import Any

from msgspec import Raw, Struct, field


class Person(Struct):
    """Who wrote a record."""

    id: str
    acct: str
    username: str
    display_name: str
    url: str


class RecordEntity(Struct):
    """A learning, an action or a share with the post that carries it. `record` is its learningRecord as it travels.

    `url` is its permanent link; `licence` and `citation` are those of a record of ours that everybody may read.
    """

    id: str
    uri: str
    url: str
    loop_url: str
    kind: str
    state: str
    title: str
    created_at: datetime
    edited_at: datetime | None
    visibility: str
    author: Person
    place: str
    origin: str
    is_here: bool
    warnings: list[str]
    record: dict[str, Any]
    licence: str | None = None
    citation: str = ""


class MeasureEntity(Struct):
    """How something is counted; `id` only for a measure of this node, to those who may see its numbers."""

    id: str | None
    key: str
    label: str
    kind: str
    form: str
    counted: str
    unit: str | None
    per: int
    better: str
    every: str
    goal: float | None
    definition: str | None


class SignalEntity(Struct):
    """A rule that spoke, and where; periods are counted from the change."""

    rule: str
    side: str | None
    from_period: int
    to_period: int


class SeriesPoint(Struct):
    """A point of a chart. `label` is the first day of its period, where that may be known."""

    period: int
    label: str | None
    state: str
    numerator: int | None
    denominator: int | None
    value: float | None
    note: str | None
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None


class SpanEntity(Struct):
    """The periods from which centre and limits are taken."""

    from_period: int
    to_period: int


class PhaseEntity(Struct):
    """The period from which the chart begins anew, and why."""

    from_period: int
    why: str


class SeriesEntity(Struct):
    """A measure with its points, what they say, and where the drawing is.

    `variation` and `assurance` are the icons of Making Data Count in words; no other rules have them.
    """

    measure: MeasureEntity
    chart: str
    rules: str
    baseline: SpanEntity | None
    phases: list[PhaseEntity]
    description: str
    variation: str | None
    assurance: str | None
    finding: str
    verdict: str
    before: float | None
    after: float | None
    centre: float | None
    is_too_early: bool
    signals: list[SignalEntity]
    points: list[SeriesPoint]
    chart_url: str | None


class ActionEntity(Struct):
    """An action with what came of it; `word` is what one says of it elsewhere.

    `previous_id` and `next_ids` are the cycles before and after it, told where one action is asked for.
    """

    action: RecordEntity
    relation: str
    word: str
    due_on: date
    is_open: bool
    is_overdue: bool
    shares: list[RecordEntity]
    series: list[SeriesEntity]
    previous_id: str | None = None
    next_ids: list[str] = field(default_factory=list)


class BranchEntity(Struct):
    """An action in the lineage, by its id, and those begun from it."""

    action_id: str
    below: list["BranchEntity"]


class RingEntity(Struct):
    """Where a loop stands: each arc is todo, now or done."""

    learned: str
    doing: str
    shared: str
    label: str


class EdgeEntity(Struct):
    """That `child` says it comes from `parent`."""

    child: str
    parent: str
    kind: str


class LoopEntity(Struct):
    """A loop as one thing. `talk` are Status entities of the Mastodon API."""

    id: str
    url: str
    title: str
    root: RecordEntity
    ring: RingEntity
    standing: str
    focus_id: str | None
    actions: list[ActionEntity]
    learnings: list[RecordEntity]
    branches: list[BranchEntity]
    edges: list[EdgeEntity]
    talk: list[Raw]
    is_cut: bool


class LoopSummary(Struct):
    """One of the loops in which somebody has a part."""

    id: str
    url: str
    title: str
    root: RecordEntity
    ring: RingEntity
    last_at: datetime
    is_open: bool
    due_on: date | None
    is_overdue: bool
    action_id: str | None


class NumberDue(Struct):
    """A measure whose last whole period has no number."""

    measure: MeasureEntity
    starts_on: date


class DueEntity(Struct):
    """An undecided action that wants something now."""

    action_id: str
    title: str
    due_on: date
    is_overdue: bool
    is_near: bool
    numbers: list[NumberDue]


class PointEntity(Struct):
    """The number of a period, named by its first day."""

    starts_on: date
    state: str
    numerator: int | None
    denominator: int | None
    value: float | None
    note: str | None
    entered_at: datetime


class EnteredEntity(Struct):
    """What was saved, and what stood there before: send that again to undo."""

    measure_id: str
    starts_on: date
    point: PointEntity | None
    previous: PointEntity | None


class NodeEntity(Struct):
    """A record in the lineage: its type, and whether it is known, withdrawn, gone or unknown."""

    uri: str
    type: str
    state: str


class LineageEntity(Struct):
    """The family of a public record. Every node that knows the same records gives the same hash."""

    uri: str
    scope: str
    hash: str
    nodes: list[NodeEntity] = field(default_factory=list)
    edges: list[EdgeEntity] = field(default_factory=list)


class ErrorEntity(Struct):
    """What is wrong, and what to do. `details` names the field."""

    error: str
    code: str
    details: dict[str, Any] | None = None
