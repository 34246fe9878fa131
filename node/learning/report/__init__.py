"""The report of a loop by the 18 items of SQUIRE 2.0: prefilled from what was recorded, each sentence with its source.

Nobody has to fill in anything; what a person writes into an item stands after what is known. Pure.
Source: Ogrinc et al., SQUIRE 2.0, BMJ Qual Saf 2016 (the items).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from node.learning.phrases import full_day
from node.learning.report import methods, opening, outcome
from node.learning.report.model import ITEMS, TYPED, Facts, Origin, Report, Section, Sentence, clean, said

_WRITERS: Final[Mapping[str, Callable[[Facts], Iterable[Sentence]]]] = {
    "title": opening.title,
    "abstract": opening.abstract,
    "problem": opening.problem,
    "knowledge": opening.knowledge,
    "rationale": opening.rationale,
    "aims": opening.aims,
    "context": methods.context,
    "interventions": methods.interventions,
    "study": methods.study,
    "measures": methods.measures,
    "analysis": methods.analysis,
    "results": outcome.results,
    "summary": outcome.summary,
    "interpretation": outcome.interpretation,
    "limitations": outcome.limitations,
    "conclusions": outcome.conclusions,
}


def report_of(
    facts: Facts,
    *,
    language: str = "en",
    licence: str = "",
    citation: str = "",
    withdrawn: str = "",
    is_internal: bool = False,
) -> Report:
    """Return the report of a loop; `withdrawn` says why it was taken back, `is_internal` that
    it holds what has not left the house."""
    told = [cycle.share or cycle.action for cycle in facts.cycles] or ([facts.learning] if facts.learning else [])
    sections = tuple(_section(number, key, facts) for number, key in enumerate(ITEMS, 1))
    return Report(
        title=sections[0].sentences[0].text.rstrip(".") if sections[0].sentences else "Report",
        institution=clean(facts.institution),
        authors=tuple(dict.fromkeys(clean(cycle.action.by) for cycle in facts.cycles)) or _learner(facts),
        written_on=max((one.on for one in told), default=date.min),
        language=language,
        url=facts.url,
        sections=sections,
        charts=tuple(drawn for drawn in (facts.last.series if facts.last else ()) if drawn.points),
        licence=licence,
        citation=clean(citation),
        withdrawn=clean(withdrawn),
        is_internal=is_internal,
    )


def _section(number: int, key: str, facts: Facts) -> Section:
    writer = _WRITERS.get(key)
    sentences = tuple(writer(facts)) if writer else ()
    typed = facts.typed.get(key)
    if typed is not None:
        origin = Origin("text", f"written here, {full_day(typed.on)}", f"{facts.url}#i-{key}")
        sentences = (*sentences, *(said(line, origin) for line in typed.text.splitlines() if line.strip()))
    return Section(
        item=number,
        key=key,
        heading=ITEMS[key],
        sentences=sentences,
        typed=typed.text if typed else "",
        may_be_typed=key in TYPED,
    )


def _learner(facts: Facts) -> tuple[str, ...]:
    return (clean(facts.learning.by),) if facts.learning else ()
