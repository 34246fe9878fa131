"""What sources are called: a row for each, so that nobody is asked twice."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, update

from node.store import tables
from node.store.dialects import insert
from node.store.unit import Snapshot, Unit

t = tables.sources


class Source(Struct, frozen=True):
    """A row of `sources`; `state` is waiting, found or absent."""

    key: str
    title: str | None
    state: str
    created_at: datetime
    looked_at: datetime | None


_select = select(*(t.c[name] for name in Source.__struct_fields__))


def by_key(snapshot: Snapshot, key: str) -> Source | None:
    """Return what is known of a source."""
    row = snapshot.conn.execute(_select.where(t.c.key == key)).first()
    return None if row is None else Source(*row)


def title_of(snapshot: Snapshot, key: str | None) -> str | None:
    """Return what a source is called, if that was found out."""
    found = by_key(snapshot, key) if key else None
    return found.title if found is not None and found.state == "found" else None


def claim(unit: Unit, key: str) -> None:
    """Make the row of a source that shall be looked up; one that is there is looked up anew."""
    row = {"key": key, "state": "waiting", "created_at": unit.now}
    unit.conn.execute(insert(unit.conn, t).on_conflict_do_nothing(), row)
    unit.conn.execute(update(t).where(t.c.key == key, t.c.state == "absent").values(state="waiting"))


def settle(unit: Unit, key: str, title: str | None) -> None:
    """Keep what a source is called, or that nobody can say."""
    values = {"state": "found" if title else "absent", "title": title, "looked_at": unit.now}
    unit.conn.execute(update(t).where(t.c.key == key).values(**values))
