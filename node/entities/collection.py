"""The Collection: accounts that somebody recommends together, and each of them as an item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from node.entities.instants import iso
from node.social.site import Site


class Row(Protocol):
    """What of a collection's row the entity shows."""

    @property
    def id(self) -> int: ...
    @property
    def account_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def is_sensitive(self) -> bool: ...
    @property
    def is_discoverable(self) -> bool: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...


class ItemRow(Protocol):
    """What of somebody in a collection the entity shows."""

    @property
    def id(self) -> int: ...
    @property
    def account_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def collection(kept: Row, shown: Sequence[ItemRow], site: Site, *, tag: str | None) -> dict[str, Any]:
    """Return the Collection with the items that its reader sees; `tag` is the name of its hashtag."""
    address = site.collection_url(kept.id)
    return {
        "id": str(kept.id),
        "account_id": str(kept.account_id),
        "uri": address,
        "url": address,
        "name": kept.name,
        "description": kept.description,
        "language": kept.language,
        "local": True,
        "sensitive": kept.is_sensitive,
        "discoverable": kept.is_discoverable,
        "tag": None if tag is None else {"name": tag, "url": site.tag_url(tag)},
        "created_at": iso(kept.created_at),
        "updated_at": iso(kept.updated_at),
        "item_count": len(shown),
        "items": [item(one) for one in shown],
    }


def item(one: ItemRow) -> dict[str, Any]:
    """Return the CollectionItem."""
    return {
        "id": str(one.id),
        "account_id": str(one.account_id),
        "state": one.state,
        "created_at": iso(one.created_at),
    }
