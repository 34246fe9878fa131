"""What a series says: centre, signals, verdict and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning.claims import Claim, check, differences
from node.learning.findings import MAX_ALT_TEXT, alt_text, finding
from node.learning.measures import PeriodPoint
from node.learning.runs import runs_range
from node.learning.spc import Baseline, Phase, analyse
from tests.node.learning.series import SLEEP, measure, ratios, values

SERIES = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=10, max_size=40)
MIRRORED = {"up": "down", "down": "up", None: None}


@given(SERIES, st.sampled_from(["perla-2011", "anhoej"]))
def test_mirrored_series_mirrors_every_side(numbers: list[int | None], rules: str) -> None:
    """Nothing in the rules prefers up or down."""
    points = values(*numbers, first=-12)
    mirror = values(*(None if number is None else -number for number in numbers), first=-12)

    here = analyse(measure(), points, rules=rules)  # type: ignore[arg-type]
    there = analyse(measure(better="down"), mirror, rules=rules)  # type: ignore[arg-type]

    assert [(s.rule, s.side, s.periods) for s in here.signals] == [
        (s.rule, MIRRORED[s.side], s.periods) for s in there.signals
    ]
    assert here.verdict == there.verdict


@given(SERIES)
def test_own_figures_always_pass_the_check(numbers: list[int | None]) -> None:
    """What we would send follows from the points we would send."""
    points = values(*numbers, first=-12)
    own = analyse(measure(), points)
    claim = Claim(
        chart="run",
        rules="perla-2011",
        baseline=own.baseline,
        before=own.before,
        after=own.after,
        signals=tuple((signal.rule, signal.side) for signal in own.signals),
    )

    assert check(measure(), points, claim) == ()


@given(SERIES, st.randoms(use_true_random=False))
def test_order_of_points_does_not_matter(numbers: list[int | None], random: object) -> None:
    """A series is a set of periods."""
    points = list(values(*numbers, first=-5))
    shuffled = points.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert analyse(measure(), shuffled) == analyse(measure(), points)


def test_acceptable_runs_are_those_of_the_exact_test() -> None:
    """The table of the exact two-sided test, computed once by hand and by other packages."""
    expected = {10: (3, 9), 15: (5, 12), 16: (5, 13), 20: (7, 15), 25: (9, 18), 30: (11, 21)}

    assert {useful: runs_range(useful) for useful in expected} == expected


def test_shift_since_the_change_is_an_improvement_in_one_sentence() -> None:
    """The median is that of the ten weeks before, and all weeks since lie above it."""
    slept = measure("proportion", goal=60)

    analysis = analyse(slept, SLEEP)

    assert analysis.baseline == Baseline(-10, -1)
    assert analysis.verdict == "improved"
    assert finding(analysis, slept).startswith(
        "Shift: all 8 weeks since the change are above the median before. 41% before, 67% after"
    )
    assert analyse(measure("proportion", better="down"), SLEEP).verdict == "worse"
    assert analyse(measure("proportion", better="neutral"), SLEEP).verdict == "unclear"


def test_few_points_are_too_early() -> None:
    """Below ten points there is no median and no signal."""
    analysis = analyse(measure(), values(1, 2, 3))

    assert (analysis.is_too_early, analysis.needs, analysis.centre, analysis.signals) == (True, 10, None, ())
    assert finding(analysis, measure()) == "Too early: 3 weeks, needs 10."
    assert finding(analyse(measure(), ()), measure()) == "No numbers yet."


def test_frozen_baseline_needs_six_points_after_the_change() -> None:
    """Ten points before and three after are not enough for a verdict."""
    points = values(1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 1, 2, first=-10)

    analysis = analyse(measure(), points)

    assert (analysis.is_too_early, analysis.needs, analysis.verdict) == (True, 6, "unclear")
    assert finding(analysis, measure()) == "Too early: 3 weeks since the change, needs 6."


def test_chance_alone_is_called_chance() -> None:
    """A series that goes up and down says so."""
    points = values(3, 4, 2, 3, 4, 3, 3, 2, 4, 3, 4, 2, first=-6)

    analysis = analyse(measure("continuous"), points)

    assert (analysis.verdict, analysis.signals) == ("unchanged", ())
    assert finding(analysis, measure()).startswith("No signal: 12 weeks")


def test_withheld_missing_and_left_out_points_are_not_used() -> None:
    """They count for nothing and break no run."""
    points = (
        *values(1, 2, 1, 2, 1, 2, 1, 2, 1, 2, first=-10),
        *values(9, 9, 9),
        PeriodPoint(period=3, state="suppressed"),
        PeriodPoint(period=4, state="excluded", value=0, note="ward closed"),
        *values(9, 9, 9, first=5),
    )

    analysis = analyse(measure(), points)

    assert (analysis.n_points, analysis.n_after, analysis.after) == (16, 6, 9.0)
    assert [(s.rule, s.from_period, s.to_period) for s in analysis.signals if s.rule == "shift"] == [("shift", -1, 7)]
    assert finding(analysis, measure()).startswith("Shift: all 6 weeks since the change are above the median before.")


def test_each_phase_has_its_own_median() -> None:
    """A new phase starts the chart anew."""
    points = values(*[1, 2] * 6, *[8, 9] * 6, first=-12)

    analysis = analyse(measure(), points, phases=[Phase(0, "second round")])

    assert [level.centre for level in analysis.levels] == [1.5] * 12 + [8.5] * 12
    assert {signal.rule for signal in analysis.signals} == {"runs"}


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        (Claim(before=2.0, after=9.0), ()),
        (Claim(before=2.04, after=9.08), ()),
        (Claim(before=2.5, after=9.0), ("before",)),
        (Claim(chart="run", rules="perla-2011", signals=(("trend", "up"),)), ("signals",)),
    ],
)
def test_claims_are_compared_with_the_points(claim: Claim, wrong: tuple[str, ...]) -> None:
    """Centres within the larger of 0.05 and one percent, signals by rule and side."""
    points = values(1, 2, 3, 2, 1, 3, 9, 9, 9, 9, 9, 9, first=-6)

    assert differences(measure(), points, claim) == wrong


def test_picture_is_told_in_words_within_the_limit() -> None:
    """The text alternative says the finding and never exceeds 1500 characters."""
    slept = measure("proportion", goal=60)

    text = alt_text(slept, analyse(slept, SLEEP))

    assert "Slept well" in text
    assert "Shift: all 8 weeks" in text
    assert "Aim: 60%." in text
    assert len(alt_text(measure("proportion", unit="x"), analyse(slept, SLEEP))) <= MAX_ALT_TEXT


def test_p_chart_finds_what_its_sender_says_it_finds() -> None:
    """Limits from a frozen baseline, in percent; a shift of eight and a point outside."""
    before = [(12, 60), (14, 62), (11, 58), (13, 61), (12, 60), (15, 63), (10, 57), (13, 60)]
    after = [(9, 60), (7, 61), (6, 60), (5, 59), (6, 62), (4, 60), (3, 60), (5, 61)]
    checks = measure("proportion", better="down", counted="items")
    points = ratios(*before, *after, first=-8)
    frozen = Baseline(-8, -1)

    analysis = analyse(checks, points, chart="p", baseline=frozen)

    said = (("shift", "down"), ("two-of-three", "down"), ("outside", "down"))
    claim = Claim(chart="p", rules="nhs-mdc", baseline=frozen, before=20.8, after=9.3, signals=said)
    assert (analysis.rules, analysis.before, analysis.after, analysis.verdict) == ("nhs-mdc", 20.8, 9.32, "improved")
    assert finding(analysis, checks).startswith("Outside the expected range: 1 week below it.")
    assert check(checks, points, claim) == ()


def test_times_between_with_a_zero_have_a_g_chart_and_no_t_chart() -> None:
    """A t chart cannot take a zero; asked for all the same, it says nothing."""
    between = measure("time-between", every="event")
    points = values(3, 8, 0, 5, 12, 4, 9, 2, 7, 10, 11, 6)

    assert analyse(between, points, chart="t").levels == ()
    assert len(analyse(between, points, chart="g").levels) == 12
