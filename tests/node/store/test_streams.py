"""Who of many readers gets one status is what each of them finds in the timeline: the same question, asked the other way."""

from hypothesis import given
from sqlalchemy import Engine

from node.store import home, lines, streams, timelines
from node.store.lines import Page
from tests.node.store.test_visible import SHARED, engine
from tests.node.store.worlds import LOCAL, Made, Plan, laid, plans

__all__ = ["engine"]
EVERYTHING = Page(limit=40)


def readers(made: Made) -> list[int]:
    """Return the ids of our people."""
    return [made.people[place] for place in range(LOCAL)]


@given(plan=plans)
@SHARED
def test_home_is_the_same_from_both_ends(engine: Engine, plan: Plan) -> None:
    """For every post and every reader."""
    with laid(engine, plan) as made:
        pages = {me: {line.id for line in home.home(made.unit, me, EVERYTHING)} for me in readers(made)}
        for status_id in made.posts:
            right = {me for me, page in pages.items() if status_id in page}
            assert right == streams.at_home(made.unit, status_id, readers(made))


@given(plan=plans)
@SHARED
def test_the_timelines_of_many_are_the_same_from_both_ends(engine: Engine, plan: Plan) -> None:
    """Whether it belongs there is one question, whether a reader wants it another."""
    with laid(engine, plan) as made:
        for feed in streams.FEEDS:
            pages = {
                me: {line.id for line in timelines.public(made.unit, me, EVERYTHING, feed)} for me in readers(made)
            }
            for status_id in made.posts:
                facts = streams.facts(made.unit, status_id)
                assert facts is not None
                belongs = facts.visibility == "public" and not facts.is_boost and feed in facts.feeds
                found = streams.in_public(made.unit, status_id, readers(made)) if belongs else set()
                assert {me for me, page in pages.items() if status_id in page} == found


@given(plan=plans)
@SHARED
def test_who_could_have_had_a_status_at_home_is_told_that_it_went(engine: Engine, plan: Plan) -> None:
    """And nobody who may not see it."""
    with laid(engine, plan) as made:
        for status_id in made.posts:
            told = set(streams.audience(made.unit, status_id, limit=40))
            assert streams.at_home(made.unit, status_id, readers(made)) <= told
            assert told <= {me for me in readers(made) if _sees(made, me, status_id)}


def _sees(made: Made, me: int, status_id: int) -> bool:
    place = made.people.index(me)
    return made.sees(place, made.posts[status_id])


@given(plan=plans)
@SHARED
def test_those_without_a_view_of_their_own_see_the_same(engine: Engine, plan: Plan) -> None:
    """So that it is rendered once for all of them."""
    with laid(engine, plan) as made:
        for status_id in made.posts:
            seeing = [me for me in readers(made) if lines.by_ids(made.unit, me, [status_id])]
            own = streams.with_own_view(made.unit, status_id, seeing)
            views = {lines.by_ids(made.unit, me, [status_id])[0].json for me in seeing if me not in own}
            assert len(views) <= 1
