"""Values that stand where something else belongs: odd JSON, and recorded documents with a part of them replaced.

The values are such as `loose.decode` lets through: no NaN, no half characters, at most 32 deep.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.federation.people import ASHA, DOCUMENTS, OKAPI, OURS, THEIRS

Json = Any
Path = tuple[str | int, ...]

WORDS = [
    "id",
    "type",
    "actor",
    "object",
    "target",
    "to",
    "cc",
    "content",
    "contentMap",
    "name",
    "summary",
    "url",
    "href",
    "tag",
    "attachment",
    "icon",
    "image",
    "inReplyTo",
    "quote",
    "published",
    "updated",
    "attributedTo",
    "oneOf",
    "anyOf",
    "replies",
    "items",
    "first",
    "next",
    "mediaType",
    "value",
    "publicKey",
    "publicKeyPem",
    "owner",
    "endpoints",
    "sharedInbox",
    "alsoKnownAs",
    "location",
    "startTime",
    "duration",
    "language",
    "@id",
    "@type",
    "@value",
    "@list",
    "@set",
    "@language",
    "width",
    "height",
    "blurhash",
    "focalPoint",
    "rel",
    "endTime",
    "closed",
    "votersCount",
    "totalItems",
    "learningRecord",
]
TYPES = [
    "Note",
    "Question",
    "Article",
    "Video",
    "Event",
    "Person",
    "Group",
    "Follow",
    "Undo",
    "Create",
    "Link",
    "Emoji",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            *(
                OURS,
                THEIRS,
                OKAPI,
                ASHA,
                "https://masto.example/x",
                "https://[::1",
                "https://",
                "http://[v1.x]/",
                "acct:a@b",
            ),
            *(
                "as:Public",
                "https://www.w3.org/ns/activitystreams#Public",
                "P1DT",
                "2026-02-30T25:61:61Z",
                "9999-12-31T23:59:59Z",
            ),
            *(
                "0001-01-01T00:00:00+14:00",
                "-1",
                "\x00",
                "\u202e",
                "<p>",
                "&#x110000;",
                "image/png",
                "https://masto.example:99999/",
            ),
        ]
    ),
    st.sampled_from(TYPES),
)
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 10**300, 1e308, -0.0]),
)
ODD: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=8,
)


@cache
def documents() -> dict[str, Json]:
    """Return every recorded document by its name, and ours of the loop among them."""
    found = {path.stem: path for path in sorted(DOCUMENTS.glob("*.json")) if not path.stem.endswith(".expected")}
    return {name: json.loads(path.read_bytes()) for name, path in found.items()}


def places(value: Json, at: Path = ()) -> Iterator[Path]:
    """Return the paths of everything inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inner:
        yield (*at, key)
        yield from places(found, (*at, key))


def replaced(document: Json, at: Path, value: Json) -> Json:
    """Return a copy with one place taken by another value."""
    changed = copy.deepcopy(document)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Json]:
    """A recorded document with one or two of its places taken by odd values."""
    name = draw(st.sampled_from(sorted(documents())))
    document = documents()[name]
    for _ in range(draw(st.integers(1, 2))):
        known = list(places(document))
        if known:
            document = replaced(document, draw(st.sampled_from(known)), draw(ODD))
    return name, document
