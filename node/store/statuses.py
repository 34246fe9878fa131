"""Statuses: rows, their mentions, tags, media and counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select, update
from sqlalchemy import delete as sql_delete

from federation.audience import OPEN
from node.entities.status import field_text
from node.social.visibility import INSIDE
from node.store import accounts, homes, memo, tables
from node.store.compiled import Insertion, OneOf, Prepared, bound
from node.store.unit import Snapshot, Unit
from node.store.visible import visible_to

t = tables.statuses
UNCOUNTED: Final = ("direct", *sorted(INSIDE))  # how much of it somebody writes, and when, is nobody's business outside


class Status(Struct, frozen=True):
    """A row of `statuses` without its rendered part."""

    id: int
    uri: str
    url: str
    account_id: int
    is_local: bool
    visibility: str
    reply_to_id: int | None
    reply_to_uri: str | None
    reply_to_account_id: int | None
    boost_of_id: int | None
    quote_uri: str | None
    context_uri: str
    text: str
    content_html: str
    spoiler_text: str
    is_sensitive: bool
    language: str | None
    app_id: int | None
    created_at: datetime
    edited_at: datetime | None
    received_at: datetime
    interaction_policy: dict[str, Any] | None = None
    approval: str | None = None
    approved_by: str | None = None


_columns = [t.c[name] for name in Status.__struct_fields__]
_select = select(*_columns)
_by_id = Prepared(lambda: _select.where(t.c.id == bound(t.c.id)))
_by_uris = OneOf(lambda uris: _select.where(t.c.uri.in_(uris)), t.c.uri)
_local_boosters = Prepared(
    lambda: select(t.c.account_id).where(t.c.boost_of_id == bound(t.c.boost_of_id), t.c.is_local.is_(True))
)


def by_id(snapshot: Snapshot, status_id: int) -> Status | None:
    """Return a status whoever looks."""
    kept = snapshot.kept
    if kept is not None and (found := kept.get(("status", status_id))) is not None:
        held: Status = found
        return held
    row = _by_id.first(snapshot.conn, the_id=status_id)
    status = Status(*row) if row else None
    if kept is not None and status is not None:
        kept["status", status_id] = kept["status-uri", status.uri] = status
    return status


def by_uri(snapshot: Snapshot, uri: str) -> Status | None:
    """Return a status by its id on the wire."""
    return by_uris(snapshot, (uri,)).get(uri)


def by_uris(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, Status]:
    """Return the known ones of several ids."""
    wanted = dict.fromkeys(uris)
    held = snapshot.kept or {}
    asked = [uri for uri in wanted if ("status-uri", uri) not in held]
    found = {row[1]: Status(*row) for row in _by_uris.rows(snapshot.conn, asked)} if asked else {}
    if snapshot.kept is not None:
        snapshot.kept |= {("status-uri", uri): found.get(uri) for uri in asked}
    some = ((uri, held.get(("status-uri", uri)) or found.get(uri)) for uri in wanted)
    return {uri: one for uri, one in some if one is not None}


def by_url(snapshot: Snapshot, url: str) -> Status | None:
    """Return a status by the address of its page."""
    row = snapshot.conn.execute(_select.where(t.c.url == url)).first()
    return Status(*row) if row else None


def approved_by(snapshot: Snapshot, uri: str) -> list[Status]:
    """Return the replies of ours that rest on an approval."""
    return [Status(*row) for row in snapshot.conn.execute(_select.where(t.c.approved_by == uri).limit(20))]


def visible(snapshot: Snapshot, status_id: int, viewer_id: int | None) -> Status | None:
    """Return a status if this reader may see it."""
    viewer = {} if viewer_id is None else {"the_viewer": viewer_id}
    row = _visible(is_signed_in=viewer_id is not None).first(snapshot.conn, the_id=status_id, **viewer)
    return Status(*row) if row else None


@cache
def _visible(*, is_signed_in: bool) -> Prepared:
    author = tables.accounts
    viewer = bound(author.c.id, "viewer") if is_signed_in else None
    joined = _select.join(author, author.c.id == t.c.account_id)
    return Prepared(lambda: joined.where(t.c.id == bound(t.c.id), visible_to(viewer, t, author)))


def boost_by(snapshot: Snapshot, account_id: int, status_id: int) -> Status | None:
    """Return the boost of a status by an account."""
    row = snapshot.conn.execute(_select.where(t.c.account_id == account_id, t.c.boost_of_id == status_id)).first()
    return Status(*row) if row else None


def local_booster_ids(snapshot: Snapshot, status_id: int) -> list[int]:
    """Return the accounts of ours that boosted a status."""
    return [row[0] for row in _local_boosters.rows(snapshot.conn, the_boost_of_id=status_id)]


def insert(unit: Unit, values: Mapping[str, Any]) -> bool:
    """Insert a status; False when its uri (or this account's boost) is already there."""
    memo.drop(unit, ("status-uri", values["uri"]))
    if _insertion(tuple(values)).first(unit.conn, **values) is None:
        unit.ensure_free(t, values["id"])
        return False
    if values["visibility"] not in UNCOUNTED:
        count_on_account(unit, values["account_id"], 1, at=values["created_at"])
    homes.spread(unit, values["id"], values["account_id"])
    if values.get("reply_to_id") is not None:
        count_reply(unit, values["reply_to_id"], values["visibility"], 1)
    if values.get("boost_of_id") is not None:
        add_to_count(unit, values["boost_of_id"], "boosts_count", 1)
    return True


@cache
def _insertion(names: tuple[str, ...]) -> Insertion:
    return Insertion(t, names, returning=t.c.id, or_nothing=True)


def change(unit: Unit, status_id: int, values: Mapping[str, Any]) -> None:
    """Update columns of a status."""
    memo.forget(unit)
    unit.conn.execute(update(t).where(t.c.id == status_id).values(**values))


def delete(unit: Unit, status: Status) -> None:
    """Remove a status with all that hangs on it, and take it out of the counts."""
    memo.forget(unit)
    boosters = select(t.c.account_id).where(t.c.boost_of_id == status.id, t.c.visibility.not_in(UNCOUNTED))
    a = tables.accounts
    unit.conn.execute(update(a).where(a.c.id.in_(boosters)).values(statuses_count=a.c.statuses_count - 1))
    _let_replies_go(unit, status)
    unit.conn.execute(sql_delete(t).where(t.c.id == status.id))
    if status.visibility not in UNCOUNTED:
        count_on_account(unit, status.account_id, -1)
    if status.reply_to_id is not None:
        count_reply(unit, status.reply_to_id, status.visibility, -1)
    if status.boost_of_id is not None:
        add_to_count(unit, status.boost_of_id, "boosts_count", -1)


def _let_replies_go(unit: Unit, status: Status) -> None:
    """Take a status out of the rendered parts of its replies, however many; the key in their rows goes by itself."""
    names_it, names_none = (field_text("in_reply_to_id", one) for one in (status.id, None))
    part = func.replace(t.c.part, names_it, names_none)
    unit.conn.execute(update(t).where(t.c.reply_to_id == status.id).values(part=part))


def count_reply(unit: Unit, parent_id: int, visibility: str, difference: int) -> None:
    """Change how many replies a status has: those that whoever sees it may see, for a number tells of others too."""
    if visibility in OPEN:
        add_to_count(unit, parent_id, "replies_count", difference)
    elif visibility == "house":
        parent = update(t).where(t.c.id == parent_id, t.c.visibility == "house")
        unit.conn.execute(parent.values(replies_count=t.c.replies_count + difference))


def add_to_count(unit: Unit, status_id: int, column: str, difference: int) -> None:
    """Change one of a status's counts."""
    unit.conn.execute(update(t).where(t.c.id == status_id).values({column: t.c[column] + difference}))


def count_on_account(unit: Unit, account_id: int, difference: int, *, at: datetime | None = None) -> None:
    """Change how many statuses an account has; `at` is when it posted last."""
    accounts.note_counted(unit, account_id, difference, at=at)
    if at is None:
        _count.run(unit.conn, the_id=account_id, the_difference=difference)
    else:
        _count_at.run(unit.conn, the_id=account_id, the_difference=difference, the_last_status_at=at)


def _counting(**more: Any) -> Any:
    a = tables.accounts
    values = {"statuses_count": a.c.statuses_count + bound(a.c.statuses_count, "difference"), **more}
    return update(a).where(a.c.id == bound(a.c.id)).values(values)


_count = Prepared(_counting)
_last = tables.accounts.c.last_status_at
_count_at = Prepared(lambda: _counting(last_status_at=case((_last > bound(_last), _last), else_=bound(_last))))


def set_mentions(unit: Unit, status_id: int, account_ids: Iterable[int], *, silent_ids: Iterable[int] = ()) -> None:
    """Replace who is named in a status; silent ones are addressed without being named."""
    memo.forget(unit)
    unit.conn.execute(sql_delete(tables.mentions).where(tables.mentions.c.status_id == status_id))
    add_mentions(unit, status_id, account_ids, silent_ids=silent_ids)


def add_mentions(unit: Unit, status_id: int, account_ids: Iterable[int], *, silent_ids: Iterable[int] = ()) -> None:
    """Name people in a new status."""
    memo.drop(unit, ("mentions", status_id))
    memo.gains(unit, "mentions", status_id)
    named = dict.fromkeys(account_ids)
    rows = [{"status_id": status_id, "account_id": a, "is_silent": False} for a in named]
    rows += [
        {"status_id": status_id, "account_id": a, "is_silent": True}
        for a in dict.fromkeys(silent_ids)
        if a not in named
    ]
    if rows:
        _add_mentions.many(unit.conn, rows)


_add_mentions = Insertion(tables.mentions, ("status_id", "account_id", "is_silent"))


def mention_ids(snapshot: Snapshot, status_id: int, *, with_silent: bool = True) -> list[int]:
    """Return the accounts named in a status."""
    return [account_id for account_id, is_silent in _mentions(snapshot, status_id) if with_silent or not is_silent]


def _mentions(snapshot: Snapshot, status_id: int) -> Sequence[Sequence[Any]]:
    if memo.lacks(snapshot, "mentions", status_id):
        return ()
    return memo.once(snapshot, ("mentions", status_id), lambda: _named.rows(snapshot.conn, the_status_id=status_id))


_named = Prepared(
    lambda: select(tables.mentions.c.account_id, tables.mentions.c.is_silent).where(
        tables.mentions.c.status_id == bound(tables.mentions.c.status_id)
    )
)


def emojis_of(snapshot: Snapshot, status_id: int) -> list[dict[str, str]]:
    """Return the custom emojis that a status uses, with the pictures of its author's host."""
    if memo.lacks(snapshot, "emojis", status_id):
        return []
    row = _emojis.first(snapshot.conn, the_id=status_id)
    found: list[dict[str, str]] = row[0] if row else []
    return found


_emojis = Prepared(lambda: select(t.c.emojis).where(t.c.id == bound(t.c.id)))


def adopt_orphans(unit: Unit, status: Status) -> list[int]:
    """Tie replies that came before their parent to it; return their ids."""
    rows = _orphans.rows(unit.conn, the_reply_to_uri=status.uri)
    found = [row[0] for row in rows]
    if found:
        memo.forget(unit)
        values = {"reply_to_id": status.id, "reply_to_account_id": status.account_id}
        unit.conn.execute(update(t).where(t.c.id.in_(found)).values(values))
        add_to_count(unit, status.id, "replies_count", sum(row[1] in OPEN for row in rows))
    return found


_orphans = Prepared(
    lambda: select(t.c.id, t.c.visibility).where(t.c.reply_to_uri == bound(t.c.reply_to_uri), t.c.reply_to_id.is_(None))
)


def visible_to_peer(snapshot: Snapshot, status: Status, account_id: int) -> bool:
    """Return whether an account elsewhere may see a status."""
    return status.visibility not in INSIDE and visible(snapshot, status.id, account_id) is not None


def remembered(snapshot: Snapshot, account_id: int, key: str, *, since: datetime) -> int | None:
    """Return what a client already made with this idempotency key since then, a status or one that waits for its time."""
    i = tables.idempotency
    mine = select(i.c.status_id).where(i.c.account_id == account_id, i.c.key == key, _is_fresh(since))
    found: int | None = snapshot.conn.scalar(mine)
    return found


def remember(unit: Unit, account_id: int, key: str, status_id: int, *, since: datetime) -> None:
    """Remember what a client's idempotency key made, in the place of what is too old or gone."""
    i = tables.idempotency
    stale = sql_delete(i).where(i.c.account_id == account_id, i.c.key == key, not_(_is_fresh(since)))
    unit.conn.execute(stale)
    row = {"account_id": account_id, "key": key, "status_id": status_id, "created_at": unit.now}
    unit.conn.execute(i.insert().values(row))


def _is_fresh(since: datetime) -> ColumnElement[bool]:
    i, waiting = tables.idempotency, tables.scheduled
    is_there = or_(
        exists(select(1).where(t.c.id == i.c.status_id)), exists(select(1).where(waiting.c.id == i.c.status_id))
    )
    return and_(i.c.created_at > since, is_there)


def pass_key(unit: Unit, account_id: int, from_id: int, to_id: int) -> None:
    """Let the key that made a post wait give the post from now on."""
    i = tables.idempotency
    mine = update(i).where(i.c.account_id == account_id, i.c.status_id == from_id)
    unit.conn.execute(mine.values(status_id=to_id))


def app_of(snapshot: Snapshot, status: Status) -> tuple[str, str | None] | None:
    """Return name and website of the app a status was written with."""
    if status.app_id is None:
        return None
    apps = tables.apps
    row = snapshot.conn.execute(select(apps.c.name, apps.c.website).where(apps.c.id == status.app_id)).first()
    return (row[0], row[1]) if row else None


def has_record(snapshot: Snapshot, status_id: int) -> bool:
    """Return whether a status carries a learningRecord."""
    if memo.lacks(snapshot, "record", status_id):
        return False
    has = _record.first(snapshot.conn, the_status_id=status_id) is not None
    if not has:
        memo.note_lacking(snapshot, status_id, ("record",))
    return has


_record = Prepared(
    lambda: select(tables.records.c.status_id).where(tables.records.c.status_id == bound(tables.records.c.status_id))
)


def direct_before(snapshot: Snapshot, account_id: int, before: datetime, *, limit: int) -> list[Status]:
    """Return the oldest direct posts of an account from before then."""
    wanted = selection().where(t.c.account_id == account_id, t.c.visibility == "direct", t.c.created_at < before)
    return all_of(snapshot, wanted.order_by(t.c.id).limit(limit))


def selection() -> Select[Any]:
    """Return the selection that `all_of` reads, to be narrowed."""
    return _select


def all_of(snapshot: Snapshot, statement: Select[Any]) -> list[Status]:
    """Return every status of a narrowed selection."""
    return [Status(*row) for row in snapshot.conn.execute(statement)]
