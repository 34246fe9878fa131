"""The visibility predicate as SQL. Says what `node.social.visibility.may_see` says; a property test compares both."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select, true

from federation.audience import OPEN
from node.store.tables import blocks, follows, mentions, mutes


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
    is_blocked = exists(select(1).where(blocks.c.account_id == status.c.account_id, blocks.c.target_id == viewer))
    allowed = or_(
        status.c.visibility.in_(("public", "unlisted", "house")),
        and_(status.c.visibility.in_(("private", "direct")), is_named),
        and_(status.c.visibility == "private", is_followed),
    )
    return or_(
        status.c.account_id == viewer,
        and_(author.c.is_suspended.is_(False), allowed, ~is_blocked),
    )


def wanted_by(viewer: Any | None, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer neither blocks nor mutes an account; everything is wanted by nobody in particular."""
    if viewer is None:
        return true()
    is_muted = exists(select(1).where(mutes.c.account_id == viewer, mutes.c.target_id == account_id))
    return and_(not_blocked_by(viewer, account_id), ~is_muted)


def not_blocked_by(viewer: Any | None, account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether the viewer does not block an account."""
    if viewer is None:
        return true()
    return ~exists(select(1).where(blocks.c.account_id == viewer, blocks.c.target_id == account_id))


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
    is_hushed = exists(
        select(1).where(mutes.c.account_id == viewer, mutes.c.target_id == account_id, mutes.c.hides_notifications)
    )
    return and_(not_blocked_by(viewer, account_id), ~is_hushed)
