"""Our copies of peers' avatars, headers and emoji, by the name of each: where they lie, how large and how old they are."""

from datetime import datetime

from sqlalchemy import delete, func, select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.copies


def blob_of(snapshot: Snapshot, name: str) -> str | None:
    """Return where a copy lies."""
    return snapshot.conn.scalar(select(t.c.blob).where(t.c.name == name))


def keep(unit: Unit, name: str, blob: str, size: int) -> bool:
    """Name a copy; False when somebody else made it meanwhile."""
    row = {"name": name, "blob": blob, "bytes": size, "cached_at": unit.now}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["name"]).returning(t.c.name)
    return unit.conn.execute(statement, row).first() is not None


def forget(unit: Unit, name: str) -> None:
    """Forget a copy whose file is not there."""
    unit.conn.execute(delete(t).where(t.c.name == name))


def remove_stale(unit: Unit, *, before: datetime, max_bytes: int, limit: int) -> list[str]:
    """Forget copies that are old or, of the oldest, as many as are beyond `max_bytes` in all; return where they lie."""
    newer = func.sum(t.c.bytes).over(order_by=(t.c.cached_at.desc(), t.c.name.desc()))
    sized = select(t.c.name, t.c.cached_at, newer.label("bytes")).subquery()
    chosen = select(sized.c.name).where((sized.c.cached_at < before) | (sized.c.bytes > max_bytes)).limit(limit)
    return list(unit.conn.scalars(delete(t).where(t.c.name.in_(chosen)).returning(t.c.blob)))
