"""Walking the collections of other servers, bounded in requests, pages, bytes and time, whatever they answer."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from federation import collections, loose, uris
from federation.reasons import PeerError, Reason
from node.ports import Fetched, Fetcher

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_EMBEDDED: Final = 8


class Found(Struct, frozen=True):
    """One item of a collection: its id, the object if its own origin embedded it whole, and the page it stood on."""

    uri: str
    page_uri: str
    document: dict[str, Any] | None = None


class Purse:
    """What one errand may still spend. A document of a peer may have 1 MiB: the last half of the bytes is not begun."""

    def __init__(self, *, pages: int, objects: int, most_bytes: int = MAX_BYTES) -> None:
        self._pages = pages
        self._objects = objects
        self._bytes = most_bytes

    @property
    def has_page(self) -> bool:
        """Whether another page may be asked for."""
        return self._pages > 0 and self._bytes > loose.MAX_BYTES

    @property
    def has_object(self) -> bool:
        """Whether another object may be asked for."""
        return self._objects > 0 and self._bytes > loose.MAX_BYTES

    async def page(self, fetcher: Fetcher, uri: str) -> Fetched:
        """Fetch a page and count it, whatever comes of it. Raises: PeerError."""
        self._pages -= 1
        return self._weighed(uri, await fetcher.activity(uri))

    async def object(self, fetcher: Fetcher, uri: str) -> Fetched:
        """Fetch an object and count it, whatever comes of it. Raises: PeerError, TOO_LARGE when nothing is left."""
        if not self.has_object:
            raise PeerError(Reason.TOO_LARGE, "enough was asked for")
        self._objects -= 1
        return self._weighed(uri, await fetcher.activity(uri))

    def _weighed(self, asked: str, found: Fetched) -> Fetched:
        """Count the bytes of a document; one that claims another id was fetched twice."""
        size = len(msgspec.json.encode(found.document))
        self._bytes -= size if found.uri == asked else 2 * size
        return found


async def walk(
    fetcher: Fetcher, start: str | Mapping[str, Any], *, owner_uri: str, purse: Purse
) -> AsyncIterator[Found]:
    """Give the items of a collection of an owner's origin, page after page, until it ends or the purse is empty.

    What names no id is left out, as is every page of another origin; nothing is asked for twice.
    Raises: PeerError when the first document cannot be had; a later one only ends the walk.
    """
    asked: set[str] = set()
    place: str | Mapping[str, Any] | None = start
    page_uri, embedded = owner_uri, 0
    while place is not None:
        if isinstance(place, str):
            if place in asked or not purse.has_page or not uris.is_same_origin(place, owner_uri):
                return
            asked.add(place)
            part = await _fetched(fetcher, place, purse, is_first=len(asked) == 1)
            page_uri = place
        else:
            embedded += 1
            part = collections.read(place) if embedded <= MAX_EMBEDDED else None
        if part is None:
            return
        for item in part.items:
            found = _found(item, page_uri)
            if found is not None:
                yield found
        place = part.following


async def _fetched(fetcher: Fetcher, place: str, purse: Purse, *, is_first: bool) -> collections.Part | None:
    try:
        return collections.read((await purse.page(fetcher, place)).document)
    except PeerError:
        if is_first:
            raise
        return None


def _found(item: object, page_uri: str) -> Found | None:
    uri = loose.id_of(item)
    if uri is None:
        return None
    document = dict(item) if isinstance(item, Mapping) and collections.is_housed(item, page_uri) else None
    return Found(uri, page_uri, document)


async def whole(fetcher: Fetcher, found: Found, *, purse: Purse) -> Fetched:
    """Return an item as its own origin says it: as it was embedded there, or fetched. Raises: PeerError."""
    if found.document is not None:
        return Fetched(found.uri, found.document)
    return await purse.object(fetcher, found.uri)
