"""The two icons of Making Data Count, in words: how the last point varies, and whether the aim will be met.

They speak of charts read by those rules alone, and not before there are points enough.
"""

from typing import Final, Literal

import msgspec

from node.learning.measures import MeasureDefinition, value_text
from node.learning.spc import Analysis, Signal

Variation = Literal["common-cause", "improvement", "concern", "neutral"]
Assurance = Literal["pass", "fail", "hit-or-miss"]

_STRONGEST: Final = ("outside", "trend", "two-of-three", "shift")


class Icons(msgspec.Struct, frozen=True, kw_only=True):
    """What both icons say; `side` is where the last point lies or moves; None: nothing is said."""

    variation: Variation | None = None
    side: Literal["up", "down"] | None = None
    assurance: Assurance | None = None


def icons_of(measure: MeasureDefinition, analysis: Analysis) -> Icons:
    """Return what the icons of a chart say; nothing for other rules and for too few points."""
    if analysis.rules != "nhs-mdc" or not analysis.levels:
        return Icons()
    last = analysis.last_period
    found = [signal for signal in analysis.signals if last in signal.periods]
    strongest = min(found, key=lambda signal: _STRONGEST.index(signal.rule), default=None)
    side = strongest.side if strongest else None
    return Icons(variation=_variation(measure, strongest), side=side, assurance=_assurance(measure, analysis))


def icons_text(measure: MeasureDefinition, icons: Icons) -> str:
    """Return what the icons say as sentences, empty when they say nothing."""
    return " ".join(filter(None, (_variation_text(icons), _assurance_text(measure, icons))))


def _variation(measure: MeasureDefinition, signal: Signal | None) -> Variation:
    if signal is None:
        return "common-cause"
    if measure.better == "neutral":
        return "neutral"
    return "improvement" if signal.side == measure.better else "concern"


def _assurance(measure: MeasureDefinition, analysis: Analysis) -> Assurance | None:
    """Return on which side of the last limits the aim lies; on a limit it is hit or missed by chance."""
    level = analysis.levels[-1]
    if measure.goal is None or measure.better == "neutral" or level.lower is None or level.upper is None:
        return None
    worst, best = (level.lower, level.upper) if measure.better == "up" else (-level.upper, -level.lower)
    goal = measure.goal if measure.better == "up" else -measure.goal
    return "pass" if goal < worst else "fail" if goal > best else "hit-or-miss"


def _variation_text(icons: Icons) -> str:
    moved = "higher" if icons.side == "up" else "lower"
    return {
        None: "",
        "common-cause": "Variation: common cause, the last point varies as chance does.",
        "improvement": f"Variation: special cause, improvement ({moved}).",
        "concern": f"Variation: special cause, concern ({moved}).",
        "neutral": f"Variation: special cause, {moved}; nobody said which way is better.",
    }[icons.variation]


def _assurance_text(measure: MeasureDefinition, icons: Icons) -> str:
    if icons.assurance is None or measure.goal is None:
        return ""
    aim = value_text(measure, measure.goal)
    return {
        "pass": f"Assurance: as things are, the aim of {aim} will be met.",
        "fail": f"Assurance: as things are, the aim of {aim} will not be met.",
        "hit-or-miss": f"Assurance: as things are, the aim of {aim} is met or missed by chance.",
    }[icons.assurance]
