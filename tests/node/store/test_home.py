"""The home timeline: it is what the rules ask for, whatever was followed or posted first."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from node.store import follows, home
from node.store.lines import Page
from tests.node.store.test_visible import SHARED, engine
from tests.node.store.worlds import LOCAL, PEOPLE, Made, Plan, Post, laid, plans

__all__ = ["engine"]


def wanted(made: Made, me: int, post: Post) -> bool:
    """Say in Python what home is."""
    plan = made.plan
    known = {b for (a, b), (accepted, _) in plan.follows.items() if a == me and accepted}
    unwanted = {b for a, b in plan.blocks | plan.mutes if a == me}
    unwanted |= set(range(LOCAL, PEOPLE)) if me in plan.host_blocks else set()
    if not made.sees(me, post) or post.author in unwanted:
        return False
    if post.author != me and post.author not in known:
        return False
    original = made.original(post)
    if original is not None:
        is_comment = post.author in plan.groups and original.parent is not None and original.boosted is None
        shows = post.author == me or plan.follows[me, post.author][1]
        return shows and original.author not in unwanted and not is_comment
    if post.parent is None or post.author == me:
        return True
    parent_id = made.id_at(post.parent)
    return parent_id is not None and made.posts[parent_id].author in known | {me, post.author}


def expected(made: Made, me: int, page: Page) -> list[int]:
    """Return the page by its definition."""
    above, below = max(page.min_id or 0, page.since_id or 0), page.max_id or 1 << 62
    ids = [i for i, post in made.posts.items() if wanted(made, me, post) and above < i < below]
    return (ids[: page.limit] if page.min_id is not None else ids[-page.limit :])[::-1]


@given(
    plan=plans,
    me=st.integers(0, LOCAL - 1),
    cuts=st.lists(st.integers(0, 11), min_size=3, max_size=3),
    limit=st.integers(1, 5),
)
@SHARED
def test_home_gives_the_page_that_the_rules_ask_for(
    engine: Engine, plan: Plan, me: int, cuts: list[int], limit: int
) -> None:
    """Downward, upward and between two bounds, for small pages and for one of everything."""
    with laid(engine, plan) as made:
        ids = list(made.posts) or [1]
        one, two, three = (ids[cut % len(ids)] for cut in cuts)
        pages = [
            Page(limit=40),
            Page(limit=limit),
            Page(limit=limit, max_id=one),
            Page(limit=limit, since_id=two),
            Page(limit=limit, min_id=two),
            Page(limit=limit, min_id=min(one, three), max_id=max(one, three)),
        ]
        for page in pages:
            assert expected(made, me, page) == shown(made, me, page)


@given(plan=plans, me=st.integers(0, LOCAL - 1))
@SHARED
def test_home_is_the_same_whether_one_follows_before_or_after(engine: Engine, plan: Plan, me: int) -> None:
    """Who follows later finds what was posted before, and who unfollows does not."""
    with laid(engine, plan) as made:
        mine = [key for key, (accepted, _) in plan.follows.items() if key[0] == me and accepted]
        held = [follows.between(made.unit, made.people[a], made.people[b]) for a, b in mine]
        before = shown(made, me, Page(limit=40))

        for follow in held:
            assert follow is not None
            follows.remove(made.unit, follow)
        alone = [i for i in shown(made, me, Page(limit=40)) if made.posts[i].author != me]
        for follow in held:
            assert follow is not None
            follows.insert(made.unit, follow)

        assert (alone, shown(made, me, Page(limit=40))) == ([], before)


def shown(made: Made, me: int, page: Page) -> list[int]:
    """Return what home gives."""
    return [line.id for line in home.home(made.unit, made.people[me], page)]
