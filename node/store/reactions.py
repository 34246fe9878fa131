"""Emojis that people put under posts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import case, delete, func, select

from node.store import tables
from node.store.compiled import OneOf, Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.reactions
MAX_KINDS: Final = 50  # that are shown of a post


class Reaction(Struct, frozen=True):
    """A row of `reactions`."""

    id: int
    account_id: int
    status_id: int
    name: str
    url: str | None
    uri: str | None
    created_at: datetime


class Tally(Struct, frozen=True):
    """How often an emoji is under a post, and whether it is the viewer's too."""

    name: str
    url: str | None
    count: int
    is_mine: bool


_select = select(*(t.c[name] for name in Reaction.__struct_fields__))
_any = Prepared(lambda: select(t.c.id).where(t.c.status_id == bound(t.c.status_id)).limit(1))


def by_id(snapshot: Snapshot, reaction_id: int) -> Reaction | None:
    """Return a reaction."""
    row = snapshot.conn.execute(_select.where(t.c.id == reaction_id)).first()
    return Reaction(*row) if row else None


def of_account(snapshot: Snapshot, status_id: int, account_id: int) -> list[Reaction]:
    """Return what an account put under a status, the oldest first."""
    mine = _select.where(t.c.status_id == status_id, t.c.account_id == account_id).order_by(t.c.id)
    return [Reaction(*row) for row in snapshot.conn.execute(mine)]


def has_any(snapshot: Snapshot, status_id: int) -> bool:
    """Return whether anything is under a status."""
    return _any.first(snapshot.conn, the_status_id=status_id) is not None


def pictures(snapshot: Snapshot, status_id: int) -> list[str]:
    """Return where the custom emoji lie that are shown under a status."""
    return [one.url for one in tallies(snapshot, [status_id], None).get(status_id, ()) if one.url is not None]


def hold(unit: Unit, status_id: int) -> None:
    """Let nobody else put anything under a status, or take it away, until this transaction is over."""
    s = tables.statuses
    unit.conn.execute(select(s.c.id).where(s.c.id == status_id).with_for_update())


def insert(unit: Unit, reaction: Reaction) -> bool:
    """Insert a reaction; False when the account has put one of this name there already."""
    same = ["account_id", "status_id", "name"]
    statement = insert_into(unit.conn, t).on_conflict_do_nothing(index_elements=same).returning(t.c.id)
    return unit.conn.execute(statement, msgspec.structs.asdict(reaction)).first() is not None


def remove(unit: Unit, reaction: Reaction) -> None:
    """Take a reaction away."""
    unit.conn.execute(delete(t).where(t.c.id == reaction.id))


def tallies(snapshot: Snapshot, status_ids: Sequence[int], viewer_id: int | None) -> dict[int, list[Tally]]:
    """Return what is under several statuses, whose ids are distinct: the first that was put there first."""
    found: dict[int, list[Tally]] = defaultdict(list)
    for status_id, name, url, count, mine in _tallies.rows(snapshot.conn, status_ids, the_account_id=viewer_id or 0):
        if len(found[status_id]) < MAX_KINDS:
            found[status_id].append(Tally(name, url, count, bool(mine)))
    return found


def _counting(ids: Sequence[Any]) -> Any:
    mine = func.max(case((t.c.account_id == bound(t.c.account_id), 1), else_=0))
    return (
        select(t.c.status_id, t.c.name, t.c.url, func.count(), mine)
        .where(t.c.status_id.in_(ids))
        .group_by(t.c.status_id, t.c.name, t.c.url)
        .order_by(func.min(t.c.id))
    )


_tallies = OneOf(_counting, t.c.status_id)


def acts(snapshot: Snapshot, uris: Iterable[str]) -> list[tuple[str, Literal["reaction"], str, str]]:
    """Return (uri, kind, actor uri, object uri) of the reactions that are held under these activity ids."""
    wanted = list(uris)
    if not wanted:
        return []
    by, of = tables.accounts, tables.statuses
    joined = select(t.c.uri, by.c.uri, of.c.uri).join(by, by.c.id == t.c.account_id).join(of, of.c.id == t.c.status_id)
    return [(row[0], "reaction", row[1], row[2]) for row in snapshot.conn.execute(joined.where(t.c.uri.in_(wanted)))]
