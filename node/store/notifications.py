"""What a local account is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, and_, delete, func, literal, or_, select, update

from node.store import lines, severances, tables
from node.store.database import insert as insert_into
from node.store.lines import Page
from node.store.severances import Severance
from node.store.unit import Snapshot, Unit
from node.store.visible import not_limited, tells, visible_to

t = tables.notifications
accounts = tables.accounts
_TOLD_AS: Final = {severances.KIND: "severed_relationships"}  # the column is narrower than apps' words
_KEPT_AS: Final = {told: kept for kept, told in _TOLD_AS.items()}


class Notification(Struct, frozen=True):
    """A notification with its account and status as JSON text."""

    id: int
    kind: str
    created_at: datetime
    account_json: str
    status_json: str | None
    from_id: int
    status_id: int | None
    event: Severance | None = None


class New(Struct, frozen=True):
    """A notification to make."""

    account_id: int
    from_id: int
    kind: str
    status_id: int | None = None


def insert(unit: Unit, new: New) -> None:
    """Tell a local account once; nobody is told about oneself (but for the end of one's poll), nor by those they block, or mute with their notices."""
    a = accounts.alias()
    told = select(
        literal(unit.new_id()),
        a.c.id,
        literal(new.from_id),
        literal(new.status_id, type_=t.c.status_id.type),
        literal(new.kind),
        literal(unit.now, type_=t.c.created_at.type),
    ).where(
        a.c.id == new.account_id,
        a.c.host == "",
        or_(a.c.id != new.from_id, literal(new.kind) == "poll"),
        tells(new.account_id, literal(new.from_id)),
    )
    names = ["id", "account_id", "from_id", "status_id", "kind", "created_at"]
    same = ["account_id", "kind", "from_id", "status_id"]
    unit.conn.execute(insert_into(unit.conn, t).from_select(names, told).on_conflict_do_nothing(index_elements=same))


def tell_quoted(unit: Unit, new: New) -> None:
    """Tell who is quoted once: by the notification that their consent made before the quoting post came, if there is one."""
    waiting = select(t.c.id).where(
        t.c.account_id == new.account_id, t.c.from_id == new.from_id, t.c.kind == "quote", t.c.status_id.is_(None)
    )
    first = waiting.order_by(t.c.id).limit(1).scalar_subquery()
    if not unit.conn.execute(update(t).where(t.c.id == first).values(status_id=new.status_id)).rowcount:
        insert(unit, new)


def forget(unit: Unit, *, kind: str, from_id: int, status_id: int | None = None, to_id: int | None = None) -> None:
    """Take back what an undone act had told."""
    matching = [t.c.kind == kind, t.c.from_id == from_id]
    if status_id is not None:
        matching.append(t.c.status_id == status_id)
    if to_id is not None:
        matching.append(t.c.account_id == to_id)
    unit.conn.execute(delete(t).where(*matching))


class Wanted(Struct, frozen=True):
    """Which notifications: only these kinds (all when empty), without those kinds, from one account."""

    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    from_id: int | None = None
    has_every_request: bool = False  # to follow: those of limited strangers too, which are listed elsewhere for apps


def page(snapshot: Snapshot, account_id: int, part: Page, wanted: Wanted) -> list[Notification]:
    """Return a page of an account's notifications, newest first."""
    shown = _visible(account_id, has_every_request=wanted.has_every_request)
    statement = _only(shown, wanted).where(*lines.within(t.c.id))
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds).all()
    return _whole(snapshot, account_id, sorted(rows, key=lambda row: -int(row[0])))


def one(snapshot: Snapshot, account_id: int, notification_id: int) -> Notification | None:
    """Return one notification of an account."""
    rows = snapshot.conn.execute(_visible(account_id).where(t.c.id == notification_id)).all()
    return next(iter(_whole(snapshot, account_id, rows)), None)


def _only(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.kinds:
        statement = statement.where(t.c.kind.in_([_KEPT_AS.get(kind, kind) for kind in wanted.kinds]))
    if wanted.without:
        statement = statement.where(t.c.kind.notin_([_KEPT_AS.get(kind, kind) for kind in wanted.without]))
    if wanted.from_id is not None:
        statement = statement.where(t.c.from_id == wanted.from_id)
    return statement


def count_above(snapshot: Snapshot, account_id: int, last_read_id: int, wanted: Wanted, *, limit: int = 100) -> int:
    """Return how many notifications that `page` would show are newer than one, at most `limit`."""
    shown = _only(_visible(account_id), wanted).where(t.c.id > last_read_id)
    newer = shown.with_only_columns(t.c.id).limit(limit).subquery()
    return snapshot.conn.scalar(select(func.count()).select_from(newer)) or 0


def dismiss(unit: Unit, account_id: int, notification_id: int | None = None) -> bool:
    """Remove one notification of an account, or all; False when there was none."""
    mine = t.c.account_id == account_id
    only = mine if notification_id is None else and_(mine, t.c.id == notification_id)
    return unit.conn.execute(delete(t).where(only)).rowcount > 0


def _visible(account_id: int, *, has_every_request: bool = False) -> Select[Any]:
    status, by, teller = tables.statuses.alias(), accounts.alias(), accounts.alias()
    may_tell = not_limited(account_id, teller)
    if has_every_request:
        may_tell = or_(may_tell, t.c.kind == "follow_request")
    return (
        select(t.c.id, t.c.kind, t.c.created_at, t.c.from_id, t.c.status_id, *lines.account_columns(teller))
        .join(teller, teller.c.id == t.c.from_id)
        .outerjoin(status, status.c.id == t.c.status_id)
        .outerjoin(by, by.c.id == status.c.account_id)
        .where(t.c.account_id == account_id, teller.c.is_suspended.is_(False), tells(account_id, t.c.from_id))
        .where(may_tell, or_(t.c.status_id.is_(None), visible_to(account_id, status, by)))
        .where(or_(t.c.kind != "quote", t.c.status_id.is_not(None)))  # the post that quotes may come later
    )


def _whole(snapshot: Snapshot, account_id: int, rows: Iterable[Sequence[Any]]) -> list[Notification]:
    found = list(rows)
    shown = {
        line.id: line.json
        for line in lines.by_ids(snapshot, account_id, {row[4] for row in found if row[4] is not None})
    }
    events = severances.by_ids(snapshot, [row[0] for row in found if row[1] == severances.KIND])
    return [
        Notification(
            row[0],
            _TOLD_AS.get(row[1], row[1]),
            row[2],
            lines.account_entity(row[5:10]),
            shown.get(row[4]),
            row[3],
            row[4],
            events.get(row[0]),
        )
        for row in found
    ]
