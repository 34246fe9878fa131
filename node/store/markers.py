"""How far somebody has read each of their lists."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.markers


class Marker(Struct, frozen=True):
    """A row of `markers`; `version` counts the moves after the first."""

    timeline: str
    last_read_id: int
    version: int
    updated_at: datetime


_select = select(*(t.c[name] for name in Marker.__struct_fields__))


def of_account(snapshot: Snapshot, account_id: int) -> dict[str, Marker]:
    """Return an account's markers by the name of their list."""
    rows = snapshot.conn.execute(_select.where(t.c.account_id == account_id))
    return {row[0]: Marker(*row) for row in rows}


def last_read(snapshot: Snapshot, account_id: int, timeline: str) -> int:
    """Return the id up to which an account has read a list, 0 when it never said so."""
    mine = select(t.c.last_read_id).where(t.c.account_id == account_id, t.c.timeline == timeline)
    return snapshot.conn.scalar(mine) or 0


def move(unit: Unit, account_id: int, timeline: str, last_read_id: int) -> None:
    """Set a marker, forward or back."""
    row = {"account_id": account_id, "timeline": timeline, "last_read_id": last_read_id, "updated_at": unit.now}
    moved = {"last_read_id": last_read_id, "version": t.c.version + 1, "updated_at": unit.now}
    upsert = insert_into(unit.conn, t).values(row)
    unit.conn.execute(upsert.on_conflict_do_update(index_elements=[t.c.account_id, t.c.timeline], set_=moved))
