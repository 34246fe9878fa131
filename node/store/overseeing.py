"""Accounts as moderators see them: with what only they may know, and the marks that moderators make."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from node.store import accounts, follows, lines, memo, tables
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

a, u = tables.accounts, tables.users
_ESCAPE: Final = "\\"


class Overseen(Struct, frozen=True):
    """An account with its user, if it has one; `account_json` is the Account entity."""

    id: int
    username: str
    host: str
    created_at: datetime
    is_sensitised: bool
    is_silenced: bool
    is_suspended: bool
    user_id: int | None
    email: str | None
    locale: str | None
    role: str | None
    sign_up_reason: str | None
    app_id: int | None
    confirmed_at: datetime | None
    approved_at: datetime | None
    disabled_at: datetime | None
    account_json: str


class Sought(Struct, frozen=True, kw_only=True):
    """Which accounts: None leaves a question open."""

    is_local: bool | None = None
    status: str | None = None  # active, pending, disabled, silenced, suspended, sensitized
    is_staff: bool | None = None
    username: str = ""
    display_name: str = ""
    host: str = ""
    email: str = ""


_columns = (
    a.c.id, a.c.username, a.c.host, a.c.created_at, a.c.is_sensitised, a.c.is_silenced, a.c.is_suspended,
    u.c.id, u.c.email, u.c.locale, u.c.role, u.c.sign_up_reason, u.c.app_id, u.c.confirmed_at, u.c.approved_at, u.c.disabled_at,
)  # fmt: skip


def _select() -> Select[Any]:
    return (
        select(*_columns, *lines.account_columns(a))
        .outerjoin(u, u.c.account_id == a.c.id)
        .where(a.c.kind != "application")
    )


def _one(row: Sequence[Any]) -> Overseen:
    account_json = lines.account_entity(row[len(_columns) :])
    return Overseen(*[*row[: len(_columns)], account_json])


def by_ids(snapshot: Snapshot, account_ids: Iterable[int]) -> dict[int, Overseen]:
    """Return those of several accounts that are there."""
    wanted = list(dict.fromkeys(account_ids))
    rows = snapshot.conn.execute(_select().where(a.c.id.in_(wanted))) if wanted else ()
    return {row[0]: _one(row) for row in rows}


def page(snapshot: Snapshot, part: Page, sought: Sought) -> list[Overseen]:
    """Return a page of accounts, the newest first."""
    statement = _select().where(*lines.within(a.c.id), *_conditions(sought))
    statement = lines.ordered(statement, a.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds).all()
    return [_one(row) for row in sorted(rows, key=lambda row: -int(row[0]))]


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.is_local is not None:
        found.append(a.c.host == "" if sought.is_local else a.c.host != "")
    if sought.status is not None:
        found.append(_STATUSES[sought.status])
    if sought.is_staff:
        found.append(u.c.role.in_(("moderator", "admin")))
    if sought.username:
        found.append(a.c.username_key.startswith(sought.username.casefold(), autoescape=True))
    if sought.display_name:
        found.append(func.lower(a.c.display_name).startswith(sought.display_name.lower(), autoescape=True))
    if sought.host:
        found.append(a.c.host == sought.host)
    if sought.email:
        found.append(u.c.email.startswith(sought.email.casefold(), autoescape=True))
    return found


_STATUSES: Final[dict[str, ColumnElement[bool]]] = {
    "active": a.c.is_suspended.is_(False) & u.c.disabled_at.is_(None) & u.c.approved_at.is_not(None),
    "pending": u.c.approved_at.is_(None) & u.c.id.is_not(None),
    "disabled": u.c.disabled_at.is_not(None),
    "silenced": a.c.is_silenced,
    "suspended": a.c.is_suspended,
    "sensitized": a.c.is_sensitised,
}
STATUSES: Final = tuple(_STATUSES)


def set_marks(unit: Unit, account_id: int, **marks: bool) -> None:
    """Change what moderators decided about an account: `is_sensitised`, `is_silenced`."""
    memo.forget(unit)
    unit.conn.execute(update(a).where(a.c.id == account_id).values(**marks))


def set_user(unit: Unit, account_id: int, **values: datetime | None) -> None:
    """Change what a user may: `disabled_at`, `approved_at`."""
    unit.conn.execute(update(u).where(u.c.account_id == account_id).values(**values))


def some_status_ids(snapshot: Snapshot, account_id: int, *, limit: int) -> list[int]:
    """Return the oldest posts and boosts of an account."""
    s = tables.statuses
    return list(snapshot.conn.scalars(select(s.c.id).where(s.c.account_id == account_id).order_by(s.c.id).limit(limit)))


def follows_of(snapshot: Snapshot, account_id: int, *, limit: int) -> list[follows.Follow]:
    """Return some follows and requests of an account, and of others to it."""
    f = tables.follows
    touching = or_(f.c.account_id == account_id, f.c.target_id == account_id)
    ids = snapshot.conn.scalars(select(f.c.id).where(touching).limit(limit)).all()
    return [edge for i in ids if (edge := follows.by_id(snapshot, i)) is not None]


def forget_person(unit: Unit, account_id: int) -> None:
    """Remove who signed in, with whatever hangs on that, and whom they knew; the name stays taken."""
    unit.conn.execute(delete(u).where(u.c.account_id == account_id))
    for table in (tables.blocks, tables.mutes, tables.notifications, tables.lists, tables.filters):
        unit.conn.execute(delete(table).where(table.c.account_id == account_id))
    account = accounts.by_id(unit, account_id)
    if account is not None:
        accounts.change(
            unit,
            account,
            display_name="",
            note_html="",
            note_text="",
            fields=[],
            avatar=None,
            avatar_alt="",
            header=None,
            header_alt="",
        )


# ------------------------------------------------------------------ strikes

k = tables.strikes


class Strike(Struct, frozen=True, kw_only=True):
    """What a moderator did about an account."""

    id: int
    target_id: int
    moderator_id: int | None
    report_id: int | None
    action: str
    text: str
    status_ids: list[int]
    created_at: datetime


def insert_strike(unit: Unit, strike: Strike) -> None:
    """Keep what a moderator did."""
    unit.conn.execute(k.insert().values(**{name: getattr(strike, name) for name in Strike.__struct_fields__}))


def strikes(snapshot: Snapshot, ids: Iterable[int]) -> dict[int, Strike]:
    """Return strikes by their ids."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    columns = [k.c[name] for name in Strike.__struct_fields__]
    rows = snapshot.conn.execute(select(*columns).where(k.c.id.in_(wanted))).mappings()
    return {row["id"]: Strike(**row) for row in rows}
