"""How much the node is used: the few numbers it tells the world."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, distinct, func, select

from node.store import tables
from node.store.ids import id_at
from node.store.unit import Snapshot

MAX_PEERS = 10_000
_a = tables.accounts


class Usage(NamedTuple):
    """People who can sign in, people who posted lately, our statuses, hosts we know."""

    users: int
    active_month: int
    active_half_year: int
    statuses: int
    hosts: int


def usage(snapshot: Snapshot) -> Usage:
    """Return the numbers as they are now."""

    def active(days: int) -> int:
        since = snapshot.now - timedelta(days=days)
        return _count(snapshot, select(func.count()).where(_a.c.host == "", _a.c.last_status_at >= since))

    return Usage(
        users=_count(snapshot, select(func.count()).select_from(tables.users)),
        active_month=active(30),
        active_half_year=active(180),
        statuses=_count(snapshot, select(func.coalesce(func.sum(_a.c.statuses_count), 0)).where(_a.c.host == "")),
        hosts=_count(snapshot, select(func.count(distinct(_a.c.host))).where(_a.c.host != "")),
    )


def newcomers(snapshot: Snapshot) -> int:
    """Return how many signed up and wait for a moderator's word."""
    u = tables.users
    return _count(snapshot, select(func.count()).select_from(u).where(u.c.approved_at.is_(None)))


class Week(NamedTuple):
    """Posts of ours, people whose last use fell into it, people who came."""

    statuses: int
    seen: int
    joined: int


def between(snapshot: Snapshot, start: datetime, end: datetime) -> Week:
    """Return the numbers of a stretch of time; posts are counted author by author, by their ids."""
    s, u = tables.statuses, tables.users
    ours = select(_a.c.id).where(_a.c.host == "")
    ids = (s.c.id >= id_at(start)) & (s.c.id < id_at(end))
    return Week(
        statuses=_count(snapshot, select(func.count()).where(s.c.account_id.in_(ours), ids)),
        seen=_count(snapshot, select(func.count()).where(u.c.seen_at >= start, u.c.seen_at < end)),
        joined=_count(snapshot, select(func.count()).where(u.c.created_at >= start, u.c.created_at < end)),
    )


def hosts_beginning(snapshot: Snapshot, start: str, *, limit: int) -> list[str]:
    """Return the hosts we know accounts of whose name begins so."""
    begins = _a.c.host.startswith(start, autoescape=True) & (_a.c.host != "")
    return list(snapshot.conn.scalars(select(_a.c.host).where(begins).distinct().order_by(_a.c.host).limit(limit)))


def _count(snapshot: Snapshot, statement: Select[Any]) -> int:
    return int(snapshot.conn.execute(statement).scalar_one())


def hosts(snapshot: Snapshot) -> list[str]:
    """Return the hosts we know accounts of."""
    statement = select(_a.c.host).where(_a.c.host != "").distinct().order_by(_a.c.host).limit(MAX_PEERS)
    return list(snapshot.conn.scalars(statement))
