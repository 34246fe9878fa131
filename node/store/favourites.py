"""Favourites and who boosted."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, delete, select

from node.store import statuses, tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.favourites


class Favourite(Struct, frozen=True):
    """A row of `favourites`."""

    id: int
    account_id: int
    status_id: int
    uri: str | None
    created_at: datetime


_select = select(*(t.c[name] for name in Favourite.__struct_fields__))


def by_id(snapshot: Snapshot, favourite_id: int) -> Favourite | None:
    """Return a favourite."""
    row = snapshot.conn.execute(_select.where(t.c.id == favourite_id)).first()
    return Favourite(*row) if row else None


def of(snapshot: Snapshot, account_id: int, status_id: int) -> Favourite | None:
    """Return an account's favourite of a status."""
    row = snapshot.conn.execute(_select.where(t.c.account_id == account_id, t.c.status_id == status_id)).first()
    return Favourite(*row) if row else None


def insert(unit: Unit, favourite: Favourite) -> bool:
    """Insert a favourite; False when it is there already."""
    values = {name: getattr(favourite, name) for name in Favourite.__struct_fields__}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.id)
    if unit.conn.execute(statement, values).first() is None:
        return False
    statuses.add_to_count(unit, favourite.status_id, "favourites_count", 1)
    return True


def remove(unit: Unit, favourite: Favourite) -> None:
    """Take a favourite back."""
    if unit.conn.execute(delete(t).where(t.c.id == favourite.id)).rowcount:
        statuses.add_to_count(unit, favourite.status_id, "favourites_count", -1)


def favourited_by(status_id: int) -> Select[Any]:
    """Return the selection of (edge id, account id) of those who favourited a status."""
    return select(t.c.id, t.c.account_id).where(t.c.status_id == status_id)


def boosted_by(status_id: int) -> Select[Any]:
    """Return the selection of (edge id, account id) of those who boosted a status."""
    s = tables.statuses
    return select(s.c.id, s.c.account_id).where(s.c.boost_of_id == status_id)
