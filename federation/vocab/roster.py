"""Small collections of actors that stand in one document: the moderators of a group."""

from collections.abc import Mapping
from typing import Final

from federation import loose, uris

MAX_MEMBERS: Final = 500


def members_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Give the ids in a collection, of its first page too where that is embedded; none when it is no collection."""
    short = loose.plain(document)
    if not any(name.endswith(("Collection", "CollectionPage")) for name in loose.types_of(short)):
        return ()
    first = loose.first(short.get("first"))
    inside = [short, loose.plain(first)] if isinstance(first, Mapping) else [short]
    listed = (uri for part in inside for key in ("orderedItems", "items") for uri in loose.ids_of(part.get(key)))
    return tuple(dict.fromkeys(uri for uri in listed if uris.is_usable(uri, loopback_http=True)))[:MAX_MEMBERS]
