"""Timelines that are the same for many readers, one account's posts, and threads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select

from node.store.lines import Build, Line, Page, Pair, author, me, of, ordered, s, within
from node.store.tables import media, status_tags, statuses, tags
from node.store.unit import Snapshot
from node.store.visible import visible_to, wanted_by

MAX_THREAD: Final = 200


def public(snapshot: Snapshot, viewer_id: int | None, page: Page, *, is_local: bool = False) -> list[Line]:
    """Return a page of public posts without boosts and without replies to others."""
    return _PUBLIC[is_local, viewer_id is not None].read(snapshot, page, **_reader(viewer_id))


def tagged(snapshot: Snapshot, viewer_id: int | None, page: Page, *, tag: str, is_local: bool = False) -> list[Line]:
    """Return a page of public posts with a hashtag (its normalised name)."""
    return _TAGGED[is_local, viewer_id is not None].read(snapshot, page, tag=tag, **_reader(viewer_id))


def _reader(viewer_id: int | None) -> dict[str, int]:
    return {} if viewer_id is None else {"me": viewer_id}


def _open_posts(*, is_local: bool, viewer: Any | None) -> Select[Any]:
    statement = (
        select(s.c.id)
        .join(author, author.c.id == s.c.account_id)
        .where(s.c.visibility == "public", s.c.boost_of_id.is_(None), *within(s.c.id))
        .where(author.c.is_suspended.is_(False), wanted_by(viewer, s.c.account_id))
    )
    return statement.where(s.c.is_local) if is_local else statement


def _is_no_reply() -> ColumnElement[bool]:
    to_nobody = s.c.reply_to_account_id.is_(None) & s.c.reply_to_uri.is_(None)
    return or_(to_nobody, s.c.reply_to_account_id == s.c.account_id)


def _public(*, is_local: bool, viewer: Any | None) -> Build:
    posts = _open_posts(is_local=is_local, viewer=viewer).where(_is_no_reply())
    return partial(ordered, posts, s.c.id)


def _tagged(*, is_local: bool, viewer: Any | None) -> Build:
    posts = (
        _open_posts(is_local=is_local, viewer=viewer)
        .join(status_tags, status_tags.c.status_id == s.c.id)
        .join(tags, tags.c.id == status_tags.c.tag_id)
        .where(tags.c.name == bindparam("tag", required=False))
    )
    return partial(ordered, posts, s.c.id)


def _family(make: Callable[..., Build]) -> dict[tuple[bool, bool], Pair]:
    return {
        (is_local, is_signed_in): Pair(
            make(is_local=is_local, viewer=me if is_signed_in else None), is_signed_in=is_signed_in
        )
        for is_local in (False, True)
        for is_signed_in in (False, True)
    }


_PUBLIC: Final = _family(_public)
_TAGGED: Final = _family(_tagged)


class OfAccount(Struct, frozen=True):
    """Which posts of an account."""

    account_id: int
    has_replies: bool = True
    has_boosts: bool = True
    only_media: bool = False
    tag: str | None = None


def of_account(snapshot: Snapshot, viewer_id: int | None, page: Page, which: OfAccount) -> list[Line]:
    """Return a page of one account's posts that the viewer may see."""
    statement = (
        select(s.c.id)
        .join(author, author.c.id == s.c.account_id)
        .where(s.c.account_id == which.account_id, visible_to(viewer_id, s, author), *within(s.c.id))
    )
    if not which.has_replies:
        statement = statement.where(_is_no_reply())
    if not which.has_boosts:
        statement = statement.where(s.c.boost_of_id.is_(None))
    if which.only_media:
        statement = statement.where(exists(select(1).where(media.c.status_id == s.c.id)))
    if which.tag is not None:
        carrying = select(status_tags.c.status_id).join(tags, tags.c.id == status_tags.c.tag_id)
        statement = statement.where(s.c.id.in_(carrying.where(tags.c.name == which.tag)))
    selection = ordered(statement, s.c.id, is_upward=page.min_id is not None)
    return of(snapshot, selection, viewer_id, **page.binds)


def thread(snapshot: Snapshot, status_id: int) -> tuple[list[int], list[int]]:
    """Return the ids above a status (oldest first) and below it (in thread order), whoever looks; bounded."""
    conn = snapshot.conn
    up = select(statuses.c.id, statuses.c.reply_to_id).where(statuses.c.id == status_id).cte("up", recursive=True)
    parent = statuses.alias()
    up = up.union(select(parent.c.id, parent.c.reply_to_id).where(parent.c.id == up.c.reply_to_id))
    above = [i for i in conn.scalars(select(up.c.id).limit(MAX_THREAD + 1)) if i != status_id]

    down = select(statuses.c.id).where(statuses.c.id == status_id).cte("down", recursive=True)
    child = statuses.alias()
    down = down.union(select(child.c.id).where(child.c.reply_to_id == down.c.id))
    pairs = select(statuses.c.id, statuses.c.reply_to_id).where(
        statuses.c.id.in_(select(down.c.id).limit(MAX_THREAD + 1)), statuses.c.id != status_id
    )
    return above[::-1], _in_thread_order(status_id, list(conn.execute(pairs.order_by(statuses.c.id))))


def _in_thread_order(root: int, pairs: Sequence[Sequence[Any]]) -> list[int]:
    children: dict[int, list[int]] = {}
    for child, parent in pairs:
        children.setdefault(parent, []).append(child)
    order: list[int] = []
    stack = children.get(root, [])[::-1]
    while stack:
        current = stack.pop()
        order.append(current)
        stack.extend(children.get(current, [])[::-1])
    return order
