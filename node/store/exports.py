"""What somebody takes along: whom they follow, block and mute, their lists, bookmarks and posts. Nothing of the house alone.

Everything is bounded, and read in the order it was made.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select

from node.social.sheets import Kind
from node.social.visibility import INSIDE
from node.store import statuses, tables
from node.store.bodies import author, s
from node.store.lines import as_seen_by
from node.store.statuses import Status
from node.store.unit import Snapshot

MOST_ROWS: Final = 50_000

a = tables.accounts


def rows(snapshot: Snapshot, account_id: int, kind: Kind) -> list[list[Any]]:
    """Return the rows of a list as a file holds them."""
    statement = _STATEMENTS[kind](account_id, snapshot).limit(MOST_ROWS)
    found = snapshot.conn.execute(statement).all()
    return [_row(snapshot, kind, row) for row in found]


def _row(snapshot: Snapshot, kind: Kind, row: Sequence[Any]) -> list[Any]:
    if kind in ("domains", "bookmarks"):
        return list(row)
    if kind == "lists":
        title, username, host = row
        return [title, _acct(snapshot, username, host)]
    username, host, *rest = row
    return [_acct(snapshot, username, host), *rest]


def _acct(snapshot: Snapshot, username: str, host: str) -> str:
    return f"{username}@{host or snapshot.site.handle_host}"


def _follows(account_id: int, _snapshot: Snapshot) -> Select[Any]:
    f = tables.follows
    shown = (f.c.shows_boosts, f.c.notifies, f.c.languages)
    joined = select(a.c.username, a.c.host, *shown).join(f, f.c.target_id == a.c.id)
    return joined.where(f.c.account_id == account_id, f.c.is_accepted).order_by(f.c.id)


def _blocks(account_id: int, _snapshot: Snapshot) -> Select[Any]:
    b = tables.blocks
    joined = select(a.c.username, a.c.host).join(b, b.c.target_id == a.c.id)
    return joined.where(b.c.account_id == account_id).order_by(b.c.id)


def _mutes(account_id: int, snapshot: Snapshot) -> Select[Any]:
    m = tables.mutes
    lasts = or_(m.c.expires_at.is_(None), m.c.expires_at > snapshot.now)
    joined = select(a.c.username, a.c.host, m.c.hides_notifications).join(m, m.c.target_id == a.c.id)
    return joined.where(m.c.account_id == account_id, lasts).order_by(m.c.id)


def _domains(account_id: int, _snapshot: Snapshot) -> Select[Any]:
    h = tables.host_blocks
    return select(h.c.host).where(h.c.account_id == account_id).order_by(h.c.id)


def _lists(account_id: int, _snapshot: Snapshot) -> Select[Any]:
    kept, member = tables.lists, tables.list_members
    joined = (
        select(kept.c.title, a.c.username, a.c.host)
        .join(member, member.c.list_id == kept.c.id)
        .join(a, a.c.id == member.c.account_id)
    )
    return joined.where(kept.c.account_id == account_id).order_by(kept.c.id, member.c.id)


def _bookmarks(account_id: int, _snapshot: Snapshot) -> Select[Any]:
    b = tables.bookmarks
    joined = select(s.c.uri).join(b, b.c.status_id == s.c.id).join(author, author.c.id == s.c.account_id)
    shown = as_seen_by(account_id), _goes_out()
    return joined.where(b.c.account_id == account_id, *shown).order_by(b.c.id)


def _goes_out() -> ColumnElement[bool]:
    return s.c.visibility.not_in(tuple(INSIDE))


_STATEMENTS: Final = {
    "follows": _follows,
    "lists": _lists,
    "blocks": _blocks,
    "mutes": _mutes,
    "domains": _domains,
    "bookmarks": _bookmarks,
}


def posts(snapshot: Snapshot, account_id: int, *, after_id: int, limit: int) -> list[Status]:
    """Return somebody's own posts and boosts that may leave the house, the oldest first."""
    t = tables.statuses
    mine = t.c.account_id == account_id, t.c.id > after_id, t.c.visibility.not_in(tuple(INSIDE))
    return statuses.all_of(snapshot, statuses.selection().where(*mine).order_by(t.c.id).limit(limit))


def present(snapshot: Snapshot, account_id: int, kind: Kind) -> list[tuple[str, int]]:
    """Return (how a file names it, id) of the accounts or posts in a list, the names folded."""
    columns = (s.c.uri, s.c.id) if kind == "bookmarks" else (a.c.username_key, a.c.host, a.c.id)
    statement = _STATEMENTS[kind](account_id, snapshot).with_only_columns(*columns).limit(MOST_ROWS)
    found = snapshot.conn.execute(statement).all()
    if kind == "bookmarks":
        return [(str(row[0]).casefold(), row[1]) for row in found]
    return [(_acct(snapshot, row[0], row[1]), row[2]) for row in found]
