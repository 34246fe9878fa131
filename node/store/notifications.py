"""What a local account is told: made once, kept aside or not made at all as its policy says, and read a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from node.events import NotificationMade
from node.store import collections, lines, moderated, severances, sieves, tables
from node.store.compiled import Insertion, Prepared, bound
from node.store.lines import Page
from node.store.moderated import Reported, Warned
from node.store.severances import Severance
from node.store.sieves import Telling
from node.store.unit import Snapshot, Unit
from node.store.visible import not_limited, tells, visible_to

t = tables.notifications
accounts = tables.accounts
GROUPED: Final = frozenset({"favourite", "reblog", "follow", "admin.sign_up"})
GROUP_HOURS: Final = 12
MOST_ASKING: Final = 5000  # to be told of every post of somebody


class Notification(Struct, frozen=True):
    """A notification with its account and status as JSON text."""

    id: int
    kind: str
    created_at: datetime
    account_json: str
    status_json: str | None
    from_id: int
    status_id: int | None
    group_key: str | None = None
    is_filtered: bool = False
    event: Severance | None = None
    report: Reported | None = None
    warning: Warned | None = None
    collection: dict[str, Any] | None = None


class New(Struct, frozen=True):
    """A notification to make."""

    account_id: int
    from_id: int
    kind: str
    status_id: int | None = None
    report_id: int | None = None
    strike_id: int | None = None
    collection_id: int | None = None


# ------------------------------------------------------------------ telling

_NAMES: Final = (
    "id", "account_id", "from_id", "kind", "status_id", "report_id", "strike_id", "collection_id", "group_key",
    "is_filtered", "created_at",
)  # fmt: skip
_insertion = Insertion(t, _NAMES, returning=t.c.id, or_nothing=True)


def insert(unit: Unit, new: New) -> int | None:
    """Tell a local account once and return the notification's id; None when it is not told.

    Nobody is told about oneself (but for the end of one's poll and what moderators decided), nor by those whom they
    block, mute with their notices or whose host they block, nor about threads they muted, nor what their policy drops.
    """
    telling = Telling(new.account_id, new.from_id, new.kind, new.status_id)
    answer = sieves.judge(unit, telling)
    if answer == "drop":
        return None
    is_filtered = answer == "filter"
    made = unit.new_id()
    row = {name: getattr(new, name) for name in New.__struct_fields__}
    row |= {"group_key": None if is_filtered else _group_key(unit, new)}
    row |= {"id": made, "is_filtered": is_filtered, "created_at": unit.now}
    if _insertion.first(unit.conn, **row) is None:
        unit.ensure_free(t, made)
        return None
    if is_filtered:
        sieves.hold(unit, telling)
    unit.record(NotificationMade(made, new.account_id, is_filtered))
    return made


def insert_anew(unit: Unit, new: New) -> None:
    """Tell a local account in the place of what it was told before of the same thing."""
    if new.collection_id is not None:
        forget_collection(unit, new.collection_id, new.account_id, kind=new.kind)
    else:
        forget(unit, kind=new.kind, from_id=new.from_id, status_id=new.status_id, to_id=new.account_id)
    insert(unit, new)


def _group_key(unit: Unit, new: New) -> str | None:
    """Return the group to tell it in: the newest one of its kind (and status) that began less than half a day ago."""
    if new.kind not in GROUPED:
        return None
    statement = _newest_group if new.status_id is None else _newest_group_of_status
    about = {} if new.status_id is None else {"the_status_id": new.status_id}
    since = unit.id_at(unit.now - timedelta(hours=GROUP_HOURS))
    row = statement.first(unit.conn, the_account_id=new.account_id, the_kind=new.kind, the_since=since, **about)
    hour = int(unit.now.timestamp()) // 3600
    if row is not None:
        began = int(row[0].rpartition("-")[2])
        hour = began if began <= hour < began + GROUP_HOURS else hour
    return f"{new.kind}-{hour}" if new.status_id is None else f"{new.kind}-{new.status_id}-{hour}"


def _newest(*more: Any) -> Select[Any]:
    mine = t.c.account_id == bound(t.c.account_id), t.c.kind == bound(t.c.kind), t.c.id > bound(t.c.id, "since")
    return select(t.c.group_key).where(*mine, t.c.group_key.is_not(None), *more).order_by(t.c.id.desc()).limit(1)


_newest_group = Prepared(_newest)
_newest_group_of_status = Prepared(lambda: _newest(t.c.status_id == bound(t.c.status_id)))


def asking_ids(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the followers of ours who asked to be told of every post of its author, may see it, and are not named in it."""
    return [row[0] for row in _asking.rows(snapshot.conn, the_id=status_id)]


def _those_who_ask() -> Select[Any]:
    s, f, m = tables.statuses, tables.follows.alias("asking"), tables.mentions.alias()
    by = accounts.alias()
    is_named = exists(select(1).where(m.c.status_id == s.c.id, m.c.account_id == f.c.account_id))
    return (
        select(f.c.account_id)
        .join_from(s, by, by.c.id == s.c.account_id)
        .join(f, and_(f.c.target_id == s.c.account_id, f.c.is_accepted, f.c.notifies))
        .where(s.c.id == bound(s.c.id), literal_column("asking.is_local"), ~is_named, visible_to(f.c.account_id, s, by))
        .limit(MOST_ASKING)
    )


_asking = Prepared(_those_who_ask)


def tell_quoted(unit: Unit, new: New) -> None:
    """Tell who is quoted once: by the notification that their consent made before the quoting post came, if there is one."""
    waiting = select(t.c.id, t.c.account_id, t.c.is_filtered).where(
        t.c.account_id == new.account_id, t.c.from_id == new.from_id, t.c.kind == "quote", t.c.status_id.is_(None)
    )
    first = unit.conn.execute(waiting.order_by(t.c.id).limit(1)).first()
    if first is None:
        insert(unit, new)
        return
    unit.conn.execute(update(t).where(t.c.id == first[0]).values(status_id=new.status_id))
    unit.record(NotificationMade(*first))  # only now it can be shown


def forget(unit: Unit, *, kind: str, from_id: int, status_id: int | None = None, to_id: int | None = None) -> None:
    """Take back what an undone act had told."""
    matching = [t.c.kind == kind, t.c.from_id == from_id]
    if status_id is not None:
        matching.append(t.c.status_id == status_id)
    if to_id is not None:
        matching.append(t.c.account_id == to_id)
    unit.conn.execute(delete(t).where(*matching))


def forget_collection(unit: Unit, collection_id: int, account_id: int, *, kind: str | None = None) -> None:
    """Take back what somebody was told of a collection, or one kind of it."""
    about = [t.c.collection_id == collection_id, t.c.account_id == account_id]
    unit.conn.execute(delete(t).where(*about, *([] if kind is None else [t.c.kind == kind])))


# ------------------------------------------------------------------ reading

TELLER: Final = 10  # where the columns of who tells begin in a row of `shown`


class Wanted(Struct, frozen=True):
    """Which notifications: only these kinds (all when empty), without those kinds, from one account."""

    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    from_id: int | None = None
    has_every_request: bool = False  # to follow: those of limited strangers too, which are listed elsewhere for apps
    has_filtered: bool = False  # by the reader's policy: those too


def page(snapshot: Snapshot, account_id: int, part: Page, wanted: Wanted) -> list[Notification]:
    """Return a page of an account's notifications, newest first."""
    if wanted == Wanted():
        usual = _usual(is_upward=part.min_id is not None)
        rows = usual.rows(snapshot.conn, me=account_id, now=snapshot.now, **part.binds)
        return whole(snapshot, account_id, sorted(rows, key=lambda row: -int(row[0])))
    statement = shown(account_id, wanted).where(*lines.within(t.c.id))
    statement = lines.ordered(statement, t.c.id, is_upward=part.min_id is not None)
    rows = snapshot.conn.execute(statement, part.binds | {"now": snapshot.now}).all()
    return whole(snapshot, account_id, sorted(rows, key=lambda row: -int(row[0])))


@cache
def _usual(*, is_upward: bool) -> Prepared:
    """Return the statement of most pages, compiled once."""

    def build() -> Select[Any]:
        return lines.ordered(shown(lines.me, Wanted()).where(*lines.within(t.c.id)), t.c.id, is_upward=is_upward)

    return Prepared(build)


def one(snapshot: Snapshot, account_id: int, notification_id: int) -> Notification | None:
    """Return one notification of an account, filtered or not."""
    everything = Wanted(has_filtered=True)
    statement = shown(account_id, everything).where(t.c.id == notification_id)
    rows = snapshot.conn.execute(statement, {"now": snapshot.now}).all()
    return next(iter(whole(snapshot, account_id, rows)), None)


def _only(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.kinds:
        statement = statement.where(t.c.kind.in_(wanted.kinds))
    if wanted.without:
        statement = statement.where(t.c.kind.notin_(wanted.without))
    if wanted.from_id is not None:
        statement = statement.where(t.c.from_id == wanted.from_id)
    return statement


def count_above(snapshot: Snapshot, account_id: int, last_read_id: int, wanted: Wanted, *, limit: int = 100) -> int:
    """Return how many notifications that `page` would show are newer than one, at most `limit`."""
    newer = shown(account_id, wanted).where(t.c.id > last_read_id).with_only_columns(t.c.id).limit(limit).subquery()
    return snapshot.conn.scalar(select(func.count()).select_from(newer), {"now": snapshot.now}) or 0


def dismiss(unit: Unit, account_id: int, notification_id: int | None = None) -> bool:
    """Remove one notification of an account, or all; False when there was none."""
    mine = t.c.account_id == account_id
    only = mine if notification_id is None else and_(mine, t.c.id == notification_id)
    return unit.conn.execute(delete(t).where(only)).rowcount > 0


def shown(account_id: Any, wanted: Wanted) -> Select[Any]:
    """Select the rows for `whole` of what an account is shown now."""
    status, by, teller = tables.statuses.alias(), accounts.alias(), accounts.alias()
    statement = (
        select(
            t.c.id, t.c.kind, t.c.created_at, t.c.from_id, t.c.status_id, t.c.group_key, t.c.is_filtered,
            t.c.report_id, t.c.strike_id, t.c.collection_id, *lines.account_columns(teller),
        )
        .join(teller, teller.c.id == t.c.from_id)
        .outerjoin(status, status.c.id == t.c.status_id)
        .outerjoin(by, by.c.id == status.c.account_id)
        .where(t.c.account_id == account_id, may_tell(t, account_id, teller, wanted))
        .where(or_(t.c.status_id.is_(None), visible_to(account_id, status, by)))
        .where(or_(t.c.kind != "quote", t.c.status_id.is_not(None)))  # the post that quotes may come later
    )  # fmt: skip
    return _only(statement, wanted)


def may_tell(row: Any, account_id: Any, teller: Any, wanted: Wanted) -> ColumnElement[bool]:
    """Return whether a row of notifications, with the account that tells it, is shown to its reader now."""
    is_asking = row.c.kind == "follow_request" if wanted.has_every_request else false()
    is_free = or_(
        not_limited(account_id, teller), row.c.is_filtered, sieves.lets_through(account_id, teller), is_asking
    )
    is_kept = true() if wanted.has_filtered else or_(~row.c.is_filtered, is_asking)
    return and_(teller.c.is_suspended.is_(False), tells(account_id, row.c.from_id), is_free, is_kept)


def whole(snapshot: Snapshot, account_id: int, rows: Iterable[Sequence[Any]]) -> list[Notification]:
    """Return rows of `shown` with the statuses and whatever else they are about."""
    found = list(rows)
    posts = {
        line.id: line.json
        for line in lines.by_ids(snapshot, account_id, {row[4] for row in found if row[4] is not None})
    }
    events = severances.by_ids(snapshot, [row[0] for row in found if row[1] == severances.KIND])
    reports = moderated.reports(snapshot, {row[7] for row in found if row[7] is not None})
    warnings = moderated.warnings(snapshot, {row[8] for row in found if row[8] is not None})
    shown_in = collections.shown_to(snapshot, {row[9] for row in found if row[9] is not None}, account_id)
    told = [_notification(row, posts, events, reports, warnings) for row in found]
    return [replace(one, collection=shown_in.get(row[9])) for one, row in zip(told, found, strict=True)]


def _notification(
    row: Sequence[Any],
    posts: Mapping[int, str],
    events: Mapping[int, Severance],
    reports: Mapping[int, Reported],
    warnings: Mapping[int, Warned],
) -> Notification:
    return Notification(
        id=row[0],
        kind=row[1],
        created_at=row[2],
        account_json=lines.account_entity(row[TELLER:]),
        status_json=posts.get(row[4]),
        from_id=row[3],
        status_id=row[4],
        group_key=row[5],
        is_filtered=row[6],
        event=events.get(row[0]),
        report=reports.get(row[7]),
        warning=warnings.get(row[8]),
    )
