"""Sessions of people in a browser. Only a hash of the cookie is kept."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, select, update

from node.store import tables
from node.store.unit import Snapshot, Unit

t = tables.sessions


class Session(Struct, frozen=True):
    """A session with the person it belongs to."""

    user_id: int
    account_id: int
    username: str
    display_name: str
    avatar: str | None
    role: str
    locale: str
    is_disabled: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


_select = (
    select(
        tables.users.c.id,
        tables.accounts.c.id,
        tables.accounts.c.username,
        tables.accounts.c.display_name,
        tables.accounts.c.avatar,
        tables.users.c.role,
        tables.users.c.locale,
        tables.users.c.disabled_at.is_not(None) | tables.accounts.c.is_suspended,
        t.c.created_at,
        t.c.seen_at,
        t.c.expires_at,
    )
    .join(tables.users, tables.users.c.id == t.c.user_id)
    .join(tables.accounts, tables.accounts.c.id == tables.users.c.account_id)
)


def by_hash(snapshot: Snapshot, token_hash: str) -> Session | None:
    """Return a session, expired or not."""
    row = snapshot.conn.execute(_select.where(t.c.token_hash == token_hash)).first()
    return None if row is None else Session(*row)


def insert(unit: Unit, token_hash: str, user_id: int, *, expires_at: datetime) -> None:
    """Open a session."""
    row = {
        "token_hash": token_hash,
        "user_id": user_id,
        "created_at": unit.now,
        "seen_at": unit.now,
        "expires_at": expires_at,
    }
    unit.conn.execute(t.insert().values(row))


def touch(unit: Unit, token_hash: str) -> None:
    """Note that a session is in use."""
    unit.conn.execute(update(t).where(t.c.token_hash == token_hash).values(seen_at=unit.now))


def delete_one(unit: Unit, token_hash: str) -> None:
    """End a session."""
    unit.conn.execute(delete(t).where(t.c.token_hash == token_hash))


def delete_of_user(unit: Unit, user_id: int) -> None:
    """End every session of a user."""
    unit.conn.execute(delete(t).where(t.c.user_id == user_id))


def delete_expired(unit: Unit, *, seen_before: datetime) -> None:
    """Remove sessions that have run out or were not used for long."""
    unit.conn.execute(delete(t).where((t.c.expires_at <= unit.now) | (t.c.seen_at <= seen_before)))
