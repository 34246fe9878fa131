"""What everybody may read of local accounts: for outboxes, conversations and collections."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from federation.audience import OPEN
from node.store import statuses as rows
from node.store.statuses import Status
from node.store.tables import accounts, statuses
from node.store.unit import Snapshot

t = statuses
_is_open = and_(t.c.visibility.in_(OPEN), or_(t.c.approval.is_(None), t.c.approval == "approved"))


def count(snapshot: Snapshot, account_id: int) -> int:
    """Return how many open posts and boosts an account has."""
    statement = select(func.count()).select_from(t).where(t.c.account_id == account_id, _is_open)
    return snapshot.conn.scalar(statement) or 0


def page(snapshot: Snapshot, account_id: int, max_id: int | None, *, limit: int) -> list[Status]:
    """Return the newest open posts and boosts of an account below an id."""
    statement = rows.selection().where(t.c.account_id == account_id, _is_open).order_by(t.c.id.desc()).limit(limit)
    if max_id is not None:
        statement = statement.where(t.c.id < max_id)
    return rows.all_of(snapshot, statement)


def open_replies(status_id: int) -> ColumnElement[bool]:
    """Return which posts are open replies to a status."""
    return and_(t.c.reply_to_id == status_id, _is_open)


def open_in_context(context_uri: str) -> ColumnElement[bool]:
    """Return which posts are open posts of a conversation."""
    return and_(t.c.context_uri == context_uri, t.c.boost_of_id.is_(None), _is_open)


def count_of(snapshot: Snapshot, which: ColumnElement[bool]) -> int:
    """Return how many such posts there are, of whoever may be shown."""
    return snapshot.conn.scalar(_shown(which, func.count())) or 0


def uris_of(snapshot: Snapshot, which: ColumnElement[bool], *, above: int, limit: int) -> list[tuple[int, str]]:
    """Return (row id, id on the wire) of such posts above a row id, the oldest first."""
    newer = _shown(which, t.c.id, t.c.uri).where(t.c.id > above).order_by(t.c.id).limit(limit)
    return [(row[0], row[1]) for row in snapshot.conn.execute(newer)]


def _shown(which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    joined = select(*columns).select_from(t).join(accounts, accounts.c.id == t.c.account_id)
    return joined.where(which, accounts.c.is_suspended.is_(False))


def people(snapshot: Snapshot, selection: Select[Any], max_id: int | None, *, limit: int) -> list[tuple[int, str]]:
    """Return (edge id, actor id) of a selection of (id, account_id), newest edge first."""
    edges = selection.subquery("edges")
    statement = select(edges.c.id, accounts.c.uri).join(accounts, accounts.c.id == edges.c.account_id)
    if max_id is not None:
        statement = statement.where(edges.c.id < max_id)
    found = snapshot.conn.execute(statement.order_by(edges.c.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in found]
