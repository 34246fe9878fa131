"""Control charts, on bare numbers: centre, limits, and the rules of Making Data Count.

How it works: a chart is a list of cells; a cell has a value, for p and u the size it was counted in, and whether it is
used for centre and limits (one outside the baseline or left out is not). Means are exact, because a mean that is a rounding
error away from a point would change what lies on which side. Nothing here knows periods or which way is better.

Source: learning record, section 4; NHSRplotthedots and qicharts2 for what the text leaves open.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from math import sqrt
from typing import Final

import msgspec

from node.learning.runs import Found, median

MDC_FACTOR: Final = 2.66
SHEWHART_FACTOR: Final = 3 / 1.128  # of those who do not round it
_SCREEN: Final = 3.267
_SHIFT: Final = 7
_TREND: Final = 7
_T_POWER: Final = 3.6


class Cell(msgspec.Struct, frozen=True):
    """One point: its value (None: none), the size behind it, and whether centre and limits use it."""

    value: Fraction | None
    size: int | float | None = None
    is_used: bool = True
    is_left_out: bool = False


class Limits(msgspec.Struct, frozen=True):
    """The centre; one a cell: the limits as drawn, and where the last third before them begins (never clipped)."""

    centre: Fraction
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    near_lower: tuple[float | None, ...]
    near_upper: tuple[float | None, ...]


def limits(chart: str, cells: Sequence[Cell], *, factor: float = MDC_FACTOR, is_screened: bool = True) -> Limits | None:
    """Return centre and limits of an xmr, p, u, c, t, g, pprime or uprime chart, or None if no cell can be used.

    Raises: ValueError if a t chart meets a time of zero.
    """
    used = [cell for cell in cells if cell.is_used and not cell.is_left_out and cell.value is not None]
    if not used:
        return None
    if chart == "t":
        return _times(cells, factor=factor, is_screened=is_screened)
    if chart in ("p", "u", "pprime", "uprime"):
        return _ratios(chart, cells, used, is_screened=is_screened)
    values = [cell.value for cell in used if cell.value is not None]
    mean = _mean(values)
    if chart == "xmr":
        width = _range_width(cells, factor=factor, is_screened=is_screened)
        return _limits(mean, mean, [width] * len(cells), floor=None)
    if chart == "c":
        return _limits(mean, mean, [3 * sqrt(mean)] * len(cells), floor=0.0)
    width = 3 * sqrt(mean * (mean + 1))
    return _limits(median(values), mean, [width] * len(cells), floor=0.0)


def straightened(cells: Sequence[Cell], *, factor: float, is_screened: bool) -> tuple[Sequence[Cell], Limits | None]:
    """Return times between events as they are judged: bent until they vary evenly, with the limits they have then.

    Judged there, a time that equals the centre lies on it; bent back, the last bit of a float would decide.
    """
    bent = [msgspec.structs.replace(cell, value=None if cell.value is None else _bent(cell.value)) for cell in cells]
    return bent, limits("xmr", bent, factor=factor, is_screened=is_screened)


def making_data_count(cells: Sequence[Cell], drawn: Limits) -> tuple[Found, ...]:
    """Return points outside, shifts of 7, trends of 7, and two of three close to a limit, of all cells with a value."""
    found = [Found("outside", side, run) for side, run in _together(outside(cells, drawn))]
    values = [(position, cell.value) for position, cell in enumerate(cells) if cell.value is not None]
    sides = [(_sign(value - drawn.centre), position) for position, value in values]
    for side, group in groupby(sides, key=lambda pair: pair[0]):
        run = tuple(position for _, position in group)
        if side and len(run) >= _SHIFT:
            found.append(Found("shift", side, run))
    steps = [(_sign(after[1] - before[1]), before[0], after[0]) for before, after in pairwise(values)]
    for side, steps_group in groupby(steps, key=lambda step: step[0]):
        members = list(steps_group)
        if side and len(members) >= _TREND - 1:
            found.append(Found("trend", side, (members[0][1], *(step[2] for step in members))))
    return (*found, *_two_of_three(cells, drawn, sides))


def beyond_limits(cells: Sequence[Cell], drawn: Limits) -> tuple[Found, ...]:
    """Return points outside the limits and nothing else: Shewhart's one rule."""
    return tuple(Found("outside", side, run) for side, run in _together(outside(cells, drawn)))


def outside(cells: Sequence[Cell], drawn: Limits) -> list[tuple[int, int]]:
    """Return (side, position) of every value beyond its limit."""
    beyond = []
    for position, cell in enumerate(cells):
        lower, upper = drawn.lower[position], drawn.upper[position]
        if cell.value is None or lower is None or upper is None:
            continue
        if float(cell.value) > upper:
            beyond.append((1, position))
        elif float(cell.value) < lower:
            beyond.append((-1, position))
    return beyond


def _ratios(chart: str, cells: Sequence[Cell], used: Sequence[Cell], *, is_screened: bool) -> Limits | None:
    total = sum((Fraction(cell.size or 0) for cell in used), Fraction(0))
    if not total:
        return None
    events = sum(((cell.value or 0) * Fraction(cell.size or 0) for cell in used), Fraction(0))
    centre = events / total
    spread = max(centre * (1 - centre) if chart.startswith("p") else centre, Fraction(0))
    sigmas = [sqrt(spread / Fraction(cell.size)) if cell.size else None for cell in cells]
    factor = _overdispersion(cells, centre, sigmas, is_screened=is_screened) if "prime" in chart else 1.0
    widths = [None if sigma is None or factor is None else 3 * sigma * factor for sigma in sigmas]
    return _limits(centre, centre, widths, floor=0.0, ceiling=1.0 if chart.startswith("p") else None)


def _overdispersion(
    cells: Sequence[Cell], centre: Fraction, sigmas: Sequence[float | None], *, is_screened: bool
) -> float | None:
    """Return by how much more the points vary than counting alone explains (Laney): sigma of their z scores."""
    scores = [
        msgspec.structs.replace(
            cell, value=Fraction(float(cell.value - centre) / sigma) if cell.value is not None and sigma else None
        )
        for cell, sigma in zip(cells, sigmas, strict=True)
    ]
    return _range_width(scores, factor=1 / 1.128, is_screened=is_screened)


def _times(cells: Sequence[Cell], *, factor: float, is_screened: bool) -> Limits | None:
    if any(cell.value is not None and cell.value <= 0 for cell in cells):
        raise ValueError("a time between events must be greater than zero")
    _bent_cells, straight = straightened(cells, factor=factor, is_screened=is_screened)
    if straight is None:
        return None
    return Limits(
        centre=Fraction(_unbent(float(straight.centre)) or 0.0),
        lower=tuple(_unbent(limit) for limit in straight.lower),
        upper=tuple(_unbent(limit) for limit in straight.upper),
        near_lower=tuple(_unbent(limit) for limit in straight.near_lower),
        near_upper=tuple(_unbent(limit) for limit in straight.near_upper),
    )


def _bent(value: Fraction) -> Fraction:
    return Fraction(float(value) ** (1 / _T_POWER))


def _unbent(value: float | None) -> float | None:
    return None if value is None else float(max(value, 0.0) ** _T_POWER)


def _range_width(cells: Sequence[Cell], *, factor: float, is_screened: bool) -> float | None:
    """Return the half width from moving ranges: bridged over points left out, not over missing ones."""
    kept = [cell for cell in cells if not cell.is_left_out]
    ranges: list[Fraction] = [
        abs(after.value - before.value)
        for before, after in pairwise(kept)
        if before.value is not None and after.value is not None and before.is_used and after.is_used
    ]
    if is_screened and ranges:
        bound = _SCREEN * float(_mean(ranges))
        ranges = [size for size in ranges if float(size) < bound]
    return factor * float(_mean(ranges)) if ranges else None


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _limits(
    centre: Fraction,
    middle: Fraction,
    widths: Sequence[float | None],
    *,
    floor: float | None,
    ceiling: float | None = None,
) -> Limits:
    lowers, uppers = _around(middle, widths, -1), _around(middle, widths, 1)
    if floor is not None:
        lowers = [None if limit is None else max(limit, floor) for limit in lowers]
    if ceiling is not None:
        uppers = [None if limit is None else min(limit, ceiling) for limit in uppers]
    return Limits(
        centre=centre,
        lower=tuple(lowers),
        upper=tuple(uppers),
        near_lower=tuple(_around(middle, widths, -2 / 3)),
        near_upper=tuple(_around(middle, widths, 2 / 3)),
    )


def _around(middle: Fraction, widths: Sequence[float | None], share: float) -> list[float | None]:
    return [None if width is None else float(middle) + share * width for width in widths]


def _two_of_three(cells: Sequence[Cell], drawn: Limits, sides: Sequence[tuple[int, int]]) -> list[Found]:
    flagged: list[tuple[int, int]] = []
    for window in zip(sides, sides[1:], sides[2:], strict=False):
        side = window[0][0]
        close = [position for _, position in window if _is_close(cells[position], drawn, position)]
        if side and all(other == side for other, _ in window) and len(close) >= 2:
            flagged += [(side, position) for position in close]
    return [Found("two-of-three", side, run) for side, run in _together(sorted(set(flagged), key=lambda pair: pair[1]))]


def _is_close(cell: Cell, drawn: Limits, position: int) -> bool:
    """Return whether a value lies between two thirds of the way to a limit and the limit."""
    lower, upper = drawn.lower[position], drawn.upper[position]
    near_lower, near_upper = drawn.near_lower[position], drawn.near_upper[position]
    if cell.value is None or lower is None or upper is None or near_lower is None or near_upper is None:
        return False
    return near_upper < float(cell.value) <= upper or lower <= float(cell.value) < near_lower


def _together(flagged: Sequence[tuple[int, int]]) -> list[tuple[int, tuple[int, ...]]]:
    """Return flagged positions as stretches of one side, at most two apart."""
    stretches: list[tuple[int, list[int]]] = []
    for side, position in flagged:
        if stretches and stretches[-1][0] == side and position - stretches[-1][1][-1] <= 2:
            stretches[-1][1].append(position)
        else:
            stretches.append((side, [position]))
    return [(side, tuple(run)) for side, run in stretches]


def _sign(difference: Fraction) -> int:
    return (difference > 0) - (difference < 0)
