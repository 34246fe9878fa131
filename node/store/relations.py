"""How one of our people stands to others: both follows, blocks, mutes, what is said about them in private."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import or_, select

from node.store import follows, tables
from node.store.follows import Follow
from node.store.unit import Snapshot


class Relation(Struct, frozen=True):
    """How an account stands to another."""

    follow: Follow | None = None
    followed_by: Follow | None = None
    is_blocking: bool = False
    is_blocked_by: bool = False
    is_blocking_host: bool = False
    is_muting: bool = False
    hides_notifications: bool = False
    mute_ends_at: datetime | None = None
    is_endorsed: bool = False
    note: str = ""


def of(snapshot: Snapshot, viewer_id: int, target_ids: Iterable[int]) -> dict[int, Relation]:
    """Return how a viewer stands to each of several accounts."""
    ids = list(dict.fromkeys(target_ids))
    out, back = follows.both_ways(snapshot, viewer_id, ids)
    blocking, endorsed = (_targets(snapshot, table, viewer_id, ids) for table in (tables.blocks, tables.endorsements))
    blocked_by, hosts = _blockers(snapshot, viewer_id, ids), _of_blocked_hosts(snapshot, viewer_id, ids)
    mutes, notes = _mutes(snapshot, viewer_id, ids), _notes(snapshot, viewer_id, ids)
    return {
        i: Relation(
            out.get(i),
            back.get(i),
            i in blocking,
            i in blocked_by,
            i in hosts,
            *mutes.get(i, (False, False, None)),
            is_endorsed=i in endorsed,
            note=notes.get(i, ""),
        )
        for i in ids
    }


def _targets(snapshot: Snapshot, table: Any, viewer_id: int, ids: list[int]) -> frozenset[int]:
    statement = select(table.c.target_id).where(table.c.account_id == viewer_id, table.c.target_id.in_(ids))
    return frozenset(snapshot.conn.scalars(statement))


def _blockers(snapshot: Snapshot, viewer_id: int, ids: list[int]) -> frozenset[int]:
    b = tables.blocks
    return frozenset(
        snapshot.conn.scalars(select(b.c.account_id).where(b.c.target_id == viewer_id, b.c.account_id.in_(ids)))
    )


def _of_blocked_hosts(snapshot: Snapshot, viewer_id: int, ids: list[int]) -> frozenset[int]:
    a, h = tables.accounts, tables.host_blocks
    statement = select(a.c.id).join(h, h.c.host == a.c.host).where(h.c.account_id == viewer_id, a.c.id.in_(ids))
    return frozenset(snapshot.conn.scalars(statement))


def _mutes(snapshot: Snapshot, viewer_id: int, ids: list[int]) -> Mapping[int, tuple[bool, bool, datetime | None]]:
    m = tables.mutes
    lasts = or_(m.c.expires_at.is_(None), m.c.expires_at > snapshot.now)
    statement = select(m.c.target_id, m.c.hides_notifications, m.c.expires_at)
    rows = snapshot.conn.execute(statement.where(m.c.account_id == viewer_id, m.c.target_id.in_(ids), lasts))
    return {row[0]: (True, bool(row[1]), row[2]) for row in rows}


def _notes(snapshot: Snapshot, viewer_id: int, ids: list[int]) -> Mapping[int, str]:
    n = tables.account_notes
    statement = select(n.c.target_id, n.c.comment).where(n.c.account_id == viewer_id, n.c.target_id.in_(ids))
    return {row[0]: row[1] for row in snapshot.conn.execute(statement)}
