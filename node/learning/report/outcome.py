"""Items 13 to 17 of a report: what came of it, also when it did not work, and what to make of it."""

from collections import Counter
from collections.abc import Iterator

from node.learning.layout import point_labels
from node.learning.measures import in_order, period_noun
from node.learning.phrases import full_day
from node.learning.report.model import Cycle, Drawn, Facts, Origin, Sentence, said

MAX_NOTES = 12
_OUTCOMES = {
    "improved": "It became better.",
    "unchanged": "It did not change.",
    "worse": "It became worse.",
    "unclear": "What came of it is not clear.",
}
_DECISIONS = {"adopt": "Tried, kept", "adapt": "Tried, to be changed and tried again", "abandon": "Tried, stopped"}
_AGAIN = {
    "yes": "We would do it again.",
    "no": "We would not do it again.",
    "unsure": "We are not sure to do it again.",
}
_LEFT_OUT = {
    "suppressed": "withheld, because the numbers are so small that they could point at a person",
    "missing": "without a number",
    "excluded": "left out of the analysis",
}


def decided(cycle: Cycle) -> Iterator[Sentence]:
    """Say what was decided and why: kept, changed or stopped in the same words."""
    came, told = (cycle.came, cycle.share) if cycle.share else (cycle.did, cycle.action)
    if came is None or told is None or came.decision is None:
        return
    reason = f", because: {came.decision_reason}" if came.decision_reason else ""
    yield said(f"{_DECISIONS[came.decision]}{reason}", told.origin)


def findings(facts: Facts, cycle: Cycle) -> Iterator[Sentence]:
    """Say what each chart shows."""
    for place, drawn in enumerate(cycle.series):
        if drawn.points:
            origin = Origin("chart", f"chart: {drawn.definition.label}", facts.chart_url(cycle, place))
            yield said(f"{drawn.definition.label}: {drawn.finding}", origin)


def results(facts: Facts) -> Iterator[Sentence]:
    """Say what the numbers show, what happened on the way, how complete they are, and what came of it elsewhere."""
    for cycle in facts.cycles:
        yield from findings(facts, cycle)
        for place, drawn in enumerate(cycle.series):
            origin = Origin("chart", f"chart: {drawn.definition.label}", facts.chart_url(cycle, place))
            yield from (said(f"{drawn.definition.label}: {note}", origin) for note in _notes(drawn))
            if drawn.points:
                shown, all_of = drawn.analysis.n_points, len(drawn.points)
                nouns = period_noun(drawn.definition, all_of)
                yield said(f"{drawn.definition.label}: {shown} of {all_of} {nouns} count in the analysis", origin)
        if cycle.share is not None and cycle.came is not None:
            yield said(f"Reported on {full_day(cycle.share.on)}: {cycle.came.sentence}", cycle.share.origin)
    for other in facts.elsewhere:
        told = other.share or other.action
        came = other.came.sentence if other.came else ""
        yield said(f"{told.place}: {_elsewhere(other)} {came}", told.origin)


def summary(facts: Facts) -> Iterator[Sentence]:
    """Say what came of it in a sentence."""
    last = facts.last
    if last is None or last.share is None or last.came is None:
        return
    yield said(last.came.sentence, last.share.origin)
    if last.came.outcome:
        yield said(_OUTCOMES[last.came.outcome], last.share.origin)


def interpretation(facts: Facts) -> Iterator[Sentence]:
    """Say what it teaches."""
    for cycle in facts.cycles:
        if cycle.share is None or cycle.came is None:
            continue
        if cycle.did.prediction:
            yield said(
                f"Expected: {cycle.did.prediction.rstrip('.')}. It came to: {cycle.came.sentence}", cycle.share.origin
            )
        if cycle.came.learned:
            yield said(f"Learned from it: {cycle.came.learned}", cycle.share.origin)


def limitations(facts: Facts) -> Iterator[Sentence]:
    """Say what the numbers lack, by what is known of them."""
    last = facts.last
    for place, drawn in enumerate(last.series if last else ()):
        if last is None or not drawn.points:
            continue
        origin = Origin("chart", f"chart: {drawn.definition.label}", facts.chart_url(last, place))
        if drawn.analysis.is_too_early:
            yield said(f"{drawn.definition.label}: {drawn.finding}", origin)
        states = Counter(point.state for point in drawn.points)
        for state, words in _LEFT_OUT.items():
            if count := states[state]:  # type: ignore[index] # a state of a point
                yield said(f"{drawn.definition.label}: {count} {period_noun(drawn.definition, count)} {words}", origin)
    if last is not None and last.share is not None and not any(other.share for other in facts.elsewhere):
        yield said(f"Only {last.action.place} has reported on it so far", last.share.origin)


def conclusions(facts: Facts) -> Iterator[Sentence]:
    """Say what was decided, and whether one would do it again."""
    last = facts.last
    if last is None:
        return
    yield from decided(last)
    if last.share is not None and last.came is not None and last.came.again:
        yield said(_AGAIN[last.came.again], last.share.origin)


def _notes(drawn: Drawn) -> Iterator[str]:
    ordered = in_order(drawn.points)
    texts = point_labels(drawn.definition, ordered, drawn.labels)
    noun = period_noun(drawn.definition, 1)
    noted = [(text, point) for text, point in zip(texts, ordered, strict=True) if point.note]
    for text, point in noted[:MAX_NOTES]:
        left = "left out: " if point.state == "excluded" else ""
        yield f"{noun} {text}: {left}{point.note}"


def _elsewhere(other: Cycle) -> str:
    return " ".join(sentence.text for sentence in decided(other)) or f"{other.word}."
