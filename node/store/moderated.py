"""What moderators look at and decided, as somebody is told: reports and warnings with the account they are about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from node.store import lines, tables
from node.store.unit import Snapshot

r, strikes, accounts = tables.reports, tables.strikes, tables.accounts


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
    if not ids:
        return {}
    names = Reported.__struct_fields__[:-1]
    statement = select(*(r.c[name] for name in names), *lines.account_columns(accounts))
    rows = snapshot.conn.execute(statement.join(accounts, accounts.c.id == r.c.target_id).where(r.c.id.in_(ids)))
    return {row[0]: Reported(**_named(names, row), target_json=lines.account_entity(row[len(names) :])) for row in rows}


def warnings(snapshot: Snapshot, ids: Collection[int]) -> Mapping[int, Warned]:
    """Return warnings by id."""
    if not ids:
        return {}
    names = Warned.__struct_fields__[:-1]
    statement = select(*(strikes.c[name] for name in names), *lines.account_columns(accounts))
    joined = statement.join(accounts, accounts.c.id == strikes.c.target_id).where(strikes.c.id.in_(ids))
    rows = snapshot.conn.execute(joined)
    return {row[0]: Warned(**_named(names, row), target_json=lines.account_entity(row[len(names) :])) for row in rows}


def target_of(snapshot: Snapshot, strike_id: int) -> int | None:
    """Return whom a decision is about."""
    found: int | None = snapshot.conn.scalar(select(strikes.c.target_id).where(strikes.c.id == strike_id))
    return found


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, row, strict=False))
