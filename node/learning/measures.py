"""What is counted: the definition of a measure, its points by period, and the value of a point.

Pure words and numbers: it knows neither where points are kept nor how they are drawn.
"""

import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from typing import Final, Literal

import msgspec

Kind = Literal["outcome", "process", "balancing"]
Form = Literal["proportion", "rate", "count", "continuous", "time-between", "yes-no"]
Counted = Literal["people", "events", "items"]
Better = Literal["up", "down", "neutral"]
Every = Literal["day", "week", "month", "quarter", "event"]
State = Literal["shown", "suppressed", "excluded", "missing"]

MAX_POINTS: Final = 240
MAX_PERIOD: Final = 1000
MAX_NUMBER: Final = 1_000_000_000

_NOUNS: Final[dict[str, tuple[str, str]]] = {
    "day": ("day", "days"),
    "week": ("week", "weeks"),
    "month": ("month", "months"),
    "quarter": ("quarter", "quarters"),
    "event": ("event", "events"),
}


class MeasureDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as people agreed to count it; the same key from cycle to cycle."""

    key: str
    label: str
    kind: Kind
    form: Form
    counted: Counted = "people"
    unit: str | None = None
    per: int = 1
    better: Better = "up"
    every: Every = "week"
    goal: float | None = None
    definition: str | None = None
    code: str | None = None


class PeriodPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a series: its period counted from the change (day 0), and its numbers."""

    period: int
    state: State = "shown"
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str | None = None


def exact_value(measure: MeasureDefinition, point: PeriodPoint) -> Fraction | None:
    """Return the value of a point without rounding, or None if it has no numbers.

    Comparing with a centre must not depend on the last bit of a float, so decimals are taken as written.
    """
    if point.value is not None:
        return Fraction(repr(point.value))
    if point.numerator is None:
        return None
    if measure.form == "count":
        return Fraction(point.numerator)
    if not point.denominator:
        return None
    return Fraction(scale_of(measure) * point.numerator, point.denominator)


def scale_of(measure: MeasureDefinition) -> int:
    """Return by what a ratio is multiplied: 100 for a proportion, `per` for a rate."""
    return 100 if measure.form == "proportion" else measure.per


def value_of(measure: MeasureDefinition, point: PeriodPoint) -> float | None:
    """Return the value of a point in the measure's unit (percent for a proportion), or None if it has no numbers."""
    value = exact_value(measure, point)
    return None if value is None else float(value)


def in_order(points: Collection[PeriodPoint]) -> tuple[PeriodPoint, ...]:
    """Return the points by period."""
    return tuple(sorted(points, key=lambda point: point.period))


def period_noun(measure: MeasureDefinition, count: int) -> str:
    """Return "week" or "weeks", whichever fits the count and the measure."""
    return _NOUNS[measure.every][count != 1]


def number_text(value: float) -> str:
    """Return a number as people write it: at most two decimals, none after ten, no trailing zeros."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "\N{MINUS SIGN}")


def value_text(measure: MeasureDefinition, value: float) -> str:
    """Return a value with its percent sign where the measure is a proportion."""
    if measure.form == "proportion":
        return f"{number_text(round(value, 1) if abs(value) < 10 else round(value))}%"
    return number_text(value)


def unit_text(measure: MeasureDefinition) -> str:
    """Return the unit in words: what the numbers on the axis are."""
    if measure.form == "proportion":
        return "percent"
    if measure.unit:
        return measure.unit
    return f"per {measure.per}" if measure.form == "rate" and measure.per > 1 else ""


def default_measure(*, is_fraction: bool, every: Every = "week") -> MeasureDefinition:
    """Return the measure that a first number makes when nobody defined one.

    A fraction is a share of what was done, so up is better. Of a single number nobody said which way is better.
    """
    if is_fraction:
        return MeasureDefinition(
            key="done", label="Done", kind="process", form="proportion", unit="%", better="up", every=every
        )
    return MeasureDefinition(
        key="value", label="Value", kind="process", form="continuous", better="neutral", every=every
    )


def measure_key(label: str, taken: Collection[str] = ()) -> str:
    """Return a key (`[a-z0-9-]`, up to 40) for a label, different from those taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "measure"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem[: 39 - len(str(number))]}-{number}"
    return key
