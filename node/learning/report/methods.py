"""Items 7 to 12 of a report: where, what was done, how it was studied, measured and read, and what is ethical about it."""

from collections.abc import Iterator

from node.learning.chart import rules_text
from node.learning.findings import centre_name
from node.learning.measures import MeasureDefinition, period_noun, unit_text
from node.learning.report.model import Cycle, Drawn, Facts, Origin, Sentence, said, written_day

_KINDS = {"outcome": "what patients get", "process": "what we do", "balancing": "what might get worse"}
_FORMS = {
    "proportion": "a number of a total",
    "rate": "events for an amount of exposure",
    "count": "a count",
    "continuous": "a value",
    "time-between": "the time between events",
    "yes-no": "yes or no",
}
_BETTER = {"up": "more is better", "down": "less is better", "neutral": "neither way is better"}
_LOOKS_FOR = {
    "perla-2011": "shifts of six or more points on one side of the median, trends of five or more, too many or too few runs",
    "anhoej": "unusually long runs and unusually few crossings of the median",
    "nhs-mdc": "points outside the limits, shifts of seven, trends of seven, two of three points close to a limit",
    "shewhart": "points outside the limits of three standard deviations",
}


def context(facts: Facts) -> Iterator[Sentence]:
    """Say in what kind of place it happened."""
    last = facts.last
    told = last.action if last else facts.learning
    if told is None:
        return
    yield said(", ".join((told.place, *facts.units)), Origin("place", told.place, told.url))
    for one in (*(cycle.action for cycle in facts.cycles), *([facts.learning] if facts.learning else [])):
        if one.record.setting:
            yield said(f"Setting: {one.record.setting}", one.origin)
            break
    specialty = next((one.record.specialty for one in (told, facts.learning) if one and one.record.specialty), None)
    if specialty:
        yield said(f"Specialty: {specialty}", told.origin)


def interventions(facts: Facts) -> Iterator[Sentence]:
    """Say what was done, cycle by cycle."""
    for cycle in facts.cycles:
        did, origin = cycle.did, cycle.action.origin
        since = f" from {written_day(did.day_zero)}" if did.day_zero else ""
        yield said(f"Cycle {did.cycle or 1}{since}: {did.title}", origin)
        if did.change:
            yield said(did.change, origin)
        if did.steps:
            steps = "; ".join(f"{number}. {step.rstrip('.')}" for number, step in enumerate(did.steps, 1))
            yield said(f"Steps: {steps}", origin)
        if cycle.share is not None and cycle.came is not None and cycle.came.modifications:
            yield said(f"Done differently here: {cycle.came.modifications}", cycle.share.origin)


def study(facts: Facts) -> Iterator[Sentence]:
    """Say how one would know that the change made the difference."""
    for cycle in facts.cycles:
        for place, drawn in enumerate(cycle.series):
            if not drawn.analysis.n_points:
                continue
            after = drawn.analysis.n_after
            before = drawn.analysis.n_points - after
            noun = period_noun(drawn.definition, before)
            origin = Origin("chart", f"chart: {drawn.definition.label}", facts.chart_url(cycle, place))
            yield said(
                f"“{drawn.definition.label}” was followed over time: {before} {noun} before the change, {after} since",
                origin,
            )
        if cycle.did.day_zero and cycle.series:
            yield said(f"The change began on day 0, {written_day(cycle.did.day_zero)}", cycle.action.origin)


def measures(facts: Facts) -> Iterator[Sentence]:
    """Say what was counted and how."""
    seen: set[str] = set()
    for cycle in reversed(facts.cycles):
        for definition in cycle.definitions:
            if definition.key not in seen:
                seen.add(definition.key)
                yield _measure(definition, cycle)


def _measure(measure: MeasureDefinition, cycle: Cycle) -> Sentence:
    unit = unit_text(measure)
    parts = [f"{measure.kind} ({_KINDS[measure.kind]})", _FORMS[measure.form], f"in {unit}" if unit else ""]
    parts += [f"by {period_noun(measure, 1)}", _BETTER[measure.better]]
    text = f"“{measure.label}”: {', '.join(part for part in parts if part)}."
    if measure.definition:
        text = f"{text} {measure.definition}"
    if measure.code:
        text = f"{text} Code: {measure.code}"
    return said(text, Origin("measure", f"measure: {measure.label}", cycle.action.url))


def analysis(facts: Facts) -> Iterator[Sentence]:
    """Say by which rules the numbers were read."""
    last = facts.last
    for place, drawn in enumerate(last.series if last else ()):
        if last is not None and drawn.points:
            origin = Origin("chart", f"chart: {drawn.definition.label}", facts.chart_url(last, place))
            yield said(_read(drawn), origin)


def _read(drawn: Drawn) -> str:
    looks = _LOOKS_FOR.get(drawn.analysis.rules, "signals")
    return (
        f"“{drawn.definition.label}”: {rules_text(drawn.analysis)} "
        f"Around the {centre_name(drawn.analysis)} it was looked for {looks}"
    )
