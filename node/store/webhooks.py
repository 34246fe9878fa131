"""Systems of the house that hear what happens in the loop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select, update

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.webhooks


class Webhook(Struct, frozen=True, kw_only=True):
    """A row of `webhooks`. `failures` are in a row; `last_status` 0: there was no answer."""

    id: int
    url: str
    events: tuple[str, ...]
    is_active: bool = True
    made_by_id: int | None = None
    failures: int = 0
    last_status: int | None = None
    last_at: datetime | None = None
    created_at: datetime


_names = Webhook.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def all_of(snapshot: Snapshot, *, limit: int) -> list[Webhook]:
    """Return every webhook, the oldest first."""
    return [_webhook(row) for row in snapshot.conn.execute(_select.order_by(t.c.id).limit(limit))]


def active(snapshot: Snapshot, *, limit: int) -> list[Webhook]:
    """Return those that are told."""
    statement = _select.where(t.c.is_active).order_by(t.c.id).limit(limit)
    return [_webhook(row) for row in snapshot.conn.execute(statement)]


def by_id(snapshot: Snapshot, hook_id: int) -> Webhook | None:
    """Return a webhook."""
    row = snapshot.conn.execute(_select.where(t.c.id == hook_id)).first()
    return None if row is None else _webhook(row)


def put(unit: Unit, hook: Webhook) -> Webhook:
    """Insert a webhook, or change the one with its address and switch it on again; return the row as it stands."""
    row = {name: getattr(hook, name) for name in _names} | {"events": list(hook.events)}
    new = {"events": list(hook.events), "is_active": True, "failures": 0, "made_by_id": hook.made_by_id}
    unit.conn.execute(insert_into(unit.conn, t).values(row).on_conflict_do_update(index_elements=["url"], set_=new))
    kept = unit.conn.execute(_select.where(t.c.url == hook.url)).one()
    return _webhook(kept)


def remove(unit: Unit, hook_id: int) -> bool:
    """Remove a webhook; False when there is none."""
    return unit.conn.execute(delete(t).where(t.c.id == hook_id)).rowcount > 0


def answered(unit: Unit, hook_id: int, status: int, *, is_taken: bool) -> int:
    """Note how a webhook answered; return how many failures in a row that makes."""
    failures = 0 if is_taken else t.c.failures + 1
    statement = update(t).where(t.c.id == hook_id).values(failures=failures, last_status=status, last_at=unit.now)
    return unit.conn.execute(statement.returning(t.c.failures)).scalar() or 0


def switch_off(unit: Unit, hook_id: int) -> bool:
    """Tell a webhook nothing any more; False when it was off already."""
    statement = update(t).where(t.c.id == hook_id, t.c.is_active).values(is_active=False)
    return unit.conn.execute(statement).rowcount > 0


def _webhook(row: Sequence[Any]) -> Webhook:
    values = dict(zip(_names, row, strict=True))
    return Webhook(**values | {"events": tuple(values["events"])})
