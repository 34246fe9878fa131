"""What we know of other hosts: when they were heard, their breaker, their last error."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select, update

from federation.delivery import Breaker
from node.store import tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.peers
NOTED_EVERY_S: Final = 60  # a host that is well is written down at most this often


class Peer(Struct, frozen=True):
    """A row of `peers`."""

    host: str
    state: str
    failures: int
    next_try_at: datetime | None
    heard_at: datetime | None
    delivered_at: datetime | None
    last_error: str | None
    created_at: datetime


_select = select(*(t.c[name] for name in Peer.__struct_fields__))
_BREAKER: Final = (t.c.state, t.c.failures, t.c.opened_at, t.c.window_s, t.c.probe_at)
_health = Prepared(lambda: select(*_BREAKER, t.c.delivered_at, t.c.heard_at).where(t.c.host == bound(t.c.host)))


def by_host(snapshot: Snapshot, host: str) -> Peer | None:
    """Return what is known of a host."""
    row = snapshot.conn.execute(_select.where(t.c.host == host)).first()
    return Peer(*row) if row else None


def troubled(snapshot: Snapshot, *, limit: int = 100) -> list[Peer]:
    """Return the hosts whose last delivery failed, the most failures first."""
    statement = _select.where(t.c.failures > 0).order_by(t.c.failures.desc(), t.c.host).limit(limit)
    return [Peer(*row) for row in snapshot.conn.execute(statement)]


def breaker(snapshot: Snapshot, host: str) -> Breaker:
    """Return the breaker of a host; one never met is closed."""
    row = _health.first(snapshot.conn, the_host=host)
    return Breaker(*row[:5]) if row else Breaker()


def locked_breaker(unit: Unit, host: str) -> Breaker:
    """Return the breaker of a host to be changed: attempts that end at once count one after the other."""
    statement = select(t.c.state, t.c.failures, t.c.opened_at, t.c.window_s, t.c.probe_at).where(t.c.host == host)
    row = unit.conn.execute(statement.with_for_update()).first()
    return Breaker(*row) if row else Breaker()


def set_breaker(unit: Unit, host: str, breaker: Breaker, *, error: str | None = None) -> None:
    """Keep the breaker of a host after an attempt; without an error the attempt was a success."""
    more = {"delivered_at": unit.now, "last_error": None} if error is None else {"last_error": error[:200]}
    _upsert(unit, host, _columns(breaker) | more)


def needs_success(snapshot: Snapshot, host: str) -> bool:
    """Return whether a success is worth writing down: something was wrong, or the last one is a while ago."""
    row = _health.first(snapshot.conn, the_host=host)
    if row is None or row[1] or row[5] is None:
        return True
    return bool((snapshot.now - row[5]).total_seconds() >= NOTED_EVERY_S)


def begin_probe(unit: Unit, host: str) -> None:
    """Note that an attempt at a host begins: where its breaker is open and may be tried, it is the one probe.

    A breaker that has opened since the attempt was chosen is left alone: that attempt is none of its probes.
    """
    held = breaker(unit, host)
    if held.state != "closed" and held.allow(unit.now):
        begun = held.begin(unit.now)
        values = {"state": begun.state, "probe_at": begun.probe_at, "next_try_at": begun.next_try_at}
        unit.conn.execute(update(t).where(t.c.host == host).values(values))


def heard(unit: Unit, host: str) -> bool:
    """Note a valid request from a host, which closes its breaker; True when it was open."""
    row = _health.first(unit.conn, the_host=host)
    is_closed = row is None or row[0] == "closed"
    if row and is_closed and row[6] and (unit.now - row[6]).total_seconds() < NOTED_EVERY_S:
        return False
    _upsert(unit, host, {"heard_at": unit.now, **_columns(Breaker().after_success())})
    return not is_closed


def _columns(breaker: Breaker) -> dict[str, Any]:
    return {
        "state": breaker.state,
        "failures": breaker.failures,
        "opened_at": breaker.opened_at,
        "window_s": breaker.window_s,
        "probe_at": breaker.probe_at,
        "next_try_at": breaker.next_try_at,
    }


def _upsert(unit: Unit, host: str, values: dict[str, Any]) -> None:
    statement = insert_into(unit.conn, t).values(host=host, created_at=unit.now, **values)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values))
