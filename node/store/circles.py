"""Whom somebody might want to know: followers in common, suggestions, the directory. Nobody who did not ask to be found.

How it works. A suggestion is somebody who wants to be found, posted lately, and is followed by those one follows, or
works in the same house. What is looked at is bounded: the newest follows, so many of theirs, so many colleagues.
"""

from datetime import timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select

from node.store import lines, tables
from node.store.columns import Instant
from node.store.database import insert as insert_into
from node.store.follows import Pair
from node.store.unit import Snapshot, Unit
from node.store.visible import has_blocked, wanted_by

MOST_FRIENDS: Final = 100  # whose follows are looked at
MOST_EDGES: Final = 5000  # of theirs
MOST_COLLEAGUES: Final = 100
LATELY: Final = timedelta(days=90)

a = tables.accounts
f = tables.follows
_lately = bindparam("lately", type_=Instant)


def familiar(snapshot: Snapshot, viewer_id: int, target_id: int, *, limit: int) -> list[str]:
    """Return who follows an account among those the viewer follows, as far as all of them show whom they know."""
    mine, theirs, target = f.alias(), f.alias(), a.alias()
    follows_them = theirs.c.account_id == a.c.id, theirs.c.target_id == target_id, theirs.c.is_accepted
    is_shown = and_(~target.c.hides_collections, ~target.c.is_suspended, ~has_blocked(target.c.id, viewer_id))
    shows_theirs = target.c.id == target_id, is_shown
    statement = (
        select(*lines.account_columns(a))
        .join(mine, mine.c.target_id == a.c.id)
        .where(mine.c.account_id == viewer_id, mine.c.is_accepted, ~a.c.is_suspended, ~a.c.hides_collections)
        .where(exists(select(1).where(*follows_them)), exists(select(1).where(*shows_theirs)))
        .order_by(mine.c.id.desc())
        .limit(limit)
    )
    return [lines.account_entity(row) for row in snapshot.conn.execute(statement)]


class Hint(Struct, frozen=True):
    """Somebody to follow, and why: a colleague, or somebody whom friends follow."""

    account_id: int
    is_colleague: bool
    json: str


def hints(snapshot: Snapshot, viewer_id: int) -> list[Hint]:
    """Return whom the viewer might follow: first whom most friends follow, then colleagues, the last active first."""
    counted = _of_friends(viewer_id)
    friends = (
        _strangers(viewer_id)
        .join(counted, counted.c.account_id == a.c.id)
        .order_by(counted.c.friends.desc(), a.c.id)
        .limit(MOST_COLLEAGUES)
    )
    colleagues = (
        _strangers(viewer_id)
        .where(a.c.host == "")
        .order_by(a.c.last_status_at.is_(None), a.c.last_status_at.desc(), a.c.id)
        .limit(MOST_COLLEAGUES)
    )
    binds = {"now": snapshot.now, "lately": snapshot.now - LATELY}
    found: dict[int, Hint] = {}
    for statement in (friends, colleagues):
        for row in snapshot.conn.execute(statement, binds):
            found.setdefault(row[0], Hint(row[0], not row[1], lines.account_entity(row[2:])))
    return list(found.values())


def _of_friends(viewer_id: int) -> Any:
    mine = (
        select(f.c.target_id)
        .where(f.c.account_id == viewer_id, f.c.is_accepted)
        .order_by(f.c.id.desc())
        .limit(MOST_FRIENDS)
        .subquery("mine")
    )
    theirs = f.alias()
    edges = (
        select(theirs.c.target_id)
        .join(mine, mine.c.target_id == theirs.c.account_id)
        .where(theirs.c.is_accepted)
        .limit(MOST_EDGES)
        .subquery("edges")
    )
    friends = func.count().label("friends")
    return select(edges.c.target_id.label("account_id"), friends).group_by(edges.c.target_id).subquery("counted")


def _strangers(viewer_id: int) -> Select[Any]:
    """Return those who want to be found, are about, and whom the viewer neither knows nor turned down."""
    d = tables.dismissed_suggestions
    is_known = exists(select(1).where(f.c.account_id == viewer_id, f.c.target_id == a.c.id))
    is_dismissed = exists(select(1).where(d.c.account_id == viewer_id, d.c.target_id == a.c.id))
    is_about = or_(a.c.kind == "organization", a.c.last_status_at >= _lately)
    return select(a.c.id, a.c.host, *lines.account_columns(a)).where(
        _findable(),
        is_about,
        a.c.id != viewer_id,
        ~is_known,
        ~is_dismissed,
        ~has_blocked(a.c.id, viewer_id),
        wanted_by(viewer_id, a.c.id),
    )


def dismiss(unit: Unit, pair: Pair) -> None:
    """Never suggest an account to somebody again; again is fine."""
    row = {"account_id": pair.account_id, "target_id": pair.target_id}
    unit.conn.execute(insert_into(unit.conn, tables.dismissed_suggestions).on_conflict_do_nothing(), row)


class Shelf(Struct, frozen=True):
    """Which part of the directory, in which order."""

    offset: int = 0
    limit: int = 40
    is_newest_first: bool = False
    is_local: bool = False


def directory(snapshot: Snapshot, viewer_id: int | None, shelf: Shelf) -> list[str]:
    """Return those who want to be found, as Accounts: the last active first, or the newest."""
    order = a.c.id.desc() if shelf.is_newest_first else a.c.last_status_at.desc()
    wanted: list[ColumnElement[bool]] = [_findable(), wanted_by(viewer_id, a.c.id)]
    if viewer_id is not None:
        wanted.append(~has_blocked(a.c.id, viewer_id))
    if shelf.is_local:
        wanted.append(a.c.host == "")
    if not shelf.is_newest_first:
        wanted.append(a.c.last_status_at.is_not(None))
    statement = select(*lines.account_columns(a)).where(*wanted).order_by(order).offset(shelf.offset).limit(shelf.limit)
    return [lines.account_entity(row) for row in snapshot.conn.execute(statement, {"now": snapshot.now})]


def _findable() -> ColumnElement[bool]:
    is_gone = a.c.is_suspended | a.c.is_limited | a.c.moved_to_uri.is_not(None)
    return and_(a.c.is_discoverable, ~is_gone, a.c.kind != "application")
