"""Small numbers: which points of a series may leave the institution.

It hides whole points, never parts, and never brings back what was hidden in a version already sent. Two versions are read
together, as somebody would who keeps both: what one hides must not be the difference of what both show.
"""

from collections.abc import Sequence
from typing import Final

from node.learning.measures import MAX_PERIOD, MAX_POINTS, MeasureDefinition, PeriodPoint

SMALLEST_SHOWN: Final = 5


def is_small(measure: MeasureDefinition, point: PeriodPoint) -> bool:
    """Return whether a point could point at a person: a numerator or complement of 1 to 4, a denominator below 5."""
    if measure.counted == "items":
        return False
    numerator, denominator = point.numerator, point.denominator
    if denominator is not None and denominator < SMALLEST_SHOWN:
        return True
    if measure.form == "count" and point.value is not None and 0 < point.value < SMALLEST_SHOWN:
        return True  # a count said as a value, as others may send it
    if numerator is None:
        return False
    if 0 < numerator < SMALLEST_SHOWN:
        return True
    return measure.form == "proportion" and denominator is not None and 0 < denominator - numerator < SMALLEST_SHOWN


def suppress(
    measure: MeasureDefinition,
    points: Sequence[PeriodPoint],
    *,
    sent: Sequence[PeriodPoint] = (),
    is_regrouped: bool = False,
) -> tuple[PeriodPoint, ...]:
    """Return the points as they may leave: small ones are suppressed whole, without numbers or note.

    `sent` is the version that left before: what was hidden there stays hidden, also where there is no number any more, and
    without a later period a number that changed by less than 5 stays as it was sent, for the difference of two versions is
    a small number too. `is_regrouped`: it was sent by another period, so that its sums and these could be taken from each
    other; then nothing leaves if either hides anything.
    """
    if is_regrouped:
        alone = suppress(measure, points)
        is_hiding = any(point.state == "suppressed" for point in (*alone, *sent))
        return tuple(map(_hidden, alone)) if is_hiding and measure.counted != "items" else alone
    earlier = {point.period: point for point in sent}
    last = max(earlier, default=-MAX_PERIOD)
    has_later = any(point.period > last and point.state == "shown" and not is_small(measure, point) for point in points)
    leaving = [_leaving(measure, point, earlier.get(point.period), has_later=has_later) for point in points]
    there = {point.period for point in points}
    kept = [point for point in sent if point.state == "suppressed" and point.period not in there]
    first = min(there, default=0)
    if measure.counted == "items":
        return tuple(leaving)
    return (*leaving, *[_hidden(point) for point in kept if point.period >= first][: MAX_POINTS - len(leaving)])


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
    measure: MeasureDefinition, point: PeriodPoint, sent: PeriodPoint | None, *, has_later: bool
) -> PeriodPoint:
    if measure.counted == "items":
        return point
    was_hidden = sent is not None and sent.state == "suppressed"
    if was_hidden or point.state == "suppressed" or is_small(measure, point):
        return _hidden(point)
    if sent is None or is_small(measure, sent):
        return point
    if has_later and not _is_mean(measure, point):
        return point
    return sent if _differs_by_few(point, sent) else point


def _hidden(point: PeriodPoint) -> PeriodPoint:
    return PeriodPoint(period=point.period, state="suppressed")


def _is_mean(measure: MeasureDefinition, point: PeriodPoint) -> bool:
    """Tell whether a point is a mean of so many: two such means tell the value of whoever was added between them."""
    return measure.form == "continuous" and point.denominator is not None


def _differs_by_few(point: PeriodPoint, sent: PeriodPoint) -> bool:
    pairs = zip(_cells(point), _cells(sent), strict=True)
    return any(new is not None and old is not None and 0 < abs(new - old) < SMALLEST_SHOWN for new, old in pairs)


def _cells(point: PeriodPoint) -> tuple[int | None, int | None, int | None]:
    numerator, denominator = point.numerator, point.denominator
    rest = denominator - numerator if numerator is not None and denominator is not None else None
    return numerator, denominator, rest
