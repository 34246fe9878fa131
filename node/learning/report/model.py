"""What a report is made of and what it is: facts of one loop in, sections of sentences out, each with where it comes from.

It decides nothing about what may be seen: whoever gathers the facts has left out what the reader may not know.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from federation.records.fields import Learning, LearningAction, LearningShare
from node.learning import wire
from node.learning.findings import finding
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.phrases import full_day
from node.learning.spc import Analysis

ITEMS: Final[Mapping[str, str]] = {
    "title": "Title",
    "abstract": "Abstract",
    "problem": "Problem description",
    "knowledge": "Available knowledge",
    "rationale": "Rationale",
    "aims": "Specific aims",
    "context": "Context",
    "interventions": "Interventions",
    "study": "Study of the interventions",
    "measures": "Measures",
    "analysis": "Analysis",
    "ethics": "Ethical considerations",
    "results": "Results",
    "summary": "Summary",
    "interpretation": "Interpretation",
    "limitations": "Limitations",
    "conclusions": "Conclusions",
    "funding": "Funding",
}
TYPED: Final = ("summary", "interpretation", "limitations", "conclusions", "funding", "ethics")
Word = Literal["Trying", "Kept", "Adapted", "Stopped", "Withdrawn"]
OriginKind = Literal["learning", "action", "share", "source", "measure", "chart", "place", "text"]


class Origin(Struct, frozen=True):
    """Where a sentence comes from: what it is, its label, and its address (empty: it has none)."""

    kind: OriginKind
    label: str
    url: str = ""


class Sentence(Struct, frozen=True):
    """One statement with where it comes from."""

    text: str
    origin: Origin


class Section(Struct, frozen=True, kw_only=True):
    """One of the 18 items. `typed` is what a person wrote here; `may_be_typed`: there is a box for it."""

    item: int
    key: str
    heading: str
    sentences: tuple[Sentence, ...] = ()
    typed: str = ""
    may_be_typed: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether anything stands here."""
        return bool(self.sentences)


class Drawn(Struct, frozen=True, kw_only=True):
    """A measure with its points, what they say, and the first day of each period where it may be known."""

    definition: MeasureDefinition
    points: tuple[PeriodPoint, ...]
    analysis: Analysis
    labels: tuple[date | str, ...] | None = None

    @property
    def finding(self) -> str:
        """What the series says, in a sentence."""
        return finding(self.analysis, self.definition)


class Told(Struct, frozen=True, kw_only=True):
    """A record of the loop with who said it, where and when."""

    record: Learning | LearningAction | LearningShare
    by: str
    place: str
    on: date
    url: str

    @property
    def origin(self) -> Origin:
        """The record as the source of a sentence."""
        kind: OriginKind = "learning"
        if not isinstance(self.record, Learning):
            kind = "action" if isinstance(self.record, LearningAction) else "share"
        return Origin(kind, f"{kind}, {full_day(self.on)}", self.url)


class Cycle(Struct, frozen=True, kw_only=True):
    """One cycle: what was done, what came of it, and the series that may be shown."""

    action: Told
    word: Word
    share: Told | None = None
    series: tuple[Drawn, ...] = ()

    @property
    def did(self) -> LearningAction:
        """The record of the action."""
        assert isinstance(self.action.record, LearningAction)
        return self.action.record

    @property
    def definitions(self) -> tuple[MeasureDefinition, ...]:
        """How things were counted: as the series say, else as the action did."""
        found = {drawn.definition.key: drawn.definition for drawn in self.series}
        for measure in self.did.measures:
            found.setdefault(measure.key, wire.definition_of(measure))
        return tuple(found.values())

    @property
    def came(self) -> LearningShare | None:
        """The record of the share."""
        record = self.share.record if self.share else None
        return record if isinstance(record, LearningShare) else None


class Typed(Struct, frozen=True):
    """What a person wrote into an item, and when."""

    text: str
    on: date


class Facts(Struct, frozen=True, kw_only=True):
    """All that a report is made of. `cycles` are ours, the first first; `elsewhere` is what others did with the idea."""

    institution: str
    url: str
    learning: Told | None = None
    cycles: tuple[Cycle, ...] = ()
    elsewhere: tuple[Cycle, ...] = ()
    units: tuple[str, ...] = ()
    typed: Mapping[str, Typed] = {}

    @property
    def learned(self) -> Learning | None:
        """The record of the learning."""
        record = self.learning.record if self.learning else None
        return record if isinstance(record, Learning) else None

    @property
    def last(self) -> Cycle | None:
        """The cycle that the report is about."""
        return self.cycles[-1] if self.cycles else None

    def chart_url(self, cycle: Cycle, place: int) -> str:
        """Return the address of a chart in the report; only those of the last cycle are drawn."""
        return f"{self.url}#chart-{place + 1}" if cycle is self.last else cycle.action.url


class Report(Struct, frozen=True, kw_only=True):
    """A report by the 18 items of SQUIRE 2.0, with the charts of its last cycle."""

    title: str
    institution: str
    authors: tuple[str, ...]
    written_on: date
    language: str
    url: str
    sections: tuple[Section, ...]
    charts: tuple[Drawn, ...] = ()
    licence: str = ""
    citation: str = ""
    withdrawn: str = ""
    is_internal: bool = False

    @property
    def filled(self) -> int:
        """How many of the items hold something."""
        return sum(section.is_filled for section in self.sections)

    @property
    def completeness(self) -> str:
        """How much is there, in words; nothing depends on it."""
        return f"Report, {self.filled} of {len(self.sections)} prefilled"


def written_day(text: str) -> str:
    """Return a day of a record in words; a month alone as month and year."""
    if len(text) == 10:
        return full_day(date.fromisoformat(text))
    return f"{date.fromisoformat(f'{text}-01'):%B %Y}"


def said(text: str, origin: Origin) -> Sentence:
    """Return a sentence: one line of printable letters that ends like one."""
    line = clean(text)
    told = Origin(origin.kind, clean(origin.label), origin.url)
    return Sentence(line if line.endswith((".", "!", "?", "…", "。", ":")) else f"{line}.", told)


def clean(text: str) -> str:
    """Return a text as one line of printable letters, so that every kind of file can hold it."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
