"""Asks of one status who of many readers gets it: the predicates of the timelines, with the reader as a column.

How it works. A timeline asks which statuses one reader has; an open stream asks it the other way round. Both use the same
predicates (`home.is_in_home` and `is_in_list`, `timelines.is_open_to`, `lines.as_seen_by`). The reader is a text column on purpose: the
predicates are nested, and Core ties a nested selection to the nearest one around it only, not to the outermost.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, get_args

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    type_coerce,
    union,
)

from node.entities.lists import RepliesPolicy
from node.store.bodies import author, s
from node.store.compiled import MOST_VALUES, OneOf, Prepared
from node.store.home import is_in_home, is_in_list
from node.store.lines import as_seen_by
from node.store.tables import (
    accounts,
    bookmarks,
    favourites,
    filters,
    followed_tags,
    follows,
    list_members,
    lists,
    mentions,
    reactions,
    status_tags,
    statuses,
    tags,
    thread_mutes,
    tokens,
    users,
    votes,
)
from node.store.timelines import Feed, belongs_in, is_no_reply, is_open_to
from node.store.unit import Snapshot

_SIZES: Final = (1, 8, MOST_VALUES)  # of a group of readers, so that few statements are ever made
_subject = bindparam("subject", type_=BigInteger, required=False)
_most = bindparam("most", type_=BigInteger, required=False)
_reader = accounts.alias("reader")
_me: Final = literal_column("reader.id", BigInteger)
_list = lists.alias("listed")
_original = statuses.alias("original")

FEEDS: Final = tuple(
    Feed(is_local=is_local, is_remote=is_remote, only_media=only_media)
    for is_local, is_remote in ((False, False), (True, False), (False, True))
    for only_media in (False, True)
)


class Facts(Struct, frozen=True):
    """What of a status is the same for every reader. `is_varied`: its quotes are not, nor who may quote it."""

    visibility: str
    is_local: bool
    is_boost: bool
    is_varied: bool
    feeds: frozenset[Feed]
    tags: frozenset[str]


def facts(snapshot: Snapshot, status_id: int) -> Facts | None:
    """Return where a status belongs; None when it is gone."""
    row = _facts.first(snapshot.conn, subject=status_id)
    if row is None:
        return None
    visibility, is_local, boost_of_id, is_varied, *belongs = row
    names = frozenset(name for (name,) in _names.rows(snapshot.conn, subject=status_id))
    feeds = frozenset(feed for feed, is_in in zip(FEEDS, belongs, strict=True) if is_in)
    return Facts(visibility, bool(is_local), boost_of_id is not None, bool(is_varied), feeds, names)


def _is_varied(post: Any) -> ColumnElement[bool]:
    return or_(post.c.part.contains('"quote":"#'), post.c.part.contains('"current_user":"#'))


_facts = Prepared(
    lambda: (
        select(
            s.c.visibility,
            s.c.is_local,
            s.c.boost_of_id,
            or_(_is_varied(s), and_(_original.c.id.is_not(None), _is_varied(_original))),
            *(and_(is_no_reply(), *belongs_in(feed)) for feed in FEEDS),
        )
        .select_from(s)
        .outerjoin(_original, _original.c.id == s.c.boost_of_id)
        .where(s.c.id == _subject)
    )
)
_names = Prepared(
    lambda: (
        select(tags.c.name)
        .join(status_tags, status_tags.c.tag_id == tags.c.id)
        .where(status_tags.c.status_id == _subject)
    )
)


def _those(predicate: Callable[[], ColumnElement[bool]]) -> OneOf:
    def build(readers: Sequence[Any]) -> Select[Any]:
        return (
            select(_reader.c.id)
            .select_from(_reader)
            .join(s, s.c.id == _subject)
            .join(author, author.c.id == s.c.account_id)
            .where(_reader.c.id.in_(readers), predicate())
        )

    return OneOf(build, accounts.c.id)


def at_home(snapshot: Snapshot, status_id: int, readers: Iterable[int]) -> set[int]:
    """Return which readers have a status in their home timeline."""
    return _ask(snapshot, _at_home, status_id, readers)


def in_public(snapshot: Snapshot, status_id: int, readers: Iterable[int]) -> set[int]:
    """Return to which readers the timelines of many show a status, if it belongs there."""
    return _ask(snapshot, _in_public, status_id, readers)


def in_lists(snapshot: Snapshot, status_id: int, list_ids: Iterable[int]) -> set[int]:
    """Return which lists, each as its owner reads it, have a status in them."""
    return _ask(snapshot, _in_lists, status_id, list_ids)


def in_their_languages(snapshot: Snapshot, status_id: int, readers: Iterable[int]) -> set[int]:
    """Return which readers want the timelines of many in the language of a status; most want them in all."""
    wanted = set(readers)
    rows = _choosy.rows(snapshot.conn, sorted(wanted))
    chosen = {account_id: tuple(preferences.get("chosen_languages") or ()) for account_id, preferences in rows}
    refused = {
        languages for languages in set(chosen.values()) if languages and not _is_in(snapshot, status_id, languages)
    }
    return {one for one in wanted if chosen.get(one, ()) not in refused}


def _is_in(snapshot: Snapshot, status_id: int, languages: tuple[str, ...]) -> bool:
    found = select(s.c.id).where(s.c.id == status_id, *belongs_in(Feed(languages=languages)))
    return snapshot.conn.execute(found).first() is not None


_choosy = OneOf(
    lambda readers: select(users.c.account_id, users.c.preferences).where(
        users.c.account_id.in_(readers), type_coerce(users.c.preferences, Text).like('%"chosen_languages"%')
    ),
    users.c.account_id,
)


def with_own_view(snapshot: Snapshot, status_id: int, readers: Iterable[int]) -> set[int]:
    """Return for which readers a status has anything of their own in it (marks, votes, filters); the rest see the same."""
    return _ask(snapshot, _with_own_view, status_id, readers)


def _ask(snapshot: Snapshot, which: OneOf, status_id: int, readers: Iterable[int]) -> set[int]:
    wanted, found = sorted(readers), set()
    for start in range(0, len(wanted), MOST_VALUES):
        some = wanted[start : start + MOST_VALUES]
        size = next(size for size in _SIZES if size >= len(some))
        padded = some + some[-1:] * (size - len(some))
        found |= {row[0] for row in which.rows(snapshot.conn, padded, subject=status_id, now=snapshot.now)}
    return found


def _own() -> ColumnElement[bool]:
    """Say whether the reader has done anything with the status, or with what it boosts, that the Status shows."""
    original, mine = statuses.alias(), statuses.alias()

    def has(edges: Any) -> ColumnElement[bool]:
        edge = edges.alias()
        either = or_(edge.c.status_id == s.c.id, edge.c.status_id == s.c.boost_of_id)
        return exists(select(1).where(edge.c.account_id == _me, either))

    is_author = exists(select(1).where(original.c.id == s.c.boost_of_id, original.c.account_id == _me))
    either = or_(mine.c.boost_of_id == s.c.id, mine.c.boost_of_id == s.c.boost_of_id)
    has_boosted = exists(select(1).where(mine.c.account_id == _me, either))
    threads = (select(thread_mutes.c.context_uri).where(thread_mutes.c.account_id == _me)).exists()
    has_filters = exists(select(1).where(filters.c.account_id == _me))
    edges = (has(table) for table in (favourites, bookmarks, reactions, votes))
    return or_(s.c.account_id == _me, is_author, has_boosted, threads, has_filters, *edges)


def audience(snapshot: Snapshot, status_id: int, *, limit: int) -> list[int]:
    """Return who of ours may have had a status in their home or in a list of theirs, and may see it, at most `limit`."""
    return [row[0] for row in _audience.rows(snapshot.conn, subject=status_id, most=limit)]


def _may_have_met() -> Select[Any]:
    of = s.c.account_id
    met = union(
        select(s.c.account_id.label("id")).where(s.c.id == _subject),
        select(follows.c.account_id)
        .join(s, of == follows.c.target_id)
        .where(s.c.id == _subject, follows.c.is_accepted),
        select(mentions.c.account_id).where(mentions.c.status_id == _subject),
        select(followed_tags.c.account_id)
        .join(status_tags, status_tags.c.tag_id == followed_tags.c.tag_id)
        .where(status_tags.c.status_id == _subject),
        select(lists.c.account_id)
        .join(list_members, list_members.c.list_id == lists.c.id)
        .join(s, of == list_members.c.account_id)
        .where(s.c.id == _subject),
    ).subquery("met")
    return (
        select(_reader.c.id)
        .select_from(met)
        .join(_reader, _reader.c.id == met.c.id)
        .join(s, s.c.id == _subject)
        .join(author, author.c.id == s.c.account_id)
        .where(_reader.c.host == literal_column("''"), as_seen_by(_me))
        .order_by(_reader.c.id)
        .limit(_most)
    )


_audience = Prepared(_may_have_met)


def visibility(snapshot: Snapshot, status_id: int) -> str | None:
    """Return who may see a status, in our word for it; for a boost, which is on no public timeline, "private"."""
    row = _visibility.first(snapshot.conn, subject=status_id)
    return None if row is None else "private" if row[1] is not None else str(row[0])


_visibility = Prepared(lambda: select(s.c.visibility, s.c.boost_of_id).where(s.c.id == _subject))


def owner(snapshot: Snapshot, list_id: int) -> int | None:
    """Return whose list it is; None when there is none."""
    return snapshot.conn.scalar(select(lists.c.account_id).where(lists.c.id == list_id))


def alive(snapshot: Snapshot, token_ids: Iterable[int]) -> set[int]:
    """Return which tokens of people are worth something still: not ended, and whoever they belong to may sign in."""
    wanted = sorted(token_ids)
    return {row[0] for row in _alive.rows(snapshot.conn, wanted)}


_alive = OneOf(
    lambda ids: (
        select(tokens.c.id)
        .join(users, users.c.id == tokens.c.user_id)
        .join(accounts, accounts.c.id == users.c.account_id)
        .where(tokens.c.id.in_(ids), tokens.c.revoked_at.is_(None), users.c.disabled_at.is_(None))
        .where(accounts.c.is_suspended.is_(False), users.c.confirmed_at.is_not(None), users.c.approved_at.is_not(None))
    ),
    tokens.c.id,
)
_at_home = _those(lambda: is_in_home(_me, s, author))


def _listed(ids: Sequence[Any]) -> Select[Any]:
    owner, list_id = literal_column("listed.account_id", BigInteger), literal_column("listed.id", BigInteger)
    by_policy = (
        and_(_list.c.replies_policy == policy, is_in_list(owner, list_id, policy, s, author))
        for policy in get_args(RepliesPolicy)
    )
    return (
        select(_list.c.id)
        .select_from(_list)
        .join(s, s.c.id == _subject)
        .join(author, author.c.id == s.c.account_id)
        .where(_list.c.id.in_(ids), or_(*by_policy))
    )


_in_lists = OneOf(_listed, lists.c.id)
_in_public = _those(lambda: and_(*is_open_to(_me)))
_with_own_view = _those(_own)
