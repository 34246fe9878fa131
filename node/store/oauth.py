"""Apps, the codes people give them, and their tokens. Secrets, codes and tokens are kept as hashes only."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, String, bindparam, delete, func, select, update

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
    is_unconfirmed: bool
    is_unapproved: bool


class Granted(Struct, frozen=True):
    """An app that holds tokens of a user: what they may do, since when."""

    app_id: int
    name: str
    website: str | None
    scopes: str
    created_at: datetime


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
            tables.users.c.confirmed_at.is_(None),
            tables.users.c.approved_at.is_(None),
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
    token_id, app_id, user_id, account_id, role, scopes, *rest = rows[0]
    is_revoked, is_disabled, is_unconfirmed, is_unapproved = rest
    return Holder(
        token_id=token_id,
        app_id=app_id,
        user_id=user_id,
        account_id=account_id,
        role=role,
        scopes=scopes,
        is_revoked=bool(is_revoked),
        is_disabled=bool(is_disabled),
        is_unconfirmed=user_id is not None and bool(is_unconfirmed),
        is_unapproved=user_id is not None and bool(is_unapproved),
    )


def made_at(snapshot: Snapshot, token_id: int) -> datetime:
    """Return when a token was given."""
    found: datetime = snapshot.conn.execute(select(tokens.c.created_at).where(tokens.c.id == token_id)).scalar_one()
    return found


def granted(snapshot: Snapshot, user_id: int, *, limit: int) -> list[Granted]:
    """Return the tokens of a user that are good, with their apps, newest first."""
    statement = (
        select(apps.c.id, apps.c.name, apps.c.website, tokens.c.scopes, tokens.c.created_at)
        .join(apps, apps.c.id == tokens.c.app_id)
        .where(tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None))
        .order_by(tokens.c.id.desc())
        .limit(limit)
    )
    return [Granted(*row) for row in snapshot.conn.execute(statement)]


def scopes_given(snapshot: Snapshot, app_id: int, user_id: int, *, limit: int = 100) -> list[str]:
    """Return the scopes of the good tokens that an app holds of a user."""
    held = (tokens.c.app_id == app_id) & (tokens.c.user_id == user_id) & tokens.c.revoked_at.is_(None)
    return list(snapshot.conn.scalars(select(tokens.c.scopes).where(held).order_by(tokens.c.id.desc()).limit(limit)))


def forget(unit: Unit, token_id: int) -> None:
    """Remove a token, as if it had never been."""
    unit.conn.execute(delete(tokens).where(tokens.c.id == token_id))


def revoke(unit: Unit, token_id: int) -> list[int]:
    """End a token; return its id, or nothing when it had ended."""
    return _revoke(unit, tokens.c.id == token_id)


def revoke_of_user(unit: Unit, user_id: int) -> list[int]:
    """End every token of a user, and the codes on their way to one; return the tokens' ids."""
    unit.conn.execute(delete(grants).where(grants.c.user_id == user_id))
    return _revoke(unit, tokens.c.user_id == user_id)


def revoke_of_app(unit: Unit, app_id: int, user_id: int) -> list[int]:
    """End every token that an app holds of a user, and the codes on their way to one; return the tokens' ids."""
    unit.conn.execute(delete(grants).where(grants.c.app_id == app_id, grants.c.user_id == user_id))
    return _revoke(unit, (tokens.c.app_id == app_id) & (tokens.c.user_id == user_id))


def _revoke(unit: Unit, which: ColumnElement[bool]) -> list[int]:
    ended = update(tokens).where(which, tokens.c.revoked_at.is_(None)).values(revoked_at=unit.now)
    return list(unit.conn.scalars(ended.returning(tokens.c.id)))


def keep_newest(unit: Unit, app_id: int, user_id: int | None, *, most: int) -> list[int]:
    """End the oldest tokens that an app holds of a user (or of itself) beyond `most`; return their ids."""
    of_user = tokens.c.user_id.is_(None) if user_id is None else tokens.c.user_id == user_id
    held = select(tokens.c.id).where(tokens.c.app_id == app_id, of_user, tokens.c.revoked_at.is_(None))
    oldest_kept = unit.conn.execute(held.order_by(tokens.c.id.desc()).offset(most - 1).limit(1)).scalar()
    if oldest_kept is None:
        return []
    return _revoke(unit, (tokens.c.app_id == app_id) & of_user & (tokens.c.id < oldest_kept))


def sweep(unit: Unit, *, revoked_before: datetime, unused_before: datetime, limit: int) -> int:
    """Remove tokens that ended long ago and apps that hold none and were made long ago; return how many rows went."""
    old = select(tokens.c.id).where(tokens.c.revoked_at <= revoked_before).limit(limit)
    gone = unit.conn.execute(delete(tokens).where(tokens.c.id.in_(old.scalar_subquery()))).rowcount
    in_use = (
        select(tokens.c.app_id),
        select(grants.c.app_id),
        select(tables.users.c.app_id).where(tables.users.c.app_id.is_not(None)),
    )
    unused = select(apps.c.id).where(apps.c.created_at <= unused_before, *(apps.c.id.not_in(ids) for ids in in_use))
    return gone + unit.conn.execute(delete(apps).where(apps.c.id.in_(unused.limit(limit).scalar_subquery()))).rowcount
