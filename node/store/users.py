"""Users: the people who sign in here, each with an account of ours."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, or_, select, update

from node.store import tables
from node.store.compiled import OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.users


class User(Struct, frozen=True):
    """A row of `users`."""

    id: int
    account_id: int
    email: str
    password_hash: str
    role: str
    locale: str
    preferences: dict[str, Any]
    disabled_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None = None  # the e-mail address
    approved_at: datetime | None = None  # by a moderator, where sign-up asks for it
    sign_up_reason: str = ""
    app_id: int | None = None  # that signed them up


_select = select(*[t.c[name] for name in User.__struct_fields__])

_by_account = Prepared(lambda: _select.where(t.c.account_id == bound(t.c.account_id)))


def _one(snapshot: Snapshot, statement: Select[Any]) -> User | None:
    row = snapshot.conn.execute(statement).first()
    return None if row is None else User(*row)


def by_account(snapshot: Snapshot, account_id: int) -> User | None:
    """Return the user of an account."""
    row = _by_account.first(snapshot.conn, the_account_id=account_id)
    return None if row is None else User(*row)


def by_id(snapshot: Snapshot, user_id: int) -> User | None:
    """Return a user."""
    return _one(snapshot, _select.where(t.c.id == user_id))


def is_waiting(snapshot: Snapshot, account_id: int) -> bool:
    """Tell whether an account is of somebody who signed up and is not let in yet."""
    row = _waiting.first(snapshot.conn, the_account_id=account_id)
    return row is not None and None in row


def waiting_among(snapshot: Snapshot, account_ids: Collection[int]) -> set[int]:
    """Return those of several accounts that are of somebody who is not let in yet."""
    return {row[0] for row in _waiting_among.rows(snapshot.conn, list(set(account_ids)))}


_waiting_among = OneOf(
    lambda ids: select(t.c.account_id).where(
        t.c.account_id.in_(ids), or_(t.c.confirmed_at.is_(None), t.c.approved_at.is_(None))
    ),
    t.c.account_id,
)
_waiting = Prepared(
    lambda: select(t.c.confirmed_at, t.c.approved_at).where(t.c.account_id == bound(t.c.account_id)).limit(1)
)


def by_login(snapshot: Snapshot, login: str) -> User | None:
    """Return the user that a person means by an e-mail address or a username."""
    accounts, key = tables.accounts, login.strip().casefold()
    joined = _select.join(accounts, accounts.c.id == t.c.account_id)
    found = or_(t.c.email == key, (accounts.c.username_key == key) & (accounts.c.host == ""))
    return _one(snapshot, joined.where(found).order_by(t.c.id).limit(1))


def insert(unit: Unit, user: User) -> bool:
    """Insert a user; False when the e-mail address or the account has one."""
    row = {name: getattr(user, name) for name in User.__struct_fields__}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.id)
    if unit.conn.execute(statement, row).first() is None:
        unit.ensure_free(t, user.id)
        return False
    return True


def see(unit: Unit, user_id: int) -> None:
    """Note the day of a user's use, to the day and no closer."""
    today = unit.now.replace(hour=0, minute=0, second=0, microsecond=0)
    unseen = or_(t.c.seen_at.is_(None), t.c.seen_at < today)
    unit.conn.execute(update(t).where(t.c.id == user_id, unseen).values(seen_at=today))


def set_role(unit: Unit, user_id: int, role: str) -> None:
    """Change what a user may decide."""
    unit.conn.execute(update(t).where(t.c.id == user_id).values(role=role))


def set_email(unit: Unit, user_id: int, email: str) -> bool:
    """Change the address of a user; False when another has it."""
    if unit.conn.execute(select(t.c.id).where(t.c.email == email, t.c.id != user_id)).first() is not None:
        return False
    unit.conn.execute(update(t).where(t.c.id == user_id).values(email=email))
    return True


def set_password(unit: Unit, user_id: int, password_hash: str) -> None:
    """Change the password of a user."""
    unit.conn.execute(update(t).where(t.c.id == user_id).values(password_hash=password_hash))


def set_preferences(unit: Unit, user_id: int, preferences: dict[str, Any]) -> None:
    """Change what a user prefers."""
    unit.conn.execute(update(t).where(t.c.id == user_id).values(preferences=preferences))


def chosen_languages(snapshot: Snapshot, account_id: int) -> tuple[str, ...]:
    """Return the languages in which somebody wants the timelines of many; none: in all."""
    row = _preferences.first(snapshot.conn, the_account_id=account_id)
    return () if row is None else tuple(row[0].get("chosen_languages") or ())


_preferences = Prepared(lambda: select(t.c.preferences).where(t.c.account_id == bound(t.c.account_id)))
