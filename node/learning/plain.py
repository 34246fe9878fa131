"""A learning typed as an ordinary post, from any app: which of its words are what.

Knows nothing of posts and hashtags as such; it is handed a text that somebody marked as a learning.
"""

import re
from typing import Final

from msgspec import Struct

from node.learning import sources

_FIELD: Final = re.compile(
    r"^[ \t]*(?P<name>q|question|a|answer|source|from)[ \t]*:[ \t]*(?P<value>\S.*?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES: Final = {"q": "question", "a": "answer", "from": "source"}
_MARKS: Final = r"(?:[#＃@]\S+)"
_EDGES: Final = re.compile(rf"\A(?:\s*{_MARKS}\s*)+|(?:\s*{_MARKS}\s*)+\Z")


class Plain(Struct, frozen=True):
    """What a marked post says: `box` is one piece of it, so that a title and text cut from it are found in the post."""

    box: str
    source: str | None = None
    question: str | None = None
    answer: str | None = None


def read(typed: str) -> Plain:
    """Read a marked post: words first, then lines `Q: ...`, `A: ...` and `Source: ...` in any order.

    Without a source line the first DOI, PMID, arXiv id or link in the text is the source. Hashtags, names and lines with the
    source alone at both ends of the words are left out of the box.
    """
    first = _FIELD.search(typed)
    words = typed if first is None else typed[: first.start()]
    found: dict[str, str] = {}
    for match in _FIELD.finditer(typed):
        name = match["name"].lower()
        found.setdefault(_NAMES.get(name, name), _bare(match["value"]))
    source = found.get("source") or _source_in(typed)
    return Plain(_box(words, source), source, found.get("question"), found.get("answer"))


def _source_in(typed: str) -> str | None:
    found = sources.find(typed)
    return typed[found.start : found.end] if found else None


def _box(words: str, source: str | None) -> str:
    found = sources.find(source) if source else None
    box = _bare(words)
    while found is not None and (rest := _bare(sources.trimmed(box, found.source))) != box and rest:
        box = rest
    return box


def _bare(text: str) -> str:
    return _EDGES.sub("", text.strip()).strip()
