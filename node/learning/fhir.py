"""Measures and their points as FHIR R4 resources, Measure and MeasureReport, and one point read back.

How it works. Plain dictionaries are made, validated by `fhir.resources` and written by it, so that nothing leaves that the
standard does not know. Its release speaks R4B (4.3), whose Measure and MeasureReport are those of R4 (4.0.1): only elements
that both have are used. A point is one summary MeasureReport, because a report has one period. The library is imported
when somebody asks, in another process: it takes a third of a second and 17 MB.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from node.learning.measures import MeasureDefinition, PeriodPoint, value_of
from node.learning.metrics import Appraised
from node.learning.periods import period_day

Resource = dict[str, Any]
_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_SCORING: Final = "http://terminology.hl7.org/CodeSystem/measure-scoring"
_POPULATION: Final = "http://terminology.hl7.org/CodeSystem/measure-population"
_NOTATION: Final = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
_UCUM: Final = "http://unitsofmeasure.org"
_SCORED: Final = {"proportion": "proportion", "rate": "ratio", "count": "cohort"}
_BETTER: Final = {"up": "increase", "down": "decrease"}
MAX_REPORT_BYTES: Final = 64 * 1024


class Place(Struct, frozen=True, kw_only=True):
    """Who says it, under which addresses, and on which day."""

    base_url: str
    publisher: str
    today: date


class Told(Struct, frozen=True, kw_only=True):
    """A measure as a bundle holds it: its id among the measures of this place, its points, and the day of each."""

    ident: str
    definition: MeasureDefinition
    points: tuple[PeriodPoint, ...]
    labels: tuple[date, ...] | None
    numerator: str = ""
    denominator: str = ""


class NotFhir(ValueError):
    """What was sent is no point of a measure: what to say, where it is, and a stable code. It travels between processes."""

    def __init__(self, text: str, field: str, code: str) -> None:
        super().__init__(text, field, code)
        self.text: Final = text
        self.field: Final = field
        self.code: Final = code


class Read(Struct, frozen=True, kw_only=True):
    """A point as a MeasureReport says it."""

    day: date
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None


# ------------------------------------------------------------------ out


def network(place: Place, scope: str, rows: Sequence[Appraised]) -> bytes:
    """Return the measures of the network as a bundle; hidden ones are defined and have no report."""
    told = [
        Told(
            ident=f"network-{row.definition.key}",
            definition=row.definition,
            points=row.points,
            labels=row.labels,
            numerator=row.numerator,
            denominator=row.denominator,
        )
        for row in rows
    ]
    return bundle(place, told, apart=scope.replace(":", "-")[:24])


def bundle(place: Place, told: Sequence[Told], *, apart: str = "") -> bytes:
    """Return measures and their points as a validated FHIR bundle; `apart` is part of the id of every report."""
    from fhir.resources.R4B.bundle import Bundle

    entries = [
        {"fullUrl": f"{place.base_url}/fhir/{resource['resourceType']}/{resource['id']}", "resource": resource}
        for one in told
        for resource in (_measure(place, one), *_reports(place, one, apart))
    ]
    made = Bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": entries})
    text: str = made.model_dump_json(exclude_none=True)
    return text.encode()


def _measure(place: Place, told: Told) -> Resource:
    definition = told.definition
    group: Resource = {"population": list(_populations(told))}
    if definition.code:
        system, _, code = definition.code.partition("|")
        group["code"] = {"coding": [{"system": system, "code": code}], "text": definition.label}
    measure: Resource = {
        "resourceType": "Measure",
        "id": told.ident,
        "url": _url(place, told),
        "name": "".join(part.capitalize() for part in definition.key.split("-")),
        "title": definition.label,
        "status": "active",
        "date": place.today.isoformat(),
        "publisher": place.publisher,
        "description": definition.definition or definition.label,
        "scoring": _code(_SCORING, _SCORED.get(definition.form, "continuous-variable")),
        "group": [group],
    }
    if definition.better in _BETTER:
        measure["improvementNotation"] = _code(_NOTATION, _BETTER[definition.better])
    return measure


def _populations(told: Told) -> Iterator[Resource]:
    label = told.definition.label
    if told.definition.form in ("proportion", "rate"):
        yield _population("denominator", told.denominator or f"{label}: of how many")
        yield _population("numerator", told.numerator or label)
    elif told.definition.form == "count":
        yield _population("initial-population", told.numerator or label)
    else:
        yield _population("measure-population", told.denominator or label)
        yield _population("measure-observation", told.numerator or label)


def _population(code: str, words: str) -> Resource:
    criteria = {"language": "text/plain", "expression": words}
    return {"code": _code(_POPULATION, code), "description": words, "criteria": criteria}


def _reports(place: Place, told: Told, apart: str) -> Iterator[Resource]:
    for number, point in enumerate(told.points):
        if point.state in ("shown", "suppressed"):
            day = told.labels[number] if told.labels else None
            name = f"{day:%Y%m%d}" if day else f"n{number + 1}"
            yield {
                "resourceType": "MeasureReport",
                "id": "-".join(part for part in (told.ident, apart, name) if part),
                "status": "complete",
                "type": "summary",
                "measure": _url(place, told),
                "date": place.today.isoformat(),
                "reporter": {"display": place.publisher},
                "period": _period(told.definition, day),
                "group": [_group(told.definition, point)],
            }


def _period(definition: MeasureDefinition, day: date | None) -> Resource:
    """Return the days of a point; of an event nobody outside knows the day."""
    if day is None or definition.every == "event":
        return {"start": day.isoformat(), "end": day.isoformat()} if day else _absent("unknown")
    return {"start": day.isoformat(), "end": (period_day(1, day, definition.every) - timedelta(days=1)).isoformat()}


def _group(definition: MeasureDefinition, point: PeriodPoint) -> Resource:
    if point.state == "suppressed":
        return {"measureScore": _absent("masked")}
    counts: list[Resource] = []
    if definition.form in ("proportion", "rate"):
        counts = [_count("denominator", point.denominator), _count("numerator", point.numerator)]
    elif definition.form == "count":
        counts = [_count("initial-population", point.numerator)]
    elif point.denominator is not None:
        counts = [_count("measure-population", point.denominator)]
    value = value_of(definition, point)
    group: Resource = {"population": counts} if counts else {}
    if value is not None and definition.form != "count":
        group["measureScore"] = _quantity(definition, value)
    return group


def _count(code: str, count: int | None) -> Resource:
    return {"code": _code(_POPULATION, code), "count": count}


def _quantity(definition: MeasureDefinition, value: float) -> Resource:
    rounded = round(value, 6)
    if definition.form == "proportion":
        return {"value": rounded, "unit": "%", "system": _UCUM, "code": "%"}
    if definition.unit == "days":
        return {"value": rounded, "unit": "days", "system": _UCUM, "code": "d"}
    return {"value": rounded} | ({"unit": definition.unit} if definition.unit else {})


def _code(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _absent(reason: str) -> Resource:
    return {"extension": [{"url": _ABSENT, "valueCode": reason}]}


def _url(place: Place, told: Told) -> str:
    return f"{place.base_url}/fhir/Measure/{told.ident}"


# ------------------------------------------------------------------ in


def read(body: bytes) -> Read:
    """Read one point from a MeasureReport. Raises: NotFhir that names the element at fault."""
    from fhir.resources.R4B.measurereport import MeasureReport
    from pydantic import ValidationError

    if len(body) > MAX_REPORT_BYTES:
        raise NotFhir(
            f"A report of one point has at most {MAX_REPORT_BYTES} bytes. Send one point at a time.", "body", "too-long"
        )
    try:
        report = MeasureReport.model_validate(msgspec.json.decode(body))
    except msgspec.DecodeError:
        raise NotFhir("This is no JSON. Send a MeasureReport.", "body", "fhir-malformed") from None
    except (ValidationError, TypeError, ValueError) as error:
        raise _not_fhir(error) from None
    if not report.group or len(report.group) != 1:
        raise NotFhir("Send one group: one point of one measure.", "group", "fhir-group")
    start = report.period.start if report.period else None
    if start is None:
        raise NotFhir("period.start is missing. Say which period this is of.", "period", "fhir-period")
    return _point_of(report.group[0], date(start.year, start.month, start.day))


def _point_of(group: Any, day: date) -> Read:
    counts = {
        coding.code: population.count
        for population in group.population or ()
        for coding in (population.code.coding if population.code else None) or ()
    }
    top = counts.get("numerator", counts.get("initial-population"))
    if top is not None:
        return Read(day=day, numerator=top, denominator=counts.get("denominator"))
    score = group.measureScore.value if group.measureScore else None
    if score is None:
        raise NotFhir("There is no number in it. Send population counts or a measureScore.", "group", "fhir-number")
    return Read(day=day, value=float(score))


def _not_fhir(error: Exception) -> NotFhir:
    """Say where a report is not FHIR, without repeating what it says."""
    where = ""
    errors = getattr(error, "errors", None)
    if callable(errors):
        first = errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
    at = f" Look at {where}." if where else ""
    return NotFhir(f"This is no MeasureReport of FHIR R4.{at}", where or "body", "fhir-malformed")
