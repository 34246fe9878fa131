"""Keys of accounts: our pairs, and the public keys of others by their address."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from node.ports import SigningKey
from node.store import tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.keys


class PublicKey(NamedTuple):
    """A key as peers look it up, with the account it belongs to. `fetched_at` is when its owner last said so."""

    account_id: int
    account_uri: str
    public_pem: str
    fetched_at: datetime | None


_ours = Prepared(
    lambda: (
        select(t.c.uri, t.c.private_pem)
        .where(t.c.private_pem.is_not(None), t.c.account_id == bound(t.c.account_id))
        .order_by(t.c.id.desc())
        .limit(1)
    )
)
_public = Prepared(
    lambda: (
        select(t.c.uri, t.c.public_pem).where(t.c.account_id == bound(t.c.account_id)).order_by(t.c.id.desc()).limit(1)
    )
)
_by_uri = Prepared(
    lambda: (
        select(t.c.account_id, tables.accounts.c.uri, t.c.public_pem, t.c.fetched_at)
        .join(tables.accounts, tables.accounts.c.id == t.c.account_id)
        .where(t.c.uri == bound(t.c.uri))
    )
)


def for_account(snapshot: Snapshot, account_id: int) -> SigningKey | None:
    """Return the newest key that one of our accounts signs with."""
    row = _ours.first(snapshot.conn, the_account_id=account_id)
    return None if row is None else SigningKey(row[0], row[1])


def public_for_account(snapshot: Snapshot, account_id: int) -> tuple[str, str] | None:
    """Return address and public PEM of the newest key of an account."""
    row = _public.first(snapshot.conn, the_account_id=account_id)
    return None if row is None else (row[0], row[1])


def by_uri(snapshot: Snapshot, uri: str) -> PublicKey | None:
    """Return the key at an address, if we know it."""
    row = _by_uri.first(snapshot.conn, the_uri=uri)
    return None if row is None else PublicKey(*row)


def replace(unit: Unit, account_id: int, uri: str, public_pem: str, *, private_pem: str | None = None) -> None:
    """Make this the only key of an account; an address that another account held moves with it."""
    unit.conn.execute(delete(t).where((t.c.account_id == account_id) | (t.c.uri == uri)))
    row = {
        "id": unit.new_id(),
        "account_id": account_id,
        "uri": uri,
        "public_pem": public_pem,
        "private_pem": private_pem,
        "created_at": unit.now,
        "fetched_at": None if private_pem else unit.now,
    }
    unit.conn.execute(t.insert().values(row))


def keep(unit: Unit, account_id: int, found: Iterable[tuple[str, str]], *, owner_uri: str = "") -> None:
    """Make these (address, public PEM) the only keys of a peer's account; an address of another account stays there.

    Unless it lies in the account's own document, `owner_uri`: whoever had claimed it before was lying.
    """
    listed = dict(found)
    own = [uri for uri in listed if uri.partition("#")[0] == owner_uri]
    if own:
        unit.conn.execute(delete(t).where(t.c.uri.in_(own), t.c.account_id != account_id))
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.uri.not_in(list(listed))))
    for uri, public_pem in listed.items():
        changes = {"public_pem": public_pem, "fetched_at": unit.now}
        row = {"id": unit.new_id(), "account_id": account_id, "uri": uri, "created_at": unit.now} | changes
        statement = insert_into(unit.conn, t).values(**row)
        mine = t.c.account_id == account_id
        unit.conn.execute(statement.on_conflict_do_update(index_elements=["uri"], set_=changes, where=mine))
