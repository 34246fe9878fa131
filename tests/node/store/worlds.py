"""Small worlds that Hypothesis makes: people, how they stand to each other, and posts; laid into a scratch transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st
from sqlalchemy import Engine

from node.services import writing
from node.services.writing import Content, NewStatus
from node.social.site import Site
from node.social.visibility import Reader, Seen, may_see
from node.store import accounts, follows, shunned, statuses
from node.store.accounts import Account
from node.store.follows import Follow, Pair
from node.store.ids import IdMaker
from node.store.unit import Unit

NOW: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SITE: Final = Site(
    host="ward.example", handle_host="ward.example", base_url="https://ward.example", institution_name="St Mary's"
)
PEOPLE: Final = 5
LOCAL: Final = 3  # the first ones are ours, the rest a peer's
VISIBILITIES: Final = ("public", "unlisted", "private", "direct", "house", "circle")


@dataclass(frozen=True)
class Post:
    """A post to make. `parent` and `boosted` are places of earlier posts; a parent of -1 is one we do not know."""

    author: int
    visibility: str
    named: frozenset[int]
    parent: int | None
    boosted: int | None


@dataclass(frozen=True)
class Plan:
    """A world to make; people are places from 0 to 4."""

    suspended: frozenset[int]
    groups: frozenset[int]
    follows: dict[tuple[int, int], tuple[bool, bool]]  # (accepted, shows boosts)
    blocks: frozenset[tuple[int, int]]
    mutes: frozenset[tuple[int, int]]
    ended_mutes: frozenset[tuple[int, int]]
    host_blocks: frozenset[int]  # of those who block the peers' host
    posts: list[Post]


person = st.integers(0, PEOPLE - 1)
pairs = st.tuples(person, person).filter(lambda pair: pair[0] != pair[1])
posts = st.builds(
    Post,
    author=person,
    visibility=st.sampled_from(VISIBILITIES) | st.just("public"),
    named=st.frozensets(person, max_size=2),
    parent=st.none() | st.integers(-1, 11),
    boosted=st.none() | st.integers(0, 11),
)
plans = st.builds(
    Plan,
    suspended=st.just(frozenset()) | st.frozensets(person, max_size=1),
    groups=st.just(frozenset()) | st.frozensets(st.integers(LOCAL, PEOPLE - 1), max_size=1),
    follows=st.dictionaries(pairs, st.tuples(st.booleans() | st.just(True), st.booleans()), max_size=10),
    blocks=st.frozensets(pairs, max_size=3),
    mutes=st.frozensets(pairs, max_size=3),
    ended_mutes=st.just(frozenset()) | st.frozensets(pairs, max_size=2),
    host_blocks=st.just(frozenset()) | st.frozensets(st.integers(0, LOCAL - 1), max_size=1),
    posts=st.lists(posts, min_size=1, max_size=12),
)


@dataclass
class Made:
    """A world that was laid into a transaction, with its facts kept beside for the oracles."""

    unit: Unit
    plan: Plan
    people: list[int] = field(default_factory=list)
    posts: dict[int, Post] = field(default_factory=dict)  # by id, oldest first
    order: list[int | None] = field(default_factory=list)

    def id_at(self, place: int | None) -> int | None:
        """Return the id of the post at a place of the plan, if it was made."""
        return None if place is None or place < 0 or place >= len(self.order) else self.order[place]

    def original(self, post: Post) -> Post | None:
        """Return what a boost boosts."""
        boosted = self.id_at(post.boosted)
        return None if boosted is None else self.posts[boosted]

    def reader(self, place: int | None) -> Reader:
        """Return a reader as the predicate knows one; None is anybody."""
        if place is None:
            return Reader()
        return Reader(
            account_id=place,
            is_staff=True,
            follows=frozenset(b for (a, b), (accepted, _) in self.plan.follows.items() if a == place and accepted),
            blocked_by=frozenset(a for a, b in self.plan.blocks if b == place),
        )

    def sees(self, place: int | None, post: Post) -> bool:
        """Return what the predicate says, for a boost also about what it boosts."""
        seen = Seen(post.author, post.visibility, post.named, post.author in self.plan.suspended)
        original = self.original(post)
        return may_see(seen, self.reader(place)) and (original is None or self.sees(place, original))


@contextmanager
def laid(engine: Engine, plan: Plan) -> Iterator[Made]:
    """Lay a world into a transaction that is undone afterwards."""
    with engine.connect() as conn:
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("BEGIN")
        try:
            unit = Unit(conn, NOW, SITE, ids=IdMaker(seed=0), react=lambda _unit, _event: None)
            made = Made(unit, plan)
            _people(made)
            _edges(made)
            for number, post in enumerate(plan.posts):
                made.order.append(_post(made, number, post))
            yield made
        finally:
            conn.rollback()


def _people(made: Made) -> None:
    for place in range(PEOPLE):
        host = "" if place < LOCAL else "peer.example"
        uri = f"https://{host or SITE.host}/users/p{place}"
        account = Account(
            id=made.unit.new_id(),
            uri=uri,
            username=f"p{place}",
            username_key=f"p{place}",
            host=host,
            kind="group" if place in made.plan.groups else "person",
            url=uri,
            inbox=f"{uri}/inbox",
            is_suspended=place in made.plan.suspended,
            created_at=NOW,
        )
        assert accounts.insert(made.unit, account)
        made.people.append(account.id)


def _edges(made: Made) -> None:
    unit, ids = made.unit, made.people
    for (a, b), (accepted, shows_boosts) in made.plan.follows.items():
        follows.insert(unit, Follow(unit.new_id(), ids[a], ids[b], None, accepted, shows_boosts, False, NOW))
    for a, b in made.plan.blocks:
        follows.set_block(unit, Pair(ids[a], ids[b]), is_on=True)
    for a, b in made.plan.mutes:
        follows.set_mute(unit, Pair(ids[a], ids[b]), is_on=True)
    for a, b in made.plan.ended_mutes - made.plan.mutes:
        follows.set_mute(unit, Pair(ids[a], ids[b]), is_on=True, until=NOW)
    for place in made.plan.host_blocks:
        shunned.add(unit, ids[place], "peer.example")


def _post(made: Made, number: int, post: Post) -> int | None:
    """Make a post; None when it cannot be: a boost of a boost, or of the same post by the same account again."""
    unit, boosted_id, parent_id = made.unit, made.id_at(post.boosted), made.id_at(post.parent)
    if post.boosted is not None and (boosted_id is None or made.posts[boosted_id].boosted is not None):
        return None
    status_id = unit.new_id()
    author = accounts.by_id(unit, made.people[post.author])
    named = accounts.by_ids(unit, [made.people[i] for i in post.named])
    assert author is not None
    is_boost = boosted_id is not None
    has_parent = post.parent is not None and not is_boost
    parent = statuses.by_id(unit, parent_id) if has_parent and parent_id is not None else None
    new = NewStatus(
        id=status_id,
        uri=f"{author.uri}/statuses/{number}",
        url=f"{author.uri}/{number}",
        account=author,
        is_local=author.is_local,
        visibility=post.visibility,
        content=Content(content_html="<p>gel</p>", text="gel", named=tuple(named.values()), tags=("gel",)),
        created_at=NOW + timedelta(seconds=number),
        context_uri=f"https://ward.example/contexts/{number}",
        reply_to=parent,
        reply_to_uri=f"https://elsewhere.example/{number}" if has_parent and parent is None else None,
        boost_of_id=boosted_id,
    )
    if not writing.write(unit, new):
        return None
    parent_place = None if not has_parent else post.parent if parent is not None else -1
    made.posts[status_id] = replace(post, parent=parent_place)
    return status_id
