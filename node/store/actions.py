"""Actions of our people: each one cycle of trying something, with its plan, its state and its decision."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct
from sqlalchemy import Select, case, select, update

from federation.records.fields import ActionStatus
from node.learning import loop
from node.store import tables
from node.store.unit import Snapshot, Unit

t = tables.actions
OPEN: Final = tuple(state for state in get_args(ActionStatus) if loop.is_open(state))


class Action(Struct, frozen=True, kw_only=True):
    """A row of `actions`."""

    id: int
    account_id: int
    status_id: int
    based_on_uri: str
    relation: str
    title: str
    change: str | None = None
    due_on: date
    state: ActionStatus = "planned"
    cycle: int = 1
    aim: Mapping[str, Any] | None = None
    prediction: str | None = None
    predicted_on: date | None = None
    plan: str | None = None
    steps: tuple[str, ...] = ()
    setting: str | None = None
    day_zero_on: date | None = None
    decision: str | None = None
    decision_reason: str | None = None
    told: Mapping[str, Any] | None = None
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided about it yet."""
        return loop.is_open(self.state)


_names = Action.__struct_fields__
_select = select(*(t.c[name] for name in _names))


def _all(snapshot: Snapshot, statement: Select[Any]) -> list[Action]:
    rows = snapshot.conn.execute(statement)
    return [msgspec.convert(dict(zip(_names, row, strict=True)), Action) for row in rows]


def by_id(snapshot: Snapshot, action_id: int) -> Action | None:
    """Return an action."""
    return next(iter(_all(snapshot, _select.where(t.c.id == action_id))), None)


def by_ids(snapshot: Snapshot, action_ids: Iterable[int]) -> list[Action]:
    """Return several actions in the order of their ids."""
    return _all(snapshot, _select.where(t.c.id.in_(list(action_ids))).order_by(t.c.id))


def of_status(snapshot: Snapshot, status_id: int) -> Action | None:
    """Return the action that a status of ours carries."""
    return next(iter(_all(snapshot, _select.where(t.c.status_id == status_id))), None)


def cycles_after(snapshot: Snapshot, uri: str, *, limit: int = 20) -> list[Action]:
    """Return the actions here that adapt an action: its next cycles, the oldest first."""
    statement = _select.where(t.c.based_on_uri == uri, t.c.relation == "adapts").order_by(t.c.id)
    return _all(snapshot, statement.limit(limit))


def open_of(snapshot: Snapshot, account_id: int, *, limit: int = 50) -> list[Action]:
    """Return an account's undecided actions, the one due first first."""
    statement = _select.where(t.c.account_id == account_id, t.c.state.in_(OPEN)).order_by(t.c.due_on, t.c.id)
    return _all(snapshot, statement.limit(limit))


def newest_based_on(snapshot: Snapshot, account_id: int, uris: Iterable[str]) -> Action | None:
    """Return an account's newest action that began from one of these, an undecided one before others."""
    statement = _select.where(t.c.account_id == account_id, t.c.based_on_uri.in_(list(uris)))
    is_open = case((t.c.state.in_(OPEN), 1), else_=0)
    return next(iter(_all(snapshot, statement.order_by(is_open.desc(), t.c.id.desc()).limit(1))), None)


def insert(unit: Unit, action: Action) -> None:
    """Insert an action."""
    unit.conn.execute(t.insert().values(msgspec.structs.asdict(action)))


def change(unit: Unit, action_id: int, **values: Any) -> None:
    """Update columns of an action."""
    unit.conn.execute(update(t).where(t.c.id == action_id).values(**values))
