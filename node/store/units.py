"""Wards, clinics and teams of the house, and who works where."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.units
_users = tables.users


class UnitRow(Struct, frozen=True, kw_only=True):
    """A row of `units`."""

    id: int
    slug: str
    name: str
    parent_id: int | None
    created_at: datetime


_names = UnitRow.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def all_of(snapshot: Snapshot) -> list[UnitRow]:
    """Return every unit by its name."""
    return [_unit(row) for row in snapshot.conn.execute(_select.order_by(t.c.name, t.c.id))]


def by_slug(snapshot: Snapshot, slug: str) -> UnitRow | None:
    """Return the unit that an address names."""
    row = snapshot.conn.execute(_select.where(t.c.slug == slug)).first()
    return None if row is None else _unit(row)


def by_id(snapshot: Snapshot, unit_id: int) -> UnitRow | None:
    """Return a unit."""
    row = snapshot.conn.execute(_select.where(t.c.id == unit_id)).first()
    return None if row is None else _unit(row)


def insert(unit: Unit, row: UnitRow) -> bool:
    """Insert a unit; False when its slug is taken."""
    values = {name: getattr(row, name) for name in _names}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.id)
    return unit.conn.execute(statement, values).first() is not None


def change(unit: Unit, unit_id: int, **values: Any) -> None:
    """Update columns of a unit."""
    unit.conn.execute(update(t).where(t.c.id == unit_id).values(**values))


def remove(unit: Unit, unit_id: int) -> None:
    """Remove a unit; whoever works there works nowhere in particular, and what is below it stands alone."""
    unit.conn.execute(delete(t).where(t.c.id == unit_id))


def sizes(snapshot: Snapshot) -> dict[int, int]:
    """Return how many people work in each unit itself."""
    counted = select(_users.c.unit_id, func.count()).where(_active(), _users.c.unit_id.is_not(None))
    return {row[0]: row[1] for row in snapshot.conn.execute(counted.group_by(_users.c.unit_id))}


def members(snapshot: Snapshot, unit_ids: Iterable[int]) -> list[int]:
    """Return the accounts of who works in one of these units."""
    wanted = list(unit_ids)
    return list(snapshot.conn.scalars(select(_users.c.account_id).where(_users.c.unit_id.in_(wanted))))


def places(snapshot: Snapshot) -> dict[int, set[int]]:
    """Return the accounts of who works in each unit itself."""
    found: dict[int, set[int]] = {}
    statement = select(_users.c.unit_id, _users.c.account_id).where(_users.c.unit_id.is_not(None))
    for unit_id, account_id in snapshot.conn.execute(statement):
        found.setdefault(unit_id, set()).add(account_id)
    return found


def of_account(snapshot: Snapshot, account_id: int) -> UnitRow | None:
    """Return where somebody works."""
    statement = _select.join(_users, _users.c.unit_id == t.c.id).where(_users.c.account_id == account_id)
    row = snapshot.conn.execute(statement).first()
    return None if row is None else _unit(row)


def assign(unit: Unit, account_id: int, unit_id: int | None) -> bool:
    """Say where somebody works; False when the account is of nobody who signs in here."""
    statement = update(_users).where(_users.c.account_id == account_id).values(unit_id=unit_id)
    return unit.conn.execute(statement).rowcount > 0


def _active() -> Any:
    return _users.c.disabled_at.is_(None)


def _unit(row: Sequence[Any]) -> UnitRow:
    return UnitRow(**dict(zip(_names, row, strict=True)))
