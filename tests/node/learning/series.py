"""Measures and series that several tests of this folder share."""

from typing import Any

from node.learning.measures import Better, Form, MeasureDefinition, PeriodPoint


def measure(form: Form = "continuous", better: Better = "up", **more: Any) -> MeasureDefinition:
    """Return a measure of a form."""
    return MeasureDefinition(key="slept", label="Slept well", kind="outcome", form=form, better=better, **more)


def values(*numbers: float | None, first: int = 0) -> tuple[PeriodPoint, ...]:
    """Return points with these values; None is missing."""
    return tuple(
        PeriodPoint(period=first + index, state="missing" if number is None else "shown", value=number)
        for index, number in enumerate(numbers)
    )


def ratios(*pairs: tuple[int, int], first: int = 0) -> tuple[PeriodPoint, ...]:
    """Return points with these numerators and denominators."""
    return tuple(
        PeriodPoint(period=first + index, numerator=numerator, denominator=denominator)
        for index, (numerator, denominator) in enumerate(pairs)
    )


SLEEP = ratios(
    *((11, 27), (10, 26), (11, 26), (12, 28), (9, 26), (12, 28), (11, 27), (10, 25), (12, 27), (11, 28)),
    *((13, 26), (15, 27), (16, 28), (18, 27), (19, 28), (18, 26), (18, 26), (18, 26)),
    first=-10,
)
