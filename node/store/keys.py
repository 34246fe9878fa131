"""Keys of accounts: our pairs, and the public keys of others by their address.

Of ours one of each kind signs. When another takes its place it goes on signing for two days, so that peers have learnt
of the new one, and stays published for a week, so that what it signed can still be verified.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, exists, select, update

from federation.signatures.multikeys import KeyKind
from node.ports import SigningKey
from node.store import tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.keys

SIGNS_ON: Final = timedelta(hours=48)
PUBLISHED_ON: Final = timedelta(days=7)


class PublicKey(NamedTuple):
    """A key as peers look it up, with the account it belongs to. `fetched_at` is when its owner last said so."""

    account_id: int
    account_uri: str
    public_pem: str
    fetched_at: datetime | None
    kind: KeyKind = "rsa"


class Published(NamedTuple):
    """A public key as an actor document lists it."""

    uri: str
    kind: KeyKind
    public_pem: str


class _Own(NamedTuple):
    uri: str
    kind: KeyKind
    public_pem: str
    private_pem: str
    retired_at: datetime | None


_ours = Prepared(
    lambda: (
        select(t.c.uri, t.c.kind, t.c.public_pem, t.c.private_pem, t.c.retired_at)
        .where(t.c.private_pem.is_not(None), t.c.account_id == bound(t.c.account_id))
        .order_by(t.c.id)
    )
)
_by_uri = Prepared(
    lambda: (
        select(t.c.account_id, tables.accounts.c.uri, t.c.public_pem, t.c.fetched_at, t.c.kind)
        .join(tables.accounts, tables.accounts.c.id == t.c.account_id)
        .where(t.c.uri == bound(t.c.uri))
    )
)


def for_account(snapshot: Snapshot, account_id: int, kind: KeyKind = "rsa") -> SigningKey | None:
    """Return the key that one of our accounts signs with: requests with RSA, documents with Ed25519."""
    found = _signing(_own(snapshot, account_id), kind, snapshot.now)
    return SigningKey(found.uri, found.private_pem) if found else None


def published(snapshot: Snapshot, account_id: int) -> list[Published]:
    """Return the public keys that one of our actors lists, of each kind first the one that signs now."""
    own = _own(snapshot, account_id)
    signing = {_signing(own, kind, snapshot.now) for kind in ("rsa", "ed25519")}
    ordered = sorted(own, key=lambda key: key not in signing)
    return [Published(key.uri, key.kind, key.public_pem) for key in ordered]


def _own(snapshot: Snapshot, account_id: int) -> list[_Own]:
    return [_Own(*row) for row in _ours.rows(snapshot.conn, the_account_id=account_id)]


def _signing(own: Sequence[_Own], kind: KeyKind, now: datetime) -> _Own | None:
    """Choose the oldest that was retired so lately that not everybody knows its successor, else the newest."""
    mine = [key for key in own if key.kind == kind]
    still = [key for key in mine if key.retired_at is not None and key.retired_at > now - SIGNS_ON]
    lasting = [key for key in mine if key.retired_at is None]
    return next(iter(still or reversed(lasting)), None)


def by_uri(snapshot: Snapshot, uri: str) -> PublicKey | None:
    """Return the key at an address, if we know it."""
    row = _by_uri.first(snapshot.conn, the_uri=uri)
    return None if row is None else PublicKey(*row)


def pems_of(snapshot: Snapshot, account_id: int) -> frozenset[str]:
    """Return the public keys that are known of an account, without their addresses."""
    return frozenset(snapshot.conn.scalars(select(t.c.public_pem).where(t.c.account_id == account_id)))


def replace(unit: Unit, account_id: int, uri: str, public_pem: str, *, private_pem: str | None = None) -> None:
    """Make this the only key of an account; an address that another account held moves with it."""
    unit.conn.execute(delete(t).where((t.c.account_id == account_id) | (t.c.uri == uri)))
    add(unit, account_id, uri, public_pem, private_pem=private_pem)


def add(
    unit: Unit, account_id: int, uri: str, public_pem: str, *, private_pem: str | None = None, kind: KeyKind = "rsa"
) -> None:
    """Give an account one more key."""
    row = {
        "id": unit.new_id(),
        "account_id": account_id,
        "uri": uri,
        "public_pem": public_pem,
        "private_pem": private_pem,
        "kind": kind,
        "created_at": unit.now,
        "fetched_at": None if private_pem else unit.now,
    }
    unit.conn.execute(t.insert().values(row))


def retire(unit: Unit, account_id: int) -> None:
    """Let every key of one of our accounts give way to those that are added next."""
    ours = (t.c.account_id == account_id) & t.c.private_pem.is_not(None) & t.c.retired_at.is_(None)
    unit.conn.execute(update(t).where(ours).values(retired_at=unit.now))


def sweep(unit: Unit) -> int:
    """Remove our keys that gave way a week ago; return how many."""
    gone = t.c.private_pem.is_not(None) & (t.c.retired_at <= unit.now - PUBLISHED_ON)
    return unit.conn.execute(delete(t).where(gone)).rowcount


def lacking(snapshot: Snapshot, kind: KeyKind, *, limit: int) -> list[tuple[int, str]]:
    """Return id and address of some of our accounts that have no key of a kind."""
    a = tables.accounts
    has = exists().where(t.c.account_id == a.c.id, t.c.kind == kind, t.c.private_pem.is_not(None))
    statement = select(a.c.id, a.c.uri).where(a.c.host == "", ~has).order_by(a.c.id).limit(limit)
    return [(row[0], row[1]) for row in snapshot.conn.execute(statement)]


def keep(unit: Unit, account_id: int, found: Iterable[tuple[str, str, KeyKind]], *, owner_uri: str = "") -> None:
    """Make these (address, public PEM, kind) the only keys of a peer's account; an address of another stays there.

    Unless it lies in the account's own document, `owner_uri`: whoever had claimed it before was lying.
    """
    listed = {uri: (pem, kind) for uri, pem, kind in found}
    own = [uri for uri in listed if uri.partition("#")[0] == owner_uri]
    if own:
        unit.conn.execute(delete(t).where(t.c.uri.in_(own), t.c.account_id != account_id))
    unit.conn.execute(delete(t).where(t.c.account_id == account_id, t.c.uri.not_in(list(listed))))
    for uri, (public_pem, kind) in listed.items():
        changes = {"public_pem": public_pem, "kind": kind, "fetched_at": unit.now}
        row = {"id": unit.new_id(), "account_id": account_id, "uri": uri, "created_at": unit.now} | changes
        statement = insert_into(unit.conn, t).values(**row)
        mine = t.c.account_id == account_id
        unit.conn.execute(statement.on_conflict_do_update(index_elements=["uri"], set_=changes, where=mine))
