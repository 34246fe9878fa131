"""A post is shown to those who may see it, on every way that leads to one: SQL and the predicate say the same."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine

from node.services import reading
from node.services.reading import Feed, OfAccount, Page, Tagged
from node.social import queries
from node.social.visibility import Seen, may_see
from node.store import home, lines, searching, statuses, timelines
from node.store.database import make_engine
from node.store.searching import Scope
from tests.node.store.worlds import LOCAL, Made, Plan, laid, plans

READERS = (None, *range(LOCAL))
SHARED = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a migrated database; each example undoes what it does."""
    made = make_engine(database_url, threads=1)
    yield made
    made.dispose()


def reader_id(made: Made, place: int | None) -> int | None:
    return None if place is None else made.people[place]


@given(plan=plans)
@SHARED
def test_one_post_is_visible_as_the_predicate_says(engine: Engine, plan: Plan) -> None:
    """For every visibility and every kind of reader."""
    with laid(engine, plan) as made:
        for place in READERS:
            for status_id, post in made.posts.items():
                seen = Seen(post.author, post.visibility, post.named, post.author in plan.suspended)
                found = statuses.visible(made.unit, status_id, reader_id(made, place))
                assert (found is not None) == may_see(seen, made.reader(place)), (place, post)


@given(plan=plans)
@SHARED
def test_lists_by_id_and_of_an_account_are_complete_and_hold_nothing_hidden(engine: Engine, plan: Plan) -> None:
    """Exactly what may be seen, a boost only with what it boosts."""
    with laid(engine, plan) as made:
        for place in READERS:
            seen = {i for i, post in made.posts.items() if made.sees(place, post)}
            viewer_id = reader_id(made, place)
            assert {line.id for line in lines.by_ids(made.unit, viewer_id, made.posts)} == seen
            of_accounts = [
                line.id
                for account_id in made.people
                for line in timelines.of_account(made.unit, viewer_id, Page(limit=40), OfAccount(account_id))
            ]
            assert sorted(of_accounts) == sorted(seen)


@given(plan=plans)
@SHARED
def test_timelines_threads_and_search_show_nothing_hidden(engine: Engine, plan: Plan) -> None:
    """What they leave out beyond that is their own matter."""
    with laid(engine, plan) as made:
        for place in READERS:
            shown = _shown_to(made, reader_id(made, place))
            assert [i for i in shown if not made.sees(place, made.posts[i])] == []


def _shown_to(made: Made, viewer_id: int | None) -> set[int]:
    unit, page = made.unit, Page(limit=40)
    found = [
        *timelines.public(unit, viewer_id, page, Feed()),
        *timelines.tagged(unit, viewer_id, page, Tagged("gel"), Feed()),
        *timelines.tagged(unit, viewer_id, page, Tagged("x", any=("gel",)), Feed()),
    ]
    if viewer_id is not None:
        found += home.home(unit, viewer_id, page)
        found += searching.posts(unit, viewer_id, queries.parse("gel"), Scope(page=Page(limit=40)))
    for status_id in made.posts:
        if statuses.visible(unit, status_id, viewer_id) is not None:
            thread = reading.thread(unit, viewer_id, status_id)
            found += [*thread.ancestors, *thread.descendants]
    return {line.id for line in found}
