"""How something is counted, as one choice in a form: the form of the number and which way is better."""

from collections.abc import Mapping
from typing import Final

from federation.records.fields import Measure
from node.services.defining import NewMeasure
from web.pages.views.forms import Choice

SAME: Final = "same"
COUNTS: Final = (
    Choice("", "Nothing yet"),
    Choice("proportion-up", "so many of all, more is better"),
    Choice("proportion-down", "so many of all, fewer is better"),
    Choice("count-down", "how many times, fewer is better"),
    Choice("count-up", "how many times, more is better"),
    Choice("continuous-down", "one measured number, lower is better"),
    Choice("continuous-up", "one measured number, higher is better"),
)
_KNOWN: Final = frozenset(choice.value for choice in COUNTS)


def measures_of(form: Mapping[str, str]) -> tuple[NewMeasure, ...] | None:
    """Return the measure that was typed, nothing when nothing is counted; None: as those count it whose work this takes over."""
    label, count = form.get("label", "").strip(), form.get("count", "")
    if count == SAME:
        return None
    if not label and not count:
        return ()
    shape, _, better = (count if count in _KNOWN and count else "proportion-up").partition("-")
    kind = "process" if shape == "proportion" else "outcome"
    return (NewMeasure(label=label, kind=kind, form=shape, better=better),)


def same(measure: Measure, place: str) -> Choice:
    """Return the choice to count as somebody else does, so that both can be compared."""
    return Choice(SAME, f"As {place}: {measure.label}")
