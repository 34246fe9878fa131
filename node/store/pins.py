"""The posts that accounts, ours and theirs, show at the top of their profiles."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from federation.audience import OPEN
from node.store import statuses as rows
from node.store import tables
from node.store.database import insert as insert_into
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_SHOWN = 20

t = tables.pins
statuses = tables.statuses


def insert(unit: Unit, account_id: int, status_id: int) -> bool:
    """Pin a post; False when it is pinned already."""
    row = {"account_id": account_id, "status_id": status_id, "created_at": unit.now}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["account_id", "status_id"])
    return unit.conn.execute(statement.returning(t.c.status_id), row).first() is not None


def remove(unit: Unit, account_id: int, status_id: int) -> bool:
    """Take a pin away; False when there is none."""
    mine = (t.c.account_id == account_id, t.c.status_id == status_id)
    return unit.conn.execute(delete(t).where(*mine)).rowcount > 0


def replace(unit: Unit, account_id: int, status_ids: Sequence[int]) -> None:
    """Pin exactly these posts of an account, in this order."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id))
    made = [
        {"account_id": account_id, "status_id": status_id, "created_at": unit.now - timedelta(milliseconds=place)}
        for place, status_id in enumerate(dict.fromkeys(status_ids))
    ]
    if made:
        unit.conn.execute(t.insert(), made)


def count(snapshot: Snapshot, account_id: int) -> int:
    """Return how many posts an account has pinned."""
    return snapshot.conn.scalar(select(func.count()).select_from(t).where(t.c.account_id == account_id)) or 0


def is_pinned(snapshot: Snapshot, account_id: int, status_id: int) -> bool:
    """Return whether an account has pinned a post."""
    mine = select(t.c.status_id).where(t.c.account_id == account_id, t.c.status_id == status_id)
    return snapshot.conn.execute(mine).first() is not None


def ids(snapshot: Snapshot, account_id: int) -> list[int]:
    """Return what an account has pinned, the newest pin first, at most 20; who may see it is not asked."""
    newest = (t.c.created_at.desc(), t.c.status_id.desc())
    return list(
        snapshot.conn.scalars(
            select(t.c.status_id).where(t.c.account_id == account_id).order_by(*newest).limit(MAX_SHOWN)
        )
    )


def open_to_all(snapshot: Snapshot, account_id: int) -> list[Status]:
    """Return what an account has pinned and everybody may see, the newest pin first."""
    newest = (t.c.created_at.desc(), t.c.status_id.desc())
    pinned = rows.selection().join(t, t.c.status_id == statuses.c.id).where(t.c.account_id == account_id)
    shown = pinned.where(statuses.c.visibility.in_(OPEN))
    return rows.all_of(snapshot, shown.order_by(*newest).limit(MAX_SHOWN))
