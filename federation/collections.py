"""Collections of other servers, whole, by pages, embedded or by id, read as items and where they go on.

Fetches nothing. Whose word the items are is not decided here: an embedded object is a hint, `is_housed` says when it may
be taken as its own origin's word.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from federation import loose, uris
from federation.reasons import PeerError, Reason
from federation.vocab.note import authors_of

WHOLE: Final = frozenset({"Collection", "OrderedCollection"})
PAGES: Final = frozenset({"CollectionPage", "OrderedCollectionPage"})
MAX_ITEMS: Final = 1000  # of one document
_INSIDE: Final = frozenset({"items", "orderedItems", "first", "next"})


class Part(Struct, frozen=True):
    """One document of a collection: its items in order, and the next one, by its id or as it was embedded."""

    uri: str | None
    items: tuple[object, ...]
    following: str | Mapping[str, object] | None = None
    owner: str | None = None


def is_collection(document: object) -> bool:
    """Tell whether an object is a collection or a page of one."""
    return bool((WHOLE | PAGES) & set(loose.types_of(document)))


def read(document: Mapping[str, object]) -> Part:
    """Read a collection or a page. One that has items inside is not followed to its pages: they would come twice.

    Raises: PeerError(UNKNOWN_TYPE) when it is neither.
    """
    if not is_collection(document):
        raise PeerError(Reason.UNKNOWN_TYPE, "the document is not a collection")
    plain = loose.plain(document)
    items = (*loose.as_list(plain.get("items")), *loose.as_list(plain.get("orderedItems")))[:MAX_ITEMS]
    is_page = bool(PAGES & set(loose.types_of(plain)))
    following = plain.get("next") if is_page else None if items else plain.get("first")
    return Part(
        uri=loose.id_of(plain),
        items=items,
        following=place_of(following),
        owner=loose.id_of(plain.get("attributedTo")),
    )


def is_housed(item: object, page_uri: str) -> bool:
    """Tell whether an embedded post is of the very origin whose document embeds it, as is its author (FEP-fe34).

    Then it is that origin's own answer about the post; anything else has to be fetched from where it lives.
    """
    document = loose.plain(item) if isinstance(item, Mapping) else {}
    authors = authors_of(document)
    return bool(authors) and all(uris.is_same_origin(uri, page_uri) for uri in (loose.id_of(document), authors[0]))


def place_of(value: object) -> str | Mapping[str, object] | None:
    """Give where a collection or page is: embedded, when there is something inside to go on from, else its id."""
    value = loose.first(value)
    if isinstance(value, Mapping):
        is_embedded = is_collection(value) and _INSIDE & {loose.short(key) for key in value}
        return value if is_embedded else loose.id_of(value)
    return loose.id_of(value)
