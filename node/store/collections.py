"""Collections of accounts that somebody recommends together. Whoever stops wanting to be found is in none of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update

from node.entities.collection import collection
from node.store import tables, tags
from node.store.unit import Snapshot, Unit
from node.store.visible import has_blocked, is_let_in, not_blocked_by, not_limited

State = Literal["pending", "accepted", "rejected", "revoked"]

t = tables.collections
items = tables.collection_items
a = tables.accounts
MOST_LINKED: Final = 5  # in one post


class Collection(Struct, frozen=True):
    """A row of `collections`."""

    id: int
    account_id: int
    name: str
    description: str
    language: str | None
    is_sensitive: bool
    is_discoverable: bool
    tag_id: int | None
    created_at: datetime
    updated_at: datetime


class Item(Struct, frozen=True):
    """A row of `collection_items`."""

    id: int
    collection_id: int
    account_id: int
    position: int
    state: State
    created_at: datetime


_names: Final = Collection.__struct_fields__
_select = select(*[t.c[name] for name in _names])
_select_items = select(*[items.c[name] for name in Item.__struct_fields__])


def by_id(snapshot: Snapshot, collection_id: int) -> Collection | None:
    """Return a collection."""
    row = snapshot.conn.execute(_select.where(t.c.id == collection_id)).first()
    return Collection(*row) if row else None


def of_account(snapshot: Snapshot, account_id: int, *, has_hidden: bool, part: tuple[int, int]) -> list[Collection]:
    """Return (offset, limit) of the collections that somebody made, the newest first."""
    statement = _select.where(t.c.account_id == account_id)
    if not has_hidden:
        statement = statement.where(t.c.is_discoverable)
    return _cut(snapshot, statement, part)


def with_account(snapshot: Snapshot, account_id: int, *, part: tuple[int, int]) -> list[Collection]:
    """Return (offset, limit) of the collections that somebody is in, the newest first."""
    inside = select(items.c.collection_id).where(items.c.account_id == account_id, items.c.state == "accepted")
    return _cut(snapshot, _select.where(t.c.id.in_(inside)), part)


def _cut(snapshot: Snapshot, statement: Select[Any], part: tuple[int, int]) -> list[Collection]:
    offset, limit = part
    rows = snapshot.conn.execute(statement.order_by(t.c.id.desc()).offset(offset).limit(limit))
    return [Collection(*row) for row in rows]


def count(snapshot: Snapshot, account_id: int) -> int:
    """Return how many collections somebody made."""
    return snapshot.conn.scalar(select(func.count()).select_from(t).where(t.c.account_id == account_id)) or 0


def keep(unit: Unit, made: Collection) -> None:
    """Insert a collection."""
    unit.conn.execute(insert(t), msgspec.structs.asdict(made))


def change(unit: Unit, collection_id: int, **values: Any) -> None:
    """Update columns of a collection."""
    unit.conn.execute(update(t).where(t.c.id == collection_id).values(**values, updated_at=unit.now))


def remove(unit: Unit, collection_id: int) -> None:
    """Remove a collection with what is in it."""
    unit.conn.execute(delete(t).where(t.c.id == collection_id))


def shown(snapshot: Snapshot, collection_ids: Sequence[int], viewer_id: int | None) -> dict[int, list[Item]]:
    """Return what is in several collections as somebody sees it: no one suspended, hidden by now, or blocked by them."""
    statement = (
        _select_items.join(a, a.c.id == items.c.account_id)
        .where(items.c.collection_id.in_(collection_ids), items.c.state == "accepted")
        .where(~a.c.is_suspended, or_(a.c.is_discoverable, a.c.id == viewer_id), not_blocked_by(viewer_id, a.c.id))
        .order_by(items.c.position, items.c.id)
    )
    found: dict[int, list[Item]] = {i: [] for i in collection_ids}
    for row in snapshot.conn.execute(statement):
        found[row[1]].append(Item(*row))
    return found


def entities(snapshot: Snapshot, found: Sequence[Collection], viewer_id: int | None) -> list[dict[str, Any]]:
    """Return Collections as somebody sees them."""
    if not found:
        return []
    seen = shown(snapshot, [one.id for one in found], viewer_id)
    tag_ids = [one.tag_id for one in found if one.tag_id is not None]
    names = tags.some(snapshot, tag_ids) if tag_ids else {}

    def name(tag_id: int | None) -> str | None:
        return names[tag_id].shown if tag_id in names else None

    return [collection(one, seen[one.id], snapshot.site, tag=name(one.tag_id)) for one in found]


def member_ids(snapshot: Snapshot, collection_id: int) -> list[int]:
    """Return the accounts that are in a collection."""
    inside_now = items.c.collection_id == collection_id, items.c.state == "accepted"
    return list(snapshot.conn.scalars(select(items.c.account_id).where(*inside_now).order_by(items.c.position)))


def some(snapshot: Snapshot, collection_ids: Iterable[int], viewer_id: int | None) -> list[Collection]:
    """Return those of several collections that somebody may see whom another tells of them."""
    wanted = set(collection_ids)
    if not wanted:
        return []
    statement = _select.where(t.c.id.in_(wanted), *_open_to(viewer_id)).order_by(t.c.id)
    return [Collection(*row) for row in snapshot.conn.execute(statement)]


def shown_to(snapshot: Snapshot, collection_ids: Iterable[int], viewer_id: int | None) -> dict[int, dict[str, Any]]:
    """Return those of several Collections, by their ids, that somebody may see whom another tells of them."""
    found = some(snapshot, collection_ids, viewer_id)
    return {one.id: entity for one, entity in zip(found, entities(snapshot, found, viewer_id), strict=True)}


def search(snapshot: Snapshot, viewer_id: int | None, text: str, part: tuple[int, int]) -> list[Collection]:
    """Return (offset, limit) of the discoverable collections whose name holds a text, the newest first."""
    named = func.lower(t.c.name).contains(text.lower(), autoescape=True)
    by = select(a.c.id).where(a.c.id == t.c.account_id, not_limited(viewer_id, a), not_blocked_by(viewer_id, a.c.id))
    return _cut(snapshot, _select.where(named, t.c.is_discoverable, by.exists(), *_open_to(viewer_id)), part)


def _open_to(viewer_id: int | None) -> list[ColumnElement[bool]]:
    """Return that a collection is of somebody who is here, and who does not block the viewer."""
    here = select(a.c.id).where(a.c.id == t.c.account_id, ~a.c.is_suspended).exists()
    blocked = [] if viewer_id is None else [~has_blocked(t.c.account_id, viewer_id)]
    return [here, is_let_in(t.c.account_id), *blocked]


def linked(snapshot: Snapshot, parts: Mapping[int, str], viewer_id: int | None) -> dict[int, str]:
    """Return the collections that some posts link to, as JSON text, by the post; most posts link to none."""
    start = snapshot.site.collection_url(0)[:-1]
    named = {one: _addresses(start).findall(part)[:MOST_LINKED] for one, part in parts.items() if start in part}
    if not named:
        return {}
    ids = {one: dict.fromkeys(int(number) for number in numbers) for one, numbers in named.items()}
    shown_as = shown_to(snapshot, (number for numbers in ids.values() for number in numbers), viewer_id)
    lists = {one: [shown_as[number] for number in numbers if number in shown_as] for one, numbers in ids.items()}
    return {one: msgspec.json.encode(several).decode() for one, several in lists.items() if several}


@lru_cache(maxsize=8)
def _addresses(start: str) -> re.Pattern[str]:
    """Return what finds our collections among the links of a rendered post."""
    return re.compile(rf'href=\\"{re.escape(start)}([0-9]{{1,18}})\\"')


def inside(snapshot: Snapshot, collection_id: int) -> list[Item]:
    """Return everything in a collection, whatever became of it."""
    rows = snapshot.conn.execute(_select_items.where(items.c.collection_id == collection_id).order_by(items.c.position))
    return [Item(*row) for row in rows]


def item(snapshot: Snapshot, collection_id: int, item_id: int) -> Item | None:
    """Return something in a collection."""
    where = items.c.id == item_id, items.c.collection_id == collection_id
    row = snapshot.conn.execute(_select_items.where(*where)).first()
    return Item(*row) if row else None


def add(unit: Unit, made: Item) -> None:
    """Put an account into a collection."""
    unit.conn.execute(insert(items), msgspec.structs.asdict(made))


def drop(unit: Unit, item_id: int) -> None:
    """Take an account out of a collection."""
    unit.conn.execute(delete(items).where(items.c.id == item_id))


def revoke(unit: Unit, item_id: int) -> None:
    """Let an account out of a collection for good."""
    unit.conn.execute(update(items).where(items.c.id == item_id).values(state="revoked"))
