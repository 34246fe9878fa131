"""Driver diagrams of the house: the aim of each, its drivers, and the actions that try its ideas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, select, update

from node.learning.drivers import Driver
from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

d, n, a = tables.diagrams, tables.drivers, tables.driver_actions


class Diagram(Struct, frozen=True):
    """A row of `diagrams`. `aim`: what, whom, howMuch, by."""

    id: int
    account_id: int
    aim: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


_columns = [d.c[name] for name in Diagram.__struct_fields__]


def listed(snapshot: Snapshot, *, limit: int) -> list[Diagram]:
    """Return the diagrams of the house, those changed last first."""
    rows = snapshot.conn.execute(select(*_columns).order_by(d.c.updated_at.desc(), d.c.id.desc()).limit(limit))
    return [_diagram(row) for row in rows]


def by_id(snapshot: Snapshot, diagram_id: int) -> Diagram | None:
    """Return a diagram."""
    row = snapshot.conn.execute(select(*_columns).where(d.c.id == diagram_id)).first()
    return None if row is None else _diagram(row)


def count_of(snapshot: Snapshot, account_id: int) -> int:
    """Return how many diagrams somebody made."""
    return int(snapshot.conn.scalar(select(func.count()).select_from(d).where(d.c.account_id == account_id)) or 0)


def insert(unit: Unit, account_id: int, aim: Mapping[str, Any]) -> int:
    """Insert a diagram and return its id."""
    made = unit.new_id()
    row = {"id": made, "account_id": account_id, "aim": dict(aim), "created_at": unit.now, "updated_at": unit.now}
    unit.conn.execute(d.insert().values(row))
    return made


def change(unit: Unit, diagram_id: int, **values: Any) -> None:
    """Change a diagram, or note that something of it changed."""
    unit.conn.execute(update(d).where(d.c.id == diagram_id).values(updated_at=unit.now, **values))


def remove(unit: Unit, diagram_id: int) -> None:
    """Remove a diagram with all that hangs on it."""
    unit.conn.execute(delete(d).where(d.c.id == diagram_id))


def drivers_of(snapshot: Snapshot, diagram_id: int) -> list[Driver]:
    """Return the drivers and ideas of a diagram."""
    names = ("id", "kind", "text", "parent_id", "position")
    rows = snapshot.conn.execute(select(*(n.c[name] for name in names)).where(n.c.diagram_id == diagram_id))
    return [msgspec.convert(dict(zip(names, row, strict=True)), Driver) for row in rows]


def insert_driver(unit: Unit, diagram_id: int, driver: Driver) -> int:
    """Insert a driver or an idea and return its id."""
    made = unit.new_id()
    row = {"id": made, "diagram_id": diagram_id, "parent_id": driver.parent_id, "kind": driver.kind}
    unit.conn.execute(n.insert().values(row | {"text": driver.text, "position": driver.position}))
    return made


def change_driver(unit: Unit, driver_id: int, **values: Any) -> None:
    """Change a driver."""
    unit.conn.execute(update(n).where(n.c.id == driver_id).values(**values))


def remove_driver(unit: Unit, driver_id: int) -> None:
    """Remove a driver with what hangs on it."""
    unit.conn.execute(delete(n).where(n.c.id == driver_id))


def links_of(snapshot: Snapshot, diagram_id: int) -> list[tuple[int, int]]:
    """Return which idea is tried by which action: (driver, status), oldest first."""
    statement = select(a.c.driver_id, a.c.status_id).join(n, n.c.id == a.c.driver_id)
    rows = snapshot.conn.execute(statement.where(n.c.diagram_id == diagram_id).order_by(a.c.status_id))
    return [(row[0], row[1]) for row in rows]


def link(unit: Unit, driver_id: int, status_id: int) -> None:
    """Note that an action tries an idea; twice is once."""
    row = {"driver_id": driver_id, "status_id": status_id}
    unit.conn.execute(insert_into(unit.conn, a).on_conflict_do_nothing(), row)


def unlink(unit: Unit, driver_id: int, status_id: int) -> None:
    """Take that back."""
    unit.conn.execute(delete(a).where(a.c.driver_id == driver_id, a.c.status_id == status_id))


def _diagram(row: Any) -> Diagram:
    return Diagram(*row)
