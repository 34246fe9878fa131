"""Words for people out of documents: names without tricks, plain text as HTML. Sanitising is the node's, not done here."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from federation import loose
from federation.vocab import markdown

_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_MAX_MARKS: Final = 5
_MARKUP: Final = re.compile(r"<[a-zA-Z/!]|&#?\w{1,31};")
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n+")


def line(text: str | None, most: int) -> str:
    """Give a text for one line: no control, zero-width or direction characters, no towers of accents, cut at `most`."""
    return _without_towers(_INVISIBLE.sub(" ", text or "").strip()[:most]).strip()


def _without_towers(text: str) -> str:
    """Keep a few of the marks that stand on one letter: no script needs more, and a tower hides the lines around it."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def has_nothing_to_see(text: str) -> bool:
    """Tell whether a text has no visible character."""
    return not _INVISIBLE.sub("", text).strip()


def looks_like_html(text: str) -> bool:
    """Tell whether a text has a tag or an entity in it."""
    return _MARKUP.search(text) is not None


def paragraphs(text: str) -> str:
    """Give plain text as HTML paragraphs with line breaks."""
    parts = [part.strip() for part in _PARAGRAPHS.split(text.replace("\r\n", "\n"))]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>".replace("\n", "<br>") for part in parts if part)


def markup_of(document: Mapping[str, object], key: str) -> str:
    """Give an HTML property; Markdown is read, other texts that are not HTML, and a bio without markup, become paragraphs."""
    text, media_type = loose.text_of(document, key) or "", loose.media_type_of(document)
    if media_type in markdown.TYPES and key == "content":
        return markdown.rendered(text) or paragraphs(text)
    is_html = media_type in (None, "text/html", "application/xhtml+xml")
    is_html = is_html and (key != "summary" or looks_like_html(text))
    return text if is_html else paragraphs(text)


def heading(text: str) -> str:
    """Give a title the way every server shows it: a bold paragraph."""
    return f"<p><strong>{html.escape(text, quote=False)}</strong></p>" if text else ""


def linked(url: str | None, text: str = "") -> str:
    """Give a paragraph with one link."""
    return f'<p><a href="{html.escape(url)}">{html.escape(text or url, quote=False)}</a></p>' if url else ""
