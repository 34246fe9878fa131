"""Collections, their pages, and what is left of a deleted post."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from federation.compose.terms import ACTIVITYSTREAMS, Document, moment, present

Item = str | Mapping[str, object]


def ordered_collection(
    uri: str,
    *,
    total: int | None,
    first: str | None = None,
    last: str | None = None,
    items: Sequence[Item] | None = None,
    attributed_to: str | None = None,
) -> Document:
    """Compose a collection: with `first` it has pages, with `items` it has all inside; with neither it only counts."""
    ends = present(attributedTo=attributed_to, first=first, last=last)
    inside = {} if items is None else {"orderedItems": list(items)}
    counted = {} if total is None else {"totalItems": total}
    return {"@context": ACTIVITYSTREAMS, "id": uri, "type": "OrderedCollection", **counted, **ends, **inside}


def ordered_page(
    uri: str,
    *,
    part_of: str,
    items: Sequence[Item],
    following: str | None = None,
    previous: str | None = None,
    context: Sequence[object] = (),
) -> Document:
    """Compose a page of a collection; `context` adds the terms that embedded items need."""
    return {
        "@context": [ACTIVITYSTREAMS, *context] if context else ACTIVITYSTREAMS,
        "id": uri,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        **present(next=following, prev=previous),
        "orderedItems": list(items),
    }


def tombstone(uri: str, *, deleted: datetime | None = None) -> Document:
    """Compose what is answered (with 410) where a post was."""
    return {"@context": ACTIVITYSTREAMS, **tombstone_body(uri, deleted=deleted)}


def tombstone_body(uri: str, *, deleted: datetime | None = None) -> Document:
    """Compose a Tombstone without its context, to stand inside a Delete."""
    return {"id": uri, "type": "Tombstone", **present(deleted=moment(deleted) if deleted else None)}
