"""Learnings of our people: what is theirs alone to ask for; what peers see of them lies in `records`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select, update

from node.store import tables
from node.store.unit import Snapshot, Unit

t = tables.learnings


class Learning(Struct, frozen=True, kw_only=True):
    """A row of `learnings`."""

    id: int
    account_id: int
    status_id: int
    title: str
    text: str | None = None
    state: str = "open"
    source: Mapping[str, Any] | None = None
    question: str | None = None
    answer: str | None = None
    harm_level: str | None = None
    based_on_uri: str | None = None
    topics: tuple[str, ...] = ()
    setting: str | None = None
    specialty: str | None = None
    is_from_post: bool = False
    created_at: datetime


_names = Learning.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def of_status(snapshot: Snapshot, status_id: int) -> Learning | None:
    """Return the learning that a status of ours carries."""
    row = snapshot.conn.execute(_select.where(t.c.status_id == status_id)).first()
    return None if row is None else msgspec.convert(dict(zip(_names, row, strict=True)), Learning)


def insert(unit: Unit, learning: Learning) -> None:
    """Insert a learning."""
    unit.conn.execute(t.insert().values(msgspec.structs.asdict(learning)))


def change(unit: Unit, learning_id: int, **values: Any) -> None:
    """Update columns of a learning."""
    unit.conn.execute(update(t).where(t.c.id == learning_id).values(**values))


def is_from_post(snapshot: Snapshot, status_id: int) -> bool:
    """Return whether a status is a learning because its author marked it so, in words of their own."""
    return bool(snapshot.conn.scalar(select(t.c.is_from_post).where(t.c.status_id == status_id)))


def compose_words(unit: Unit, status_id: int) -> None:
    """Note that the words of a learning's status are composed from its record, and no longer typed by its author."""
    unit.conn.execute(update(t).where(t.c.status_id == status_id, t.c.is_from_post).values(is_from_post=False))
