"""Finds accounts and hashtags by how they begin, and an author's own posts by their words. Bounded, never exact science."""

from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, case, func, or_, select

from node.store import lines
from node.store.lines import Line, as_seen_by, author, s
from node.store.tables import accounts, follows, mentions, tags
from node.store.unit import Snapshot
from node.store.visible import not_blocked_by, not_limited

_ESCAPE = "\\"


class Slice(Struct, frozen=True):
    """Which part of the results."""

    limit: int = 20
    offset: int = 0


def _literal(text: str) -> str:
    """Return a text in which LIKE finds no wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.like(f"{_literal(text)}%", escape=_ESCAPE)


def account_ids(
    snapshot: Snapshot, viewer_id: int | None, text: str, part: Slice, *, only_followed: bool = False
) -> list[int]:
    """Return the accounts whose name, handle or shown name begins with a text: the followed first, then ours."""
    name, _, host = text.removeprefix("@").casefold().partition("@")
    a = accounts
    by_name = _begins(a.c.username_key, name)
    matching = by_name & _begins(a.c.host, host) if host else or_(by_name, _is_shown_as(a.c.display_name, text))
    statement = (
        select(a.c.id)
        .where(matching, a.c.is_suspended.is_(False), a.c.kind != "application", not_blocked_by(viewer_id, a.c.id))
        .where(not_limited(viewer_id, a))
    )
    order: list[Any] = [a.c.host != "", a.c.followers_count.desc(), a.c.id]
    if viewer_id is not None:
        followed = (
            select(follows.c.id)
            .where(follows.c.account_id == viewer_id, follows.c.target_id == a.c.id, follows.c.is_accepted)
            .exists()
        )
        statement = statement.where(followed) if only_followed else statement
        order.insert(0, case((followed, 0), else_=1))
    statement = statement.order_by(*order).limit(part.limit).offset(part.offset)
    return list(snapshot.conn.scalars(statement))


def _is_shown_as(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return whether a shown name has a word that begins with a text."""
    shown, wanted = func.lower(column), text.lower()
    return or_(_begins(shown, wanted), shown.like(f"% {_literal(wanted)}%", escape=_ESCAPE))


def tag_names(snapshot: Snapshot, text: str, part: Slice) -> list[str]:
    """Return the hashtags that begin with a normalised text, the shortest first."""
    statement = (
        select(tags.c.name)
        .where(_begins(tags.c.name, text))
        .order_by(func.length(tags.c.name), tags.c.name)
        .limit(part.limit)
        .offset(part.offset)
    )
    return list(snapshot.conn.scalars(statement))


def own_posts(snapshot: Snapshot, viewer_id: int, words: list[str], part: Slice, *, by_id: int | None) -> list[Line]:
    """Return the newest posts with every word among what the viewer wrote or is named in; `by_id`: of one author."""
    named = select(mentions.c.status_id).where(mentions.c.account_id == viewer_id)
    statement: Select[Any] = (
        select(s.c.id)
        .join(author, author.c.id == s.c.account_id)
        .where(s.c.boost_of_id.is_(None), or_(s.c.account_id == viewer_id, s.c.id.in_(named)), as_seen_by(viewer_id))
        .where(*(_holds(word) for word in words))
    )
    if by_id is not None:
        statement = statement.where(s.c.account_id == by_id)
    selection = statement.order_by(s.c.id.desc()).limit(part.limit).offset(part.offset)
    return lines.of(snapshot, selection, viewer_id)


def _holds(word: str) -> ColumnElement[bool]:
    pattern = f"%{_literal(word.lower())}%"
    places = (s.c.text, s.c.spoiler_text, s.c.content_html)
    return or_(*(func.lower(place).like(pattern, escape=_ESCAPE) for place in places))
