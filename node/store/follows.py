"""Who follows, blocks and mutes whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, delete, exists, or_, select, update

from node.store import homes, memo, tables
from node.store.compiled import OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.follows
accounts = tables.accounts


class Follow(Struct, frozen=True):
    """A row of `follows`."""

    id: int
    account_id: int
    target_id: int
    uri: str | None
    is_accepted: bool
    shows_boosts: bool
    notifies: bool
    created_at: datetime
    languages: list[str] | None = None  # whose posts are wanted; none: all


_columns = [t.c[name] for name in Follow.__struct_fields__]
_select = select(*_columns)


def by_id(snapshot: Snapshot, follow_id: int) -> Follow | None:
    """Return a follow or request."""
    row = snapshot.conn.execute(_select.where(t.c.id == follow_id)).first()
    return Follow(*row) if row else None


def between(snapshot: Snapshot, account_id: int, target_id: int) -> Follow | None:
    """Return the follow or request of one account towards another."""
    row = snapshot.conn.execute(_select.where(t.c.account_id == account_id, t.c.target_id == target_id)).first()
    return Follow(*row) if row else None


def concerning(
    snapshot: Snapshot, signer_id: int | None, other_ids: Iterable[int], follow_uris: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Return (follow uri, follower uri, target uri, accepted) of the edges between a signer and others, or so named."""
    others = [i for i in other_ids if i != signer_id] if signer_id is not None else []
    rows = [
        *_uris_to.rows(snapshot.conn, others, the_account_id=signer_id),
        *_uris_from.rows(snapshot.conn, others, the_target_id=signer_id),
        *_uris_named.rows(snapshot.conn, list(dict.fromkeys(follow_uris))),
    ]
    return list(dict.fromkeys(tuple(row) for row in rows))


def _by_uris() -> Select[Any]:
    follower, target = accounts.alias(), accounts.alias()
    return (
        select(t.c.uri, follower.c.uri, target.c.uri, t.c.is_accepted)
        .join(follower, follower.c.id == t.c.account_id)
        .join(target, target.c.id == t.c.target_id)
    )


_uris_to = OneOf(
    lambda ids: _by_uris().where(t.c.account_id == bound(t.c.account_id), t.c.target_id.in_(ids)), t.c.target_id
)
_uris_from = OneOf(
    lambda ids: _by_uris().where(t.c.target_id == bound(t.c.target_id), t.c.account_id.in_(ids)), t.c.account_id
)
_uris_named = OneOf(lambda uris: _by_uris().where(t.c.uri.in_(uris)), t.c.uri)


def has_local_followers(snapshot: Snapshot, account_id: int) -> bool:
    """Return whether anybody of ours follows an account."""
    return _local_follower.first(snapshot.conn, the_target_id=account_id) is not None


_local_follower = Prepared(
    lambda: (
        select(t.c.id)
        .join(accounts, accounts.c.id == t.c.account_id)
        .where(t.c.target_id == bound(t.c.target_id), t.c.is_accepted, accounts.c.host == "")
        .limit(1)
    )
)


def insert(unit: Unit, follow: Follow) -> bool:
    """Insert a follow or request; False when the edge is there already."""
    values = {name: getattr(follow, name) for name in Follow.__struct_fields__}
    is_local = select(accounts.c.host == "").where(accounts.c.id == follow.account_id).scalar_subquery()
    statement = (
        insert_into(unit.conn, t)
        .values(**values, is_local=is_local)
        .on_conflict_do_nothing(index_elements=["account_id", "target_id"])
        .returning(t.c.id)
    )
    if unit.conn.execute(statement).first() is None:
        return False
    if follow.is_accepted:
        _count(unit, follow, 1)
        homes.collect(unit, follow.account_id, follow.target_id)
    return True


def change(unit: Unit, follow_id: int, **values: Any) -> None:
    """Update columns of a follow (not whether it is accepted)."""
    unit.conn.execute(update(t).where(t.c.id == follow_id).values(**values))


def accept(unit: Unit, follow: Follow) -> bool:
    """Turn a request into a follow; False when it is one already."""
    statement = update(t).where(t.c.id == follow.id, t.c.is_accepted.is_(False)).values(is_accepted=True)
    if unit.conn.execute(statement).rowcount == 0:
        return False
    _count(unit, follow, 1)
    homes.collect(unit, follow.account_id, follow.target_id)
    return True


def remove(unit: Unit, follow: Follow) -> None:
    """End a follow or request."""
    if unit.conn.execute(delete(t).where(t.c.id == follow.id)).rowcount and follow.is_accepted:
        _count(unit, follow, -1)
        homes.release(unit, follow.account_id, follow.target_id)


def _count(unit: Unit, follow: Follow, difference: int) -> None:
    memo.forget(unit)
    for account_id, column in ((follow.account_id, "following_count"), (follow.target_id, "followers_count")):
        values = {column: accounts.c[column] + difference}
        unit.conn.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def followers(target_id: int) -> Select[Any]:
    """Return the selection of (edge id, account id) of those who follow an account."""
    return select(t.c.id, t.c.account_id).where(t.c.target_id == target_id, t.c.is_accepted)


def following(account_id: int) -> Select[Any]:
    """Return the selection of (edge id, account id) of those an account follows."""
    return select(t.c.id, t.c.target_id.label("account_id")).where(t.c.account_id == account_id, t.c.is_accepted)


def local_followers(snapshot: Snapshot, target_id: int, *, limit: int) -> list[tuple[int, bool, bool]]:
    """Return who of our people follow an account, or ask to: (account id, shows boosts, notifies)."""
    statement = (
        select(t.c.account_id, t.c.shows_boosts, t.c.notifies)
        .join(accounts, accounts.c.id == t.c.account_id)
        .where(t.c.target_id == target_id, accounts.c.host == "")
        .order_by(t.c.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in snapshot.conn.execute(statement)]


def of_locked(snapshot: Snapshot, account_id: int) -> list[Follow]:
    """Return the granted follows of an account that somebody of ours had to grant."""
    a = tables.accounts
    locked = select(a.c.id).where(a.c.host == "", a.c.is_locked)
    return _edges(snapshot, t.c.account_id == account_id, t.c.is_accepted, t.c.target_id.in_(locked))


def copy_blocks(unit: Unit, from_id: int, to_id: int) -> None:
    """Let those of our people who block or mute an account block or mute another too."""
    for table in (tables.blocks, tables.mutes):
        copied = [column for column in table.c if column.name not in ("id", "target_id")]
        found = (
            select(*copied)
            .join(accounts, accounts.c.id == table.c.account_id)
            .where(table.c.target_id == from_id, accounts.c.host == "", table.c.account_id != to_id)
        )
        edges = [dict(row) for row in unit.conn.execute(found).mappings()]
        rows = [{**edge, "id": unit.new_id(), "target_id": to_id} for edge in edges if _lasts(edge, unit.now)]
        if rows:
            unit.conn.execute(insert_into(unit.conn, table).on_conflict_do_nothing(), rows)


def _lasts(edge: Mapping[str, Any], at: datetime) -> bool:
    return edge.get("expires_at") is None or edge["expires_at"] > at


def requests(target_id: int) -> Select[Any]:
    """Return the selection of (edge id, account id) of those who ask to follow."""
    return select(t.c.id, t.c.account_id).where(t.c.target_id == target_id, t.c.is_accepted.is_(False))


def count_requests(snapshot: Snapshot, target_id: int) -> int:
    """Return how many ask to follow an account, counted to 40."""
    return len(snapshot.conn.execute(requests(target_id).limit(40)).all())


class Pair(Struct, frozen=True):
    """A block or mute."""

    account_id: int
    target_id: int


def set_block(unit: Unit, pair: Pair, *, is_on: bool) -> None:
    """Block or unblock."""
    _set(unit, tables.blocks, pair, is_on=is_on)


def set_mute(
    unit: Unit, pair: Pair, *, is_on: bool, hides_notifications: bool = True, until: datetime | None = None
) -> None:
    """Mute or unmute; muting again changes whether notifications are hidden too, and until when it lasts."""
    _set(unit, tables.mutes, pair, is_on=is_on, hides_notifications=hides_notifications, expires_at=until)


def _set(unit: Unit, table: Any, pair: Pair, *, is_on: bool, **values: Any) -> None:
    mine = and_(table.c.account_id == pair.account_id, table.c.target_id == pair.target_id)
    if not is_on:
        unit.conn.execute(delete(table).where(mine))
        return
    row = {"account_id": pair.account_id, "target_id": pair.target_id, "id": unit.new_id(), "created_at": unit.now}
    row |= values
    unit.conn.execute(insert_into(unit.conn, table).on_conflict_do_nothing(), row)
    if values:
        unit.conn.execute(update(table).where(mine).values(**values))


def blocked(account_id: int) -> Select[Any]:
    """Return the selection of (id to page by, account id) of those an account blocks."""
    b = tables.blocks
    return select(b.c.id, b.c.target_id.label("account_id")).where(b.c.account_id == account_id)


def muted(account_id: int, at: datetime) -> Select[Any]:
    """Return the selection of (id to page by, account id) of those an account mutes, still at that time."""
    m = tables.mutes
    lasts = or_(m.c.expires_at.is_(None), m.c.expires_at > at)
    return select(m.c.id, m.c.target_id.label("account_id")).where(m.c.account_id == account_id, lasts)


def mute_ends(snapshot: Snapshot, account_id: int, mute_ids: Iterable[int]) -> dict[int, datetime | None]:
    """Return when mutes of an account end, by the ids they are paged by."""
    m = tables.mutes
    statement = select(m.c.id, m.c.expires_at).where(m.c.account_id == account_id, m.c.id.in_(list(mute_ids)))
    return {row[0]: row[1] for row in snapshot.conn.execute(statement)}


def sweep(unit: Unit, *, limit: int) -> int:
    """Remove some mutes that have ended, and return how many."""
    m = tables.mutes
    ended = select(m.c.account_id, m.c.target_id).where(m.c.expires_at <= unit.now).limit(limit)
    found = [Pair(*row) for row in unit.conn.execute(ended)]
    for pair in found:
        set_mute(unit, pair, is_on=False)
    return len(found)


def is_blocked_between(snapshot: Snapshot, one_id: int, other_id: int) -> bool:
    """Return whether either of two accounts blocks the other, or its host."""
    row = _between.first(snapshot.conn, the_account_id=one_id, the_target_id=other_id)
    return row is not None


def _blocks_between() -> Select[Any]:
    b, h, one, other = tables.blocks, tables.host_blocks, accounts.alias(), accounts.alias()
    either = or_(
        and_(b.c.account_id == one.c.id, b.c.target_id == other.c.id),
        and_(b.c.account_id == other.c.id, b.c.target_id == one.c.id),
    )
    of_host = or_(
        and_(h.c.account_id == one.c.id, h.c.host == other.c.host),
        and_(h.c.account_id == other.c.id, h.c.host == one.c.host),
    )
    return (
        select(one.c.id)
        .join(other, other.c.id == bound(t.c.target_id))
        .where(
            one.c.id == bound(t.c.account_id), or_(exists(select(1).where(either)), exists(select(1).where(of_host)))
        )
    )


_between = Prepared(_blocks_between)


def without_blockers(snapshot: Snapshot, account_ids: Iterable[int], blocked_id: int) -> list[int]:
    """Return those of several accounts who do not block one."""
    ids, b = list(account_ids), tables.blocks
    blocking = set(
        snapshot.conn.scalars(select(b.c.account_id).where(b.c.target_id == blocked_id, b.c.account_id.in_(ids)))
    )
    return [i for i in ids if i not in blocking]


def is_blocking(snapshot: Snapshot, account_id: int, target_id: int) -> bool:
    """Return whether an account blocks another."""
    b = tables.blocks
    mine = and_(b.c.account_id == account_id, b.c.target_id == target_id)
    return bool(snapshot.conn.scalar(select(exists(select(1).where(mine)))))


def both_ways(snapshot: Snapshot, account_id: int, other_ids: list[int]) -> tuple[dict[int, Follow], dict[int, Follow]]:
    """Return the follows and requests of an account towards others, and of them towards it, each by the other."""
    out = _edges(snapshot, t.c.account_id == account_id, t.c.target_id.in_(other_ids))
    back = _edges(snapshot, t.c.target_id == account_id, t.c.account_id.in_(other_ids))
    return {one.target_id: one for one in out}, {one.account_id: one for one in back}


def _edges(snapshot: Snapshot, *where: Any) -> list[Follow]:
    return [Follow(*row) for row in snapshot.conn.execute(_select.where(*where))]
