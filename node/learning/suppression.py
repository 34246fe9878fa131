"""Small numbers: which points of a series may leave the institution.

It hides whole points, never parts, and never brings back what was hidden in a version already sent.
"""

from collections.abc import Sequence
from typing import Final

from node.learning.measures import MeasureDefinition, PeriodPoint

SMALLEST_SHOWN: Final = 5


def is_small(measure: MeasureDefinition, point: PeriodPoint) -> bool:
    """Return whether a point could point at a person: a numerator or complement of 1 to 4, a denominator below 5."""
    if measure.counted == "items":
        return False
    numerator, denominator = point.numerator, point.denominator
    if denominator is not None and denominator < SMALLEST_SHOWN:
        return True
    if numerator is None:
        return False
    if 0 < numerator < SMALLEST_SHOWN:
        return True
    return measure.form == "proportion" and denominator is not None and 0 < denominator - numerator < SMALLEST_SHOWN


def suppress(
    measure: MeasureDefinition, points: Sequence[PeriodPoint], *, sent: Sequence[PeriodPoint] = ()
) -> tuple[PeriodPoint, ...]:
    """Return the points as they may leave: small ones are suppressed whole, without numbers or note.

    `sent` is the version that left before: what was hidden there stays hidden, and without a new period a number that
    changed by less than 5 stays as it was sent, for the difference of two versions is a small number too.
    """
    earlier = {point.period: point for point in sent}
    has_new_period = any(point.period not in earlier for point in points)
    return tuple(_leaving(measure, point, earlier.get(point.period), has_new_period=has_new_period) for point in points)


def suppress_centres(
    measure: MeasureDefinition, before: float | None, after: float | None
) -> tuple[float | None, float | None]:
    """Return before and after as they may leave: both or neither, and none strictly between 0 and 5 for a count."""
    if before is None or after is None:
        return None, None
    is_counted = measure.form == "count" and measure.counted != "items"
    if is_counted and any(0 < centre < SMALLEST_SHOWN for centre in (before, after)):
        return None, None
    return before, after


def _leaving(
    measure: MeasureDefinition, point: PeriodPoint, sent: PeriodPoint | None, *, has_new_period: bool
) -> PeriodPoint:
    if measure.counted == "items":
        return point
    was_hidden = sent is not None and sent.state == "suppressed"
    if was_hidden or point.state == "suppressed" or is_small(measure, point):
        return PeriodPoint(period=point.period, state="suppressed")
    if sent is None or has_new_period or is_small(measure, sent):
        return point
    return sent if _differs_by_few(point, sent) else point


def _differs_by_few(point: PeriodPoint, sent: PeriodPoint) -> bool:
    pairs = zip(_cells(point), _cells(sent), strict=True)
    return any(new is not None and old is not None and 0 < abs(new - old) < SMALLEST_SHOWN for new, old in pairs)


def _cells(point: PeriodPoint) -> tuple[int | None, int | None, int | None]:
    numerator, denominator = point.numerator, point.denominator
    rest = denominator - numerator if numerator is not None and denominator is not None else None
    return numerator, denominator, rest
