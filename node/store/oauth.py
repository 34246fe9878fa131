"""Apps, the codes people give them, and their tokens. Secrets, codes and tokens are kept as hashes only."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import String, bindparam, delete, func, select, update

from node.store import tables
from node.store.compiled import Compiled, Prepared, bound
from node.store.unit import Snapshot, Unit

apps, grants, tokens = tables.apps, tables.grants, tables.tokens


class App(Struct, frozen=True):
    """A row of `apps`."""

    id: int
    client_id: str
    secret_hash: str
    name: str
    website: str | None
    redirect_uris: list[str]
    scopes: str
    created_at: datetime


class Grant(Struct, frozen=True):
    """A row of `grants`: a code on its way to becoming a token."""

    code_hash: str
    app_id: int
    user_id: int
    redirect_uri: str
    scopes: str
    code_challenge: str | None
    expires_at: datetime
    used_at: datetime | None
    token_id: int | None


class Holder(Struct, frozen=True):
    """A token with whoever holds it; `user_id` is None for an app alone."""

    token_id: int
    app_id: int
    user_id: int | None
    account_id: int | None
    role: str | None
    scopes: str
    is_revoked: bool
    is_disabled: bool


_app_columns = [apps.c[name] for name in App.__struct_fields__]
_app_by_id = Prepared(lambda: select(*_app_columns).where(apps.c.id == bound(apps.c.id)))
_grant_columns = [grants.c[name] for name in Grant.__struct_fields__]


def app_by_client_id(snapshot: Snapshot, client_id: str) -> App | None:
    """Return an app by what it calls itself to us."""
    row = snapshot.conn.execute(select(*_app_columns).where(apps.c.client_id == client_id)).first()
    return None if row is None else App(*row)


def app_by_id(snapshot: Snapshot, app_id: int) -> App | None:
    """Return an app."""
    row = _app_by_id.first(snapshot.conn, the_id=app_id)
    return None if row is None else App(*row)


def insert_app(unit: Unit, app: App) -> None:
    """Keep a new app."""
    unit.conn.execute(apps.insert().values({name: getattr(app, name) for name in App.__struct_fields__}))


def insert_grant(unit: Unit, grant: Grant) -> None:
    """Keep a new code."""
    unit.conn.execute(grants.insert().values({name: getattr(grant, name) for name in Grant.__struct_fields__}))


def take_grant(unit: Unit, code_hash: str) -> Grant | None:
    """Mark a code as used and return it as it was before; of two at once only one finds it unused."""
    earlier = unit.conn.execute(select(*_grant_columns).where(grants.c.code_hash == code_hash)).first()
    if earlier is None:
        return None
    unused = update(grants).where(grants.c.code_hash == code_hash, grants.c.used_at.is_(None))
    is_first = unit.conn.execute(unused.values(used_at=unit.now)).rowcount == 1
    found = Grant(*earlier)
    if is_first or found.used_at is not None:
        return found
    later = unit.conn.execute(select(*_grant_columns).where(grants.c.code_hash == code_hash)).one()
    return Grant(*later)


def tie_grant(unit: Unit, code_hash: str, token_id: int) -> None:
    """Remember which token a code became."""
    unit.conn.execute(update(grants).where(grants.c.code_hash == code_hash).values(token_id=token_id))


def delete_old_grants(unit: Unit, *, before: datetime) -> None:
    """Remove codes that ran out long ago."""
    unit.conn.execute(delete(grants).where(grants.c.expires_at <= before))


def insert_token(unit: Unit, token_hash: str, *, app_id: int, user_id: int | None, scopes: str) -> int:
    """Keep a new token and return its id."""
    token_id = unit.new_id()
    row = {
        "id": token_id,
        "token_hash": token_hash,
        "app_id": app_id,
        "user_id": user_id,
        "scopes": scopes,
        "created_at": unit.now,
    }
    unit.conn.execute(tokens.insert().values(row))
    return token_id


_holder = Compiled(
    lambda: (
        select(
            tokens.c.id,
            tokens.c.app_id,
            tokens.c.user_id,
            tables.users.c.account_id,
            tables.users.c.role,
            tokens.c.scopes,
            tokens.c.revoked_at.is_not(None).label("is_revoked"),
            func.coalesce(tables.users.c.disabled_at.is_not(None) | tables.accounts.c.is_suspended, False),
        )
        .outerjoin(tables.users, tables.users.c.id == tokens.c.user_id)
        .outerjoin(tables.accounts, tables.accounts.c.id == tables.users.c.account_id)
        .where(tokens.c.token_hash == bindparam("token_hash", type_=String()))
    )
)


def holder(snapshot: Snapshot, token_hash: str) -> Holder | None:
    """Return who holds a token: the one read of every request with a token."""
    rows = _holder.rows(snapshot.conn, token_hash=token_hash)
    if not rows:
        return None
    token_id, app_id, user_id, account_id, role, scopes, is_revoked, is_disabled = rows[0]
    return Holder(token_id, app_id, user_id, account_id, role, scopes, bool(is_revoked), bool(is_disabled))


def revoke(unit: Unit, token_id: int) -> None:
    """End a token."""
    unit.conn.execute(
        update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None)).values(revoked_at=unit.now)
    )


def revoke_of_user(unit: Unit, user_id: int) -> None:
    """End every token of a user."""
    unit.conn.execute(
        update(tokens).where(tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None)).values(revoked_at=unit.now)
    )
