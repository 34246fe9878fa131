"""The visibility predicate as SQL. Says what `node.social.visibility.may_see` says; a property test compares both.

What a reader does not want, as against may not see, is asked by `wanted_by` and `tells`. A mute may end by itself: who
runs a statement with either binds `now`; where it is left out, every mute counts.
"""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from federation.audience import OPEN
from node.store.columns import Instant
from node.store.tables import accounts, blocks, follows, host_blocks, mentions, mutes, statuses, thread_mutes, users

now: Final = bindparam("now", type_=Instant, required=False, callable_=lambda: None)  # may be left out

_WORDS: Final = ("public", "unlisted", "house", "private", "direct")


def visible_to(viewer: Any | None, status: FromClause, author: FromClause) -> ColumnElement[bool]:
    """Return the predicate over a status and its author; `viewer` is a local account's id (a bind or a value)."""
    is_open = status.c.visibility.in_(OPEN)
    if viewer is None:
        return and_(is_open, author.c.is_suspended.is_(False))
    is_named = exists(select(1).where(mentions.c.status_id == status.c.id, mentions.c.account_id == viewer))
    is_followed = exists(
        select(1).where(
            follows.c.account_id == viewer, follows.c.target_id == status.c.account_id, follows.c.is_accepted
        )
    )
    blocked = exists(select(1).where(blocks.c.account_id == status.c.account_id, blocks.c.target_id == viewer))
    is_blocked = and_(_has_any(blocks.c.target_id, viewer), blocked)
    public, unlisted, house, private, direct = (status.c.visibility == literal_column(f"'{word}'") for word in _WORDS)
    allowed = or_(public, unlisted, house, and_(or_(private, direct), is_named), and_(private, is_followed))
    return or_(
        status.c.account_id == viewer,
        and_(author.c.is_suspended.is_(False), allowed, ~is_blocked),
    )


def _has_any(column: Any, viewer: Any) -> ColumnElement[bool]:
    """Return whether anything names the viewer there. The answer is one for a page, and spares most readers the rest."""
    named = column.table.alias()
    return exists(select(1).where(named.c[column.name] == viewer))


def wanted_by(viewer: Any | None, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer neither blocks nor mutes an account or its host; everything is wanted by nobody in particular."""
    if viewer is None:
        return true()
    return and_(not_blocked_by(viewer, account_id), ~is_muted(viewer, account_id))


def is_muted(viewer: Any, account_id: ColumnElement[int], *, at: Any = now) -> ColumnElement[bool]:
    """Return whether the viewer mutes an account, still at that time."""
    mute = and_(mutes.c.account_id == viewer, mutes.c.target_id == account_id)
    return and_(_has_any(mutes.c.account_id, viewer), exists(select(1).where(mute, _lasts(at))))


def _lasts(at: Any) -> ColumnElement[bool]:
    return ~func.coalesce(mutes.c.expires_at <= at, false())


def not_blocked_by(viewer: Any | None, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer blocks neither an account nor its host."""
    if viewer is None:
        return true()
    blocked = exists(select(1).where(blocks.c.account_id == viewer, blocks.c.target_id == account_id))
    is_blocked = and_(_has_any(blocks.c.account_id, viewer), blocked)
    return and_(~is_blocked, ~is_of_blocked_host(viewer, account_id))


def is_of_blocked_host(viewer: Any, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer blocks the host of an account. Whoever blocks none is asked that once for a whole page."""
    block, of = host_blocks.alias(), accounts.alias()
    its_own = and_(of.c.id == account_id, block.c.account_id == viewer, block.c.host == of.c.host)
    return and_(_has_any(host_blocks.c.account_id, viewer), exists(select(1).where(its_own)))


def is_let_in(account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether an account is not of somebody who signed up here and waits for a word."""
    undecided = or_(users.c.confirmed_at.is_(None), users.c.approved_at.is_(None))
    return ~exists(select(1).where(users.c.account_id == account_id, undecided))


def has_blocked(account_id: ColumnElement[int], viewer: Any) -> ColumnElement[bool]:
    """Return whether an account blocks the viewer."""
    return exists(select(1).where(blocks.c.account_id == account_id, blocks.c.target_id == viewer))


def not_limited(viewer: Any | None, account: FromClause) -> ColumnElement[bool]:
    """Return whether an account may be shown where nobody asked for it: its host is not limited, or the viewer follows it."""
    is_free = account.c.is_limited.is_(False)
    if viewer is None:
        return is_free
    follow = follows.alias()
    is_followed = exists(
        select(1).where(follow.c.account_id == viewer, follow.c.target_id == account.c.id, follow.c.is_accepted)
    )
    return or_(is_free, account.c.id == viewer, is_followed)


def tells(viewer: Any, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer lets an account tell them something: it is not blocked, nor muted with its notices."""
    mute = and_(mutes.c.account_id == viewer, mutes.c.target_id == account_id, mutes.c.hides_notifications)
    is_hushed = exists(select(1).where(mute, _lasts(now)))
    return and_(not_blocked_by(viewer, account_id), ~is_hushed)


def hears_of(viewer: Any, status_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the viewer has not muted the thread of a status."""
    post = statuses.alias()
    muted = and_(thread_mutes.c.account_id == viewer, thread_mutes.c.context_uri == post.c.context_uri)
    return ~exists(select(1).where(post.c.id == status_id, muted))
