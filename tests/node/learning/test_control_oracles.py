"""Limits and signals of control charts agree with figures that other people's published packages gave."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from node.learning.control import MDC_FACTOR, Cell, limits, making_data_count, outside

ORACLES = sorted(path for path in (Path(__file__).parent / "oracles").glob("*.json") if "run-" not in path.name)
NAMES = {"outside": "astronomical", "two-of-three": "two_in_three"}


def cells_of(case: dict[str, Any]) -> list[list[Cell]]:
    """Return an oracle's points as cells, one list a part."""
    cells = []
    for number, point in enumerate(case["points"], 1):
        is_used = not case["baseline"] or number <= case["baseline"]
        cells.append(Cell(value_of(point), point.get("d"), is_used, number in case["exclude"]))
    starts = [0, *(number - 1 for number in case["recalc"]), len(cells)]
    return [cells[first:last] for first, last in pairwise(starts)]


def value_of(point: dict[str, Any]) -> Fraction | None:
    """Return a point's exact value."""
    if "value" in point:
        return None if point["value"] is None else Fraction(repr(point["value"]))
    return None if point["n"] is None else Fraction(point["n"]) / Fraction(point["d"])


SHEWHART_FACTOR = 3 / 1.128  # of the packages that do not round it to 2.66


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.stem)
def test_control_chart_agrees_with_the_published_packages(path: Path) -> None:
    """Centre, limits and signalling points are those of the oracle."""
    case = json.loads(path.read_text())
    expected, is_mdc = case["expected"], case["ruleset"] == "nhs-mdc"
    factor = MDC_FACTOR if is_mdc else SHEWHART_FACTOR
    if "error" in expected:
        with pytest.raises(ValueError, match="greater than zero"):
            limits(case["chart"], cells_of(case)[0], factor=factor, is_screened=case["screened_mr"])
        return

    centre: list[float] = []
    lower: list[float | None] = []
    upper: list[float | None] = []
    signals: dict[str, list[int]] = {}
    for cells in cells_of(case):
        drawn = limits(case["chart"], cells, factor=factor, is_screened=case["screened_mr"])
        assert drawn is not None
        for rule, position in found_in(cells, drawn, is_mdc=is_mdc):
            signals.setdefault(rule, []).append(len(centre) + position + 1)
        centre += [float(drawn.centre)] * len(cells)
        lower += drawn.lower
        upper += drawn.upper

    assert centre == pytest.approx(expected["centre"], rel=1e-9)
    assert_lines(lower, expected["lcl"])
    assert_lines(upper, expected["ucl"])
    wanted = {signal["rule"]: signal["points"] for signal in expected["signals"]}
    assert {rule: sorted(set(points)) for rule, points in signals.items()} == wanted


def found_in(cells: list[Cell], drawn: Any, *, is_mdc: bool) -> list[tuple[str, int]]:
    """Return (rule, position) in an oracle's words."""
    if not is_mdc:
        return [("beyond_limits", position) for _, position in outside(cells, drawn)]
    found = making_data_count(cells, drawn)
    return [(NAMES.get(one.rule, one.rule), position) for one in found for position in one.positions]


def assert_lines(ours: list[float | None], theirs: list[float | None]) -> None:
    """Compare limits where the oracle draws one."""
    pairs = [(own, other) for own, other in zip(ours, theirs, strict=True) if other is not None]

    assert [own for own, _ in pairs] == pytest.approx([other for _, other in pairs], rel=1e-6, abs=1e-9)
