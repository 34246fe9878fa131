"""What the box for a number offers: one field or two, the whole as it was last time, and what was entered then."""

from datetime import date

from node.learning.phrases import day_words
from node.services.plotting import Series


def is_fraction(series: Series | None) -> bool:
    """Tell whether so many of all are asked for; of the first number nobody knows yet, and both are offered."""
    return series is None or series.definition.form in ("proportion", "rate")


def top_label(series: Series | None) -> str:
    """Return what stands above the field that must be filled in."""
    if series is None or is_fraction(series):
        return "So many"
    return series.definition.unit or "Number"


def whole_before(series: Series | None) -> str:
    """Return the whole of last time, empty where there was none or none is asked for."""
    if series is None or not is_fraction(series):
        return ""
    return next((str(point.denominator) for point in reversed(series.points) if point.denominator), "")


def last_time(series: Series | None, today: date) -> str:
    """Return what was entered last, in a sentence, with the first day of its period."""
    if series is None or not series.points:
        return ""
    point, label = series.points[-1], series.labels[-1] if series.labels else None
    when = f" ({day_words(label, today)})" if isinstance(label, date) else ""
    if point.denominator is not None:
        return f"Last time {point.numerator} of {point.denominator}{when}."
    number, unit = point.value if point.numerator is None else point.numerator, series.definition.unit
    return "" if number is None else f"Last time {number:g}{f' {unit}' if unit else ''}{when}."
