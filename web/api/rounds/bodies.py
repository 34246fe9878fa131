"""The JSON that a client of /api/rounds/v1 may send. Ids are text; days are `2027-01-15`.

With `shapes` these structs are the contract: the OpenAPI document is made from them.
"""

from msgspec import Struct


class LearningBody(Struct):
    """What was learned. `text` alone is one box; with `title` it is the rest. `source`: a DOI, PMID, link or a name."""

    text: str = ""
    title: str | None = None
    source_kind: str | None = None
    source: str | None = None
    source_label: str | None = None
    question: str | None = None
    answer: str | None = None
    harm_level: str | None = None
    topics: list[str] | None = None
    setting: str | None = None
    specialty: str | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None
    based_on: str | None = None
    relation: str | None = None
    learned_from: str | None = None


class LearningChange(Struct):
    """What changes about a learning: absent leaves a field as it is, an empty text takes it away."""

    title: str | None = None
    text: str | None = None
    source_kind: str | None = None
    source: str | None = None
    source_label: str | None = None
    question: str | None = None
    answer: str | None = None
    harm_level: str | None = None
    topics: list[str] | None = None
    setting: str | None = None
    specialty: str | None = None
    state: str | None = None


class AimBody(Struct):
    """What shall change, for whom, how much, by when."""

    what: str
    whom: str | None = None
    how_much: str | None = None
    by: str | None = None


class MeasureBody(Struct):
    """How something is counted. `every` is day, week, month or quarter; `chart` and `rules` are those it is read by."""

    label: str
    kind: str = "process"
    form: str = "proportion"
    better: str = "up"
    counted: str = "people"
    every: str | None = None
    unit: str | None = None
    per: int | None = None
    goal: float | None = None
    definition: str | None = None
    code: str | None = None
    chart: str | None = None
    rules: str | None = None
    baseline_from_on: str | None = None
    baseline_to_on: str | None = None


class ActionBody(Struct):
    """What will be tried because of a post (`based_on`: its id here, or its id or address on its own server), and by when.

    Without `measures` those of the action that is adopted or adapted are taken over; an empty list is none.
    """

    based_on: str
    due_on: str
    change: str = ""
    title: str | None = None
    relation: str | None = None
    measures: list[MeasureBody] | None = None
    aim: AimBody | None = None
    prediction: str | None = None
    plan: str | None = None
    steps: list[str] | None = None
    topics: list[str] | None = None
    setting: str | None = None
    specialty: str | None = None
    day_zero_on: str | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None


class ActionChange(Struct):
    """What changes about an action: absent leaves a field as it is, an empty text takes it away."""

    title: str | None = None
    change: str | None = None
    due_on: str | None = None
    prediction: str | None = None
    plan: str | None = None
    steps: list[str] | None = None
    setting: str | None = None
    aim: AimBody | None = None
    day_zero_on: str | None = None
    state: str | None = None


class DecisionBody(Struct):
    """What was decided: adopt, adapt or abandon, which needs a reason."""

    decision: str
    decision_reason: str | None = None


class PointBody(Struct):
    """The number of a period: `entry` as people write it (`7/20`, `7.5`, `yes`), or the numbers themselves; `is_missing` says there is none."""

    entry: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None
    is_missing: bool = False


class NumberBody(PointBody):
    """A number for an action: without `day` today's; `measure` is the key of one of several; none yet: it makes one."""

    day: str | None = None
    measure: str | None = None


class ReasonBody(Struct):
    """Why a number is left out."""

    reason: str = ""


class ShareBody(Struct):
    """What came of an action."""

    action_id: str
    decision: str
    sentence: str
    decision_reason: str | None = None
    title: str | None = None
    outcome: str | None = None
    learned: str | None = None
    modifications: str | None = None
    again: str | None = None
    language: str | None = None
    visibility: str | None = None
    licence: str | None = None


class ShareChange(Struct):
    """What is corrected in a share: absent leaves a field as it is, an empty text takes it away."""

    sentence: str | None = None
    decision_reason: str | None = None
    outcome: str | None = None
    learned: str | None = None
    modifications: str | None = None
    again: str | None = None


class WithdrawalBody(Struct):
    """Why a record is taken back: mistaken, harmful, duplicate, data-error, privacy or other, and a sentence."""

    reason: str = ""
    explanation: str = ""


class LineageQuery(Struct):
    """The id of a public record on the wire."""

    uri: str
