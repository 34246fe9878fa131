"""Charts and rules: named once, never mixed, and read as the published packages and the worked examples read them."""

import json
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from federation.records import fields
from node.learning import runs, wire
from node.learning.icons import icons_of
from node.learning.measures import Better, Form, MeasureDefinition, PeriodPoint
from node.learning.rulesets import CHARTS, CHARTS_OF, NAMES, RULES_OF, Chart, Rules, on_the_wire, rules_for
from node.learning.spc import Baseline, Phase, analyse, look
from tests.node.learning.series import measure, ratios, values

A = (52, 48, 55, 50, 47, 53, 49, 51, 54, 46, 50, 52)
M = (7, 8, 6, 9, 5, 8, 7, 9, 6, 8, 3, 2, 4, 3, 1, 2, 4, 3, 2, 1)
E = (10, 8, 6, 14, 16, 14, 18, 20, 8, 10, 10, 10)
ORACLES = Path(__file__).parent / "oracles"
MDC = sorted(ORACLES.glob("mdc-*.json"))
LONG = [path for path in MDC if len(json.loads(path.read_text())["points"]) >= 10]  # of fewer nothing is said
FALLING = (44, 53, 43, 52, 45, 54, 44, 51, 46, 53, 44, 52, 45, 56, 54, 52, 50, 48, 46, 44)


def lines(
    definition: MeasureDefinition,
    points: tuple[PeriodPoint, ...],
    chart: Chart,
    rules: Rules,
    baseline: Baseline | None = None,
):
    """Return signals and levels exactly as asked for."""
    return look(definition, points, baseline=baseline, phases=(), chart=chart, rules=rules)


# ------------------------------------------------------------------ the table of names


def test_every_chart_has_rules_and_every_form_has_charts() -> None:
    """Nothing can be chosen that cannot be read."""
    assert set(CHARTS) == set(RULES_OF)
    assert set(get_args(Form)) == set(CHARTS_OF)
    assert all(charts[0] == "run" and set(charts) <= set(CHARTS) for charts in CHARTS_OF.values())


def test_every_rule_of_the_oracles_has_its_name_in_the_record() -> None:
    """One table maps what packages call a rule to what we and the record call it."""
    named = {"perla": "perla-2011", "anhoej": "anhoej", "nhs-mdc": "nhs-mdc", "shewhart": "shewhart"}
    spoken = set()
    for path in ORACLES.glob("*.json"):
        case = json.loads(path.read_text())
        for signal in case["expected"].get("signals", ()):
            spoken.add((named[case["ruleset"]], signal["rule"]))

    known = {(rules, name) for rules, names in NAMES.items() for name in names}
    beyond_anhoej = {("anhoej", "beyond_limits")}  # an extra of that package, which the record does not have
    assert spoken - beyond_anhoej <= known


@pytest.mark.parametrize("chart", CHARTS)
def test_what_leaves_names_one_chart_and_one_rule_set_that_the_record_knows(chart: Chart) -> None:
    """Primes and Shewhart's rules are for this house."""
    for rules in (None, *RULES_OF[chart]):
        told_chart, told_rules = on_the_wire(chart, rules)

        assert told_chart in get_args(fields.ChartKind)
        assert told_rules in get_args(fields.RuleSet)
        assert told_rules in RULES_OF[told_chart]


def test_rules_of_another_chart_are_never_used() -> None:
    """A rule set that does not go with a chart gives way to the chart's own."""
    assert rules_for("p", "perla-2011") == "nhs-mdc"
    assert rules_for("run", "nhs-mdc") == "perla-2011"


@pytest.mark.parametrize("chart", ["pprime", "xmr", "p"])
@pytest.mark.parametrize("rules", ["shewhart", "nhs-mdc"])
def test_what_leaves_follows_from_what_leaves(chart: Chart, rules: Rules) -> None:
    """A receiver that computes anew finds what we said."""
    definition = measure("proportion", counted="items")
    points = ratios(*((top, 50) for top in (*A[:10], 10, 11, 12, 9, 10, 8)), first=-10)

    told = wire.leaving(definition, points, chart=chart, rules=rules)

    assert wire.doubts(told) == ()


# ------------------------------------------------------------------ worked examples


def test_an_xmr_chart_has_its_worked_limits_and_screening() -> None:
    """Example 1 and 3: limits by 2.66 mean moving ranges; a range beyond 3.267 times the mean is dropped once."""
    _, plain = lines(measure(), values(*A), "xmr", "nhs-mdc")
    told, screened = lines(measure(), values(10, 12, 11, 13, 10, 12, 40, 11, 12, 10, 13, 11), "xmr", "nhs-mdc")

    assert tuple(round(x, 4) for x in (plain[0].centre, plain[0].lower, plain[0].upper)) == (50.5833, 38.9761, 62.1906)
    assert (round(screened[0].lower, 2), round(screened[0].upper, 2)) == (8.43, 19.07)
    assert [signal.periods for signal in told if signal.rule == "outside"] == [(6,)]


def test_a_frozen_baseline_shows_what_came_after_it() -> None:
    """Example 2: outside, seven below the mean, and a falling stretch that begins with the last point before."""
    points = values(*A, 44, 43, 42, 41, 40, 39, 38)

    told, _ = lines(measure(), points, "xmr", "nhs-mdc", Baseline(0, 11))

    by_rule = {signal.rule: signal.periods for signal in told}
    assert by_rule["outside"] == (18,)
    assert tuple(range(12, 19)) == by_rule["shift"]
    assert tuple(range(11, 19)) == by_rule["trend"]


def test_ratios_and_counts_have_their_worked_limits() -> None:
    """Examples 4, 5 and 6."""
    p = ratios(*zip((12, 15, 9, 14, 11, 13, 10, 30), (100, 110, 95, 105, 98, 102, 97, 104), strict=True))
    told, at_p = lines(measure("proportion"), p, "p", "nhs-mdc")
    u = ratios(*zip((4, 2, 5, 3, 6, 2), (1200, 950, 1400, 1100, 1300, 1000), strict=True))
    quiet, at_u = lines(measure("rate", per=1000), u, "u", "nhs-mdc")
    c = tuple(PeriodPoint(period=place, numerator=n) for place, n in enumerate((4, 7, 5, 6, 3, 8, 5, 4, 6, 2)))
    _, at_c = lines(measure("count"), c, "c", "nhs-mdc")

    assert tuple(round(x, 2) for x in (at_p[-1].centre, at_p[-1].lower, at_p[-1].upper)) == (14.06, 3.83, 24.28)
    assert [signal.periods for signal in told if signal.rule == "outside"] == [(7,)]
    assert (round(at_u[0].centre, 4), round(at_u[0].upper, 2)) == (3.1655, 8.04)
    assert quiet == ()
    assert (at_c[0].centre, at_c[0].lower, round(at_c[0].upper, 4)) == (5, 0, 11.7082)


def test_run_charts_read_their_worked_series() -> None:
    """Examples 1, 7 and 8."""
    calm = analyse(measure(), values(*A))
    shifted = analyse(measure(), values(*M))
    few = [Fraction(number) for number in E]

    assert (calm.centre, calm.signals) == (50.5, ())
    assert {"shift", "runs"} == {signal.rule for signal in shifted.signals}
    assert (
        shifted.centre,
        [len(signal.periods) for signal in shifted.signals if signal.rule == "shift"],
    ) == (4.5, [10, 10])
    assert {"long-run", "crossings"} == {
        signal.rule for signal in analyse(measure(), values(*M), rules="anhoej").signals
    }
    sides = runs.side_runs(few, Fraction(10))
    assert (sum(len(run) for _, run in sides), len(sides), max(len(run) for _, run in sides)) == (8, 3, 5)
    assert analyse(measure(), values(*E)).signals == ()


@pytest.mark.parametrize(
    ("numbers", "longest"),
    [((10, 11, 12, 13, 14), 5), ((10, 11, 11, 12, 13, 14), 5), ((10, 11, 12, 13), 4), ((6,) * 6, 0)],
)
def test_trends_of_run_charts_skip_equal_neighbours(numbers: tuple[int, ...], longest: int) -> None:
    """Example 9."""
    found = runs.slopes([Fraction(number) for number in numbers])

    assert longest == max((len(run) for _, run in found), default=0)


def test_trends_and_shifts_of_making_data_count_are_broken_by_a_tie() -> None:
    """Example 10: seven rising, a tie, six above and seven, all flagged or none."""
    rising, _ = lines(measure(), values(1, 2, 3, 4, 5, 6, 7), "xmr", "nhs-mdc")
    tied, _ = lines(measure(), values(1, 2, 3, 3, 4, 5, 6), "xmr", "nhs-mdc")
    frozen = Baseline(0, 3)
    base = (0, 2, 0, 2)
    six, _ = lines(measure(), values(*base, *(2,) * 6, 0), "xmr", "nhs-mdc", frozen)
    eight, _ = lines(measure(), values(0, 2, 2, 0, *(2,) * 8), "xmr", "nhs-mdc", frozen)

    assert [tuple(range(7))] == [signal.periods for signal in rising if signal.rule == "trend"]
    assert [signal for signal in tied if signal.rule == "trend"] == []
    assert [len(signal.periods) for signal in six if signal.rule == "shift"] == [7]
    assert [tuple(range(4, 12))] == [signal.periods for signal in eight if signal.rule == "shift"]


@pytest.mark.parametrize("useful", range(10, 32))
def test_table_of_runs_is_symmetric_and_grows(useful: int) -> None:
    """From 10 to 31 useful points: as many runs too few as too many, and never a narrower range for more points."""
    fewest, most = runs.runs_range(useful)
    after = runs.runs_range(useful + 1)

    assert 2 * (useful // 2) + 2 - fewest in (most, most - 1, most + 1)
    assert after[0] >= fewest
    assert after[1] >= most


# ------------------------------------------------------------------ icons


@pytest.mark.parametrize("path", LONG, ids=lambda path: path.stem)
def test_icons_agree_with_the_published_package(path: Path) -> None:
    """Variation is that of the last point, assurance that of the last limits; a neutral measure has none."""
    case = json.loads(path.read_text())
    better: Better = case["improvement"] or "neutral"
    definition = measure(better=better, goal=case["target"])
    points = values(*(point["value"] for point in case["points"]), first=1)
    frozen = Baseline(1, case["baseline"]) if case["baseline"] else None
    phases = [Phase(number, "new part") for number in case["recalc"]]

    icons = icons_of(definition, analyse(definition, points, baseline=frozen, phases=phases, chart="xmr"))

    said = {
        "common-cause": "common_cause",
        "improvement": "special_cause_improvement",
        "concern": "special_cause_concern",
        "neutral": f"special_cause_neutral_{'high' if icons.side == 'up' else 'low'}",
    }
    met = {"pass": "consistent_pass", "fail": "consistent_fail", "hit-or-miss": "inconsistent", None: None}
    assert case["expected"]["variation"] == said[icons.variation or ""]
    assert case["expected"]["assurance"] in ("any", met[icons.assurance])


@pytest.mark.parametrize(("better", "variation"), [("down", "improvement"), ("up", "concern"), ("neutral", "neutral")])
def test_a_falling_run_above_the_mean_is_judged_by_its_direction(better, variation: str) -> None:
    """Exactly the seven falling points speak, as a trend, whichever side of the mean they lie on."""
    definition = measure(better=better)

    analysis = analyse(definition, values(*FALLING), chart="xmr")

    level = analysis.levels[0]
    assert tuple(round(x, 1) for x in (level.centre, level.lower or 0, level.upper or 0)) == (48.8, 32.0, 65.6)
    assert [("trend", "down", tuple(range(13, 20)))] == [(s.rule, s.side, s.periods) for s in analysis.signals]
    assert (variation, "down") == (icons_of(definition, analysis).variation, icons_of(definition, analysis).side)


# ------------------------------------------------------------------ hard series


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("number", [0, 5, 0.1])
def test_equal_points_never_signal(chart: Chart, number: float) -> None:
    """No variation is no signal, on any chart that can read them."""
    form: Form = next(form for form, charts in CHARTS_OF.items() if chart in charts)
    points = (
        ratios(*((int(number * 10), 100) for _ in range(14)))
        if form in ("proportion", "rate")
        else tuple(PeriodPoint(period=place, numerator=int(number)) for place in range(14))
        if form == "count"
        else values(*(number for _ in range(14)))
    )

    for rules in RULES_OF[chart]:
        assert analyse(measure(form), points, chart=chart, rules=rules).signals == ()


def test_a_mean_a_rounding_error_away_changes_nothing() -> None:
    """0.1 + 0.2 is 0.3 here: a point on the mean lies on no side of it."""
    on_the_mean = (0.1, 0.2, 0.3) * 2

    told, levels = lines(measure(), values(*on_the_mean, *(0.2,) * 8), "xmr", "nhs-mdc")

    assert levels[0].centre == 0.2
    assert told == ()


def test_a_gap_within_seven_rising_points_is_bridged_by_the_rule_and_not_by_the_range() -> None:
    """A missing month has no side and no direction; the moving range beside it is dropped."""
    told, levels = lines(measure(), values(1, 2, 3, None, 4, 5, 6, 7), "xmr", "nhs-mdc")

    assert [signal.periods for signal in told if signal.rule == "trend"] == [(0, 1, 2, 4, 5, 6, 7)]
    assert pytest.approx(levels[0].upper) == 4 + 2.66


def test_points_on_the_median_break_nothing_on_a_run_chart() -> None:
    """Six above with ties between them are a shift; half of the points on the median are none."""
    tied = analyse(measure(), values(1, 9, 1, 9, 1, 9, 5, 9, 9, 5, 9, 9, 5, 9, 9, 1, 1, 1, 1, 1, 1))

    assert sorted({signal.rule for signal in tied.signals if signal.side == "up"}) == ["shift"]


def test_a_series_that_a_chart_cannot_read_says_so() -> None:
    """A t chart has no place for two events at once."""
    from node.learning.findings import finding

    definition = measure("time-between", every="event")
    analysis = analyse(definition, values(*(3, 0, 5, 8, 2, 7, 4, 6, 9, 1, 2)), chart="t")

    assert (
        finding(analysis, definition)
        == "These numbers cannot be read by a t chart: a time of 0 has no place on it. Choose another chart."
    )
