"""What people told the node to do by a post that begins with `!try` or the like, and what it did, so that it can be undone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Select, func, select, update

from node.learning.commands import Verb
from node.store import memo, tables
from node.store.compiled import Prepared, bound
from node.store.unit import Snapshot, Unit

State = Literal["waiting", "done", "refused", "undone"]
UNDOABLE: Final = ("try", "data", "measure", "share")
t = tables.commands


class CommandRow(Struct, frozen=True, kw_only=True):
    """A row of `commands`. `audience` is who was to see the post, `thread` where that is for the thread to say."""

    status_id: int
    account_id: int
    verb: Verb
    state: State = "waiting"
    audience: str
    made_id: int | None = None
    measure_id: int | None = None
    starts_on: date | None = None
    previous: Any = None
    reply_id: int | None = None
    created_at: datetime

    @property
    def has_done(self) -> bool:
        """Whether something stands that this command did; what is taken back leaves nothing here."""
        return self.made_id is not None or self.measure_id is not None


_names = CommandRow.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def _first(snapshot: Snapshot, statement: Select[Any]) -> CommandRow | None:
    row = snapshot.conn.execute(statement.limit(1)).first()
    return None if row is None else _row(row)


def _row(row: Sequence[Any]) -> CommandRow:
    return msgspec.convert(dict(zip(_names, row, strict=True)), CommandRow)


def insert(unit: Unit, row: CommandRow) -> None:
    """Insert a command."""
    memo.gains(unit, "command", row.status_id)
    unit.conn.execute(t.insert().values(msgspec.structs.asdict(row)))


def change(unit: Unit, status_id: int, **values: Any) -> None:
    """Update columns of a command."""
    unit.conn.execute(update(t).where(t.c.status_id == status_id).values(**values))


def of_status(snapshot: Snapshot, status_id: int) -> CommandRow | None:
    """Return the command that a post is."""
    if memo.lacks(snapshot, "command", status_id):
        return None
    row = _of_status.first(snapshot.conn, the_status_id=status_id)
    if row is None:
        memo.note_lacking(snapshot, status_id, ("command",))
        return None
    return _row(row)


_of_status = Prepared(lambda: _select.where(t.c.status_id == bound(t.c.status_id)))


def locked(unit: Unit, status_id: int) -> CommandRow | None:
    """Return the command that a post is, and let nobody else change it until the transaction ends."""
    return _first(unit, _select.where(t.c.status_id == status_id).with_for_update())


def answered_by(snapshot: Snapshot, status_id: int) -> CommandRow | None:
    """Return the command that a post answers in the node's voice."""
    return _first(snapshot, _select.where(t.c.reply_id == status_id))


def of_measure(snapshot: Snapshot, measure_id: int) -> CommandRow | None:
    """Return the command that made a measure."""
    return _first(snapshot, _select.where(t.c.measure_id == measure_id).order_by(t.c.status_id))


def newest_done(snapshot: Snapshot, account_id: int, context_uri: str) -> CommandRow | None:
    """Return the newest command of an account in a thread that can be taken back."""
    s = tables.statuses
    statement = (
        _select.join(s, s.c.id == t.c.status_id)
        .where(t.c.account_id == account_id, s.c.context_uri == context_uri)
        .where(t.c.state == "done", t.c.verb.in_(UNDOABLE))
        .order_by(t.c.status_id.desc())
    )
    return _first(snapshot, statement)


def count_since(snapshot: Snapshot, account_id: int, since: datetime) -> int:
    """Return how many commands of an account are there since then."""
    counted = select(func.count()).where(t.c.account_id == account_id, t.c.created_at >= since)
    return snapshot.conn.scalar(counted) or 0


def end_of_measures(unit: Unit, measure_ids: Iterable[int]) -> None:
    """Note that the numbers and measures of commands are gone with what they were for."""
    unit.conn.execute(
        update(t)
        .where(t.c.measure_id.in_(list(measure_ids)), t.c.state == "done")
        .values(state="undone", measure_id=None, starts_on=None, previous=None)
    )


def reminded_action(snapshot: Snapshot, status_id: int) -> int | None:
    """Return the status id of the action that a post in the node's voice reminds of."""
    r, a = tables.reminders, tables.actions
    found: int | None = snapshot.conn.scalar(
        select(a.c.status_id).join(r, r.c.action_id == a.c.id).where(r.c.status_id == status_id).limit(1)
    )
    return found


def asked_about(snapshot: Snapshot, status_id: int) -> int | None:
    """Return the status id of the record that a post in the node's voice asks to see again."""
    c = tables.recall_cards
    found: int | None = snapshot.conn.scalar(select(c.c.status_id).where(c.c.poll_id == status_id).limit(1))
    return found
