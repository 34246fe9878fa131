"""Collections: accounts of ours that somebody recommends together, as far as each wants to be found.

Whoever is in one may leave it for good. What others collect, and collections of other servers, are not spoken of yet.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from node.entities.account import MAX_COLLECTIONS
from node.entities.collection import item
from node.errors import forbidden, invalid, not_found
from node.events import CollectionChanged, CollectionJoined, CollectionLeft
from node.services import reading, tagging
from node.social import hashtags
from node.store import accounts, collections, follows, people
from node.store.collections import Collection, Item
from node.store.unit import Snapshot, Unit

MAX_ITEMS: Final = 25
MAX_NAME_CHARS: Final = 40
MAX_DESCRIPTION_CHARS: Final = 100
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class CollectionEdit(Struct, frozen=True, kw_only=True):
    """What somebody says of a collection; None leaves it as it is. An empty `tag_name` takes the hashtag away."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag_name: str | None = None
    is_sensitive: bool | None = None
    is_discoverable: bool | None = None


def create(unit: Unit, account_id: int, edit: CollectionEdit, member_ids: Sequence[int]) -> dict[str, Any]:
    """Make a collection. Raises: 422 naming what is wrong, 403 for somebody who does not want to be in it."""
    accounts.hold(unit, (account_id,))
    if collections.count(unit, account_id) >= MAX_COLLECTIONS:
        raise invalid(f"Validation failed: you may have at most {MAX_COLLECTIONS} collections", code="too-many")
    values: dict[str, Any] = {"description": "", "language": None, "tag_id": None}
    values |= {"is_sensitive": False, "is_discoverable": True}
    values |= _values(unit, msgspec.structs.replace(edit, name=edit.name or ""))
    made = Collection(id=unit.new_id(), account_id=account_id, created_at=unit.now, updated_at=unit.now, **values)
    collections.keep(unit, made)
    for one in dict.fromkeys(member_ids):
        _add(unit, made, one)
    return show_one(unit, made, account_id)


def edit(unit: Unit, account_id: int, collection_id: int, change: CollectionEdit) -> dict[str, Any]:
    """Change what a collection says. Raises: 404, 403 for somebody else's, 422 naming what is wrong."""
    kept = _own(unit, account_id, collection_id)
    values = _values(unit, change)
    collections.change(unit, kept.id, **values)
    if any(getattr(kept, name) != value for name, value in values.items()):
        unit.record(CollectionChanged(kept.id))
    return show_one(unit, _known(unit, kept.id), account_id)


def delete(unit: Unit, account_id: int, collection_id: int) -> None:
    """Remove a collection. Raises: 404, 403 for somebody else's."""
    collections.remove(unit, _own(unit, account_id, collection_id).id)


def add(unit: Unit, account_id: int, collection_id: int, member_id: int | None) -> dict[str, Any]:
    """Put an account into a collection. Raises: 404, 403 for a collection or an account that does not let one, 422."""
    kept = _own(unit, account_id, collection_id)
    if member_id is None:
        raise invalid("Validation failed: account_id is missing", field="account_id", code="text-missing")
    made = _add(unit, kept, member_id)
    collections.change(unit, kept.id)
    return item(made)


def _add(unit: Unit, kept: Collection, member_id: int) -> Item:
    member = accounts.by_id(unit, member_id)
    if member is None or member.is_suspended:
        raise not_found()
    if not (member.is_local and member.is_discoverable and member.kind != "application"):
        raise forbidden("You are not allowed to feature this account")
    if follows.is_blocked_between(unit, kept.account_id, member.id):
        raise forbidden("You are not allowed to feature this account")
    accounts.hold(unit, (kept.account_id,))
    inside = collections.inside(unit, kept.id)
    _check_room(inside, member_id)
    position = max((one.position for one in inside), default=0) + 1
    made = Item(unit.new_id(), kept.id, member.id, position, "accepted", unit.now)
    collections.add(unit, made)
    unit.record(CollectionJoined(kept.id, member.id))
    return made


def _check_room(inside: Sequence[Item], member_id: int) -> None:
    held = next((one for one in inside if one.account_id == member_id), None)
    if held is not None and held.state == "revoked":
        raise forbidden("You are not allowed to feature this account")
    if held is not None:
        raise invalid("Validation failed: Account has already been taken", field="account", code="taken")
    if sum(one.state == "accepted" for one in inside) >= MAX_ITEMS:
        words = f"Validation failed: a collection may have at most {MAX_ITEMS} accounts"
        raise invalid(words, field="account_ids", code="too-many")


def drop(unit: Unit, account_id: int, collection_id: int, item_id: int) -> None:
    """Take an account out of a collection of one's own. Raises: 404, 403 for somebody else's.

    That somebody left stays known, so that they are not put into it again.
    """
    kept = _own(unit, account_id, collection_id)
    held = _item_of(unit, kept.id, item_id)
    if held.state == "revoked":
        raise not_found()
    collections.drop(unit, held.id)
    collections.change(unit, kept.id)
    unit.record(CollectionLeft(kept.id, held.account_id))


def revoke(unit: Unit, account_id: int, collection_id: int, item_id: int) -> None:
    """Leave a collection for good. Raises: 404, 403 for somebody else's item."""
    held = _item_of(unit, collection_id, item_id)
    if held.account_id != account_id:
        raise forbidden()
    collections.revoke(unit, held.id)
    unit.record(CollectionLeft(collection_id, account_id))


def show(snapshot: Snapshot, viewer_id: int | None, collection_id: int) -> dict[str, Any]:
    """Return a collection with its accounts, its owner first. Raises: 404."""
    kept = next(iter(collections.some(snapshot, [collection_id], viewer_id)), None)
    if kept is None:
        raise not_found()
    shown = show_one(snapshot, kept, viewer_id)
    ids = list(dict.fromkeys([kept.account_id, *(int(one["account_id"]) for one in shown["items"])]))
    accounts_json = people.json_of(snapshot, ids)
    return {"accounts": [msgspec.Raw(one.encode()) for one in accounts_json], "collection": shown}


def of_account(
    snapshot: Snapshot, viewer_id: int | None, account_id: int, *, part: tuple[int, int]
) -> list[dict[str, Any]]:
    """Return the collections that somebody made: the discoverable ones, to themselves all. Raises: 404."""
    reading.account(snapshot, account_id)
    if viewer_id is not None and follows.is_blocking(snapshot, account_id, viewer_id):
        return []
    found = collections.of_account(snapshot, account_id, has_hidden=viewer_id == account_id, part=part)
    return collections.entities(snapshot, found, viewer_id)


def with_account(snapshot: Snapshot, viewer_id: int, account_id: int, *, part: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the collections that the viewer is in. Raises: 404, 403 for somebody else."""
    reading.account(snapshot, account_id)
    if viewer_id != account_id:
        raise forbidden()
    return collections.entities(snapshot, collections.with_account(snapshot, account_id, part=part), viewer_id)


def show_one(snapshot: Snapshot, kept: Collection, viewer_id: int | None) -> dict[str, Any]:
    """Return a Collection as somebody sees it."""
    return collections.entities(snapshot, [kept], viewer_id)[0]


def _own(snapshot: Snapshot, account_id: int, collection_id: int) -> Collection:
    kept = _known(snapshot, collection_id)
    if kept.account_id != account_id:
        raise forbidden()
    return kept


def _known(snapshot: Snapshot, collection_id: int) -> Collection:
    kept = collections.by_id(snapshot, collection_id)
    if kept is None:
        raise not_found()
    return kept


def _item_of(snapshot: Snapshot, collection_id: int, item_id: int) -> Item:
    held = collections.item(snapshot, collection_id, item_id)
    if held is None:
        raise not_found()
    return held


def _values(unit: Unit, change: CollectionEdit) -> dict[str, Any]:
    values: dict[str, Any] = {"is_sensitive": change.is_sensitive, "is_discoverable": change.is_discoverable}
    values = {name: value for name, value in values.items() if value is not None}
    if change.name is not None:
        values["name"] = _text("name", change.name, MAX_NAME_CHARS)
        if not values["name"]:
            raise invalid("Validation failed: Name can't be blank", field="name", code="text-missing")
    if change.description is not None:
        values["description"] = _text("description", change.description, MAX_DESCRIPTION_CHARS)
    if change.language is not None:
        if change.language and not _LANGUAGE.fullmatch(change.language):
            raise invalid("Validation failed: Language is not a language code", field="language")
        values["language"] = change.language or None
    if change.tag_name is not None:
        values["tag_id"] = _tag(unit, change.tag_name)
    return values


def _text(field: str, typed: str, maximum: int) -> str:
    typed = typed.strip()
    if len(typed) > maximum:
        words = f"Validation failed: {field} is too long (maximum is {maximum} characters)"
        raise invalid(words, field=field, code="too-long")
    return typed


def _tag(unit: Unit, name: str) -> int | None:
    if not name.strip("#＃ "):
        return None
    if not hashtags.is_name(name):
        raise invalid("Validation failed: tag_name is not a hashtag", field="tag_name")
    return tagging.ensure(unit, name).id
