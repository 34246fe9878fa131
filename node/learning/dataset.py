"""Loops as tables for research: what each column means, and the rows that a record gives. Pure.

Records and people are named by pseudonyms that the caller makes; small numbers are hidden here once more, whatever a
record holds. Free text stays as its author published it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from federation.records import fields
from federation.records.fields import Learning, LearningAction, LearningShare
from node.learning import wire
from node.learning.lineage import edges_of

Cell = str | int | float | None
Pseudonym = Callable[[str], str]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_SKIPPED: Final = "' \t\r\n"  # by programs for tables, before they look for a formula


class Column(Struct, frozen=True):
    """A column: what it holds, its unit, which values there are, and what it means."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    allowed: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """A record with what stands beside it."""

    uri: str
    author_uri: str
    record: Learning | LearningAction | LearningShare
    state: str
    licence: str
    visibility: str
    published_on: date


_DECISIONS: Final = "adopt, adapt, abandon"
_OUTCOMES: Final = "improved, unchanged, worse, unclear"
_COMMON: Final = (
    Column("id", "text", "pseudonym of the record, the same in every file of this export"),
    Column("author", "text", "pseudonym of who recorded it, the same in every file of this export, and in no other"),
    Column("published_on", "date", "day it was published", "YYYY-MM-DD"),
    Column("state", "text", "where it stands; withdrawn ones are no evidence"),
    Column("visibility", "text", "who may read it", "", "public, unlisted, private, direct, circle, house"),
    Column("licence", "text", "licence of the text; empty: not for everybody"),
    Column("language", "text", "language of the text", "BCP 47"),
    Column("title", "text", "the sentence one would say in the corridor"),
    Column("topics", "text", "topics, separated by semicolons"),
    Column("setting", "text", "kind of place"),
    Column("specialty", "text", "specialty"),
    Column("based_on", "text", "pseudonym of what it began from, which may be a record of another hospital"),
    Column("relation", "text", "how it relates to that", "", "inspired-by, adopts, adapts, replicates, contradicts, supersedes"),
)  # fmt: skip
TABLES: Final[Mapping[str, Sequence[Column]]] = {
    "learnings": (
        *_COMMON,
        Column("text", "text", "what was learned, beyond the title"),
        Column("source_kind", "text", "where it comes from", "", "article, guideline, talk, case, incident, excellence, peer-post, own-observation"),
        Column("source_doi", "text", "DOI of the source"),
        Column("source_pmid", "text", "PubMed id of the source"),
        Column("source_link", "text", "address of the source, where it is no post"),
        Column("source_label", "text", "name of the source"),
        Column("harm_level", "text", "harm done", "", "none, near-miss, low, moderate, severe"),
    ),
    "actions": (
        *_COMMON,
        Column("change", "text", "what was changed, beyond the title"),
        Column("cycle", "integer", "number of the cycle here", "", "1 to 99"),
        Column("due_on", "date", "when it was to be tried or judged", "YYYY-MM-DD"),
        Column("day_zero", "date", "first day of the change; a month alone for series by event", "YYYY-MM-DD or YYYY-MM"),
        Column("aim_what", "text", "what was to change"),
        Column("aim_whom", "text", "for whom"),
        Column("aim_how_much", "text", "how much"),
        Column("aim_by", "date", "by when", "YYYY-MM-DD"),
        Column("prediction", "text", "what was expected"),
        Column("predicted_on", "date", "when that was written down", "YYYY-MM-DD"),
        Column("plan", "text", "if-then plan"),
        Column("steps", "text", "steps, separated by semicolons"),
        Column("decision", "text", "what was decided", "", _DECISIONS),
        Column("decision_reason", "text", "why"),
    ),
    "shares": (
        *_COMMON,
        Column("action", "text", "pseudonym of the action it reports on"),
        Column("decision", "text", "what was decided", "", _DECISIONS),
        Column("decision_reason", "text", "why"),
        Column("sentence", "text", "what came of it"),
        Column("outcome", "text", "how it came out", "", _OUTCOMES),
        Column("learned", "text", "the new lesson"),
        Column("modifications", "text", "what was done differently here"),
        Column("again", "text", "whether one would do it again", "", "yes, no, unsure"),
        Column("day_zero", "date", "first day of the change; a month alone for series by event", "YYYY-MM-DD or YYYY-MM"),
    ),
    "measures": (
        Column("record", "text", "pseudonym of the action or share"),
        Column("key", "text", "name of the measure within the record and from cycle to cycle"),
        Column("label", "text", "what is counted"),
        Column("kind", "text", "what it is about", "", "outcome, process, balancing"),
        Column("form", "text", "how it is counted", "", "proportion, rate, count, continuous, time-between, yes-no"),
        Column("counted", "text", "what a number counts", "", "people, events, items"),
        Column("unit", "text", "unit of the values"),
        Column("per", "integer", "units of exposure a rate is given for"),
        Column("better", "text", "which way is better", "", "up, down, neutral"),
        Column("every", "text", "length of a period", "", "day, week, month, quarter, event"),
        Column("goal", "number", "target value", "as the measure"),
        Column("definition", "text", "operational definition"),
        Column("code", "text", "code of a terminology", "system|code"),
        Column("chart", "text", "chart it was read by", "", "run, xmr, p, u, c, t, g"),
        Column("rules", "text", "rule set it was read by", "", "perla-2011, anhoej, nhs-mdc"),
        Column("before", "number", "centre of the points before day 0", "as the measure"),
        Column("after", "number", "centre of the points from day 0 on", "as the measure"),
        Column("verdict", "text", "what the series says", "", _OUTCOMES),
        Column("signals", "text", "rules that found something, separated by semicolons; empty: none, or not looked"),
    ),
    "points": (
        Column("record", "text", "pseudonym of the share"),
        Column("key", "text", "key of the measure"),
        Column("period", "integer", "number of the period; 0 is the one of day 0", "periods", "-1000 to 1000"),
        Column("state", "text", "suppressed: hidden because small; excluded: left out of the analysis", "", "shown, suppressed, excluded, missing"),
        Column("numerator", "integer", "how many", "as counted"),
        Column("denominator", "integer", "of how many", "as counted"),
        Column("value", "number", "value of the period", "as the measure"),
        Column("note", "text", "what happened in the period, or why it is left out"),
    ),
    "edges": (
        Column("child", "text", "pseudonym of the later record"),
        Column("parent", "text", "pseudonym of the earlier one, which may be another hospital's"),
        Column("kind", "text", "how they relate", "", "inspired-by, adopts, adapts, replicates, contradicts, supersedes, reports-on"),
    ),
}  # fmt: skip
README: Final = """Loops of {institution}, for research
{ruler}

Exported on {day} from {host} (Rounds {version}).
What is in here: {scope} learnings, actions and shares that people of {institution} recorded, the measures they used, the
points that were shared, and who built on what. Every column is explained in dictionary.csv.

Licence: each row of learnings.csv, actions.csv and shares.csv names its own. Where none is named, the text is not for
everybody: ask {institution}{contact} before it is used or passed on.

Small numbers: unless what is counted are items, a point with a numerator of 1 to 4, a denominator below 5, or in a
proportion a complement of 1 to 4 is suppressed whole. Centres and signals are computed from what is shown. Points of actions
that nobody has decided about, and of records that were withdrawn, are not in here.

People: names are replaced by pseudonyms that hold within this export only. Free text is as its author published it.
Do not try to find out who anybody is.

Files are UTF-8 with a comma between cells and LF at the end of a line. A text that a program for tables could take for a formula
begins with an apostrophe.
"""


def dictionary() -> str:
    """Return the data dictionary as CSV: every column of every file."""
    rows = [
        (f"{name}.csv", one.name, one.type, one.unit, one.allowed, one.meaning)
        for name, columns in TABLES.items()
        for one in columns
    ]
    return text_of([("file", "column", "type", "unit", "allowed", "meaning"), *rows])


def head(name: str) -> str:
    """Return the first line of a table."""
    return text_of([tuple(column.name for column in TABLES[name])])


def text_of(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV in which no text is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_cell(one) for one in row] for row in rows])
    return out.getvalue()


def rows_of(name: str, source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    """Give the rows that a record adds to a table."""
    yield from _ROWS[name](source, pseudonym)


def _cell(value: Cell) -> Cell:
    if not isinstance(value, str):
        return value
    clean = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{clean}" if clean.lstrip(_SKIPPED).startswith(_FORMULA) else clean


def _common(source: Source, pseudonym: Pseudonym) -> tuple[Cell, ...]:
    record = source.record
    return (
        pseudonym(source.uri),
        pseudonym(source.author_uri),
        source.published_on.isoformat(),
        source.state,
        source.visibility,
        source.licence,
        record.language,
        record.title,
        "; ".join(record.topics),
        record.setting,
        record.specialty,
        pseudonym(record.based_on) if record.based_on else None,
        (record.relation or "inspired-by") if record.based_on else None,
    )


def _learnings(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    record = source.record
    if isinstance(record, Learning):
        of = record.learned_from
        told = (of.kind, of.doi, of.pmid, of.link, of.label) if of else (None,) * 5
        yield (*_common(source, pseudonym), record.text, *told, record.harm_level)


def _actions(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    record = source.record
    if isinstance(record, LearningAction):
        aim = (record.aim.what, record.aim.whom, record.aim.how_much, record.aim.by) if record.aim else (None,) * 4
        yield (
            *_common(source, pseudonym),
            record.change,
            record.cycle,
            record.due,
            record.day_zero,
            *aim,
            record.prediction,
            record.predicted_on,
            record.plan,
            "; ".join(record.steps),
            record.decision,
            record.decision_reason,
        )


def _shares(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    record = source.record
    if isinstance(record, LearningShare):
        yield (
            *_common(source, pseudonym),
            pseudonym(record.reports_on),
            record.decision,
            record.decision_reason,
            record.sentence,
            record.outcome,
            record.learned,
            record.modifications,
            record.again,
            record.day_zero,
        )


def _measures(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    for one in _counted(source):
        is_told = isinstance(source.record, LearningShare) and source.state != "withdrawn"
        yield (
            pseudonym(source.uri),
            *(one.key, one.label, one.kind, one.form, one.counted, one.unit, one.per, one.better, one.every, one.goal),
            *(one.definition, one.code, one.chart, one.rules),
            *((one.before, one.after, one.verdict) if is_told else (None,) * 3),
            "; ".join(dict.fromkeys(signal.rule for signal in one.signals or ())) if is_told else None,
        )


def _points(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    if not isinstance(source.record, LearningShare) or source.state == "withdrawn":
        return
    for measure in _counted(source):
        for point in wire.points_of(measure):
            numbers = (point.numerator, point.denominator, point.value)
            yield (pseudonym(source.uri), measure.key, point.period, point.state, *numbers, point.note)


def _edges(source: Source, pseudonym: Pseudonym) -> Iterator[Sequence[Cell]]:
    for edge in edges_of(source.uri, source.record):
        yield pseudonym(edge.child), pseudonym(edge.parent), edge.kind


def _counted(source: Source) -> tuple[fields.Measure, ...]:
    return source.record.measures if isinstance(source.record, LearningAction | LearningShare) else ()


_ROWS: Final[Mapping[str, Callable[[Source, Pseudonym], Iterator[Sequence[Cell]]]]] = {
    "learnings": _learnings,
    "actions": _actions,
    "shares": _shares,
    "measures": _measures,
    "points": _points,
    "edges": _edges,
}
