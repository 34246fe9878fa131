"""Who may not sign up, or not come at all: domains of mail addresses, single addresses by their hash, networks."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Table, delete, or_, select, update

from node.store import lines, tables
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.unit import Snapshot, Unit

e, i = tables.email_blocks, tables.ip_blocks
MAX_NETWORKS: Final = 10_000


class EmailBlock(Struct, frozen=True):
    """A row of `email_blocks`; `value` is a domain or, of one address, its hash."""

    id: int
    kind: str
    value: str
    allows_approval: bool
    created_at: datetime


class NetworkBlock(Struct, frozen=True):
    """A row of `ip_blocks`."""

    id: int
    network: str
    severity: str
    comment: str
    created_at: datetime
    expires_at: datetime | None


def canonical_hash(email: str) -> str:
    """Return the SHA-256 of an address without what mail services ignore in it: case, dots, and what follows a plus."""
    name, _, domain = email.strip().casefold().rpartition("@")
    return hashlib.sha256(f"{name.partition('+')[0].replace('.', '')}@{domain}".encode()).hexdigest()


def add_email(unit: Unit, kind: str, value: str, *, allows_approval: bool = False) -> EmailBlock | None:
    """Bar addresses; None when they are barred already."""
    made = EmailBlock(unit.new_id(), kind, value, allows_approval, unit.now)
    row = {name: getattr(made, name) for name in EmailBlock.__struct_fields__}
    statement = insert_into(unit.conn, e).on_conflict_do_nothing(index_elements=["kind", "value"]).returning(e.c.id)
    return made if unit.conn.execute(statement, row).first() is not None else None


def emails(snapshot: Snapshot, kind: str, part: Page) -> list[EmailBlock]:
    """Return a page of barred addresses of a kind, the newest first."""
    return [EmailBlock(*row) for row in _page(snapshot, e, EmailBlock, part, e.c.kind == kind)]


def email(snapshot: Snapshot, kind: str, block_id: int) -> EmailBlock | None:
    """Return one by its id."""
    row = snapshot.conn.execute(_all(e, EmailBlock).where(e.c.id == block_id, e.c.kind == kind)).first()
    return EmailBlock(*row) if row else None


def email_blocks_of(snapshot: Snapshot, address: str) -> list[EmailBlock]:
    """Return what bars an address: its hash, its domain, or one above that."""
    domain = address.rpartition("@")[2].casefold()
    labels = domain.split(".")[-16:]
    domains = [".".join(labels[place:]) for place in range(len(labels))]
    by_domain = (e.c.kind == "domain") & e.c.value.in_(domains)
    by_hash = (e.c.kind == "canonical") & (e.c.value == canonical_hash(address))
    return [EmailBlock(*row) for row in snapshot.conn.execute(_all(e, EmailBlock).where(or_(by_domain, by_hash)))]


def remove_email(unit: Unit, kind: str, block_id: int) -> bool:
    """Take a bar away; False when there was none."""
    return unit.conn.execute(delete(e).where(e.c.id == block_id, e.c.kind == kind)).rowcount > 0


def add_network(
    unit: Unit, network: str, severity: str, comment: str, expires_at: datetime | None
) -> NetworkBlock | None:
    """Bar a network, written as `ip_network` writes it; None when it is barred already."""
    made = NetworkBlock(unit.new_id(), network, severity, comment, unit.now, expires_at)
    row = {name: getattr(made, name) for name in NetworkBlock.__struct_fields__}
    statement = insert_into(unit.conn, i).on_conflict_do_nothing(index_elements=["network"]).returning(i.c.id)
    return made if unit.conn.execute(statement, row).first() is not None else None


def change_network(unit: Unit, block_id: int, **values: Any) -> None:
    """Change what is decided about a network."""
    if values:
        unit.conn.execute(update(i).where(i.c.id == block_id).values(**values))


def networks(snapshot: Snapshot, part: Page) -> list[NetworkBlock]:
    """Return a page of barred networks, the newest first."""
    return [NetworkBlock(*row) for row in _page(snapshot, i, NetworkBlock, part)]


def network(snapshot: Snapshot, block_id: int) -> NetworkBlock | None:
    """Return one by its id."""
    row = snapshot.conn.execute(_all(i, NetworkBlock).where(i.c.id == block_id)).first()
    return NetworkBlock(*row) if row else None


def severities_of(snapshot: Snapshot, address: str) -> set[str]:
    """Return what was decided, and still counts, about networks that an address lies in."""
    standing = or_(i.c.expires_at.is_(None), i.c.expires_at > snapshot.now)
    rows = snapshot.conn.execute(select(i.c.network, i.c.severity).where(standing).limit(MAX_NETWORKS))
    try:
        one = ip_address(address)
    except ValueError:
        return set()
    return {severity for written, severity in rows if one in ip_network(written)}


def closed(snapshot: Snapshot) -> list[str]:
    """Return the networks that nobody may come from now."""
    standing = or_(i.c.expires_at.is_(None), i.c.expires_at > snapshot.now)
    return list(
        snapshot.conn.scalars(select(i.c.network).where(i.c.severity == "no_access", standing).limit(MAX_NETWORKS))
    )


def remove_network(unit: Unit, block_id: int) -> bool:
    """Take a bar away; False when there was none."""
    return unit.conn.execute(delete(i).where(i.c.id == block_id)).rowcount > 0


def _all(table: Table, kind: type[Struct]) -> Any:
    return select(*(table.c[name] for name in kind.__struct_fields__))


def _page(snapshot: Snapshot, table: Table, kind: type[Struct], part: Page, *where: Any) -> Iterable[Any]:
    statement = _all(table, kind).where(*lines.within(table.c.id), *where)
    statement = lines.ordered(statement, table.c.id, is_upward=part.min_id is not None)
    return sorted(snapshot.conn.execute(statement, part.binds).all(), key=lambda row: -int(row[0]))
