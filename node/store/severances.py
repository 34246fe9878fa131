"""What decisions about hosts cut off from our people: told to each, and kept aside for when a host is allowed again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, func, select

from node.events import NotificationMade
from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.severances
kept = tables.severed
CHUNK: Final = 500
KIND: Final = "severed_relationships"  # of the notification that has the id of its severance


class Severance(Struct, frozen=True):
    """What one of our people lost by one decision; `host` is what was decided about."""

    id: int
    host: str
    following_count: int
    followers_count: int
    created_at: datetime


class Cut(Struct, frozen=True):
    """A follow that ended: between one of ours and somebody of `host`."""

    account_id: int
    target_id: int
    is_ours: bool  # who follows
    shows_boosts: bool
    notifies: bool
    host: str


class Aside(Struct, frozen=True):
    """A follow of one of our people that was kept aside."""

    account_id: int
    target_id: int
    shows_boosts: bool
    notifies: bool


def keep(unit: Unit, cuts: Sequence[Cut]) -> None:
    """Keep follows of our people aside, and tell each what was cut, once for each decision."""
    counts: dict[tuple[int, str], list[int]] = {}
    aside = []
    for one in cuts:
        ours = one.account_id if one.is_ours else one.target_id
        counts.setdefault((ours, one.host), [0, 0])[0 if one.is_ours else 1] += 1
        if one.is_ours:
            row = {name: getattr(one, name) for name in Aside.__struct_fields__}
            aside.append({**row, "created_at": unit.now})
    if aside:
        statement = insert_into(unit.conn, kept).on_conflict_do_nothing(index_elements=["account_id", "target_id"])
        unit.conn.execute(statement, aside)
    for (account_id, host), (following, followers) in counts.items():
        _tell(unit, account_id, host, following=following, followers=followers)


def _tell(unit: Unit, account_id: int, host: str, *, following: int, followers: int) -> None:
    severance_id = unit.new_id()
    common = {"id": severance_id, "account_id": account_id, "created_at": unit.now}
    row = {**common, "host": host, "following_count": following, "followers_count": followers}
    unit.conn.execute(t.insert().values(row))
    told = {**common, "from_id": account_id, "kind": KIND}  # by oneself: nobody else did it
    unit.conn.execute(tables.notifications.insert().values(told))
    unit.record(NotificationMade(severance_id, account_id))


def by_ids(snapshot: Snapshot, ids: Iterable[int]) -> Mapping[int, Severance]:
    """Return severances by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = select(*(t.c[name] for name in Severance.__struct_fields__)).where(t.c.id.in_(wanted))
    return {row[0]: Severance(*row) for row in snapshot.conn.execute(statement)}


def count_towards(snapshot: Snapshot, target_ids: Collection[int]) -> int:
    """Return how many follows of our people towards accounts are kept aside."""
    some = list(target_ids)
    chunks = (some[start : start + CHUNK] for start in range(0, len(some), CHUNK))
    return sum(snapshot.conn.scalar(select(func.count()).where(kept.c.target_id.in_(ids))) or 0 for ids in chunks)


def take(unit: Unit, target_ids: Collection[int], *, limit: int) -> list[Aside]:
    """Take follows towards accounts out of what is kept aside."""
    columns = [kept.c[name] for name in Aside.__struct_fields__]
    chosen = select(*columns).where(kept.c.target_id.in_(target_ids)).order_by(kept.c.target_id, kept.c.account_id)
    taken = [Aside(*row) for row in unit.conn.execute(chosen.limit(limit).with_for_update())]
    for one in taken:
        mine = (kept.c.account_id == one.account_id, kept.c.target_id == one.target_id)
        unit.conn.execute(delete(kept).where(*mine))
    return taken
