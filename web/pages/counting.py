"""How something is counted, as one choice in a form: the form of the number and which way is better."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from federation.records.fields import Measure
from node.services.defining import NewMeasure
from node.services.suggesting import Suggestion
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


def measures_of(form: Mapping[str, str], offered: Sequence[Suggestion] = ()) -> tuple[NewMeasure, ...] | None:
    """Return the measure that was typed or chosen, nothing when nothing is counted; None: as those count it whose work this takes over.

    A name that was typed stands before that of the suggestion.
    """
    label, count = form.get("label", "").strip(), form.get("count", "")
    if count == SAME:
        return None
    chosen = next((one.new for one in offered if _value(one) == count), None)
    if chosen is not None:
        return (msgspec.structs.replace(chosen, label=label or chosen.label),)
    if not label and not count:
        return ()
    shape, _, better = (count if count in _KNOWN and count else "proportion-up").partition("-")
    kind = "process" if shape == "proportion" else "outcome"
    return (NewMeasure(label=label, kind=kind, form=shape, better=better),)


def offers(offered: Sequence[Suggestion]) -> tuple[Choice, ...]:
    """Return suggestions as choices: what is counted, and who counts it so."""
    return tuple(Choice(_value(one), f"{one.definition.label}{_form(one)}") for one in offered)


def _value(one: Suggestion) -> str:
    return f"suggested:{one.definition.form}:{one.definition.key}"


def _form(one: Suggestion) -> str:
    what = ", n of m" if one.definition.form == "proportion" else ""
    return f"{what} (as {one.place})" if one.place else what


def same(measure: Measure, place: str) -> Choice:
    """Return the choice to count as somebody else does, so that both can be compared."""
    return Choice(SAME, f"As {place}: {measure.label}")
