"""What others must not be asked again before a time, so that nobody can make us ask them over and over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.pauses


class Pause(NamedTuple):
    """Until when something is not asked again, and the reason code of the last answer."""

    until: datetime
    reason: str


def longest(snapshot: Snapshot, names: Iterable[str]) -> Pause | None:
    """Return the pause among these names that lasts longest, if any still does."""
    statement = select(t.c.until, t.c.reason).where(t.c.name.in_(list(names)), t.c.until > snapshot.now)
    row = snapshot.conn.execute(statement.order_by(t.c.until.desc()).limit(1)).first()
    return None if row is None else Pause(*row)


def begin(unit: Unit, name: str, *, length: timedelta, reason: str) -> None:
    """Begin a pause, or begin it anew."""
    values = {"until": unit.now + length, "reason": reason}
    statement = insert_into(unit.conn, t).values(name=name, **values)
    unit.conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def claim(unit: Unit, name: str, *, length: timedelta) -> bool:
    """Begin a pause unless one lasts; False when it does. Of many at once one alone gets it."""
    values = {"until": unit.now + length, "reason": "asked"}
    statement = (
        insert_into(unit.conn, t)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values, where=t.c.until <= unit.now)
        .returning(t.c.name)
    )
    return unit.conn.execute(statement).first() is not None


def sweep(unit: Unit) -> None:
    """Forget the pauses that are over."""
    unit.conn.execute(delete(t).where(t.c.until <= unit.now))
