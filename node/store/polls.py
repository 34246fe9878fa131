"""Polls and their votes. A poll hangs on its status and has its id; ours counts its votes, a peer's says its own numbers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Select, delete, select, update

from node.store import memo, tables
from node.store.compiled import OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.polls
v = tables.votes


class Poll(Struct, frozen=True, kw_only=True):
    """A row of `polls`."""

    status_id: int
    options: list[str]
    tallies: list[int]
    voters_count: int | None = None
    is_multiple: bool = False
    hides_totals: bool = False
    ends_at: datetime | None = None
    closed_at: datetime | None = None
    fetched_at: datetime | None = None

    def asks_the_same(self, other: "Poll") -> bool:
        """Whether votes for one poll are votes for another."""
        return (self.options, self.is_multiple) == (other.options, other.is_multiple)


_names = Poll.__struct_fields__
_select = select(*(t.c[name] for name in _names))
_by_id = Prepared(lambda: _select.where(t.c.status_id == bound(t.c.status_id)))
_by_ids = OneOf(lambda ids: _select.where(t.c.status_id.in_(ids)), t.c.status_id)


def _poll(row: Sequence[Any]) -> Poll:
    return Poll(**dict(zip(_names, row, strict=True)))


def of_status(snapshot: Snapshot, status_id: int) -> Poll | None:
    """Return the poll of a status."""
    if memo.lacks(snapshot, "poll", status_id):
        return None
    row = _by_id.first(snapshot.conn, the_status_id=status_id)
    return _poll(row) if row else None


def of_statuses(snapshot: Snapshot, status_ids: Sequence[int]) -> dict[int, Poll]:
    """Return the polls of several statuses, whose ids are distinct, by these."""
    return {row[0]: _poll(row) for row in _by_ids.rows(snapshot.conn, status_ids)}


def locked(unit: Unit, status_id: int) -> Poll | None:
    """Return the poll of a status and let nobody else count votes for it until this transaction is over."""
    row = unit.conn.execute(_select.where(t.c.status_id == status_id).with_for_update()).first()
    return _poll(row) if row else None


def keep(unit: Unit, poll: Poll) -> None:
    """Insert a poll, or put it in the place of what its status asked before."""
    memo.gains(unit, "poll", poll.status_id)
    row = msgspec.structs.asdict(poll)
    statement: Any = insert_into(unit.conn, t)
    changed = {name: statement.excluded[name] for name in _names if name != "status_id"}
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["status_id"], set_=changed), row)


def add_votes(unit: Unit, status_id: int, account_id: int, choices: Sequence[int], *, uri: str | None = None) -> None:
    """Write what an account chose, each once."""
    row = {"status_id": status_id, "account_id": account_id, "uri": uri, "created_at": unit.now}
    unit.conn.execute(v.insert(), [row | {"id": unit.new_id(), "choice": choice} for choice in choices])


def withdraw(unit: Unit, account_id: int) -> None:
    """Take every vote of an account back that counts in a poll of ours."""
    s = tables.statuses
    chosen = select(v.c.status_id).distinct().join(s, s.c.id == v.c.status_id)
    mine = chosen.where(v.c.account_id == account_id, s.c.is_local.is_(True))
    for status_id in unit.conn.scalars(mine.order_by(v.c.status_id)).all():
        poll = locked(unit, status_id)
        taken = choices(unit, [status_id], account_id).get(status_id, [])
        unit.conn.execute(delete(v).where(v.c.status_id == status_id, v.c.account_id == account_id))
        if poll is not None:
            tallies = [votes - (place in taken) for place, votes in enumerate(poll.tallies)]
            change(unit, status_id, tallies=tallies, voters_count=max(0, (poll.voters_count or 0) - 1))


def voter_ids(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the accounts of ours that voted in a poll."""
    a = tables.accounts
    voted = select(v.c.account_id).distinct().join(a, a.c.id == v.c.account_id)
    return list(snapshot.conn.scalars(voted.where(v.c.status_id == status_id, a.c.host == "")))


def change(unit: Unit, status_id: int, **changes: Any) -> None:
    """Update columns of a poll."""
    unit.conn.execute(update(t).where(t.c.status_id == status_id).values(**changes))


def remove(unit: Unit, status_id: int) -> None:
    """Remove the poll of a status with its votes."""
    clear(unit, status_id)
    unit.conn.execute(delete(t).where(t.c.status_id == status_id))


def clear(unit: Unit, status_id: int) -> None:
    """Remove every vote for a poll."""
    unit.conn.execute(delete(v).where(v.c.status_id == status_id))


def choices(snapshot: Snapshot, status_ids: Sequence[int], account_id: int) -> Mapping[int, list[int]]:
    """Return what an account chose in several polls, whose ids are distinct."""
    found: dict[int, list[int]] = defaultdict(list)
    for status_id, choice in _choices().rows(snapshot.conn, status_ids, the_account_id=account_id):
        found[status_id].append(choice)
    return found


@cache
def _choices() -> OneOf:
    def build(ids: Sequence[Any]) -> Select[Any]:
        return select(v.c.status_id, v.c.choice).where(v.c.status_id.in_(ids), v.c.account_id == bound(v.c.account_id))

    return OneOf(build, v.c.status_id)
