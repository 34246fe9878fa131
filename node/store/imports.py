"""Lists that somebody brings from elsewhere: looked at first, then carried out a few rows at a time."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from node.social.sheets import Kind
from node.store import tables
from node.store.unit import Snapshot, Unit

t = tables.imports
LONGEST: Final = timedelta(days=7)


class Import(Struct, frozen=True):
    """A row of `imports`."""

    id: int
    account_id: int
    kind: Kind
    is_overwriting: bool
    rows: list[list[Any]]
    faults: list[tuple[int, str]]
    total: int
    created_at: datetime
    done: int = 0
    failed: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


_names = Import.__struct_fields__
_select = select(*[t.c[name] for name in _names])


def keep(unit: Unit, made: Import) -> None:
    """Insert an import."""
    unit.conn.execute(insert(t), msgspec.structs.asdict(made))


def one(snapshot: Snapshot, import_id: int) -> Import | None:
    """Return an import."""
    row = snapshot.conn.execute(_select.where(t.c.id == import_id)).first()
    return Import(*row) if row else None


def of_account(snapshot: Snapshot, account_id: int, *, limit: int) -> list[Import]:
    """Return what somebody brought, the newest first, without the rows."""
    columns = [t.c[name] for name in _names if name not in ("rows", "faults")]
    found = snapshot.conn.execute(
        select(*columns).where(t.c.account_id == account_id).order_by(t.c.id.desc()).limit(limit)
    )
    return [Import(rows=[], faults=[], **row._mapping) for row in found]


def count_running(snapshot: Snapshot, account_id: int) -> int:
    """Return how many imports of somebody are under way; what was begun a week ago and is not done has failed."""
    running = t.c.account_id == account_id, t.c.started_at > snapshot.now - LONGEST, t.c.finished_at.is_(None)
    return snapshot.conn.scalar(select(func.count()).select_from(t).where(*running)) or 0


def drop_unstarted(unit: Unit, account_id: int) -> None:
    """Remove what somebody brought and never began."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.started_at.is_(None)))


def drop_old(unit: Unit, account_id: int, *, before: datetime) -> None:
    """Remove what was finished long ago."""
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.finished_at < before))


def change(unit: Unit, import_id: int, **values: Any) -> None:
    """Update columns of an import."""
    unit.conn.execute(update(t).where(t.c.id == import_id).values(**values))
