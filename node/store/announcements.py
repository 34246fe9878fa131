"""What the node announces to everybody here, who read it, and the emojis under it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, structs
from sqlalchemy import case, delete, func, or_, select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t, reads, reactions = tables.announcements, tables.announcement_reads, tables.announcement_reactions
MOST: Final = 100


class Announcement(Struct, frozen=True):
    """A row of `announcements`."""

    id: int
    text: str
    content_html: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool
    published_at: datetime
    updated_at: datetime


class Tally(Struct, frozen=True):
    """How often an emoji was put under an announcement."""

    name: str
    count: int
    is_mine: bool


_columns = [t.c[name] for name in Announcement.__struct_fields__]


def insert(unit: Unit, one: Announcement) -> None:
    """Keep a new announcement."""
    unit.conn.execute(t.insert().values(structs.asdict(one)))


def change(unit: Unit, one: Announcement) -> None:
    """Put what an announcement says now in place."""
    unit.conn.execute(update(t).where(t.c.id == one.id).values(structs.asdict(one)))


def remove(unit: Unit, announcement_id: int) -> bool:
    """Remove an announcement with everything under it; False when there is none."""
    return unit.conn.execute(delete(t).where(t.c.id == announcement_id)).rowcount > 0


def by_id(snapshot: Snapshot, announcement_id: int) -> Announcement | None:
    """Return an announcement."""
    row = snapshot.conn.execute(select(*_columns).where(t.c.id == announcement_id)).first()
    return Announcement(*row) if row else None


def standing(snapshot: Snapshot) -> list[Announcement]:
    """Return those that did not end yet, in the order of when they are about."""
    return _some(snapshot, or_(t.c.ends_at.is_(None), t.c.ends_at > snapshot.now))


def every(snapshot: Snapshot) -> list[Announcement]:
    """Return all of them, ended ones too."""
    return _some(snapshot)


def _some(snapshot: Snapshot, *where: Any) -> list[Announcement]:
    newest = select(*_columns).where(*where).order_by(t.c.id.desc()).limit(MOST).subquery()
    ordered = select(newest).order_by(func.coalesce(newest.c.starts_at, newest.c.published_at), newest.c.id)
    return [Announcement(*row) for row in snapshot.conn.execute(ordered)]


def hold(unit: Unit, announcement_id: int) -> None:
    """Let nobody else put anything under an announcement until this transaction is over."""
    unit.conn.execute(select(t.c.id).where(t.c.id == announcement_id).with_for_update())


# ------------------------------------------------------------------ what people do


def mark_read(unit: Unit, announcement_id: int, account_id: int) -> None:
    """Remember that somebody read an announcement; twice is once."""
    statement = insert_into(unit.conn, reads).values(announcement_id=announcement_id, account_id=account_id)
    unit.conn.execute(statement.on_conflict_do_nothing(index_elements=["announcement_id", "account_id"]))


def read_by(snapshot: Snapshot, account_id: int, ids: Collection[int]) -> set[int]:
    """Return which of some announcements somebody read."""
    mine = reads.c.account_id == account_id, reads.c.announcement_id.in_(ids)
    return set(snapshot.conn.scalars(select(reads.c.announcement_id).where(*mine)))


def react(unit: Unit, announcement_id: int, account_id: int, name: str) -> bool:
    """Put an emoji under an announcement; False when the account has put it there already."""
    row = {"id": unit.new_id(), "announcement_id": announcement_id, "account_id": account_id, "name": name}
    statement = insert_into(unit.conn, reactions).on_conflict_do_nothing(
        index_elements=["announcement_id", "account_id", "name"]
    )
    return unit.conn.execute(statement.returning(reactions.c.id), row).first() is not None


def unreact(unit: Unit, announcement_id: int, account_id: int, name: str) -> bool:
    """Take an emoji away; False when the account did not put it there."""
    r = reactions.c
    mine = r.announcement_id == announcement_id, r.account_id == account_id, r.name == name
    return unit.conn.execute(delete(reactions).where(*mine)).rowcount > 0


def tallies(snapshot: Snapshot, ids: Sequence[int], viewer_id: int | None) -> dict[int, list[Tally]]:
    """Return what is under announcements: the first that was put there first."""
    r, found = reactions.c, defaultdict[int, list[Tally]](list)
    mine = func.max(case((r.account_id == (viewer_id or 0), 1), else_=0))
    statement = (
        select(r.announcement_id, r.name, func.count(), mine)
        .where(r.announcement_id.in_(ids))
        .group_by(r.announcement_id, r.name)
        .order_by(func.min(r.id))
    )
    for announcement_id, name, count, is_mine in snapshot.conn.execute(statement):
        found[announcement_id].append(Tally(name, count, bool(is_mine)))
    return found
