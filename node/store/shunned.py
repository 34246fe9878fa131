"""Hosts that somebody of ours wants nothing of. What the node decides about hosts is in `domains`."""

from typing import Any

from sqlalchemy import Select, delete, func, or_, select

from node.store import lines, tables
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

t = tables.host_blocks
accounts, follows = tables.accounts, tables.follows


def add(unit: Unit, account_id: int, host: str) -> None:
    """Block a host; twice is once."""
    row = {"id": unit.new_id(), "account_id": account_id, "host": host, "created_at": unit.now}
    unit.conn.execute(insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["account_id", "host"]), row)


def remove(unit: Unit, account_id: int, host: str) -> None:
    """Block a host no more."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.host == host))


def has(snapshot: Snapshot, account_id: int, host: str) -> bool:
    """Return whether an account blocks a host."""
    mine = select(t.c.id).where(t.c.account_id == account_id, t.c.host == host)
    return snapshot.conn.scalar(mine) is not None


def count(snapshot: Snapshot, account_id: int) -> int:
    """Return how many hosts an account blocks."""
    return snapshot.conn.scalar(select(func.count()).select_from(t).where(t.c.account_id == account_id)) or 0


def page(snapshot: Snapshot, account_id: int, part: Page) -> list[tuple[int, str]]:
    """Return a page of (id to page by, host), the newest first."""
    statement = select(t.c.id, t.c.host).where(t.c.account_id == account_id, *lines.within(t.c.id))
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds)
    return sorted(((row[0], row[1]) for row in rows), reverse=True)


def _followed(account_id: int, host: str) -> Select[Any]:
    there = select(accounts.c.id).where(accounts.c.host == host)
    return select(follows.c.target_id).where(follows.c.account_id == account_id, follows.c.target_id.in_(there))


def _following(account_id: int, host: str) -> Select[Any]:
    there = select(accounts.c.id).where(accounts.c.host == host)
    return select(follows.c.account_id).where(follows.c.target_id == account_id, follows.c.account_id.in_(there))


def knowing(snapshot: Snapshot, account_id: int, host: str, *, limit: int) -> list[int]:
    """Return some of those at a host who follow an account or are followed by it, or ask to."""
    a = accounts
    either = or_(a.c.id.in_(_followed(account_id, host)), a.c.id.in_(_following(account_id, host)))
    return list(snapshot.conn.scalars(select(a.c.id).where(a.c.host == host, either).order_by(a.c.id).limit(limit)))


def counts(snapshot: Snapshot, account_id: int, host: str) -> tuple[int, int]:
    """Return how many at a host an account follows, and how many of them follow it."""
    both = [_followed(account_id, host), _following(account_id, host)]
    numbers = [
        select(func.count()).select_from(one.where(follows.c.is_accepted).subquery()).scalar_subquery() for one in both
    ]
    row = snapshot.conn.execute(select(*numbers)).one()
    return row[0], row[1]
