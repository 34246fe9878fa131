"""What an analysis says, in plain sentences: the finding above a chart, and the text that stands for its picture."""

from typing import Final

from node.learning.measures import MeasureDefinition, period_noun, value_text
from node.learning.phrases import shortened
from node.learning.rulesets import CHART_WORDS
from node.learning.spc import MIN_AFTER, Analysis, Signal

MAX_ALT_TEXT: Final = 1500
_WEIGHT: Final = ("outside", "shift", "long-run", "two-of-three", "trend", "crossings", "runs")
_VERDICTS: Final = {
    "improved": "improved",
    "worse": "worse",
    "unchanged": "no change beyond chance",
}


def finding(analysis: Analysis, measure: MeasureDefinition) -> str:
    """Return one or two plain sentences that say what the chart shows."""
    if not analysis.n_points:
        return "No numbers yet."
    if analysis.is_too_early:
        return _too_early(analysis, measure)
    if not analysis.levels:
        why = "a time of 0 has no place on it" if analysis.chart == "t" else "they are of another form"
        return f"These numbers cannot be read by a {CHART_WORDS[analysis.chart]}: {why}. Choose another chart."
    signal = leading_signal(analysis)
    first = _signal_text(analysis, measure, signal) if signal else _chance_text(analysis, measure)
    return " ".join(filter(None, (first, _centres_text(analysis, measure))))


def leading_signal(analysis: Analysis) -> Signal | None:
    """Return the signal to speak of: one since the change before others, the strongest rule, then the latest."""
    candidates = analysis.signals
    if analysis.n_after:
        candidates = tuple(signal for signal in candidates if signal.to_period >= 0)
    ranked = sorted(candidates, key=lambda signal: (_WEIGHT.index(signal.rule), -signal.to_period))
    return ranked[0] if ranked else None


def alt_text(measure: MeasureDefinition, analysis: Analysis) -> str:
    """Return the text alternative of the drawn chart: what it is, what it says, and the aim."""
    kind = CHART_WORDS[analysis.chart]
    parts = [f"{kind}: {measure.label}, by {period_noun(measure, 1)}.", finding(analysis, measure)]
    parts.append(f"{analysis.n_points} {period_noun(measure, analysis.n_points)} with numbers.")
    if measure.goal is not None:
        parts.append(f"Aim: {value_text(measure, measure.goal)}.")
    text = " ".join(parts)
    return shortened(text, MAX_ALT_TEXT)


def centre_name(analysis: Analysis) -> str:
    """Return what the centre line is called: "median before" when it was taken from the time before the change."""
    name = "median" if analysis.chart in ("run", "g") else "mean"
    if analysis.baseline is not None and analysis.centre_of != "phases" and analysis.baseline.to_period < 0:
        return f"{name} before"
    return name


def _too_early(analysis: Analysis, measure: MeasureDefinition) -> str:
    count = analysis.n_points
    if count < analysis.needs:
        return f"Too early: {count} {period_noun(measure, count)}, needs {analysis.needs}."
    count = analysis.n_after
    return f"Too early: {count} {period_noun(measure, count)} since the change, needs {analysis.needs}."


def _signal_text(analysis: Analysis, measure: MeasureDefinition, signal: Signal) -> str:
    where, count = centre_name(analysis), len(signal.periods)
    above = "above" if signal.side == "up" else "below"
    nouns = period_noun(measure, count)
    if signal.rule in ("shift", "long-run"):
        name = "Shift" if signal.rule == "shift" else "Long run"
        since = sum(period >= 0 for period in signal.periods)
        if since == analysis.n_after >= MIN_AFTER:
            return f"{name}: all {since} {nouns} since the change are {above} the {where}."
        return f"{name}: {count} {nouns} in a row are {above} the {where}."
    if signal.rule == "trend":
        return f"Trend: {count} {nouns} in a row are {'rising' if signal.side == 'up' else 'falling'}."
    if signal.rule == "runs":
        return f"Runs: {'more' if signal.is_many else 'fewer'} runs on one side of the {where} than chance explains."
    if signal.rule == "crossings":
        return f"Crossings: the line crosses the {where} less often than chance explains."
    if signal.rule == "outside":
        return f"Outside the expected range: {count} {nouns} {above} it."
    return f"Two of three: {nouns} close to the limit {above} the {where}."


def _chance_text(analysis: Analysis, measure: MeasureDefinition) -> str:
    if analysis.signals:
        return "No signal since the change."
    if analysis.phases:
        return "No signal within the phases."
    count = analysis.n_points
    return f"No signal: {count} {period_noun(measure, count)} that vary as chance does."


def _centres_text(analysis: Analysis, measure: MeasureDefinition) -> str:
    if analysis.before is None or analysis.after is None:
        return ""
    text = f"{value_text(measure, analysis.before)} before, {value_text(measure, analysis.after)} after"
    verdict = _VERDICTS.get(analysis.verdict)
    return f"{text}: {verdict}." if verdict else f"{text}."
