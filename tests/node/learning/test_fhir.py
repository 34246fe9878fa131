"""Measures and points as FHIR R4: what goes out is read back by the library, what comes in is understood or refused in words."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.measurereport import MeasureReport

from node.gateways.workshop import ProcessWorkshop
from node.learning import fhir
from node.learning.fhir import NotFhir, Place, Told
from node.learning.measures import MeasureDefinition, PeriodPoint
from node.learning.metrics import METRICS, Appraised

PLACE = Place(base_url="https://ward.example/api/rounds/v1", publisher="St Mary's", today=date(2026, 11, 25))
SLEPT = MeasureDefinition(
    key="slept-well", label="Slept <well>", kind="outcome", form="proportion", code="http://loinc.org|65968-7"
)
POINTS = (
    PeriodPoint(period=0, numerator=12, denominator=20),
    PeriodPoint(period=1, state="suppressed"),
    PeriodPoint(period=2, state="missing"),
)
WEEKS = (date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19))


def _resources(data: bytes) -> list[dict[str, Any]]:
    """Return what a bundle holds, after the library read it back and wrote the same again."""
    read = Bundle.model_validate_json(data)
    assert json.loads(read.model_dump_json(exclude_none=True)) == json.loads(data)
    return [entry["resource"] for entry in json.loads(data)["entry"]]


def test_a_proportion_is_a_measure_and_a_report_for_each_point() -> None:
    """Numerator, denominator and percent of the one; the small one says only that it is masked; the missing one is not there."""
    measure, shown, masked = _resources(
        fhir.bundle(PLACE, [Told(ident="7", definition=SLEPT, points=POINTS, labels=WEEKS)])
    )

    assert measure["scoring"]["coding"][0]["code"] == "proportion"
    assert measure["group"][0]["code"]["coding"][0] == {"system": "http://loinc.org", "code": "65968-7"}
    assert shown["period"] == {"start": "2026-10-05", "end": "2026-10-11"}
    assert [one["count"] for one in shown["group"][0]["population"]] == [20, 12]
    assert shown["group"][0]["measureScore"]["value"] == 60
    assert measure["url"] == shown["measure"] == masked["measure"]
    assert masked["group"] == [{"measureScore": {"extension": [{"url": fhir._ABSENT, "valueCode": "masked"}]}}]


@pytest.mark.parametrize(
    ("form", "scoring", "codes"),
    [
        ("rate", "ratio", ["denominator", "numerator"]),
        ("count", "cohort", ["initial-population"]),
        ("continuous", "continuous-variable", ["measure-population"]),
        ("time-between", "continuous-variable", ["measure-population"]),
        ("yes-no", "continuous-variable", ["measure-population"]),
    ],
)
def test_every_form_has_its_scoring(form: Any, scoring: str, codes: list[str]) -> None:
    """And its populations; the library accepts each."""
    is_counted = form in ("rate", "count")
    point = PeriodPoint(period=0, numerator=7 if is_counted else None, denominator=9, value=None if is_counted else 1.0)
    definition = MeasureDefinition(key="x", label="X", kind="process", form=form, every="month", better="down")

    measure, report = _resources(
        fhir.bundle(PLACE, [Told(ident="7", definition=definition, points=(point,), labels=(WEEKS[0],))])
    )

    assert scoring == measure["scoring"]["coding"][0]["code"]
    assert measure["improvementNotation"]["coding"][0]["code"] == "decrease"
    assert codes == [one["code"]["coding"][0]["code"] for one in report["group"][0]["population"]]


def test_an_event_has_no_day_for_others() -> None:
    """Its period says that it is not known."""
    event = MeasureDefinition(key="days", label="Days between", kind="outcome", form="time-between", every="event")
    told = Told(ident="7", definition=event, points=(PeriodPoint(period=0, value=12.0),), labels=None)

    _measure, report = _resources(fhir.bundle(PLACE, [told]))

    assert report["period"]["extension"][0]["valueCode"] == "unknown"


def test_the_twelve_are_valid_also_where_they_are_hidden() -> None:
    """Twelve Measures; a hidden one has no report; ids stay within the 64 letters that the standard allows."""
    rows = [
        Appraised(
            number=one.number,
            definition=one.definition,
            numerator=one.numerator,
            denominator=one.denominator,
            first=date(2024, 11, 1),
            points=() if one.number == 1 else (PeriodPoint(period=0, numerator=1, denominator=2, value=3.0),),
        )
        for one in METRICS
    ]

    found = _resources(fhir.network(PLACE, f"unit:{'x' * 40}", rows))

    assert [sum(one["resourceType"] == kind for one in found) for kind in ("Measure", "MeasureReport")] == [12, 11]
    assert max(len(one["id"]) for one in found) <= 64


def test_a_point_that_goes_out_comes_in_again() -> None:
    """Numerator and denominator, a count, or a value."""
    for numbers, form in (
        ({"numerator": 12, "denominator": 20}, "proportion"),
        ({"numerator": 12}, "count"),
        ({"value": 7.5}, "continuous"),
    ):
        definition = MeasureDefinition(key="x", label="X", kind="process", form=form)  # type: ignore[arg-type]
        told = Told(ident="7", definition=definition, points=(PeriodPoint(period=0, **numbers),), labels=(WEEKS[0],))
        report = _resources(fhir.bundle(PLACE, [told]))[1]

        assert fhir.Read(day=WEEKS[0], **numbers) == fhir.read(
            MeasureReport.model_validate(report).model_dump_json().encode()
        )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"[]", "body"),
        (b"\xff", "body"),
        (b'{"resourceType":"Patient"}', "resource"),
        (
            b'{"resourceType":"MeasureReport","status":"complete","type":"summary","measure":"https://a.example/m"}',
            "period",
        ),
        (b"{" + b" " * fhir.MAX_REPORT_BYTES + b"}", "body"),
    ],
)
async def test_what_is_no_report_is_refused_in_words_from_the_other_process(body: bytes, field: str) -> None:
    """The error crosses the border between processes and names the element; what was sent is not in it."""
    workshop = ProcessWorkshop()
    try:
        with pytest.raises(NotFhir) as refused:
            await asyncio.wait_for(workshop.run(fhir.read, body), 60)
    finally:
        await workshop.close()

    assert refused.value.field.startswith(field)
    assert "Patient" not in refused.value.text
