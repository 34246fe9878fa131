"""The home timeline, and lists, which are narrower homes: candidates of `home_posts`, each asked whether it is shown.

How it works. `homes` wrote down what may be in a reader's home; a page walks that from the newest down. Whether a candidate
is shown is decided now, by the follows, mutes and lists as they are at this moment, in one predicate, `is_in_home`, which
streams ask too. In a list the replies policy is one more question, and those of an exclusive list are in no home.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    type_coerce,
)

from node.entities.lists import RepliesPolicy
from node.store.bodies import author, s
from node.store.lines import Line, Page, Pair, me, ordered, within
from node.store.tables import accounts, followed_tags, follows, home_posts, list_members, status_tags, statuses
from node.store.unit import Snapshot
from node.store.visible import not_limited, visible_to, wanted_by


def home(snapshot: Snapshot, viewer_id: int, page: Page) -> list[Line]:
    """Return a page of what the viewer, those they follow and those who use hashtags they follow posted and boosted."""
    return _HOME.read(snapshot, page, me=viewer_id)


def of_list(snapshot: Snapshot, viewer_id: int, page: Page, list_id: int, policy: RepliesPolicy) -> list[Line]:
    """Return a page of what those in a list of the viewer's posted and boosted."""
    return _listed(policy).read(snapshot, page, me=viewer_id, list=list_id)


def _candidates(*, is_upward: bool) -> Select[Any]:
    """Return the selection of a reader's candidates, cut to a page of those that are still let through."""
    statement = (
        select(s.c.id)
        .select_from(home_posts)
        .join(s, s.c.id == home_posts.c.status_id)
        .join(author, author.c.id == s.c.account_id)
        .where(home_posts.c.account_id == me, *within(home_posts.c.status_id))
    )
    return ordered(statement, home_posts.c.status_id, is_upward=is_upward)


def _at_home(*, is_upward: bool) -> Select[Any]:
    return _candidates(is_upward=is_upward).where(is_in_home(me, s, author))


_HOME = Pair(_at_home, is_signed_in=True)


@cache
def _listed(policy: RepliesPolicy) -> Pair:
    list_id = bindparam("list", type_=BigInteger, required=False)

    def build(*, is_upward: bool) -> Select[Any]:
        return _candidates(is_upward=is_upward).where(is_in_list(me, list_id, policy, s, author))

    return Pair(build, is_signed_in=True)


def is_in_home(viewer: Any, post: Any, by: Any) -> ColumnElement[bool]:
    """Return the predicate of the timeline over a post and its author; `viewer` is a bind, a value or a text column."""
    is_mine = post.c.account_id == viewer
    is_near = and_(or_(is_mine, _is_followed(viewer, post, in_list=False)), _is_no_strange_reply(viewer, post))
    return and_(or_(is_near, _has_followed_tag(viewer, post, by)), _is_wanted(viewer, post, by))


def is_in_list(viewer: Any, list_id: Any, policy: RepliesPolicy, post: Any, by: Any) -> ColumnElement[bool]:
    """Return the predicate of a list of the viewer's over a post and its author."""
    return and_(
        _is_member(list_id, post.c.account_id),
        or_(post.c.account_id == viewer, _is_followed(viewer, post, in_list=True)),
        _is_no_strange_reply(viewer, post),
        _keeps_to(policy, viewer, list_id, post),
        _is_wanted(viewer, post, by),
    )


def _is_member(list_id: Any, account_id: ColumnElement[Any]) -> ColumnElement[bool]:
    member = list_members.alias()
    return exists(select(1).where(member.c.list_id == list_id, member.c.account_id == account_id))


def _keeps_to(policy: RepliesPolicy, viewer: Any, list_id: Any, post: Any) -> ColumnElement[bool]:
    """Return whether a post is one that the replies policy lets through: no reply, to its author, to the reader, or more."""
    replied_to = post.c.reply_to_account_id
    if policy == "list":
        further = _is_member(list_id, replied_to)
    else:
        further = replied_to.is_not(None) if policy == "followed" else false()
    return or_(_is_no_reply(post), replied_to == viewer, replied_to == post.c.account_id, further)


def _is_no_reply(post: Any) -> ColumnElement[bool]:
    return and_(post.c.reply_to_account_id.is_(None), post.c.reply_to_uri.is_(None))


def _is_followed(viewer: Any, post: Any, *, in_list: bool) -> ColumnElement[bool]:
    """Return whether the viewer follows the author so that this post is wanted: a boost, in this language, in this place."""
    follow = follows.alias()
    wanted = [
        follow.c.account_id == viewer,
        follow.c.target_id == post.c.account_id,
        follow.c.is_accepted,
        or_(post.c.boost_of_id.is_(None), follow.c.shows_boosts),
        or_(
            follow.c.languages.is_(None),
            post.c.language.is_(None),
            type_coerce(follow.c.languages, Text).like('%"' + post.c.language + '"%'),
        ),
    ]
    return exists(select(1).where(*wanted) if in_list else select(1).where(*wanted, follow.c.is_in_home))


def _has_followed_tag(viewer: Any, post: Any, by: Any) -> ColumnElement[bool]:
    """Return whether a post of everybody's carries a hashtag that the viewer follows."""
    tag, link = followed_tags.alias(), status_tags.alias()
    carries = exists(
        select(1).where(tag.c.account_id == viewer, link.c.tag_id == tag.c.tag_id, link.c.status_id == post.c.id)
    )
    is_open = and_(post.c.visibility == literal_column("'public'"), post.c.boost_of_id.is_(None))
    return and_(is_open, carries, not_limited(viewer, by), ~_is_apart(viewer, post.c.account_id))


def _is_apart(viewer: Any, account_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the viewer has an account in an exclusive list."""
    follow = follows.alias()
    return exists(
        select(1).where(follow.c.account_id == viewer, follow.c.target_id == account_id, ~follow.c.is_in_home)
    )


def _is_no_strange_reply(viewer: Any, post: Any) -> ColumnElement[bool]:
    """Return whether a post answers nobody, or somebody whom the viewer knows."""
    known = follows.alias()
    replied_to = post.c.reply_to_account_id
    knows = exists(select(1).where(known.c.account_id == viewer, known.c.target_id == replied_to, known.c.is_accepted))
    # a parent we do not know is a stranger's
    return or_(
        _is_no_reply(post),
        replied_to == viewer,
        replied_to == post.c.account_id,
        post.c.account_id == viewer,
        knows,
    )


def _is_wanted(viewer: Any, post: Any, by: Any) -> ColumnElement[bool]:
    """Leave out boosts of the unwanted, and what the reader may not see or does not want to."""
    boosted = statuses.alias()
    boosted_by = accounts.alias()
    sees_boost = exists(
        select(1)
        .where(boosted.c.id == post.c.boost_of_id, boosted_by.c.id == boosted.c.account_id)
        .where(visible_to(viewer, boosted, boosted_by), wanted_by(viewer, boosted.c.account_id))
        .where(or_(by.c.kind != "group", boosted.c.reply_to_uri.is_(None)))  # a group boosts every comment
    )
    return and_(
        or_(post.c.boost_of_id.is_(None), sees_boost),
        visible_to(viewer, post, by),
        wanted_by(viewer, post.c.account_id),
    )
