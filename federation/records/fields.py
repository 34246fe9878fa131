"""The fields of a learningRecord as frozen structs: what each may hold, and nothing about whether it is to be believed.

How it works: Python names are snake_case, wire names camelCase. Days stay strings as they travel (`2026-03-02`; `day_zero`
may be a month). Unknown fields are accepted and dropped. Constraints that look at more than one field, and the form of
URLs, are checked in `records.shape`. Source: learning-record SPEC sections 2, 4 and 6.
"""

from typing import Annotated, Final, Literal
from urllib.parse import quote

from msgspec import Meta, Struct

SCHEMA_VERSION: Final = 1
TYPES: Final = ("Learning", "LearningAction", "LearningShare", "ClinicalCase")

_LINE: Final = r"\A[^\r\n]*\S[^\r\n]*\Z"
_SOME: Final = r"\S"
_DAY: Final = r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"
_DAY_OR_MONTH: Final = r"\A20[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?\Z"

Line40 = Annotated[str, Meta(min_length=1, max_length=40, pattern=_LINE)]
Line60 = Annotated[str, Meta(min_length=1, max_length=60, pattern=_LINE)]
Line80 = Annotated[str, Meta(min_length=1, max_length=80, pattern=_LINE)]
Line100 = Annotated[str, Meta(min_length=1, max_length=100, pattern=_LINE)]
Line120 = Annotated[str, Meta(min_length=1, max_length=120, pattern=_LINE)]
Line140 = Annotated[str, Meta(min_length=1, max_length=140, pattern=_LINE)]
Line200 = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE)]
Line300 = Annotated[str, Meta(min_length=1, max_length=300, pattern=_LINE)]
Text300 = Annotated[str, Meta(min_length=1, max_length=300, pattern=_SOME)]
Text500 = Annotated[str, Meta(min_length=1, max_length=500, pattern=_SOME)]
Url = Annotated[str, Meta(max_length=1000)]
Day = Annotated[str, Meta(pattern=_DAY)]
DayOrMonth = Annotated[str, Meta(pattern=_DAY_OR_MONTH)]
Language = Annotated[str, Meta(max_length=35, pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]
Number = Annotated[float, Meta(ge=-1_000_000_000, le=1_000_000_000)]
Topics = Annotated[tuple[Line60, ...], Meta(max_length=10)]

Relation = Literal["inspired-by", "adopts", "adapts", "replicates", "contradicts", "supersedes"]
Decision = Literal["adopt", "adapt", "abandon"]
Outcome = Literal["improved", "unchanged", "worse", "unclear"]
SourceKind = Literal["article", "guideline", "talk", "case", "incident", "excellence", "peer-post", "own-observation"]
HarmLevel = Literal["none", "near-miss", "low", "moderate", "severe"]
MeasureKind = Literal["outcome", "process", "balancing"]
MeasureForm = Literal["proportion", "rate", "count", "continuous", "time-between", "yes-no"]
Counted = Literal["people", "events", "items"]
Better = Literal["up", "down", "neutral"]
Every = Literal["day", "week", "month", "quarter", "event"]
ChartKind = Literal["run", "xmr", "p", "u", "c", "t", "g"]
RuleSet = Literal["perla-2011", "anhoej", "nhs-mdc"]
PointState = Literal["shown", "suppressed", "excluded", "missing"]
LearningStatus = Literal["open", "parked", "retired", "withdrawn"]
ActionStatus = Literal["proposed", "planned", "doing", "studying", "closed", "withdrawn"]
ShareStatus = Literal["published", "corrected", "withdrawn"]


class _Part(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What every object of a record has in common: camelCase on the wire, nothing said that is not set."""


class Withdrawal(_Part, frozen=True, kw_only=True):
    """Why a record was taken back, in a word that can be counted and a sentence that can be read."""

    reason: Literal["mistaken", "harmful", "duplicate", "data-error", "privacy", "other"]
    explanation: Line300


class LearnedFrom(_Part, frozen=True, kw_only=True):
    """Where the learning came from; never a local incident number."""

    kind: SourceKind
    doi: Annotated[str, Meta(pattern=r"\A10\.[0-9]{4,9}/\S{1,200}\Z")] | None = None
    pmid: Annotated[str, Meta(pattern=r"\A[1-9][0-9]{0,8}\Z")] | None = None
    link: Url | None = None
    ref: Url | None = None
    label: Line200 | None = None

    @property
    def address(self) -> str | None:
        """Where it can be read, None where only a name is known."""
        if self.doi is not None:
            return f"https://doi.org/{quote(self.doi, safe='/:;(),._-')}"  # old ones hold # and <
        if self.pmid is not None:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return self.link or self.ref


class Aim(_Part, frozen=True, kw_only=True):
    """What shall change, for whom, how much, and by when."""

    what: Line200
    whom: Line200 | None = None
    how_much: Line100 | None = None
    by: Day | None = None


class LineageEdge(_Part, frozen=True, kw_only=True):
    """A further parent of a record beside `basedOn`."""

    ref: Url
    relation: Relation


class Deidentification(_Part, frozen=True, kw_only=True):
    """How a case was made anonymous, when, and by how many people."""

    method: Literal["screen-and-two-people", "expert-determination"]
    attested_on: Day
    people: Annotated[int, Meta(ge=2, le=9)]


class Point(_Part, frozen=True, kw_only=True):
    """One period of a measure; period 0 is the one in which day 0 lies. A hidden or missing point has no numbers."""

    period: Annotated[int, Meta(ge=-1000, le=1000)]
    state: PointState = "shown"
    numerator: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    denominator: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    value: Number | None = None
    note: Line140 | None = None


class Signal(_Part, frozen=True, kw_only=True):
    """A rule of the named rule set that found something, and where."""

    rule: str
    from_period: int
    to_period: int
    side: Literal["up", "down"] | None = None


class Baseline(_Part, frozen=True, kw_only=True):
    """The periods that centre and limits are computed from."""

    from_period: int
    to_period: int


class Phase(_Part, frozen=True, kw_only=True):
    """From here on centre and limits are computed anew, and why."""

    from_period: int
    why: Line140


class Measure(_Part, frozen=True, kw_only=True):
    """What is counted, how, and the aggregated series. `signals` None: nobody looked; empty: nothing was found."""

    key: Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9-]{0,39}\Z")]
    label: Line80
    kind: MeasureKind
    form: MeasureForm
    better: Better
    counted: Counted = "people"
    unit: Line40 | None = None
    per: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    definition: Text500 | None = None
    goal: Number | None = None
    code: Annotated[str, Meta(pattern=r"\Ahttps?://[^\s|]{1,200}\|[^\s|]{1,60}\Z")] | None = None
    every: Every | None = None
    chart: ChartKind | None = None
    baseline: Baseline | None = None
    phases: Annotated[tuple[Phase, ...], Meta(max_length=6)] = ()
    points: Annotated[tuple[Point, ...], Meta(max_length=240)] = ()
    before: Number | None = None
    after: Number | None = None
    verdict: Outcome | None = None
    rules: RuleSet | None = None
    signals: Annotated[tuple[Signal, ...], Meta(max_length=20)] | None = None


Measures = Annotated[tuple[Measure, ...], Meta(max_length=8)]
Lineage = Annotated[tuple[LineageEdge, ...], Meta(max_length=8)]


class _Common(_Part, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """The fields of every record."""

    title: Line120
    schema_version: int = SCHEMA_VERSION
    revision: Annotated[int, Meta(ge=1, le=9999)] = 1
    language: Language | None = None
    institution: Url | None = None
    specialty: Line60 | None = None
    topics: Topics = ()
    withdrawal: Withdrawal | None = None


class Learning(_Common, frozen=True, kw_only=True):
    """What somebody learned, where it came from, and a question to be asked again."""

    status: LearningStatus | None = None
    setting: Line200 | None = None
    based_on: Url | None = None
    relation: Literal["inspired-by", "contradicts", "supersedes"] | None = None
    lineage: Lineage = ()
    text: Text500 | None = None
    learned_from: LearnedFrom | None = None
    question: Line200 | None = None
    answer: Text500 | None = None
    harm_level: HarmLevel | None = None


class LearningAction(_Common, frozen=True, kw_only=True):
    """One cycle of trying something because of a learning."""

    based_on: Url
    due: Day
    status: ActionStatus | None = None
    setting: Line200 | None = None
    relation: Literal["inspired-by", "adopts", "adapts", "replicates", "supersedes"] | None = None
    lineage: Lineage = ()
    change: Text500 | None = None
    cycle: Annotated[int, Meta(ge=1, le=99)] | None = None
    aim: Aim | None = None
    prediction: Text300 | None = None
    predicted_on: Day | None = None
    plan: Text300 | None = None
    steps: Annotated[tuple[Line200, ...], Meta(max_length=10)] = ()
    day_zero: DayOrMonth | None = None
    measures: Measures = ()
    decision: Decision | None = None
    decision_reason: Text500 | None = None


class LearningShare(_Common, frozen=True, kw_only=True):
    """What came of an action: the decision, a sentence, the numbers. A negative result is a result."""

    based_on: Url
    reports_on: Url
    decision: Decision
    sentence: Text300
    status: ShareStatus | None = None
    setting: Line200 | None = None
    relation: Literal["inspired-by", "replicates", "contradicts", "supersedes"] | None = None
    lineage: Lineage = ()
    decision_reason: Text500 | None = None
    day_zero: DayOrMonth | None = None
    measures: Measures = ()
    outcome: Outcome | None = None
    learned: Text500 | None = None
    modifications: Text500 | None = None
    again: Literal["yes", "no", "unsure"] | None = None
    report: Url | None = None


class ClinicalCase(_Common, frozen=True, kw_only=True):
    """A pointer to a case that stays where it is; nothing clinical is in it."""

    institution: Url
    circle: Url
    pointer: Url
    deidentification: Deidentification
    status: ShareStatus | None = None
    expires: Day | None = None


Record = Learning | LearningAction | LearningShare | ClinicalCase
