"""Centres and signals agree with figures that other people's published packages gave."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from node.learning import runs
from node.learning.measures import MeasureDefinition, PeriodPoint, State
from node.learning.spc import Baseline, Phase, Rules, analyse

ORACLES = sorted((Path(__file__).parent / "oracles").glob("run-*.json"))
RULES: dict[str, Rules] = {"perla": "perla-2011", "anhoej": "anhoej"}
NAMES = {"long-run": "long_run", "crossings": "few_crossings"}


def series(case: dict[str, Any]) -> tuple[MeasureDefinition, tuple[PeriodPoint, ...]]:
    """Return an oracle's points as a measure of ours, periods counted from 1."""
    points = []
    for number, point in enumerate(case["points"], 1):
        value = point["value"] if "value" in point else point["n"] / point["d"]
        state: State = "missing" if value is None else "excluded" if number in case["exclude"] else "shown"
        points.append(PeriodPoint(period=number, value=value, state=state))
    measure = MeasureDefinition(key="m", label="Measure", kind="outcome", form="continuous", better="neutral")
    return measure, tuple(points)


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_run_chart_agrees_with_the_published_packages(path: Path) -> None:
    """Centre, signals, runs and crossings are those of the oracle."""
    case = json.loads(path.read_text())
    measure, points = series(case)
    rules = RULES[case["ruleset"]]
    frozen = Baseline(1, case["baseline"]) if case["baseline"] else None
    phases = [Phase(number, "new part") for number in case["recalc"]]

    analysis = analyse(measure, points, baseline=frozen, phases=phases, rules=rules)

    expected = case["expected"]
    if analysis.levels:
        assert [level.centre for level in analysis.levels] == pytest.approx(expected["centre"], rel=1e-9)
    assert {told(signal) for signal in analysis.signals} == {wanted(signal) for signal in expected["signals"]}


def told(signal: Any) -> tuple[Any, ...]:
    """Return one of our signals in an oracle's words."""
    if signal.rule == "runs":
        return ("too_many_runs" if signal.is_many else "too_few_runs", ())
    if signal.rule in NAMES:
        return (NAMES[signal.rule], ())
    return (signal.rule, signal.periods, {"up": "up", "down": "down"}[signal.side])


def wanted(signal: dict[str, Any]) -> tuple[Any, ...]:
    """Return an oracle's signal in a form that can be compared."""
    if not signal["points"]:
        return (signal["rule"], ())
    side = {"above": "up", "below": "down"}.get(signal.get("side", ""), signal.get("direction"))
    return (signal["rule"], tuple(signal["points"]), side)


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_runs_and_crossings_are_counted_as_the_packages_do(path: Path) -> None:
    """Useful points, longest run, crossings and their limits are those of the oracle."""
    case = json.loads(path.read_text())
    _, points = series(case)
    expected = case["expected"]
    segments = expected.get("segments") or [{"first": 1, "last": len(points), **expected}]

    for segment in segments:
        part = points[segment["first"] - 1 : segment["last"]]
        values = [Fraction(repr(point.value)) if point.state == "shown" else None for point in part]
        centre = Fraction(repr(expected["centre"][segment["first"] - 1]))
        if case["baseline"]:
            centre = runs.median([value for value in values[: case["baseline"]] if value is not None])
        sides = runs.side_runs(values, centre)
        useful = sum(len(run) for _, run in sides)

        assert useful == segment["n_useful"]
        if useful:
            assert max(len(run) for _, run in sides) == segment["longest_run"]
            assert len(sides) - 1 == segment["crossings"]
        if segment.get("runs_range_exact"):
            assert list(runs.runs_range(useful)) == segment["runs_range_exact"]
        if segment.get("longest_run_max") and useful:
            assert runs.longest_run_limit(useful) == segment["longest_run_max"]
            assert runs.fewest_crossings(useful) == segment["crossings_min"]
