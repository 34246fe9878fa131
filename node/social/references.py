"""The line that points at a quoted post for servers which show no quotes: taken away where the quote is shown, put where
it is not and nothing in the text leads there.
"""

import html
import re
from collections.abc import Collection
from typing import Final

from node.social.markup import plain

_OPENING: Final = re.compile(r'<(p|span|div) [^<>]*class="[^"<>]*\b(?:quote-inline|reference-link-inline)\b[^<>]*>')
_ANCHOR: Final = re.compile(r'<a [^<>]*href="([^"<>]*)"[^<>]*>')
_LEADING: Final = re.compile(r"(?:RE|QT|RN)[:：]?\s*(</span>)?\s*$", re.IGNORECASE)
_TAIL: Final = re.compile(r"\s*(?:</(?:span|p|div|b|i)>\s*)*")
_BREAK: Final = re.compile(r"\s*<br ?/?>\s*$")
MAX_REFERENCES: Final = 4


def without_reference(markup: str, addresses: Collection[str]) -> str:
    """Return a post's HTML without what only points at the quoted post; `addresses` are its id and its page.

    Shapes: an element of class `quote-inline` or `reference-link-inline`, or a last line `RE:` with nothing but the link.
    """
    for _ in range(MAX_REFERENCES):
        opening = _OPENING.search(markup)
        if opening is None:
            break
        markup = markup[: opening.start()] + markup[_end_of(markup, opening[1], opening.end()) :]
    markup = _without_last_line(markup, addresses)
    return markup if plain(markup) else ""


def with_reference(markup: str, addresses: Collection[str], url: str) -> str:
    """Return a post's HTML with a line that leads to the quoted post, unless something in it does already."""
    if _OPENING.search(markup) or any(f'href="{html.escape(address)}"' in markup for address in addresses):
        return markup
    link = html.escape(url)
    return f'<p class="quote-inline">RE: <a href="{link}" rel="nofollow noopener noreferrer">{link}</a></p>{markup}'


def _end_of(markup: str, name: str, start: int) -> int:
    """Return where an element ends whose opening tag ends at `start`."""
    depth = 1
    for tag in re.finditer(rf"<(/?){name}\b[^<>]*>", markup[start:]):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return start + tag.end()
    return len(markup)


def _without_last_line(markup: str, addresses: Collection[str]) -> str:
    start, end = markup.rfind("<a "), markup.rfind("</a>")
    anchor = _ANCHOR.match(markup, start) if start >= 0 else None
    if anchor is None or end < start or html.unescape(anchor[1]) not in addresses:
        return markup
    tail = markup[end + len("</a>") :]
    leading = _LEADING.search(markup[max(0, start - 40) : start])
    if leading is None or not _TAIL.fullmatch(tail):
        return markup
    head = markup[: start - len(leading[0])]
    while (before := _BREAK.search(head[-40:])) is not None:
        head = head[: len(head) - len(before[0])]
    return head + (leading[1] or "") + tail
