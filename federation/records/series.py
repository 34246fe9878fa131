"""Rules about the measures and points of a record: their form (F1), their sense (N1, N2, N5) and small numbers (N3).

Knows nothing of charts or of what the numbers mean; whether signals follow from the points (N4) is the node's to say.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from federation.records.fields import LearningAction, LearningShare, Measure, Point, Record

SMALLEST_SHOWN: Final = 5
_CONTROL_CHARTS: Final = frozenset({"xmr", "p", "u", "c", "t", "g"})
_RULE_SETS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "perla-2011": (frozenset({"run"}), frozenset({"shift", "trend", "runs"})),
    "anhoej": (frozenset({"run"}), frozenset({"long-run", "crossings"})),
    "nhs-mdc": (_CONTROL_CHARTS, frozenset({"outside", "shift", "trend", "two-of-three"})),
}
_OF: Final = frozenset({"numerator", "denominator"})
_ALONE: Final = frozenset({"value"})
_MEASURED: Final = frozenset({"value", "denominator"})
_NUMBERS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "proportion": (_OF,),
    "rate": (_OF,),
    "count": (frozenset({"numerator"}),),
    "continuous": (_ALONE, _MEASURED),
    "time-between": (_ALONE, _MEASURED),
    "yes-no": (_ALONE,),
}


class Misshapen(ValueError):
    """The document is not a record of this version; the text says why."""


def check_form(measure: Measure) -> None:
    """Check what the JSON Schema says of a measure beyond single fields.

    Raises: Misshapen.
    """
    is_by_event = measure.form == "time-between"
    if measure.every is not None and (measure.every == "event") != is_by_event:
        raise Misshapen("event is the period of time-between and of nothing else")
    if measure.rules is not None:
        charts, rules = _RULE_SETS[measure.rules]
        if measure.chart is not None and measure.chart not in charts:
            raise Misshapen("the rule set belongs to another chart")
        if any(signal.rule not in rules for signal in measure.signals or ()):
            raise Misshapen("a signal belongs to another rule set")
    for point in measure.points:
        _check_point(measure, point)


def _check_point(measure: Measure, point: Point) -> None:
    numbers = {"numerator": point.numerator, "denominator": point.denominator, "value": point.value}
    present = frozenset(name for name, number in numbers.items() if number is not None)
    if point.state in ("suppressed", "missing"):
        if present:
            raise Misshapen(f"a {point.state} point has no numbers")
    elif present not in _NUMBERS[measure.form]:
        raise Misshapen(f"these are not the numbers of a {measure.form}")
    if point.state == "excluded" and point.note is None:
        raise Misshapen("an excluded point says why")
    if point.value is not None:
        _check_point_value(measure, point.value)


def _check_point_value(measure: Measure, value: float) -> None:
    if measure.form == "time-between" and value < 0:
        raise Misshapen("time between events is not negative")
    if measure.form == "yes-no" and value not in (0, 1):
        raise Misshapen("yes-no is 1 or 0")


def measures_of(record: Record) -> tuple[Measure, ...]:
    """Give the measures of a record of any type."""
    return record.measures if isinstance(record, LearningAction | LearningShare) else ()


def has_twins(record: Record) -> bool:
    """Tell whether two measures share a key, or two points of a measure a period (rule N2)."""
    measures = measures_of(record)
    return _repeats([measure.key for measure in measures]) or any(
        _repeats([point.period for point in measure.points]) for measure in measures
    )


def has_excess(record: Record) -> bool:
    """Tell whether a proportion counts more than there are (rule N1)."""
    return any(
        (point.numerator or 0) > (point.denominator or 0)
        for measure in measures_of(record)
        if measure.form == "proportion"
        for point in measure.points
    )


def has_small_number(measure: Measure) -> bool:
    """Tell whether a measure shows a number so small that a person might be inferred from it (rule N3)."""
    return has_small_centre(measure) or any(is_small(measure, point) for point in measure.points)


def is_small(measure: Measure, point: Point) -> bool:
    """Tell whether a point must be suppressed as a whole outside the institution."""
    if measure.counted == "items":
        return False
    if _is_small_cell(point.numerator) or (point.denominator is not None and point.denominator < SMALLEST_SHOWN):
        return True
    if measure.form != "proportion" or point.numerator is None or point.denominator is None:
        return False
    return _is_small_cell(point.denominator - point.numerator)


def has_small_centre(measure: Measure) -> bool:
    """Tell whether `before` or `after` of a count lies strictly between 0 and 5."""
    if measure.counted == "items" or measure.form != "count":
        return False
    return any(centre is not None and 0 < centre < SMALLEST_SHOWN for centre in (measure.before, measure.after))


def _is_small_cell(number: int | None) -> bool:
    return number is not None and 0 < number < SMALLEST_SHOWN


def _repeats(values: Sequence[object]) -> bool:
    return len(set(values)) != len(values)
