"""JSON-LD's many shapes made one: bounded decoding, then one value, one id, one text, one time out of whatever came.

Plain JSON with a table of aliases; no context is ever fetched. Nothing here trusts a value or knows what it is for.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from federation.reasons import PeerError, Reason
from federation.signatures.dates import parse_date
from federation.terms import bends_terms, names_twice
from federation.terms import short as short

Document = dict[str, object]

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
MAX_ITEMS: Final = 1000
MAX_LINK_CHARS: Final = 2048

_PUBLIC_ALIASES: Final = frozenset({PUBLIC, "as:Public", "Public", "http://www.w3.org/ns/activitystreams#Public"})
_FORBIDDEN: Final = frozenset({"@graph", "@included", "@reverse"})
_UNLINKED: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069<>\"]")
_LONG_FRACTION: Final = re.compile(r"(\.\d{6})\d+")
_DIGITS: Final = re.compile(r"[0-9]{1,12}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def decode(body: bytes) -> Document:
    """Read one JSON object.

    Raises: PeerError with TOO_LARGE (over 1 MiB), TOO_DEEP (over 32), DUPLICATE_KEY (also under another of its names),
    FORBIDDEN_KEYWORD (`@graph`, `@included`, `@reverse`, a context that redefines our words), or MALFORMED (no JSON, no
    object, NaN, Infinity, lone surrogates).
    """
    if len(body) > MAX_BYTES:
        raise PeerError(Reason.TOO_LARGE, f"a document may have {MAX_BYTES} bytes")
    document = _loads(body)
    if not isinstance(document, dict):
        raise PeerError(Reason.MALFORMED, "the document is not a JSON object")
    _check_depth(document)
    if b"\\u" in body:
        _check_surrogates(document)
    return document


def plain(document: Mapping[str, object]) -> Document:
    """Rename prefixed and expanded keys (`as:cc`, `toot:featured`, `@id`) to their short ones, at every depth.

    A key already short wins over its prefixed twin. `@context` is left as it is.
    """
    renamed: Document = {}
    for key, value in document.items():
        name = short(key)
        if name == key or name not in document:
            renamed[name] = value if key == "@context" else _plain_value(value)
    return renamed


def as_list(value: object) -> list[object]:
    """Give what may be absent, null, one value or a list as a list without nulls, at most 1000 items."""
    if isinstance(value, dict) and value.keys() <= {"@list", "@set"}:
        value = next(iter(value.values()), None)
    if not isinstance(value, list):
        return [] if value is None else [value]
    return [item for item in value if item is not None][:MAX_ITEMS]


def first(value: object) -> object:
    """Give the first of what may be a list, or None."""
    return next(iter(as_list(value)), None)


def id_of(value: object) -> str | None:
    """Give the id of what may be an id, an embedded object, a Link, or a list of these (the first counts).

    A text with a NUL character is no id: some databases cannot even be asked for it.
    """
    value = first(value)
    if isinstance(value, dict):
        value = value.get("id") or value.get("@id") or (value.get("href") if is_link(value) else None)
    return value if isinstance(value, str) and value and "\0" not in value else None


def referred(value: object) -> object:
    """Give the first of what may be a list; an object that says nothing but its id is that id."""
    value = first(value)
    is_bare = isinstance(value, Mapping) and {short(key) for key in value} == {"id"}
    return id_of(value) if is_bare else value


def ids_of(value: object) -> tuple[str, ...]:
    """Give every id of what may be one or many ids or objects, in order and once each."""
    return tuple(dict.fromkeys(found for item in as_list(value) if (found := id_of(item))))


def types_of(document: object) -> tuple[str, ...]:
    """Give the types of an object in their short form, in order."""
    if not isinstance(document, Mapping):
        return ()
    types = as_list(document.get("type") or document.get("@type"))
    return tuple(short(item) for item in types if isinstance(item, str))


def is_link(value: object) -> bool:
    """Tell whether a value is a Link object."""
    return isinstance(value, Mapping) and ("Link" in types_of(value) or ("href" in value and "type" not in value))


def is_public(uri: object) -> bool:
    """Tell whether an address is one of the names of the public collection."""
    return isinstance(uri, str) and uri in _PUBLIC_ALIASES


def text_of(document: Mapping[str, object], key: str = "content") -> str | None:
    """Give a text: the plain property, else the first entry of its language map. NUL characters are dropped."""
    found = _text(document.get(key))
    return next(_map_texts(document, key), (None, None))[1] if found is None else found


def language_of(document: Mapping[str, object]) -> str | None:
    """Give the language of an object: the first key of its content, name or summary map that is a language tag."""
    for key in ("content", "name", "summary"):
        for said in (*(tag for tag, _ in _map_texts(document, key)), _tag_of(document.get(key))):
            tag = said.replace("_", "-")
            if tag != "und" and _LANGUAGE.fullmatch(tag):
                return tag
    return None


def is_true(value: object) -> bool:
    """Tell whether a property says yes: `true`, also as a typed value, a number or a text."""
    value = first(value)
    if isinstance(value, Mapping):
        value = value.get("@value")
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "1"))


def timestamp(value: object) -> datetime | None:
    """Read a date and time tolerantly as aware UTC; None when there is none to read. The future is the caller's care.

    Without an offset it counts as UTC.
    """
    found = moment(value)
    try:
        return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found and found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(value: object) -> datetime | None:
    """Read a date and time with the offset that it has, if it has one; None when there is none to read.

    Shapes: `Z`, `+0000`, `+05:45`, any number of fraction digits, a blank for the T, the date of an HTTP header.
    """
    value = _text(value)
    if value is None or len(value) > 64:
        return None
    try:
        return datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", value.strip().upper()))
    except ValueError:
        return parse_date(value.strip())


def whole_number(value: object, *, most: int = 2**31 - 1) -> int | None:
    """Give a whole number from 0 to `most`, also out of a float without a fraction, or of digits; else None."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def links_of(value: object) -> list[tuple[str, str | None]]:
    """Give every http(s) address of a `url`-like property with its media type, in order; overlong and odd ones not.

    Shapes: a string, a Link, an object with `url` or `href`, a list of these.
    """
    return [(href, media) for item in as_list(value) for href, media in _links_of_one(item)]


def page_url(value: object) -> str | None:
    """Pick the address for people: the first html page, else the first without a media type, else the first."""
    links = links_of(value)
    for wanted in ("text/html", None):
        for href, media in links:
            if media == wanted:
                return href
    return links[0][0] if links else None


def media_type_of(document: Mapping[str, object]) -> str | None:
    """Give the media type in lower case and without parameters; `mimeType` is a known misspelling."""
    found = _text(document.get("mediaType") or document.get("mimeType"))
    return found.partition(";")[0].strip().lower() or None if found else None


def _loads(body: bytes) -> object:
    try:
        return json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_one_object, parse_constant=_no_constant, parse_float=_finite
        )
    except RecursionError:
        raise PeerError(Reason.TOO_DEEP, f"a document may nest {MAX_DEPTH} deep") from None
    except ValueError:  # UnicodeDecodeError and JSONDecodeError are both of this kind
        raise PeerError(Reason.MALFORMED, "the document is not JSON") from None


def _one_object(pairs: list[tuple[str, object]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs) or names_twice(document):
        raise PeerError(Reason.DUPLICATE_KEY, "an object names a key twice")
    if not _FORBIDDEN.isdisjoint(document):
        raise PeerError(Reason.FORBIDDEN_KEYWORD, "@graph, @included and @reverse are not accepted")
    if "@context" in document and bends_terms(document["@context"]):
        raise PeerError(Reason.FORBIDDEN_KEYWORD, "a context may not give our words another meaning")
    return document


def _no_constant(name: str) -> object:
    raise PeerError(Reason.MALFORMED, f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise PeerError(Reason.MALFORMED, "a number is out of range")
    return number


def _check_depth(document: Document) -> None:
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _children(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise PeerError(Reason.TOO_DEEP, f"a document may nest {MAX_DEPTH} deep")


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _check_surrogates(document: Document) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise PeerError(Reason.MALFORMED, "a text holds half a character") from None


def _plain_value(value: object) -> object:
    if isinstance(value, dict):
        return plain(value)
    return [_plain_value(item) for item in value] if isinstance(value, list) else value


def _text(value: object) -> str | None:
    value = first(value)
    if isinstance(value, Mapping):
        value = value.get("@value")
    return value.replace("\x00", "") if isinstance(value, str) else None


def _tag_of(value: object) -> str:
    value = first(value)
    tag = value.get("@language") if isinstance(value, Mapping) else None
    return tag if isinstance(tag, str) else ""


def _map_texts(document: Mapping[str, object], key: str) -> Iterator[tuple[str, str]]:
    languages = document.get(f"{key}Map")
    if isinstance(languages, Mapping):
        for tag, value in languages.items():
            text = _text(value)
            if text is not None:
                yield tag, text


def _links_of_one(item: object) -> Iterator[tuple[str, str | None]]:
    if isinstance(item, str):
        is_address = item.startswith(("https://", "http://")) and not _UNLINKED.search(item[: MAX_LINK_CHARS + 1])
        if is_address and len(item[: MAX_LINK_CHARS + 1].encode("utf-8", "replace")) <= MAX_LINK_CHARS:
            yield item, None
    elif isinstance(item, Mapping):
        target = item.get("href") or item.get("url")
        for href, media in links_of(target):
            yield href, media_type_of(item) or media
