"""What moderators look at and decided, as somebody is told: reports and warnings with the account they are about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Table, select

from node.store import lines, tables
from node.store.unit import Snapshot

strikes, accounts = tables.strikes, tables.accounts
T = TypeVar("T", bound=Struct)


class Reported(Struct, frozen=True):
    """A report with the Account it is about as JSON text."""

    id: int
    category: str
    comment: str
    is_forwarded: bool
    status_ids: list[int]
    rule_ids: list[str]
    collection_ids: list[str]
    created_at: datetime
    resolved_at: datetime | None
    target_json: str


class Warned(Struct, frozen=True):
    """What a moderator did about an account, with that Account as JSON text."""

    id: int
    action: str
    text: str
    status_ids: list[int]
    created_at: datetime
    target_json: str


def reports(snapshot: Snapshot, ids: Collection[int]) -> Mapping[int, Reported]:
    """Return reports by id."""
    return {one.id: one for one in _found(snapshot, tables.reports, ids, Reported)}


def warnings(snapshot: Snapshot, ids: Collection[int]) -> Mapping[int, Warned]:
    """Return warnings by id."""
    return {one.id: one for one in _found(snapshot, strikes, ids, Warned)}


def target_of(snapshot: Snapshot, strike_id: int) -> int | None:
    """Return whom a decision is about."""
    found: int | None = snapshot.conn.scalar(select(strikes.c.target_id).where(strikes.c.id == strike_id))
    return found


def _found(snapshot: Snapshot, table: Table, ids: Collection[int], kind: type[T]) -> list[T]:
    if not ids:
        return []
    names = kind.__struct_fields__[:-1]
    statement = select(*(table.c[name] for name in names), *lines.account_columns(accounts))
    rows = snapshot.conn.execute(
        statement.join(accounts, accounts.c.id == table.c.target_id).where(table.c.id.in_(ids))
    )
    return [kind(*row[: len(names)], lines.account_entity(row[len(names) :])) for row in rows]
