"""Statuses: rows, their mentions, tags, media and counts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, select, update
from sqlalchemy import delete as sql_delete

from node.store import tables
from node.store.database import insert as insert_into
from node.store.unit import Snapshot, Unit
from node.store.visible import visible_to

t = tables.statuses


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


_columns = [t.c[name] for name in Status.__struct_fields__]
_select = select(*_columns)


def by_id(snapshot: Snapshot, status_id: int) -> Status | None:
    """Return a status whoever looks."""
    row = snapshot.conn.execute(_select.where(t.c.id == status_id)).first()
    return Status(*row) if row else None


def by_uri(snapshot: Snapshot, uri: str) -> Status | None:
    """Return a status by its id on the wire."""
    row = snapshot.conn.execute(_select.where(t.c.uri == uri)).first()
    return Status(*row) if row else None


def by_uris(snapshot: Snapshot, uris: Iterable[str]) -> dict[str, Status]:
    """Return the known ones of several ids."""
    wanted = list(uris)
    if not wanted:
        return {}
    rows = snapshot.conn.execute(_select.where(t.c.uri.in_(wanted)))
    return {status.uri: status for status in (Status(*row) for row in rows)}


def by_url(snapshot: Snapshot, url: str) -> Status | None:
    """Return a status by the address of its page."""
    row = snapshot.conn.execute(_select.where(t.c.url == url)).first()
    return Status(*row) if row else None


def visible(snapshot: Snapshot, status_id: int, viewer_id: int | None) -> Status | None:
    """Return a status if this reader may see it."""
    author = tables.accounts
    statement = _select.join(author, author.c.id == t.c.account_id).where(
        t.c.id == status_id, visible_to(viewer_id, t, author)
    )
    row = snapshot.conn.execute(statement).first()
    return Status(*row) if row else None


def boost_by(snapshot: Snapshot, account_id: int, status_id: int) -> Status | None:
    """Return the boost of a status by an account."""
    row = snapshot.conn.execute(_select.where(t.c.account_id == account_id, t.c.boost_of_id == status_id)).first()
    return Status(*row) if row else None


def boosts_of(snapshot: Snapshot, status_id: int) -> list[Status]:
    """Return every boost of a status."""
    return [Status(*row) for row in snapshot.conn.execute(_select.where(t.c.boost_of_id == status_id))]


def insert(unit: Unit, values: Mapping[str, Any]) -> bool:
    """Insert a status; False when its uri (or this account's boost) is already there."""
    statement = insert_into(unit.conn, t).on_conflict_do_nothing().returning(t.c.id)
    if unit.conn.execute(statement, dict(values)).first() is None:
        return False
    count_on_account(unit, values["account_id"], 1, at=values["created_at"])
    if values.get("reply_to_id") is not None:
        add_to_count(unit, values["reply_to_id"], "replies_count", 1)
    if values.get("boost_of_id") is not None:
        add_to_count(unit, values["boost_of_id"], "boosts_count", 1)
    return True


def change(unit: Unit, status_id: int, values: Mapping[str, Any]) -> None:
    """Update columns of a status."""
    unit.conn.execute(update(t).where(t.c.id == status_id).values(**values))


def delete(unit: Unit, status: Status) -> None:
    """Remove a status with all that hangs on it, and take it out of the counts."""
    boosters = select(t.c.account_id).where(t.c.boost_of_id == status.id)
    accounts = tables.accounts
    unit.conn.execute(
        update(accounts).where(accounts.c.id.in_(boosters)).values(statuses_count=accounts.c.statuses_count - 1)
    )
    unit.conn.execute(sql_delete(t).where(t.c.id == status.id))
    count_on_account(unit, status.account_id, -1)
    if status.reply_to_id is not None:
        add_to_count(unit, status.reply_to_id, "replies_count", -1)
    if status.boost_of_id is not None:
        add_to_count(unit, status.boost_of_id, "boosts_count", -1)


def add_to_count(unit: Unit, status_id: int, column: str, difference: int) -> None:
    """Change one of a status's counts."""
    unit.conn.execute(update(t).where(t.c.id == status_id).values({column: t.c[column] + difference}))


def count_on_account(unit: Unit, account_id: int, difference: int, *, at: datetime | None = None) -> None:
    """Change how many statuses an account has; `at` is when it posted last."""
    accounts = tables.accounts
    values: dict[str, Any] = {"statuses_count": accounts.c.statuses_count + difference}
    if at is not None:
        values["last_status_at"] = at
    unit.conn.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def set_mentions(unit: Unit, status_id: int, account_ids: Iterable[int], *, silent_ids: Iterable[int] = ()) -> None:
    """Replace who is named in a status; silent ones are addressed without being named."""
    unit.conn.execute(sql_delete(tables.mentions).where(tables.mentions.c.status_id == status_id))
    add_mentions(unit, status_id, account_ids, silent_ids=silent_ids)


def add_mentions(unit: Unit, status_id: int, account_ids: Iterable[int], *, silent_ids: Iterable[int] = ()) -> None:
    """Name people in a new status."""
    named = dict.fromkeys(account_ids)
    rows = [{"status_id": status_id, "account_id": a, "is_silent": False} for a in named]
    rows += [
        {"status_id": status_id, "account_id": a, "is_silent": True}
        for a in dict.fromkeys(silent_ids)
        if a not in named
    ]
    if rows:
        unit.conn.execute(tables.mentions.insert(), rows)


def mention_ids(snapshot: Snapshot, status_id: int, *, with_silent: bool = True) -> list[int]:
    """Return the accounts named in a status."""
    m = tables.mentions
    statement = select(m.c.account_id).where(m.c.status_id == status_id)
    if not with_silent:
        statement = statement.where(m.c.is_silent.is_(False))
    return list(snapshot.conn.scalars(statement))


def set_tags(unit: Unit, status_id: int, names: Iterable[str], *, is_new: bool = True) -> None:
    """Replace the hashtags of a status; names are normalised already."""
    link = tables.status_tags
    if not is_new:
        unit.conn.execute(sql_delete(link).where(link.c.status_id == status_id))
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return
    made = [{"id": unit.new_id(), "name": name} for name in wanted]
    unit.conn.execute(insert_into(unit.conn, tables.tags).on_conflict_do_nothing(), made)
    ids = unit.conn.scalars(select(tables.tags.c.id).where(tables.tags.c.name.in_(wanted)))
    unit.conn.execute(link.insert(), [{"tag_id": tag_id, "status_id": status_id} for tag_id in ids])


def tag_names(snapshot: Snapshot, status_id: int) -> list[str]:
    """Return the hashtags of a status."""
    link = tables.status_tags
    statement = select(tables.tags.c.name).join(link, link.c.tag_id == tables.tags.c.id)
    return list(snapshot.conn.scalars(statement.where(link.c.status_id == status_id).order_by(tables.tags.c.id)))


def keep_edit(unit: Unit, status: Status) -> None:
    """Keep the version that an edit is about to replace."""
    unit.conn.execute(
        tables.edits.insert().values(
            id=unit.new_id(),
            status_id=status.id,
            content_html=status.content_html,
            spoiler_text=status.spoiler_text,
            is_sensitive=status.is_sensitive,
            created_at=status.edited_at or status.created_at,
        )
    )


class Edit(Struct, frozen=True):
    """An earlier version of a status."""

    content_html: str
    spoiler_text: str
    is_sensitive: bool
    created_at: datetime


MAX_EDITS = 200


def edits_of(snapshot: Snapshot, status_id: int) -> list[Edit]:
    """Return the earlier versions of a status, oldest first; of very many the newest."""
    e = tables.edits
    columns = [e.c[name] for name in Edit.__struct_fields__]
    newest = select(*columns).where(e.c.status_id == status_id).order_by(e.c.id.desc()).limit(MAX_EDITS)
    return [Edit(*row) for row in snapshot.conn.execute(newest)][::-1]


def adopt_orphans(unit: Unit, status: Status) -> list[int]:
    """Tie replies that came before their parent to it; return their ids."""
    orphans = (t.c.reply_to_uri == status.uri, t.c.reply_to_id.is_(None))
    found = list(unit.conn.scalars(select(t.c.id).where(*orphans)))
    if found:
        values = {"reply_to_id": status.id, "reply_to_account_id": status.account_id}
        unit.conn.execute(update(t).where(t.c.id.in_(found)).values(values))
        add_to_count(unit, status.id, "replies_count", len(found))
    return found


def visible_to_peer(snapshot: Snapshot, status: Status, account_id: int) -> bool:
    """Return whether an account elsewhere may see a status."""
    return status.visibility not in ("house", "circle") and visible(snapshot, status.id, account_id) is not None


def remembered(snapshot: Snapshot, account_id: int, key: str) -> int | None:
    """Return the status a client already made with this idempotency key."""
    i = tables.idempotency
    found: int | None = snapshot.conn.scalar(select(i.c.status_id).where(i.c.account_id == account_id, i.c.key == key))
    return found


def remember(unit: Unit, account_id: int, key: str, status_id: int) -> None:
    """Remember what a client's idempotency key made."""
    row = {"account_id": account_id, "key": key, "status_id": status_id, "created_at": unit.now}
    unit.conn.execute(tables.idempotency.insert().values(row))


def app_of(snapshot: Snapshot, status: Status) -> tuple[str, str | None] | None:
    """Return name and website of the app a status was written with."""
    if status.app_id is None:
        return None
    apps = tables.apps
    row = snapshot.conn.execute(select(apps.c.name, apps.c.website).where(apps.c.id == status.app_id)).first()
    return (row[0], row[1]) if row else None


def has_record(snapshot: Snapshot, status_id: int) -> bool:
    """Return whether a status carries a learningRecord."""
    r = tables.records
    return snapshot.conn.scalar(select(r.c.status_id).where(r.c.status_id == status_id)) is not None


def selection() -> Select[Any]:
    """Return the selection that `all_of` reads, to be narrowed."""
    return _select


def all_of(snapshot: Snapshot, statement: Select[Any]) -> list[Status]:
    """Return every status of a narrowed selection."""
    return [Status(*row) for row in snapshot.conn.execute(statement)]
