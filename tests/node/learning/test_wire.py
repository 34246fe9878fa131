"""What leaves hides small numbers and follows from what it shows."""

from hypothesis import example, given
from hypothesis import strategies as st

from federation.records.series import has_small_number
from node.learning import wire
from node.learning.measures import PeriodPoint
from node.learning.spc import Baseline
from tests.node.learning.series import SLEEP, measure, ratios

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30)


@example([(0, 0), (0, 0), (0, 0), (0, 5), (0, 5), (6, 0)], -4, "p")
@given(PAIRS, st.integers(-20, 5), st.sampled_from(["run", "p"]))
def test_measure_that_leaves_is_never_doubted(pairs: list[tuple[int, int]], first: int, chart: str) -> None:
    """A receiver finds no small number and no figure that does not follow."""
    slept = measure("proportion")
    points = ratios(*((hit, max(1, hit + miss)) for hit, miss in pairs), first=first)

    sent = wire.leaving(slept, points, chart=chart)  # type: ignore[arg-type]

    assert not has_small_number(sent)
    assert wire.doubts(sent) == ()
    assert wire.definition_of(sent) == slept


@given(st.lists(st.integers(0, 12), max_size=30), st.integers(-20, 5))
def test_count_that_leaves_keeps_small_centres_at_home(numbers: list[int], first: int) -> None:
    """Before and after of a count are told together or not at all."""
    falls = measure("count", better="down")
    points = [PeriodPoint(period=first + index, numerator=number) for index, number in enumerate(numbers)]

    sent = wire.leaving(falls, points)

    assert not has_small_number(sent)
    assert (sent.before is None) == (sent.after is None)
    assert wire.doubts(sent) == ()


def test_whole_loop_leaves_with_its_baseline_and_signals() -> None:
    """The frozen baseline is said, or the receiver would compute another median."""
    sent = wire.leaving(measure("proportion"), SLEEP)

    assert (sent.chart, sent.rules, sent.before, sent.after) == ("run", "perla-2011", 40.7, 67.3)
    assert wire.claim_of(sent).baseline == Baseline(-10, -1)
    assert {(signal.rule, signal.side) for signal in sent.signals or ()} >= {("shift", "up")}
    assert sent.verdict == "improved"
    assert wire.read(sent).verdict == "improved"


def test_definition_without_numbers_claims_nothing() -> None:
    """Before data exist there is no chart, no signal and no verdict."""
    sent = wire.leaving(measure("count"), ())

    assert (sent.chart, sent.signals, sent.verdict, sent.before, sent.points) == (None, None, None, None, ())


def test_hidden_cell_stays_hidden_in_the_next_version() -> None:
    """A corrected number does not come back once its cell was hidden."""
    slept = measure("proportion")
    first = wire.leaving(slept, ratios((2, 30), (10, 30)))

    second = wire.leaving(slept, ratios((9, 30), (10, 30), (12, 30)), sent=wire.points_of(first))

    assert [point.state for point in second.points] == ["suppressed", "shown", "shown"]
