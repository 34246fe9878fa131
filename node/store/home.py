"""The home timeline: one statement at read time, no home table.

How it works. Two plans give the same page. With few followed accounts each one's newest wanted posts are taken by its
index and merged (`gather`); with many, all posts are walked from the newest down until the page is full (`walk`). The
choice is by count alone: gathering costs a page per account, walking costs the share of posts that are not followed.
"""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)

from node.store.compiled import Compiled
from node.store.lines import Line, Page, Pair, author, me, ordered, s, within
from node.store.tables import accounts, follows, statuses
from node.store.unit import Snapshot
from node.store.visible import visible_to, wanted_by

FEW_FOLLOWS: Final = 16
_SOME_FOLLOWED: Final = Compiled(
    lambda: select(follows.c.target_id).where(follows.c.account_id == me).limit(literal_column(str(FEW_FOLLOWS + 1)))
)


def home(snapshot: Snapshot, viewer_id: int, page: Page) -> list[Line]:
    """Return a page of what the viewer and those they follow posted and boosted."""
    followed = [row[0] for row in _SOME_FOLLOWED.rows(snapshot.conn, me=viewer_id)]
    if len(followed) > FEW_FOLLOWS:
        return _WALK.read(snapshot, page, me=viewer_id)
    sources = {f"source_{n}": account_id for n, account_id in enumerate([viewer_id, *followed])}
    return _gather(len(sources)).read(snapshot, page, me=viewer_id, **sources)


def _walking(*, is_upward: bool) -> Select[Any]:
    statement = (
        select(s.c.id).join(author, author.c.id == s.c.account_id).where(*within(s.c.id), is_in_home(me, s, author))
    )
    return ordered(statement, s.c.id, is_upward=is_upward)


_WALK = Pair(_walking, is_signed_in=True)


@cache
def _gather(count: int) -> Pair:
    def build(*, is_upward: bool) -> Select[Any]:
        merged = union_all(*(_newest_of(n, is_upward=is_upward) for n in range(count))).subquery("merged")
        return ordered(select(merged.c.id), merged.c.id, is_upward=is_upward)

    return Pair(build, is_signed_in=True)


def _newest_of(number: int, *, is_upward: bool) -> Select[Any]:
    post = statuses.alias(f"post_{number}")
    by = accounts.alias(f"by_{number}")
    source = bindparam(f"source_{number}", type_=BigInteger, required=False)
    statement = (
        select(post.c.id)
        .join(by, by.c.id == post.c.account_id)
        .where(post.c.account_id == source, *within(post.c.id), is_in_home(me, post, by))
    )
    newest = ordered(statement, post.c.id, is_upward=is_upward).subquery(f"newest_{number}")
    return select(newest.c.id)


def is_in_home(viewer: Any, post: Any, by: Any) -> ColumnElement[bool]:
    """Return the predicate of the timeline over a post and its author; `viewer` is a bind, a value or a text column."""
    return and_(or_(post.c.account_id == viewer, _is_followed(viewer, post)), _is_wanted(viewer, post, by))


def _is_followed(viewer: Any, post: Any) -> ColumnElement[bool]:
    follow = follows.alias()
    return exists(
        select(1)
        .where(follow.c.account_id == viewer, follow.c.target_id == post.c.account_id, follow.c.is_accepted)
        .where(or_(post.c.boost_of_id.is_(None), follow.c.shows_boosts))
    )


def _is_wanted(viewer: Any, post: Any, by: Any) -> ColumnElement[bool]:
    """Leave out replies to strangers, boosts of the unwanted, and what the reader may not see."""
    known = follows.alias()
    boosted = statuses.alias()
    boosted_by = accounts.alias()
    knows = exists(
        select(1).where(
            known.c.account_id == viewer, known.c.target_id == post.c.reply_to_account_id, known.c.is_accepted
        )
    )
    sees_boost = exists(
        select(1)
        .where(boosted.c.id == post.c.boost_of_id, boosted_by.c.id == boosted.c.account_id)
        .where(visible_to(viewer, boosted, boosted_by), wanted_by(viewer, boosted.c.account_id))
        .where(or_(by.c.kind != "group", boosted.c.reply_to_uri.is_(None)))  # a group boosts every comment
    )
    replied_to = post.c.reply_to_account_id
    is_no_reply = and_(replied_to.is_(None), post.c.reply_to_uri.is_(None))  # a parent we do not know is a stranger's
    return and_(
        or_(is_no_reply, replied_to == viewer, replied_to == post.c.account_id, post.c.account_id == viewer, knows),
        or_(post.c.boost_of_id.is_(None), sees_boost),
        visible_to(viewer, post, by),
        wanted_by(viewer, post.c.account_id),
    )
