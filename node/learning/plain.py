"""A learning typed as an ordinary post, from any app: which of its words are what.

Knows nothing of posts and hashtags as such; it is handed a text that somebody marked as a learning.
"""

import re
from typing import Final

from msgspec import Struct

_FIELD: Final = re.compile(
    r"^[ \t]*(?P<name>q|question|a|answer|source|from)[ \t]*:[ \t]*(?P<value>\S.*?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES: Final = {"q": "question", "a": "answer", "from": "source"}
_MARKS: Final = r"(?:[#＃@]\S+)"
_EDGES: Final = re.compile(rf"\A(?:\s*{_MARKS}\s*)+|(?:\s*{_MARKS}\s*)+\Z")
_WHERE: Final = re.compile(
    r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)10\.[0-9]{4,9}/\S{1,200}|pmid:?\s*[1-9][0-9]{0,8}|https://\S{1,1000}",
    re.IGNORECASE,
)
_AFTER: Final = ".,;:!?)]}\"'"


class Plain(Struct, frozen=True):
    """What a marked post says: `box` is one piece of it, so that a title and text cut from it are found in the post."""

    box: str
    source: str | None = None
    question: str | None = None
    answer: str | None = None


def read(typed: str) -> Plain:
    """Read a marked post: words first, then lines `Q: ...`, `A: ...` and `Source: ...` in any order.

    Without a source line the first DOI, PMID or link in the text is the source. Hashtags and names at both ends of the
    words are left out of the box.
    """
    first = _FIELD.search(typed)
    words = typed if first is None else typed[: first.start()]
    found: dict[str, str] = {}
    for match in _FIELD.finditer(typed):
        name = match["name"].lower()
        found.setdefault(_NAMES.get(name, name), _bare(match["value"]))
    where = _WHERE.search(typed)
    source = found.get("source") or (where[0].rstrip(_AFTER) if where else None)
    return Plain(_bare(words), source, found.get("question"), found.get("answer"))


def _bare(text: str) -> str:
    return _EDGES.sub("", text.strip()).strip()
