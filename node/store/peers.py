"""What we know of other hosts: when they were heard, their breaker, their last error."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import case, select, update

from federation.delivery import Breaker
from federation.signatures.message import Form
from node.ports import GetForm
from node.store import jobs, tables
from node.store.compiled import OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.peers
FORMS_LAST: Final = timedelta(days=7)
DESCRIBED_FOR: Final = timedelta(days=7)
_AFTER_MEETING: Final = timedelta(minutes=1)
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
    post_form: str | None = None
    get_form: str | None = None
    software: str | None = None
    software_version: str | None = None
    contacts: list[str] | None = None
    described_at: datetime | None = None


_select = select(*(t.c[name] for name in Peer.__struct_fields__))
_BREAKER: Final = (t.c.state, t.c.failures, t.c.opened_at, t.c.window_s, t.c.probe_at)
_health = Prepared(
    lambda: select(*_BREAKER, t.c.delivered_at, t.c.heard_at, t.c.described_at).where(t.c.host == bound(t.c.host))
)

_post_forms = OneOf(
    lambda hosts: select(t.c.host, t.c.post_form).where(
        t.c.host.in_(hosts), t.c.post_form.is_not(None), t.c.forms_at > bound(t.c.forms_at)
    ),
    t.c.host,
)
_software = OneOf(
    lambda hosts: select(t.c.host, t.c.software, t.c.software_version).where(
        t.c.host.in_(hosts), t.c.software.is_not(None)
    ),
    t.c.host,
)
_get_form = Prepared(
    lambda: select(t.c.get_form).where(t.c.host == bound(t.c.host), t.c.forms_at > bound(t.c.forms_at))
)


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
    if error is None:
        row = _health.first(unit.conn, the_host=host)
        _have_described(unit, host, row[7] if row else None)


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
    _have_described(unit, host, row[7] if row else None)
    return not is_closed


def _have_described(unit: Unit, host: str, described_at: datetime | None) -> None:
    """Have a host that is there asked what it is: soon after it was met, and again after a week."""
    if described_at is None or described_at <= unit.now - DESCRIBED_FOR:
        jobs.add(unit, "describe", host, at=unit.now + _AFTER_MEETING, host=host)


def describe(unit: Unit, host: str, software: str | None, version: str | None, contacts: Sequence[str]) -> None:
    """Keep what a host says of itself; without software it was asked in vain, and what it said before stays."""
    said = {"software": software, "software_version": version or None, "contacts": list(contacts)} if software else {}
    unit.conn.execute(update(t).where(t.c.host == host).values(described_at=unit.now, **said))


def names_of(snapshot: Snapshot, hosts: Iterable[str]) -> dict[str, str]:
    """Return the software and version of those of these hosts that said so."""
    rows = _software.rows(snapshot.conn, list(dict.fromkeys(hosts)))
    return {row[0]: f"{row[1]} {row[2] or ''}".strip() for row in rows}


def post_forms(snapshot: Snapshot, hosts: Iterable[str]) -> dict[str, Form]:
    """Return how a POST must be signed for those of these hosts of which it is known."""
    wanted = list(dict.fromkeys(hosts))
    return {row[0]: row[1] for row in _post_forms.rows(snapshot.conn, wanted, the_forms_at=_fresh(snapshot))}


def get_form(snapshot: Snapshot, host: str) -> GetForm | None:
    """Return how a GET must be signed for a host, if that is known."""
    row = _get_form.first(snapshot.conn, the_host=host, the_forms_at=_fresh(snapshot))
    return row[0] if row else None


def keep_post_form(unit: Unit, host: str, form: Form) -> None:
    """Remember for a week which form of signature a host took with a POST."""
    _keep_form(unit, host, {"post_form": form}, "get_form")


def keep_get_form(unit: Unit, host: str, form: GetForm) -> None:
    """Remember for a week which form of signature a host took with a GET."""
    _keep_form(unit, host, {"get_form": form}, "post_form")


def _keep_form(unit: Unit, host: str, values: dict[str, Any], other: str) -> None:
    """Write one form down; the other is not made young again by it."""
    _upsert(unit, host, values)
    is_fresh = t.c.forms_at > _fresh(unit)
    kept = {other: case((is_fresh, t.c[other])), "forms_at": unit.now}
    unit.conn.execute(update(t).where(t.c.host == host).values(kept))


def _fresh(snapshot: Snapshot) -> datetime:
    return snapshot.now - FORMS_LAST


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
