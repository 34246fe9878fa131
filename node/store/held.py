"""Verified activities of hosts that a person must look at first: kept in order, bounded for each host, each domain and in all."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, func, select

from node.store import tables
from node.store.neighbours import share_domain
from node.store.unit import Snapshot, Unit

t = tables.held
MAX_HELD: Final = 5000
MAX_HELD_OF_HOST: Final = 200
MAX_HELD_OF_DOMAIN: Final = 1000


class Held(Struct, frozen=True):
    """A row of `held`; `actor_uri` is whose signature it came under."""

    id: int
    host: str
    actor_uri: str
    body: str
    received_at: datetime


_select = select(*(t.c[name] for name in Held.__struct_fields__))


def keep(unit: Unit, host: str, actor_uri: str, body: str) -> bool:
    """Keep an activity until somebody decides; False when too many are held. The same one is kept once."""
    mine = t.c.host == host
    if unit.conn.scalar(select(t.c.id).where(mine, t.c.actor_uri == actor_uri, t.c.body == body).limit(1)) is not None:
        return True
    if count(unit, host) >= MAX_HELD_OF_HOST or count(unit) >= MAX_HELD or _of_domain(unit, host) >= MAX_HELD_OF_DOMAIN:
        return False
    row = {"id": unit.new_id(), "host": host, "actor_uri": actor_uri, "body": body, "received_at": unit.now}
    unit.conn.execute(t.insert().values(row))
    return True


def count(snapshot: Snapshot, host: str | None = None) -> int:
    """Return how many activities are held, of one host or in all."""
    statement = select(func.count()).select_from(t)
    return snapshot.conn.scalar(statement if host is None else statement.where(t.c.host == host)) or 0


def _of_domain(snapshot: Snapshot, host: str) -> int:
    statement = select(func.count()).select_from(t).where(share_domain(t.c.host, host))
    return snapshot.conn.scalar(statement) or 0


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Return how many activities of each host are held."""
    rows = snapshot.conn.execute(select(t.c.host, func.count()).group_by(t.c.host).order_by(t.c.host))
    return {row[0]: row[1] for row in rows}


def of_host(snapshot: Snapshot, host: str, *, limit: int = MAX_HELD_OF_HOST) -> list[Held]:
    """Return what is held of a host, in the order it came."""
    rows = snapshot.conn.execute(_select.where(t.c.host == host).order_by(t.c.id).limit(limit))
    return [Held(*row) for row in rows]


def remove(unit: Unit, held_id: int) -> None:
    """Remove an activity that was carried out or refused."""
    unit.conn.execute(delete(t).where(t.c.id == held_id))


def drop(unit: Unit, host: str) -> int:
    """Remove everything that is held of a host; return how much that was."""
    return unit.conn.execute(delete(t).where(t.c.host == host)).rowcount
