"""The JSON-LD terms of the extension, as the inline object that a sender puts last into `@context`. Nobody fetches it."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from federation.records.shape import CLASSES, NESTED, URL_NAMES

NAMESPACE: Final = "https://w3id.org/rounds/v1#"
_TYPES: Final = (*CLASSES, "Recall", "CircleMembership")
_MESSAGE_TERMS: Final = (
    *("reason", "explanation", "reasonCode", "severity", "answerBy", "recallReceipt", "completedAt"),
    *("removedCopies", "remainingCopies", "version", "previousDigest", "issuedAt", "validUntil", "members"),
    *("memberKind", "role", "since"),
)
_MESSAGE_LINKS: Final = ("member", "vouchedBy")
_BORROWED: Final = {"sensitive": "as:sensitive", "Hashtag": "as:Hashtag"}


def context(record: Mapping[str, object] | None = None) -> dict[str, object]:
    """Give the inline context: every term, or only those that this wire record needs."""
    if record is None:
        return {"rounds": NAMESPACE, **_BORROWED, **_TERMS}
    used = frozenset(_keys(record)) | {"learningRecord", str(record.get("type"))}
    return {"rounds": NAMESPACE, **_BORROWED, **{name: term for name, term in _TERMS.items() if name in used}}


def _terms() -> Iterator[tuple[str, object]]:
    links = URL_NAMES.union(_MESSAGE_LINKS)
    for name in ("learningRecord", *_TYPES, *_field_names(), *_MESSAGE_TERMS, *_MESSAGE_LINKS):
        yield name, {"@id": f"rounds:{name}", "@type": "@id"} if name in links else f"rounds:{name}"


def _field_names() -> Iterator[str]:
    for struct in (*CLASSES.values(), *NESTED.values()):
        for field in msgspec.structs.fields(struct):
            yield field.encode_name


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
        for item in value.values():
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)


_TERMS: Final[Mapping[str, object]] = dict(_terms())
