"""What a source is called, from the answers of Crossref, PubMed, arXiv and pages, as one plain line. Pure; trusts nothing."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final
from xml.parsers import expat

MAX_TITLE: Final = 200
MAX_READ: Final = 20_000
MAX_XML_CHARS: Final = 200_000
_TAG: Final = re.compile(
    r"<!--.{0,300}?-->|<!\[CDATA\[|\]\]>|</?[A-Za-z][\w:.-]{0,40}(?:\s+[\w:.-]{1,60}\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>]{1,200}))*\s*/?>",
    re.DOTALL,
)
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ATOM: Final = "http://www.w3.org/2005/Atom"
_PLACE: Final = (f"{_ATOM} feed", f"{_ATOM} entry")


def plain_title(raw: object) -> str | None:
    """Return a title as plain text on one line: NFC, without markup and controls, cut at a word; None when nothing is left."""
    if not isinstance(raw, str):
        return None
    text = raw[:MAX_READ]
    for _ in range(2):  # some answers are escaped twice
        text = html.unescape(_TAG.sub("", text))
    line = " ".join(unicodedata.normalize("NFC", _UNSEEN.sub(" ", text)).split())
    return (line if len(line) <= MAX_TITLE else _cut(line)) or None


def _cut(line: str) -> str:
    space = line.rfind(" ", MAX_TITLE // 2, MAX_TITLE)
    return f"{line[: space if space > 0 else MAX_TITLE - 1].rstrip(' ,;:')}…"


def of_crossref(answer: Mapping[str, Any]) -> str | None:
    """Return the title in an answer of Crossref's REST API about one work."""
    message = answer.get("message")
    titles = message.get("title") if isinstance(message, dict) else None
    first = titles[0] if isinstance(titles, list) and titles else titles
    return plain_title(first)


def of_pubmed(answer: Mapping[str, Any], pmid: str) -> str | None:
    """Return the title in an answer of PubMed's esummary about one article; its full stop is not part of it."""
    result = answer.get("result")
    article = result.get(pmid) if isinstance(result, dict) else None
    if not isinstance(article, dict) or "error" in article:
        return None
    title = plain_title(article.get("title"))
    return title.rstrip(".") or None if title else None


def of_arxiv(answer: str) -> str | None:
    """Return the title of the first entry in an Atom answer of arXiv; of one with a document type or entities none is read."""
    reader = _Feed()
    try:
        reader.read(answer[:MAX_XML_CHARS])
    except (expat.ExpatError, _Unwanted, ValueError):
        return None
    is_paper = "arxiv.org/abs/" in reader.ident
    return plain_title(reader.title) if is_paper else None


class _Unwanted(Exception):
    """The document declares what no feed needs."""


class _Feed:
    """Collects id and title of the first entry of an Atom feed; declares nothing, expands nothing, opens nothing."""

    def __init__(self) -> None:
        self.ident = self.title = ""
        self._path: list[str] = []
        self._is_done = False

    def read(self, text: str) -> None:
        """Read a document. Raises: ExpatError, _Unwanted, ValueError."""
        parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it so

    def _start(self, name: str, _given: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > 100:
            raise _Unwanted

    def _end(self, _name: str) -> None:
        self._is_done = self._is_done or tuple(self._path) == _PLACE
        self._path.pop()

    def _said(self, data: str) -> None:
        if self._is_done or tuple(self._path[:2]) != _PLACE or len(self._path) != 3:
            return
        if self._path[2] == f"{_ATOM} title" and len(self.title) < MAX_READ:
            self.title += data
        elif self._path[2] == f"{_ATOM} id" and len(self.ident) < MAX_READ:
            self.ident += data


def _refuse(*_args: object) -> None:
    raise _Unwanted
