"""The twelve measures of the network, each against a history made by hand whose answer one can count on one's fingers."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.learning import metrics
from node.learning.facts import Fact, Facts, Key, Kind, Scope, Seen
from node.learning.measures import value_of
from node.learning.metrics import METRICS, Appraised

TODAY = date(2026, 11, 25)
MARCH = date(2026, 3, 10)


class History:
    """Facts put down one by one; a person's number is also where they stand in the rota."""

    def __init__(self) -> None:
        self.records: dict[Key, Fact] = {}
        self.seen: list[Seen] = []

    def put(self, kind: Kind, on: date, by: int, *parents: str, place: str = "here", **more: Any) -> str:
        uri = f"https://{place}.example/{len(self.records)}"
        self.records[uri] = Fact(
            key=uri, kind=kind, on=on, author_id=by, place=place, is_here=place == "here", parents=parents, **more
        )
        return uri

    def learning(self, on: date, by: int = 1, **more: Any) -> str:
        return self.put("learning", on, by, **more)

    def action(self, on: date, source: str, by: int = 1, **more: Any) -> str:
        return self.put("action", on, by, source, **{"due_on": on + timedelta(days=20), **more})

    def share(self, on: date, action: str, by: int = 1, **more: Any) -> str:
        return self.put("share", on, by, action, **{"decision": "adopt", **more})

    def row(self, key: str, scope: Scope | None = None, today: date = TODAY) -> Appraised:
        facts = Facts(today=today, records=self.records, seen=self.seen)
        return next(one for one in metrics.appraise(facts, scope or Scope()) if one.definition.key == key)

    def month(
        self, key: str, month: date = MARCH, scope: Scope | None = None
    ) -> tuple[float | None, int | None, int | None]:
        """Return value, numerator and denominator of a month."""
        row = self.row(key, scope)
        point = next(point for day, point in zip(row.labels, row.points, strict=True) if day == month.replace(day=1))
        return value_of(row.definition, point), point.numerator, point.denominator


@pytest.fixture
def history() -> History:
    """Return an empty history."""
    return History()


def _days(number: int, since: date = MARCH) -> date:
    return since + timedelta(days=number)


def test_acted_counts_learnings_with_an_action_within_thirty_days(history: History) -> None:
    """Of five learnings of March two have an action in time, one a day late, two none."""
    learnings = [history.learning(MARCH, by) for by in range(5)]
    history.action(_days(30), learnings[0], 9)
    history.action(_days(2), learnings[1], 1)
    history.action(_days(9), learnings[1], 1)
    history.action(_days(31), learnings[2], 2)

    assert history.month("acted") == (40.0, 2, 5)


def test_acted_shows_no_month_whose_thirty_days_are_not_over(history: History) -> None:
    """On 25 November October is not ripe; on 30 November it is."""
    for by in range(5):
        history.learning(date(2026, 9, 3), by)

    assert date(2026, 9, 1) == history.row("acted").labels[-1]
    assert date(2026, 10, 1) == history.row("acted", today=date(2026, 11, 30)).labels[-1]


def test_days_to_action_is_the_median_since_the_learning_by_the_month_of_the_action(history: History) -> None:
    """2, 4, 6, 8 and 20 days: median 6, middle half 4 to 8; only the first action of a learning counts."""
    for by, wait in enumerate((2, 4, 6, 8, 20)):
        source = history.learning(MARCH, by)
        history.action(_days(wait), source, by)
        history.action(_days(wait + 5), source, by)

    assert history.month("days-to-action", date(2026, 3, 1)) == (6.0, None, 5)
    assert history.row("days-to-action").points[0].note == "middle half 4 to 8"


def test_days_to_number_counts_from_the_action_to_its_first_number(history: History) -> None:
    """1, 2, 3, 4 and 5 days, and an action without a number; other hospitals keep theirs."""
    source = history.learning(MARCH, 1)
    for by in range(5):
        history.action(MARCH, source, by, counted_on=_days(by + 1))
    history.action(MARCH, source, 6)

    assert history.month("days-to-number") == (3.0, None, 5)
    assert history.row("days-to-number", Scope(is_elsewhere=True)).hidden == "unknown"


def test_closed_counts_actions_by_the_month_of_their_day(history: History) -> None:
    """Due on 20 March: decided before, on the thirtieth day after, on the day after that, never."""
    source, due = history.learning(MARCH, 1), date(2026, 3, 20)
    for by, decided in enumerate((MARCH, due + timedelta(days=30), due + timedelta(days=31), None, due)):
        history.action(MARCH, source, by, due_on=due, decided_on=decided, decision="adopt" if decided else None)

    assert history.month("closed") == (60.0, 3, 5)


def test_days_to_share_counts_the_first_share_of_an_action(history: History) -> None:
    """10, 20, 30, 40, 50 days into months; a second share of the same action counts for nothing."""
    source = history.learning(MARCH, 1)
    for by in range(5):
        action = history.action(MARCH, source, by)
        history.share(date(2026, 5, 9) - timedelta(days=by), action, by)
        history.share(date(2026, 5, 20), action, by)

    assert history.month("days-to-share", date(2026, 5, 1)) == (58.0, None, 5)


def test_full_loops_need_action_number_decision_and_share(history: History) -> None:
    """Of five learnings one has all four within 180 days; the others lack one each, or have it late."""
    whole = {"counted_on": _days(10), "decided_on": _days(20), "decision": "abandon"}
    lacking: tuple[dict[str, Any], ...] = (
        {},
        {"counted_on": None},
        {"decided_on": None, "decision": None},
        {"decided_on": _days(181)},
    )
    for by, change in enumerate(lacking):
        history.share(_days(30), history.action(_days(1), history.learning(MARCH, by), by, **whole | change), by)
    history.action(_days(1), history.learning(MARCH, 5), 5, **whole)

    assert history.month("full-loops") == (20.0, 1, 5)


def test_reach_counts_people_with_a_card_who_answered_one(history: History) -> None:
    """Six have cards from March on, one from April; two answered in March, one of them twice."""
    history.seen += [Seen(by, MARCH, is_first=True) for by in range(6)] + [Seen(6, date(2026, 4, 2), is_first=True)]
    history.seen += [Seen(0, date(2026, 3, 1)), Seen(0, date(2026, 3, 31)), Seen(1, date(2026, 3, 31))]
    history.seen += [Seen(6, date(2026, 4, 30))]

    assert history.month("reach")[1:] == (2, 6)
    assert history.month("reach", date(2026, 4, 1))[1:] == (1, 7)


def _carried(history: History) -> list[str]:
    """Five ideas of five people here; the first goes to elm, from there to oak, and to ash by itself."""
    ideas = [history.learning(date(2026, 1, 5), by) for by in range(5)]
    elm = history.action(MARCH, ideas[0], 50, place="elm", decision="adopt", decided_on=_days(9))
    told = history.share(_days(1), elm, 50, place="elm")
    history.action(_days(2), told, 60, place="oak", decision="abandon", decided_on=_days(9))
    history.action(_days(3), ideas[0], 70, place="ash", decision="adapt", decided_on=_days(9))
    for by in range(1, 5):
        history.action(_days(4), ideas[by], 50 + by, place="elm", decision="adopt", decided_on=_days(10))
    history.action(_days(5), ideas[1], 3)
    return ideas


def test_adoptions_count_actions_at_other_places_however_the_idea_came_there(history: History) -> None:
    """Seven tries elsewhere; a try in the same house by a colleague is none."""
    _carried(history)

    assert history.month("adoptions")[0] == 7


def test_spread_adds_the_places_on_the_way_and_the_places_by_then(history: History) -> None:
    """elm 1+1, oak 2+2, ash 1+3, and four times 1+1: eighteen over seven."""
    _carried(history)

    assert history.month("spread")[1:] == (18, 7)


def test_kept_counts_what_was_adopted_of_what_was_decided_elsewhere(history: History) -> None:
    """Five of seven are kept; adapted is not kept, and neither is stopped."""
    _carried(history)

    assert history.month("kept")[1:] == (5, 7)


def test_other_hospitals_are_counted_from_what_they_told_alone(history: History) -> None:
    """Ideas of elm that oak and this house try."""
    idea = history.learning(MARCH, 50, place="elm")
    history.action(MARCH, idea, 60, place="oak")
    history.action(MARCH, idea, 1)
    history.action(MARCH, idea, 51, place="elm")

    assert history.month("adoptions", scope=Scope(is_elsewhere=True))[0] == 2
    assert history.row("adoptions").points == ()


def test_reported_back_counts_actions_from_somebody_elses_idea(history: History) -> None:
    """Five tried a colleague's or a peer's idea, three said in time what came of it; one's own idea does not count."""
    sources = [history.learning(MARCH, 50, place="elm"), history.learning(MARCH, 7)]
    for by in range(5):
        action = history.action(MARCH, sources[by % 2], by)
        if by < 4:
            history.share(date(2026, 3, 30) + timedelta(days=30 + (by == 3)), action, by)
    history.action(MARCH, sources[1], 7)

    assert history.month("reported-back")[1:] == (3, 5)


def test_stopped_is_the_part_of_shares_that_abandon(history: History) -> None:
    """Two of five shares say: tried, stopped, because."""
    source = history.learning(MARCH, 1)
    for by in range(5):
        decision = "abandon" if by < 2 else "adopt"
        history.share(_days(1), history.action(MARCH, source, by), by, decision=decision)

    assert history.month("stopped") == (40.0, 2, 5)


def test_fewer_than_five_people_are_hidden(history: History) -> None:
    """Four authors show nothing at all, a fifth opens the measure; other hospitals' public words are no secret."""
    for by in range(4):
        history.learning(MARCH, by)
        history.learning(MARCH, by, place="elm")
    hidden = history.row("acted")
    history.learning(MARCH, 4)

    assert (hidden.hidden, hidden.points, hidden.now) == ("few", (), "")
    assert history.month("acted")[2] == 5
    assert history.month("acted", scope=Scope(is_elsewhere=True))[2] == 4


def test_a_unit_whose_rest_is_few_people_is_hidden_too(history: History) -> None:
    """Five of eight: the hospital's number less the unit's would be that of three people."""
    for by in range(8):
        history.learning(MARCH, by)

    assert history.row("acted", Scope(members=frozenset(range(5)))).hidden == "few"
    history.learning(MARCH, 8)
    history.learning(MARCH, 9)
    assert history.month("acted", scope=Scope(members=frozenset(range(5))))[2] == 5


def test_what_changed_and_goes_on_is_said_in_words(history: History) -> None:
    """Ten months of slow sharing, then eight of fast: the headline says since when; nothing is said of months long ago."""
    for number in range(18):
        begun = date(2025 + (4 + number) // 12, (4 + number) % 12 + 1, 1)
        for by in range(5):
            wait = (20 + number % 3 if number < 10 else 5 + number % 3) + by
            source = history.learning(begun, by)
            history.share(begun + timedelta(days=wait), history.action(begun, source, by), by)

    row = history.row("days-to-share")

    assert row.words == "Closing loops got faster since March 2026"
    assert "Closing loops got faster since March 2026." in metrics.headline([row])


def test_the_table_has_twelve_rows_in_order_and_every_word() -> None:
    """Numbers are 1 to 12, keys are different, and each says what it counts over what."""
    assert list(range(1, 13)) == [metric.number for metric in METRICS]
    assert len({metric.key for metric in METRICS}) == 12
    assert [metric.key for metric in METRICS if not metric.denominator] == ["adoptions"]


_days_of = st.integers(0, 700).map(lambda number: date(2025, 1, 1) + timedelta(days=number))


@st.composite
def _histories(draw: st.DrawFn) -> History:
    """Any history, also with parents that come later, circles and parents that nobody knows."""
    history = History()
    for number in range(draw(st.integers(0, 25))):
        kind: Kind = draw(st.sampled_from(("learning", "action", "share")))
        place = draw(st.sampled_from(("here", "elm")))
        parent = f"https://{draw(st.sampled_from(('here', 'elm')))}.example/{draw(st.integers(0, 27))}"
        day = draw(_days_of)
        decided = draw(st.none() | _days_of)
        history.put(
            kind,
            day,
            1_000_000 + draw(st.integers(0, 9)),
            *(() if kind == "learning" and number % 2 else (parent,)),
            place=place,
            due_on=draw(_days_of) if kind == "action" else None,
            decided_on=decided,
            decision="adopt" if decided or kind == "share" else None,
            counted_on=draw(st.none() | _days_of),
        )
    return history


@given(_histories(), st.frozensets(st.integers(1_000_000, 1_000_009)))
def test_no_measure_names_a_person_or_rests_on_fewer_than_five(history: History, members: frozenset[int]) -> None:
    """Whatever happened: nothing that tells people apart is in what comes out, and what few people did is not there."""
    facts = Facts(today=TODAY, records=history.records)

    for scope in (Scope(), Scope(members=members), Scope(is_elsewhere=True)):
        rows = metrics.appraise(facts, scope)
        told = msgspec.json.encode([(row.now, row.finding, row.words, row) for row in rows]).decode()
        authors = {one.author_id for one in history.records.values() if scope.has(one)}

        assert not any(str(number) in told for number in range(1_000_000, 1_000_010))
        assert ".example" not in told
        assert not scope.is_guarded or len(authors) >= 5 or not any(row.points for row in rows)


@pytest.mark.parametrize(
    ("months", "people", "said"),
    [
        (12, 2, "Too few people to say anything of them."),
        (3, 6, "Too early to say: each measure needs ten months."),
        (12, 6, "Nothing changed beyond chance in the last two years."),
    ],
)
def test_a_headline_claims_nothing_that_cannot_be_seen(history: History, months: int, people: int, said: str) -> None:
    """Too few people, too few months, and nothing beyond chance are three things."""
    for month in range(months):
        for by in range(people):
            history.learning(date(2025, 9, 3) + timedelta(days=31 * month), by)

    facts = Facts(today=TODAY, records=history.records, seen=history.seen)

    assert metrics.headline(metrics.appraise(facts, Scope())) == said
