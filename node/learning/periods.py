"""Days and periods: where a period begins, how far it is from the change, and points lined up around day 0.

A week begins on Monday (ISO), months and quarters are those of the calendar. It knows no time zone: a day is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from node.learning.measures import MAX_PERIOD, MAX_POINTS, Every, MeasureDefinition, PeriodPoint, State


class LocalPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A point as it was entered here, with its day; for `event`, the day on which the interval ended."""

    day: date
    state: State = "shown"
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None


def period_start(day: date, every: Every) -> date:
    """Return the first day of the period in which a day lies; an event is its own day."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    if every == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day


def _ordinal(day: date, every: Every) -> int:
    if every == "week":
        return (day.toordinal() - 1) // 7
    if every == "month":
        return day.year * 12 + day.month - 1
    if every == "quarter":
        return day.year * 4 + (day.month - 1) // 3
    return day.toordinal()


def relative_period(day: date, day_zero: date, every: Every) -> int:
    """Return the number of the period of a day, counted from the period in which day 0 lies.

    Raises: ValueError for `event`, whose periods are numbered by order and not by date.
    """
    if every == "event":
        raise ValueError("events are numbered by their order")
    return _ordinal(day, every) - _ordinal(day_zero, every)


def period_day(period: int, day_zero: date, every: Every) -> date:
    """Return the first day of a period counted from day 0: the inverse of `relative_period`."""
    if every == "event":
        raise ValueError("events are numbered by their order")
    start = period_start(day_zero, every)
    if every in ("month", "quarter"):
        months = start.year * 12 + start.month - 1 + period * (3 if every == "quarter" else 1)
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=period * (7 if every == "week" else 1))


def period_of(measure: MeasureDefinition, day: date, days: Iterable[date], day_zero: date) -> int:
    """Return the period in which a day lies, at most 1000 away; of events, which one follows: `days` are those they have."""
    if measure.every != "event":
        away = relative_period(day, day_zero, measure.every)
    else:
        ordered = sorted(days)
        away = sum(one < day for one in ordered) - sum(one < day_zero for one in ordered)
    return max(-MAX_PERIOD, min(MAX_PERIOD, away))


def align(measure: MeasureDefinition, points: Iterable[LocalPoint], day_zero: date) -> tuple[PeriodPoint, ...]:
    """Return one point per period around day 0, the latest 240 of them.

    Several entries in one period become one: numerators and denominators are added, values averaged by how many were
    measured, of yes and no the last counts. Left-out and missing entries give way to shown ones.
    """
    ordered = sorted(points, key=lambda point: point.day)
    if measure.every == "event":
        before = sum(point.day < day_zero for point in ordered)
        lined = [_at(index - before, point) for index, point in enumerate(ordered)]
    else:
        groups: dict[int, list[LocalPoint]] = defaultdict(list)
        for point in ordered:
            groups[relative_period(point.day, day_zero, measure.every)].append(point)
        lined = [_merged(measure, period, group) for period, group in sorted(groups.items())]
    return tuple(point for point in lined if abs(point.period) <= MAX_PERIOD)[-MAX_POINTS:]


def _at(period: int, point: LocalPoint) -> PeriodPoint:
    return PeriodPoint(
        period=period,
        state=point.state,
        numerator=point.numerator,
        denominator=point.denominator,
        value=point.value,
        note=point.note,
    )


def _merged(measure: MeasureDefinition, period: int, group: Sequence[LocalPoint]) -> PeriodPoint:
    shown = [point for point in group if point.state == "shown"]
    last = (shown or group)[-1]
    if len(shown) < 2 or measure.form == "yes-no":
        return _at(period, last)
    merged = msgspec.structs.replace(
        last,
        numerator=_total([point.numerator for point in shown]),
        denominator=_total([point.denominator for point in shown]),
        value=_average(shown),
    )
    return _at(period, merged)


def _total(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _average(points: Sequence[LocalPoint]) -> float | None:
    if any(point.value is None for point in points):
        return None
    is_weighted = all(point.denominator for point in points)
    weights = [point.denominator or 1 if is_weighted else 1 for point in points]
    total = sum((point.value or 0) * weight for point, weight in zip(points, weights, strict=True))
    return round(total / sum(weights), 6)
