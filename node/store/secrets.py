"""What the node made for itself and tells nobody."""

from sqlalchemy import select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.secrets


def of(snapshot: Snapshot, name: str) -> str | None:
    """Return a secret; None when it was not made yet."""
    found: str | None = snapshot.conn.scalar(select(t.c.value).where(t.c.name == name))
    return found


def keep(unit: Unit, name: str, value: str) -> str:
    """Keep a secret and return it; of two that are made at once the first one stays."""
    statement = insert_into(unit.conn, t).values(name=name, value=value)
    unit.conn.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    return of(unit, name) or value
