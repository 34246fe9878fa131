"""Finds accounts and hashtags by how they begin, and posts by their words. Bounded, never exact science."""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select

from federation.audience import OPEN
from node.social.queries import Sought
from node.store import lines, words
from node.store.bodies import author, s
from node.store.ids import id_at
from node.store.lines import LAST_ID, Line, Page, as_seen_by
from node.store.tables import (
    accounts,
    bookmarks,
    favourites,
    follows,
    media,
    mentions,
    polls,
    status_tags,
    statuses,
    tags,
)
from node.store.unit import Snapshot
from node.store.visible import is_let_in, not_blocked_by, not_limited, wanted_by

_ESCAPE = "\\"
MOST_LOOKED_AT: Final = 20_000


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
    is_whole = and_(a.c.username_key == name, a.c.host == host)  # as it is typed to unblock somebody
    wanted = or_(not_blocked_by(viewer_id, a.c.id), is_whole)
    statement = (
        select(a.c.id)
        .where(matching, a.c.is_suspended.is_(False), a.c.kind != "application", wanted)
        .where(not_limited(viewer_id, a), is_let_in(a.c.id))
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


def tag_names(snapshot: Snapshot, viewer_id: int | None, text: str, part: Slice) -> list[str]:
    """Return the hashtags that begin with a normalised text and stand in a post for everybody, the shortest first.

    Within the house what is for everybody there counts as well.
    """
    link, t, seen = status_tags, statuses, OPEN if viewer_id is None else (*OPEN, "house")
    is_open = exists(select(1).where(link.c.tag_id == tags.c.id, t.c.id == link.c.status_id, t.c.visibility.in_(seen)))
    statement = (
        select(tags.c.name)
        .where(_begins(tags.c.name, text), is_open)
        .order_by(func.length(tags.c.name), tags.c.name)
        .limit(part.limit)
        .offset(part.offset)
    )
    return list(snapshot.conn.scalars(statement))


class Scope(Struct, frozen=True, kw_only=True):
    """Among which posts, and which part of what is found."""

    author_id: int | None = None
    page: Page = Page()
    offset: int = 0


def posts(snapshot: Snapshot, viewer_id: int, sought: Sought, scope: Scope) -> list[Line]:
    """Return the newest posts that a query finds, of those that the viewer may find.

    These are what the viewer may see and wants to, and wrote, is named in, or kept (favourite, bookmark, boost), or that
    somebody of this node wrote, or that a peer's author lets be found.
    """
    binds = scope.page.binds
    over, under = max(binds["above"], _id_at(sought.since)), min(binds["below"], _id_at(sought.until) or LAST_ID)
    upward = scope.page.min_id is not None
    if not sought.terms and scope.author_id is None:
        over, under = _looked_at(snapshot, over, under, is_upward=upward)
    statement = select(s.c.id).join(author, author.c.id == s.c.account_id)
    if sought.terms:
        found, more = words.candidates(snapshot, sought, over=over, under=under)
        # nothing else here leads to posts, else SQLite would walk all of them beside the candidates; no boost has words
        statement, binds = statement.join(found, found.c.id == s.c.id), binds | more
    else:
        statement = statement.where(s.c.boost_of_id.is_(None), s.c.id > over, s.c.id < under)
    statement = statement.where(
        as_seen_by(viewer_id), wanted_by(viewer_id, s.c.account_id), _may_be_found(viewer_id, sought)
    ).where(*_narrowed(sought))
    if scope.author_id is not None:
        statement = statement.where(s.c.account_id == scope.author_id)
    selection = statement.order_by(s.c.id if upward else s.c.id.desc()).limit(scope.page.limit).offset(scope.offset)
    return lines.of(snapshot, selection, viewer_id, **binds)


def _looked_at(snapshot: Snapshot, over: int, under: int, *, is_upward: bool) -> tuple[int, int]:
    """Return between which ids posts are looked at where no word says which: so many public ones, and what is among them."""
    t = statuses
    is_public = and_(t.c.visibility == literal_column("'public'"), t.c.boost_of_id.is_(None))
    within = select(t.c.id).where(is_public, t.c.id > over, t.c.id < under)
    order = t.c.id if is_upward else t.c.id.desc()
    end = snapshot.conn.scalar(within.order_by(order).offset(MOST_LOOKED_AT).limit(1))
    if end is None:
        return over, under
    return (over, end) if is_upward else (end, under)


def _may_be_found(viewer_id: int, sought: Sought) -> ColumnElement[bool]:
    mine = statuses.alias()
    kept = [
        exists(select(1).where(table.c.status_id == s.c.id, table.c.account_id == viewer_id))
        for table in (mentions, favourites, bookmarks)
    ]
    boosted = exists(select(1).where(mine.c.boost_of_id == s.c.id, mine.c.account_id == viewer_id))
    in_library = or_(s.c.account_id == viewer_id, *kept, boosted)
    if sought.in_library:
        return in_library
    return or_(s.c.is_local, and_(s.c.visibility.in_(OPEN), author.c.is_indexable), in_library)


def _narrowed(sought: Sought) -> list[ColumnElement[bool]]:
    conditions = {
        "media": exists(select(1).where(media.c.status_id == s.c.id)),
        "poll": exists(select(1).where(polls.c.status_id == s.c.id)),
        "reply": or_(s.c.reply_to_id.is_not(None), s.c.reply_to_uri.is_not(None)),
        "sensitive": s.c.is_sensitive,
    }
    found = [conditions[name] if is_so else ~conditions[name] for name, is_so in (*sought.has, *sought.is_a)]
    return [*found, s.c.language == sought.language] if sought.language else found


def _id_at(day: date | None) -> int:
    """Return the least id of a day: ids hold the time they were made at."""
    return 0 if day is None else id_at(datetime.combine(day, time(), UTC))
