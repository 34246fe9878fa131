"""What somebody wrote into the items of the report of an action; it stays here and is shown with the report."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.report_texts


class ReportText(Struct, frozen=True):
    """A row of `report_texts`."""

    item: str
    text: str
    updated_at: datetime


def of_action(snapshot: Snapshot, action_id: int) -> list[ReportText]:
    """Return what was written into the report of an action."""
    rows = snapshot.conn.execute(select(t.c.item, t.c.text, t.c.updated_at).where(t.c.action_id == action_id))
    return [ReportText(*row) for row in rows]


def keep(unit: Unit, action_id: int, item: str, text: str) -> None:
    """Keep what was written into an item, in place of what stood there; an empty text takes it away."""
    if not text:
        unit.conn.execute(delete(t).where(t.c.action_id == action_id, t.c.item == item))
        return
    new = {"text": text, "updated_at": unit.now}
    statement = insert_into(unit.conn, t).values(action_id=action_id, item=item, **new)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["action_id", "item"], set_=new))
