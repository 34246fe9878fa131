"""Everybody who can sign in here, for administrators."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from node.store.tables import accounts, users
from node.store.unit import Snapshot


class Member(Struct, frozen=True):
    """A person who can sign in."""

    username: str
    email: str
    role: str
    created_at: datetime
    disabled_at: datetime | None


def members(snapshot: Snapshot, *, after: str = "", limit: int = 1000) -> list[Member]:
    """Return the people whose username sorts after `after`, in that order."""
    statement = (
        select(accounts.c.username, users.c.email, users.c.role, users.c.created_at, users.c.disabled_at)
        .join(users, users.c.account_id == accounts.c.id)
        .where(accounts.c.username > after)
        .order_by(accounts.c.username)
        .limit(limit)
    )
    return [Member(*row) for row in snapshot.conn.execute(statement)]


def ids_of_roles(snapshot: Snapshot, roles: Sequence[str]) -> list[int]:
    """Return the accounts of the people who have one of these roles and may sign in."""
    active = users.c.role.in_(roles) & users.c.disabled_at.is_(None)
    return list(snapshot.conn.scalars(select(users.c.account_id).where(active)))
