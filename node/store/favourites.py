"""Favourites, and who favourited and boosted a status."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Select, delete, select

from node.store import statuses, tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import visible_to

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
    statement = (
        insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=["account_id", "status_id"]).returning(t.c.id)
    )
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


def of_account(account_id: int) -> Select[Any]:
    """Return the selection of (edge id, status id) of what an account favourited."""
    return select(t.c.id, t.c.status_id).where(t.c.account_id == account_id)


def boosted_by(status_id: int, viewer_id: int | None) -> Select[Any]:
    """Return the selection of (edge id, account id) of those who boosted a status, as far as the viewer may see that."""
    s, by = tables.statuses, tables.accounts
    boosts = select(s.c.id, s.c.account_id).join(by, by.c.id == s.c.account_id).where(s.c.boost_of_id == status_id)
    return boosts.where(visible_to(viewer_id, s, by))


def acts(snapshot: Snapshot, uris: Iterable[str]) -> list[tuple[str, Literal["favourite", "boost"], str, str]]:
    """Return (uri, kind, actor uri, object uri) of the likes and boosts that are held under these activity ids."""
    wanted = list(uris)
    if not wanted:
        return []
    by, of_, boost = tables.accounts, tables.statuses, tables.statuses.alias()
    likes = (
        select(t.c.uri, by.c.uri, of_.c.uri)
        .join(by, by.c.id == t.c.account_id)
        .join(of_, of_.c.id == t.c.status_id)
        .where(t.c.uri.in_(wanted))
    )
    boosts = (
        select(boost.c.uri, by.c.uri, of_.c.uri)
        .join(by, by.c.id == boost.c.account_id)
        .join(of_, of_.c.id == boost.c.boost_of_id)
        .where(boost.c.uri.in_(wanted))
    )
    found: list[tuple[str, Literal["favourite", "boost"], str, str]] = []
    found += [(row[0], "favourite", row[1], row[2]) for row in snapshot.conn.execute(likes)]
    found += [(row[0], "boost", row[1], row[2]) for row in snapshot.conn.execute(boosts)]
    return found
