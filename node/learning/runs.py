"""The run chart rules, on bare numbers: Perla, Provost and Murray 2011, and Anhoej.

How it works: a series is a list of exact values with None where nothing may be used (missing, withheld, left out);
what comes back are positions in that list. A side is +1 above or rising, -1 below or falling. Nothing here knows
periods, measures or which way is better.

Source: learning record, section 4, "Rule sets".
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from math import comb, log2
from typing import Final

import msgspec

Series = Sequence[Fraction | None]

MIN_POINTS: Final = 10
PERLA_SHIFT: Final = 6
PERLA_TREND: Final = 5


class Found(msgspec.Struct, frozen=True):
    """A rule that spoke: its name, its side (0: none) and the positions it spoke about."""

    rule: str
    side: int
    positions: tuple[int, ...]
    is_many: bool = False


def median(values: Sequence[Fraction]) -> Fraction:
    """Return the exact median of at least one value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def perla(series: Series, centre: Fraction) -> tuple[Found, ...]:
    """Return shifts, trends and a wrong number of runs; nothing below 10 points."""
    if sum(value is not None for value in series) < MIN_POINTS:
        return ()
    found = [Found("shift", side, run) for side, run in side_runs(series, centre) if len(run) >= PERLA_SHIFT]
    found += [Found("trend", side, run) for side, run in slopes(series) if len(run) >= PERLA_TREND]
    return (*found, *_wrong_number_of_runs(series, centre))


def anhoej(series: Series, centre: Fraction) -> tuple[Found, ...]:
    """Return an unusually long run and unusually few crossings; nothing below 10 points."""
    runs = side_runs(series, centre)
    useful = sum(len(run) for _, run in runs)
    if sum(value is not None for value in series) < MIN_POINTS or not useful:
        return ()
    limit = longest_run_limit(useful)
    found = [Found("long-run", side, run) for side, run in runs if len(run) > limit]
    if len(runs) - 1 < fewest_crossings(useful):
        found.append(Found("crossings", 0, tuple(position for _, run in runs for position in run)))
    return tuple(found)


def side_runs(series: Series, centre: Fraction) -> list[tuple[int, tuple[int, ...]]]:
    """Return the runs on one side of the centre; points on it and gaps are skipped and break nothing."""
    sides = [
        (position, 1 if value > centre else -1)
        for position, value in enumerate(series)
        if value is not None and value != centre
    ]
    return [
        (side, tuple(position for position, _ in group)) for side, group in groupby(sides, key=lambda pair: pair[1])
    ]


def slopes(series: Series) -> list[tuple[int, tuple[int, ...]]]:
    """Return the stretches that rise or fall all the way; of equal neighbours only the first counts."""
    distinct: list[tuple[int, Fraction]] = []
    for position, value in enumerate(series):
        if value is not None and (not distinct or distinct[-1][1] != value):
            distinct.append((position, value))
    steps = [(1 if after[1] > before[1] else -1, before[0], after[0]) for before, after in pairwise(distinct)]
    stretches = []
    for side, group in groupby(steps, key=lambda step: step[0]):
        members = list(group)
        stretches.append((side, (members[0][1], *(step[2] for step in members))))
    return stretches


@lru_cache(maxsize=256)
def runs_range(useful: int) -> tuple[int, int]:
    """Return the fewest and most runs that chance explains: exact tails of 2.5 %, half the points on each side."""
    above, below = useful // 2, useful - useful // 2
    total = comb(useful, above)
    counts = [_arrangements(runs, above, below) for runs in range(useful + 1)]
    fewest = next(runs for runs in range(useful + 1) if 40 * sum(counts[: runs + 1]) > total)
    most = next(runs for runs in range(useful, -1, -1) if 40 * sum(counts[runs:]) > total)
    return fewest, most


def longest_run_limit(useful: int) -> int:
    """Return the longest run that chance explains (Anhoej)."""
    return round(log2(useful)) + 3


@lru_cache(maxsize=256)
def fewest_crossings(useful: int) -> int:
    """Return the 5 % quantile of Binomial(useful - 1, 1/2): fewer crossings than that are a signal (Anhoej)."""
    trials, tail, crossings = useful - 1, 0, 0
    while True:
        tail += comb(trials, crossings)
        if 20 * tail >= 2**trials:
            return crossings
        crossings += 1


def _arrangements(runs: int, above: int, below: int) -> int:
    """Return in how many orders so many points above and below make so many runs."""
    if runs < 2:
        return 0
    half = runs // 2
    if runs % 2 == 0:
        return 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
    return comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(below - 1, half)


def _wrong_number_of_runs(series: Series, centre: Fraction) -> tuple[Found, ...]:
    runs = side_runs(series, centre)
    positions = tuple(position for _, run in runs for position in run)
    if len(positions) < MIN_POINTS:
        return ()
    fewest, most = runs_range(len(positions))
    if fewest <= len(runs) <= most:
        return ()
    return (Found("runs", 0, positions, is_many=len(runs) > most),)
