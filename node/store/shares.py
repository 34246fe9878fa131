"""Shares of our people: what came of each action."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select, update

from node.store import tables
from node.store.unit import Snapshot, Unit

t = tables.shares


class Share(Struct, frozen=True, kw_only=True):
    """A row of `shares`."""

    id: int
    account_id: int
    status_id: int
    action_id: int
    title: str
    sentence: str
    state: str = "published"
    decision: str
    decision_reason: str | None = None
    outcome: str | None = None
    learned: str | None = None
    modifications: str | None = None
    again: str | None = None
    created_at: datetime


_names = Share.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def of_status(snapshot: Snapshot, status_id: int) -> Share | None:
    """Return the share that a status of ours carries."""
    row = snapshot.conn.execute(_select.where(t.c.status_id == status_id)).first()
    return None if row is None else msgspec.convert(dict(zip(_names, row, strict=True)), Share)


def of_action(snapshot: Snapshot, action_id: int) -> list[Share]:
    """Return the shares of an action, oldest first."""
    rows = snapshot.conn.execute(_select.where(t.c.action_id == action_id).order_by(t.c.id))
    return [msgspec.convert(dict(zip(_names, row, strict=True)), Share) for row in rows]


def insert(unit: Unit, share: Share) -> None:
    """Insert a share."""
    unit.conn.execute(t.insert().values(msgspec.structs.asdict(share)))


def change(unit: Unit, share_id: int, **values: Any) -> None:
    """Update columns of a share."""
    unit.conn.execute(update(t).where(t.c.id == share_id).values(**values))
