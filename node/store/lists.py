"""Lists: somebody's own selections of people, and who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, delete, exists, func, select, update

from node.entities.lists import RepliesPolicy
from node.store import lines, tables
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

MAX_MEMBERS: Final = 2000

t = tables.lists
members = tables.list_members


class Selection(Struct, frozen=True):
    """A row of `lists`; the members of an exclusive one are not in home."""

    id: int
    account_id: int
    title: str
    replies_policy: RepliesPolicy
    is_exclusive: bool
    created_at: datetime


_columns = [t.c[name] for name in Selection.__struct_fields__]
_select = select(*_columns)
_one = Prepared(lambda: _select.where(t.c.id == bound(t.c.id), t.c.account_id == bound(t.c.account_id)))


def insert(unit: Unit, made: Selection) -> None:
    """Insert a list."""
    unit.conn.execute(t.insert(), {name: getattr(made, name) for name in Selection.__struct_fields__})


def of_account(snapshot: Snapshot, account_id: int) -> list[Selection]:
    """Return every list of an account, the oldest first."""
    rows = snapshot.conn.execute(_select.where(t.c.account_id == account_id).order_by(t.c.id))
    return [Selection(*row) for row in rows]


def one(snapshot: Snapshot, account_id: int, list_id: int) -> Selection | None:
    """Return a list of an account."""
    row = _one.first(snapshot.conn, the_id=list_id, the_account_id=account_id)
    return Selection(*row) if row else None


def holding(snapshot: Snapshot, account_id: int, member_id: int) -> list[Selection]:
    """Return the lists of an account that hold somebody."""
    found = select(members.c.list_id).where(members.c.account_id == member_id)
    statement = _select.where(t.c.account_id == account_id, t.c.id.in_(found)).order_by(t.c.id)
    return [Selection(*row) for row in snapshot.conn.execute(statement)]


def change(unit: Unit, list_id: int, **values: Any) -> None:
    """Update columns of a list."""
    unit.conn.execute(update(t).where(t.c.id == list_id).values(**values))


def remove(unit: Unit, list_id: int) -> None:
    """Remove a list with its members."""
    unit.conn.execute(delete(t).where(t.c.id == list_id))


def people(list_id: int) -> Select[Any]:
    """Return the selection of (id to page by, account_id) of those in a list."""
    return select(members.c.id, members.c.account_id).where(members.c.list_id == list_id)


def all_people(snapshot: Snapshot, list_id: int) -> list[tuple[int, str]]:
    """Return (id to page by, Account as JSON text) of everybody in a list, the newest member first."""
    a = tables.accounts
    statement = (
        select(members.c.id, *lines.account_columns(a))
        .join(a, a.c.id == members.c.account_id)
        .where(members.c.list_id == list_id, a.c.is_suspended.is_(False))
        .order_by(members.c.id.desc())
        .limit(MAX_MEMBERS)
    )
    return [(row[0], lines.account_entity(row[1:])) for row in snapshot.conn.execute(statement)]


def count(snapshot: Snapshot, list_id: int) -> int:
    """Return how many are in a list."""
    counting = select(func.count()).select_from(members).where(members.c.list_id == list_id)
    return snapshot.conn.scalar(counting) or 0


def held(snapshot: Snapshot, list_id: int, account_ids: Sequence[int]) -> set[int]:
    """Return which of several accounts are in a list."""
    statement = select(members.c.account_id).where(
        members.c.list_id == list_id, members.c.account_id.in_(list(account_ids))
    )
    return set(snapshot.conn.scalars(statement))


def allowed(snapshot: Snapshot, account_id: int, others: Sequence[int]) -> set[int]:
    """Return which of several accounts an account may put into its lists: itself, whom it follows or asked to."""
    f = tables.follows
    wanted = list(others)
    followed = select(f.c.target_id).where(f.c.account_id == account_id, f.c.target_id.in_(wanted))
    return {*snapshot.conn.scalars(followed), *({account_id} & set(wanted))}


def add(unit: Unit, list_id: int, account_ids: Sequence[int]) -> None:
    """Put accounts into a list, those that are there already left as they are."""
    rows = [{"id": unit.new_id(), "list_id": list_id, "account_id": one} for one in account_ids]
    if rows:
        unit.conn.execute(
            insert_into(unit.conn, members).on_conflict_do_nothing(index_elements=["list_id", "account_id"]), rows
        )


def take(unit: Unit, list_id: int, account_ids: Sequence[int]) -> None:
    """Take accounts out of a list; those that are not in it are fine."""
    unit.conn.execute(delete(members).where(members.c.list_id == list_id, members.c.account_id.in_(list(account_ids))))


def settle(unit: Unit, owner_id: int) -> None:
    """Write beside the follows of an account who is in an exclusive list of theirs, and so not in home."""
    f = tables.follows
    is_apart = exists(
        select(1)
        .select_from(members)
        .join(t, t.c.id == members.c.list_id)
        .where(t.c.account_id == owner_id, t.c.is_exclusive, members.c.account_id == f.c.target_id)
    )
    changed = update(f).where(f.c.account_id == owner_id, f.c.is_in_home == is_apart)
    unit.conn.execute(changed.values(is_in_home=~f.c.is_in_home))


def forget(unit: Unit, owner_id: int, member_id: int) -> None:
    """Take somebody out of every list of an account."""
    mine = select(t.c.id).where(t.c.account_id == owner_id)
    unit.conn.execute(delete(members).where(members.c.account_id == member_id, members.c.list_id.in_(mine)))
