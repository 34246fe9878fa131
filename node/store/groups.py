"""Groups, ours and those of peers: what was posted into them, and who moderates them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, exists, func, literal_column, select, update

from node.store import accounts, tables
from node.store.accounts import Account
from node.store.compiled import Prepared, bound
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit

t = tables.group_posts
m = tables.group_moderators
FRESH: Final = timedelta(hours=1)  # how long the moderators of a peer's group count as known
MAX_MODERATORS: Final = 500


class Posted(Struct, frozen=True):
    """A status in a group; `removed_at` when a moderator hid it there."""

    group_id: int
    status_id: int
    added_at: datetime
    removed_at: datetime | None
    removed_by: str | None
    reason: str


_columns = [t.c[name] for name in Posted.__struct_fields__]
_one = Prepared(
    lambda: select(*_columns).where(t.c.group_id == bound(t.c.group_id), t.c.status_id == bound(t.c.status_id))
)
_group_ids = Prepared(
    lambda: (
        select(t.c.group_id)
        .where(t.c.status_id == bound(t.c.status_id), t.c.removed_at.is_(None))
        .order_by(t.c.added_at, t.c.group_id)
    )
)


def of(snapshot: Snapshot, group_id: int, status_id: int) -> Posted | None:
    """Return how a status stands in a group."""
    row = _one.first(snapshot.conn, the_group_id=group_id, the_status_id=status_id)
    return Posted(*row) if row is not None else None


def with_status(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the groups that show a status."""
    return [row[0] for row in _group_ids.rows(snapshot.conn, the_status_id=status_id)]


def add(unit: Unit, group_id: int, status_id: int) -> bool:
    """Put a status into a group; False when it is there already, shown or hidden."""
    row = {"group_id": group_id, "status_id": status_id, "added_at": unit.now}
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.status_id)
    return unit.conn.execute(statement, row).first() is not None


def hide(unit: Unit, group_id: int, status_id: int, *, by: str, reason: str) -> bool:
    """Hide a status in a group, whether it was there or not; False when it is hidden already."""
    add(unit, group_id, status_id)
    values = {"removed_at": unit.now, "removed_by": by, "reason": reason}
    shown = and_(_is(group_id, status_id), t.c.removed_at.is_(None))
    return unit.conn.execute(update(t).where(shown).values(**values)).rowcount > 0


def show(unit: Unit, group_id: int, status_id: int) -> bool:
    """Show a hidden status in a group again; False when it is not hidden."""
    values = {"removed_at": None, "removed_by": None, "reason": ""}
    hidden = and_(_is(group_id, status_id), t.c.removed_at.is_not(None))
    return unit.conn.execute(update(t).where(hidden).values(**values)).rowcount > 0


def _is(group_id: int, status_id: int) -> ColumnElement[bool]:
    return and_(t.c.group_id == group_id, t.c.status_id == status_id)


def is_hidden(status_id: Any, *, beside: Any) -> ColumnElement[bool]:
    """Return the predicate that a status was removed from a group that another one is in."""
    other = t.alias()
    removed = select(1).where(t.c.status_id == status_id, t.c.removed_at.is_not(None))
    return exists(removed.where(other.c.group_id == t.c.group_id, other.c.status_id == beside))


def places(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the groups that a status is in, shown or hidden."""
    return list(snapshot.conn.scalars(select(t.c.group_id).where(t.c.status_id == status_id)))


def moderators(snapshot: Snapshot, group_id: int) -> tuple[str, ...]:
    """Return who moderates a group of ours, or did when a peer's group was last asked."""
    statement = select(m.c.actor_uri).where(m.c.group_id == group_id).order_by(m.c.actor_uri)
    return tuple(snapshot.conn.scalars(statement.limit(MAX_MODERATORS)))


def moderated_by(snapshot: Snapshot, actor_uri: str) -> dict[int, str]:
    """Return the groups of ours, by id and uri, that somebody moderates."""
    return {row[0]: row[1] for row in _moderated.rows(snapshot.conn, the_actor_uri=actor_uri)}


_moderated = Prepared(
    lambda: (
        select(tables.accounts.c.id, tables.accounts.c.uri)
        .join(m, m.c.group_id == tables.accounts.c.id)
        .where(m.c.actor_uri == bound(m.c.actor_uri), tables.accounts.c.host == literal_column("''"))
    )
)


def ours(snapshot: Snapshot) -> list[Account]:
    """Return every group of ours, by name."""
    a = tables.accounts
    rows = snapshot.conn.scalars(select(a.c.id).where(a.c.host == "", a.c.kind == "group").order_by(a.c.username))
    found = accounts.by_ids(snapshot, list(rows))
    return sorted(found.values(), key=lambda account: account.username)


def asking(snapshot: Snapshot, group_id: int, *, limit: int) -> list[Account]:
    """Return who asks to be let into a group, oldest first."""
    f = tables.follows
    waiting = select(f.c.account_id).where(f.c.target_id == group_id, f.c.is_accepted.is_(False)).order_by(f.c.id)
    ids = list(snapshot.conn.scalars(waiting.limit(limit)))
    found = accounts.by_ids(snapshot, ids)
    return [found[i] for i in ids if i in found]


def known_moderators(snapshot: Snapshot, group_id: int) -> tuple[str, ...] | None:
    """Return who moderates a peer's group; None when it was not asked lately."""
    newest = snapshot.conn.scalar(select(func.max(m.c.fetched_at)).where(m.c.group_id == group_id))
    return moderators(snapshot, group_id) if newest is not None and newest > snapshot.now - FRESH else None


def set_moderators(unit: Unit, group_id: int, actor_uris: Iterable[str]) -> None:
    """Replace who moderates a peer's group, as it says now."""
    unit.conn.execute(delete(m).where(m.c.group_id == group_id))
    wanted = list(dict.fromkeys(actor_uris))[:MAX_MODERATORS]
    rows = [{"group_id": group_id, "actor_uri": uri, "fetched_at": unit.now} for uri in wanted]
    if rows:
        unit.conn.execute(insert_into(unit.conn, m).on_conflict_do_nothing(), rows)


def appoint(unit: Unit, group_id: int, actor_uri: str) -> bool:
    """Make somebody a moderator of a group of ours; False when they are."""
    row = {"group_id": group_id, "actor_uri": actor_uri}
    statement = insert_into(unit.conn, m).on_conflict_do_nothing().returning(m.c.actor_uri)
    return unit.conn.execute(statement, row).first() is not None


def dismiss(unit: Unit, group_id: int, actor_uri: str) -> bool:
    """End somebody's moderating; False when they did not."""
    theirs = and_(m.c.group_id == group_id, m.c.actor_uri == actor_uri)
    return unit.conn.execute(delete(m).where(theirs)).rowcount > 0
