"""Items 1 to 6 of a report: title, abstract, and why it was started."""

from collections.abc import Iterator

from federation.records.fields import LearnedFrom
from node.learning.measures import value_text
from node.learning.phrases import full_day
from node.learning.report.model import Cycle, Facts, Origin, Sentence, said, written_day
from node.learning.report.outcome import decided, findings

_KINDS = {
    "article": "an article",
    "guideline": "a guideline",
    "talk": "a talk",
    "case": "a case",
    "incident": "an incident",
    "excellence": "something that went well",
    "peer-post": "a post by somebody else",
    "own-observation": "an own observation",
}
_RELATIONS = {
    "adopts": "The change was taken over as it is from",
    "adapts": "The change was adapted from",
    "replicates": "The trial repeats on purpose that of",
}


def title(facts: Facts) -> Iterator[Sentence]:
    """Say what was to become better, and how."""
    last = facts.last
    if last is None:
        if facts.learning is not None:
            yield said(facts.learning.record.title, facts.learning.origin)
        return
    aim = last.did.aim
    name = last.did.title.rstrip(".")
    yield said(f"{aim.what.rstrip('.')}: {name}" if aim else name, last.action.origin)


def abstract(facts: Facts) -> Iterator[Sentence]:
    """Say problem, change, finding and decision in a sentence each."""
    if facts.learning is not None:
        yield said(f"Learned: {facts.learning.record.title}", facts.learning.origin)
    last = facts.last
    if last is None:
        return
    yield said(f"Done: {last.did.title}", last.action.origin)
    yield from findings(facts, last)
    if last.share is not None and last.came is not None:
        yield said(f"Result: {last.came.sentence}", last.share.origin)
    yield from decided(last)


def problem(facts: Facts) -> Iterator[Sentence]:
    """Say what was learned."""
    learned, told = facts.learned, facts.learning
    if learned is None or told is None:
        return
    yield said(learned.title, told.origin)
    if learned.text:
        yield said(learned.text, told.origin)
    if learned.harm_level:
        yield said(f"Harm: {learned.harm_level.replace('-', ' ')}", told.origin)


def knowledge(facts: Facts) -> Iterator[Sentence]:
    """Say where the learning comes from, and what others knew of the change before it was tried here."""
    learned, told = facts.learned, facts.learning
    if learned is not None and told is not None:
        if learned.learned_from is not None:
            yield _source(learned.learned_from, told.origin)
        if told.place != facts.institution:
            yield said(f"{told.by} of {told.place} published it on {full_day(told.on)}", told.origin)
    first = facts.cycles[0] if facts.cycles else None
    for other in facts.elsewhere:
        if other.share is not None and first is not None and other.share.on < first.action.on:
            yield said(f"{other.share.place} had tried it: {_told(other)}", other.share.origin)


def rationale(facts: Facts) -> Iterator[Sentence]:
    """Say what was expected, and since when."""
    for cycle in facts.cycles:
        did, origin = cycle.did, cycle.action.origin
        if words := _RELATIONS.get(did.relation or ""):
            before = facts.learning.place if facts.learning else "another place"
            yield said(f"{words} {before}", origin)
        elif facts.learning is not None and cycle is facts.cycles[0]:
            yield said(f"Begun because of what was learned: {facts.learning.record.title}", origin)
        if did.prediction:
            since = f", written down on {written_day(did.predicted_on)}" if did.predicted_on else ""
            yield said(f"Expected{since}: {did.prediction}", origin)
        if did.plan:
            yield said(f"Plan: {did.plan}", origin)


def aims(facts: Facts) -> Iterator[Sentence]:
    """Say what was to change, for whom, how much and by when."""
    for cycle in facts.cycles:
        yield from _aim(cycle)
        for definition in cycle.definitions:
            if definition.goal is not None:
                goal = value_text(definition, definition.goal)
                yield said(
                    f"Goal for “{definition.label}”: {goal}",
                    Origin("measure", f"measure: {definition.label}", cycle.action.url),
                )


def _aim(cycle: Cycle) -> Iterator[Sentence]:
    aim, origin = cycle.did.aim, cycle.action.origin
    if aim is None:
        yield said(f"To have tried and judged it by {written_day(cycle.did.due)}: {cycle.did.title}", origin)
        return
    parts = [aim.what.rstrip("."), aim.whom, aim.how_much, f"by {written_day(aim.by)}" if aim.by else None]
    yield said(", ".join(part for part in parts if part), origin)


def _source(source: LearnedFrom, origin: Origin) -> Sentence:
    name = source.label or source.doi or (f"PMID {source.pmid}" if source.pmid else "") or source.link or ""
    url = source.address
    text = f"It comes from {_KINDS[source.kind]}: {name}" if name else f"It comes from {_KINDS[source.kind]}"
    return said(text, Origin("source", name or "source", url) if url else origin)


def _told(other: Cycle) -> str:
    return " ".join(sentence.text for sentence in decided(other)) or other.word
