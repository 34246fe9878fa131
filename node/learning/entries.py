"""A number as somebody typed it: read it, and say in words what is wrong with it.

It decides what one entry means for one measure; it does not know where the entry came from.
"""

import re
from typing import Final

import msgspec

from node.errors import invalid
from node.learning.measures import MAX_NUMBER, MeasureDefinition, PeriodPoint, number_text

_FRACTION: Final = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*(?:/|\bof\b|\bvon\b)\s*([+-]?[0-9]+(?:[.,][0-9]+)?)")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_MAX_ENTRY: Final = 60
_WITH_UNIT: Final = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*([^\W\d_%][^\d]{0,39}|[µ°%‰][^\d]{0,39})")
_WORDS: Final = {"yes": 1.0, "ja": 1.0, "no": 0.0, "nein": 0.0}
_NOUNS: Final = {"people": "patients", "events": "events", "items": "items"}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed: a fraction (both numbers), or one value, with the unit that stood behind it."""

    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    unit: str | None = None

    @property
    def is_fraction(self) -> bool:
        """Whether two numbers were typed."""
        return self.numerator is not None and self.denominator is not None


def parse_entry(text: str) -> Entry:
    """Read `7/20`, `7 of 20`, `7,5`, `7.5`, `-3`, `yes` or `no`; comma and point both part the decimals.

    Raises: Problem 422 `entry-unreadable` or `entry-not-whole`.
    """
    typed = text.strip().replace("\N{MINUS SIGN}", "-").rstrip(".%").strip()
    if len(typed) > _MAX_ENTRY:
        raise invalid("That is too long for a number. Write 7/20 or 7.5.", field="value", code="entry-unreadable")
    if typed.lower() in _WORDS:
        return Entry(value=_WORDS[typed.lower()])
    if fraction := _FRACTION.fullmatch(typed):
        return Entry(
            numerator=_whole(fraction[1], "numerator"),
            denominator=_whole(fraction[2], "denominator"),
        )
    if _NUMBER.fullmatch(typed):
        return Entry(value=_bounded(float(typed.replace(",", ".")), "value"), unit="%" if "%" in text else None)
    if unit := _WITH_UNIT.fullmatch(typed):
        return Entry(value=_bounded(float(unit[1].replace(",", ".")), "value"), unit=unit[2].strip())
    if re.fullmatch(r"[0-9]+\s*/", typed):
        raise invalid("The denominator is missing. Write 7/20.", field="denominator", code="entry-denominator-missing")
    raise invalid(f"“{typed}” is not a number. Write 7/20 or 7.5.", field="value", code="entry-unreadable")


def read_number(typed: float | str | None, *, field: str) -> float | None:
    """Return one number that may be missing, as JSON or as people write it. Raises: Problem 422 naming the field."""
    if typed is None or typed == "":
        return None
    if not isinstance(typed, str):
        return float(_bounded(typed, field))
    entry = parse_entry(typed)
    if entry.value is None or (entry.unit and entry.unit != "%"):
        raise invalid(f"“{typed.strip()[:40]}” is not one number. Write 7.5.", field=field, code="entry-unreadable")
    return entry.value


def entry_point(measure: MeasureDefinition, entry: Entry, *, period: int = 0, note: str | None = None) -> PeriodPoint:
    """Return the point that an entry makes in a measure.

    Raises: Problem 422 with the field at fault, if the entry does not fit the measure.
    """
    numerator, denominator, value = entry.numerator, entry.denominator, entry.value
    if entry.unit and value is not None:
        unit_refusal(measure, number_text(value), entry.unit)
    if measure.form in ("proportion", "rate"):
        numerator, denominator = _pair(measure, entry)
        value = None
    elif measure.form == "count":
        numerator, denominator, value = _count(entry), None, None
    else:
        numerator, denominator, value = None, None, _single(measure, entry)
    return PeriodPoint(period=period, numerator=numerator, denominator=denominator, value=value, note=note)


def unit_refusal(measure: MeasureDefinition, number: str, unit: str) -> None:
    """Refuse a number in another unit than the measure's; its own unit may be written behind it.

    Raises: Problem 422 `entry-unit`.
    """
    own = "%" if measure.form == "proportion" else measure.unit or ""
    if not unit or unit.casefold().rstrip(".") == own.casefold().rstrip("."):
        return
    counted = f"is counted in {own}" if own else "has no unit"
    raise invalid(
        f"“{number} {unit}” is in {unit}; this measure {counted}. Enter the number alone, in the measure's unit.",
        field="value",
        code="entry-unit",
    )


def _pair(measure: MeasureDefinition, entry: Entry) -> tuple[int, int]:
    numerator = entry.numerator
    if numerator is None:
        if entry.value is None:
            raise invalid("The numerator is missing. Write 7/20.", field="numerator", code="entry-numerator-missing")
        numerator = _whole(f"{entry.value:.10g}", "numerator")
    denominator = entry.denominator
    if denominator is None:
        raise invalid("The denominator is missing. Write 7/20.", field="denominator", code="entry-denominator-missing")
    _not_negative(numerator, "numerator")
    if denominator < 1:
        raise invalid(
            f"The denominator is {denominator}. It must be 1 or more; leave the period out if nothing was counted.",
            field="denominator",
            code="entry-denominator-not-positive",
        )
    _bounded(numerator, "numerator")
    _bounded(denominator, "denominator")
    if measure.form == "proportion" and numerator > denominator:
        text = f"{numerator} is more than {denominator} {_NOUNS[measure.counted]}. Check both numbers."
        raise invalid(text, field="numerator", code="entry-numerator-above-denominator")
    return numerator, denominator


def _count(entry: Entry) -> int:
    if entry.is_fraction:
        text = f"This measure is a count. Enter one number instead of {entry.numerator}/{entry.denominator}."
        raise invalid(text, field="numerator", code="entry-not-single")
    number = entry.numerator
    if number is None:
        if entry.value is None:
            raise invalid(
                "The number is missing. Enter 0 if nothing happened.", field="numerator", code="entry-numerator-missing"
            )
        number = _whole(f"{entry.value:.10g}", "numerator")
    _not_negative(number, "numerator")
    return int(_bounded(number, "numerator"))


def _single(measure: MeasureDefinition, entry: Entry) -> float:
    if entry.is_fraction:
        text = f"This measure takes one number, not {entry.numerator}/{entry.denominator}. Enter one number."
        raise invalid(text, field="value", code="entry-not-single")
    value = entry.value if entry.value is not None else entry.numerator
    if value is None:
        raise invalid(
            "The number is missing. Enter it, or leave the period out.", field="value", code="entry-value-missing"
        )
    if measure.form == "yes-no" and value not in (0, 1):
        raise invalid(
            f"{number_text(value)} is neither 1 (yes) nor 0 (no). Enter 1 or 0.", field="value", code="entry-not-yes-no"
        )
    if measure.form == "time-between":
        value = _whole(f"{value:.10g}", "value")
        _not_negative(value, "value")
    return float(_bounded(value, "value"))


def _whole(text: str, field: str) -> int:
    try:
        return int(_bounded(int(text), field))
    except ValueError:
        raise invalid(f"{text} is not a whole number. Count whole ones.", field=field, code="entry-not-whole") from None


def _bounded(number: float, field: str) -> float:
    if not abs(number) <= MAX_NUMBER:
        raise invalid("The number is above 1 000 000 000. Check it.", field=field, code="entry-too-large")
    return number


def _not_negative(number: int, field: str) -> None:
    if number < 0:
        raise invalid(f"{number} is below 0. Check the number.", field=field, code="entry-negative")
