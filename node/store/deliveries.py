"""The outgoing queue: a body once, a row per inbox (`fanning`). Rows are leased, so any number of workers may drain it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    Update,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from node.store import memo, tables
from node.store.compiled import Insertion, OneOf, Prepared, bound
from node.store.unit import Snapshot, Unit, Wake

t = tables.deliveries
bodies = tables.bodies
peers = tables.peers
accounts = tables.accounts

LEASE: Final = timedelta(seconds=60)


class Due(Struct, frozen=True):
    """A delivery that is leased to us."""

    id: int
    inbox: str
    host: str
    attempts: int
    body: str
    account_id: int
    lease: int
    body_id: int
    visibility: str | None  # of the post it is about


class State(Struct, frozen=True):
    """How far a body got with one inbox, for people."""

    inbox: str
    host: str
    state: str
    attempts: int
    next_at: datetime
    last_error: str | None


def add_body(unit: Unit, *, account_id: int, body: str, status_id: int | None = None) -> int:
    """Store an outgoing activity once and return its id."""
    body_id = unit.new_id()
    row = {"id": body_id, "account_id": account_id, "status_id": status_id, "body": body, "created_at": unit.now}
    _add_body.run(unit.conn, **row)
    memo.once(unit, ("body", body_id), lambda: body)
    return body_id


_add_body = Insertion(bodies, ("id", "account_id", "status_id", "body", "created_at"))


def withdraw(unit: Unit, status_id: int) -> None:
    """Give up what still waits to be sent of a status: it was deleted before it went out."""
    of_status = select(bodies.c.id).where(bodies.c.status_id == status_id)
    waiting = and_(t.c.body_id.in_(of_status), t.c.state == "waiting", t.c.lease.is_(None))
    values = {"state": "dropped", "done_at": unit.now, "last_error": "the post was deleted"}
    unit.conn.execute(update(t).where(waiting).values(**values))


def lease(unit: Unit, *, limit: int, per_host: int) -> list[Due]:
    """Take due deliveries whose host may be asked: hosts that are well first, then the oldest.

    At most `per_host` of one host are under way at a time, one alone where the breaker is not closed.
    """
    number = unit.new_id()
    until = unit.now + LEASE
    binds = {"the_now": unit.now, "the_limit": limit, "the_per_host": per_host, "the_lease": number, "the_until": until}
    taken = [row[0] for row in _lease.rows(unit.conn, **binds)]
    due = [Due(*row) for row in _leased.rows(unit.conn, taken, the_lease=number)]
    return sorted(due, key=lambda one: one.id)


def _leasing() -> Update:
    now = bound(t.c.next_at, "now")
    free = or_(t.c.leased_until.is_(None), t.c.leased_until < now)
    under_way = (
        select(t.c.host, func.count().label("n"))
        .where(t.c.state == "waiting", t.c.leased_until >= now)
        .group_by(t.c.host)
        .subquery()
    )
    rank = func.row_number().over(partition_by=t.c.host, order_by=(t.c.next_at, t.c.id)).label("rank")
    due = (
        select(
            t.c.id,
            t.c.next_at,
            (rank + func.coalesce(under_way.c.n, 0)).label("rank"),
            peers.c.state.label("breaker"),
            (func.coalesce(peers.c.failures, 0) > 0).label("is_failing"),
        )
        .outerjoin(peers, peers.c.host == t.c.host)
        .outerjoin(under_way, under_way.c.host == t.c.host)
        .where(t.c.state == "waiting", t.c.next_at <= now, free)
        .where(or_(peers.c.next_try_at.is_(None), peers.c.next_try_at <= now))
        .subquery()
    )
    share = case((func.coalesce(due.c.breaker, "closed") == "closed", bound(t.c.attempts, "per_host")), else_=1)
    ordered = select(due.c.id).where(due.c.rank <= share).order_by(due.c.is_failing, due.c.next_at, due.c.id)
    chosen = ordered.limit(bound(t.c.attempts, "limit"))
    locked = select(t.c.id).where(t.c.id.in_(chosen)).with_for_update(skip_locked=True)
    return (
        update(t)
        .where(t.c.id.in_(locked), free)
        .values(leased_until=bound(t.c.leased_until, "until"), lease=bound(t.c.lease), attempts=t.c.attempts + 1)
        .returning(t.c.id)
    )


_lease = Prepared(_leasing)
_leased = OneOf(
    lambda ids: (
        select(
            *(t.c.id, t.c.inbox, t.c.host, t.c.attempts, bodies.c.body, bodies.c.account_id, t.c.lease),
            *(t.c.body_id, tables.statuses.c.visibility),
        )
        .join(bodies, bodies.c.id == t.c.body_id)
        .outerjoin(tables.statuses, tables.statuses.c.id == bodies.c.status_id)
        .where(t.c.lease == bound(t.c.lease), t.c.id.in_(ids))
    ),
    t.c.id,
)


def hasten(unit: Unit, host: str) -> None:
    """Try everything that waits for a host now: it is there again."""
    waiting = and_(t.c.host == host, t.c.state == "waiting", t.c.next_at > unit.now, t.c.attempts > 0)
    unit.conn.execute(update(t).where(waiting).values(next_at=unit.now))
    unit.after_commit(Wake("deliveries"))


def done(unit: Unit, due: Sequence[Due]) -> None:
    """Mark leased deliveries as taken by their peers."""
    for one in due:
        _done.run(unit.conn, the_id=one.id, the_lease=one.lease, the_done_at=unit.now)


_done = Prepared(
    lambda: (
        update(t)
        .where(t.c.id == bound(t.c.id), t.c.lease == bound(t.c.lease))
        .values(state="delivered", done_at=bound(t.c.done_at), last_error=None, leased_until=None, lease=None)
    )
)


def again(unit: Unit, due: Due, *, at: datetime, error: str) -> None:
    """Put a leased delivery back for later."""
    _settle(unit, [due], next_at=at, last_error=error[:200])


def drop(unit: Unit, due: Due, *, error: str) -> None:
    """Give a leased delivery up."""
    _settle(unit, [due], state="dropped", done_at=unit.now, last_error=error[:200])


def _settle(unit: Unit, due: Sequence[Due], **values: Any) -> None:
    if not due:
        return
    mine = and_(t.c.id.in_([d.id for d in due]), t.c.lease == due[0].lease)
    unit.conn.execute(update(t).where(mine).values(leased_until=None, lease=None, **values))


def waiting_hosts(snapshot: Snapshot) -> list[str]:
    """Return the hosts that something waits for."""
    return list(snapshot.conn.scalars(select(t.c.host).where(t.c.state == "waiting").distinct()))


def drop_host(unit: Unit, host: str, *, error: str) -> int:
    """Give up everything that waits for a host and is not under way; return how much that was."""
    waiting = and_(t.c.host == host, t.c.state == "waiting", t.c.lease.is_(None))
    return unit.conn.execute(
        update(t).where(waiting).values(state="dropped", done_at=unit.now, last_error=error)
    ).rowcount


def is_addressed(snapshot: Snapshot, host: str) -> bool:
    """Return whether anything was ever meant for a host, as far as that is still kept."""
    return snapshot.conn.scalar(select(t.c.id).where(t.c.host == host).limit(1)) is not None


def next_due_at(snapshot: Snapshot) -> datetime | None:
    """Return when the next waiting delivery may be tried: when it is due, its host may be asked and nobody has it."""
    asked_at = case((peers.c.next_try_at > t.c.next_at, peers.c.next_try_at), else_=t.c.next_at)
    free_at = case((t.c.leased_until > asked_at, t.c.leased_until), else_=asked_at)
    found = select(func.min(free_at)).outerjoin(peers, peers.c.host == t.c.host).where(t.c.state == "waiting")
    due: datetime | None = snapshot.conn.scalar(found.select_from(t))
    return due


def of_status(snapshot: Snapshot, status_id: int) -> list[State]:
    """Return how far a status got with each inbox."""
    statement = (
        select(t.c.inbox, t.c.host, t.c.state, t.c.attempts, t.c.next_at, t.c.last_error)
        .join(bodies, bodies.c.id == t.c.body_id)
        .where(bodies.c.status_id == status_id)
        .order_by(t.c.host, t.c.id)
    )
    return [State(*row) for row in snapshot.conn.execute(statement)]


def passed_on(snapshot: Snapshot, account_id: int, *, host: str, status_id: int, since: datetime) -> tuple[int, int]:
    """Return how many activities an account of ours passed on since then about posts of a host, and about one post."""
    s, a = tables.statuses, tables.accounts
    counted = (
        select(func.count(), func.count(case((bodies.c.status_id == status_id, 1))))
        .select_from(bodies)
        .join(s, s.c.id == bodies.c.status_id)
        .join(a, a.c.id == s.c.account_id)
        .where(bodies.c.account_id == account_id, bodies.c.created_at >= since, a.c.host == host)
    )
    row = snapshot.conn.execute(counted).one()
    return row[0], row[1]


def sweep(unit: Unit, *, before: datetime) -> int:
    """Remove bodies and rows that were settled before a time; return how many rows went."""
    old = and_(t.c.state != "waiting", t.c.done_at < before)
    count = unit.conn.execute(delete(t).where(old)).rowcount
    unused = ~select(t.c.id).where(t.c.body_id == bodies.c.id).exists()
    unit.conn.execute(delete(bodies).where(unused, bodies.c.created_at < before))
    return count
