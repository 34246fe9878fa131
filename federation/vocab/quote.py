"""Which post a post quotes, in any of the ways that peers say it, and whose word it has for that."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from federation import loose, uris

_KEYS: Final = ("quote", "_misskey_quote", "quoteUrl", "quoteUri")
_RELS: Final = frozenset({"https://misskey-hub.net/ns#_misskey_quote", "https://w3id.org/fep/044f#quote"})


class Quote(Struct, frozen=True):
    """A quoted post. `authorization` is where its author's word for it is said to lie.

    `asks` is False for the older spellings, which know of no consent; `is_gone`: the quoted post was deleted, and then
    `uri` may be empty.
    """

    uri: str
    authorization: str | None = None
    asks: bool = True
    is_gone: bool = False


def quote_from(document: Mapping[str, object], *, loopback_http: bool = False) -> Quote | None:
    """Read the quote of a post with short keys.

    Shapes: `quote` (FEP-044f: an id, an object, a Tombstone, a list), `_misskey_quote`, `quoteUrl`, `quoteUri`, and a
    Link in `tag` whose `rel` says so (FEP-e232).
    """
    stated = loose.first(document.get("quote"))
    is_gone = isinstance(stated, Mapping) and "Tombstone" in loose.types_of(stated)
    uri = quote_of(document, loopback_http=loopback_http)
    if uri is None:
        return Quote("", is_gone=True) if is_gone else None
    authorization = _usable(document.get("quoteAuthorization"), loopback_http=loopback_http)
    return Quote(uri, authorization, asks=stated is not None, is_gone=is_gone)


def quote_of(document: Mapping[str, object], *, loopback_http: bool = False) -> str | None:
    """Give the id of the post that a post quotes, in any of the ways that peers say it."""
    stated = [document.get(key) for key in _KEYS] + list(_links(document))
    return next((uri for value in stated if (uri := _usable(value, loopback_http=loopback_http))), None)


def _links(document: Mapping[str, object]) -> Iterator[object]:
    for tag in loose.as_list(document.get("tag")):
        if isinstance(tag, Mapping) and "Link" in loose.types_of(tag) and _is_quote(tag):
            yield tag.get("href")


def _is_quote(link: Mapping[str, object]) -> bool:
    return any(isinstance(rel, str) and rel in _RELS for rel in loose.as_list(link.get("rel")))


def _usable(value: object, *, loopback_http: bool) -> str | None:
    found = loose.id_of(value)
    return found if found and uris.is_usable(found, loopback_http=loopback_http) else None
