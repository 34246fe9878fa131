"""What a reader of the Note sees: the text behind its markup, and the numbers in it. Compares, never renders.

How it works: one pass over the markup. Block tags and line breaks become a space, other tags vanish, what no reader sees
(comments, scripts, styles) goes, entities are decoded, then NFKC, case folding, one space for any white space.
Every step is linear in the length of the text: it comes from strangers.
"""

import html
import re
import unicodedata
from decimal import Decimal
from typing import Final

MAX_MARKUP_CHARS: Final = 200_000
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)(?>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_OPEN: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_MAX_DIGITS: Final = 40
_UNSEEN: Final = frozenset({"script", "style", "template", "title", "noscript", "textarea", "iframe", "select"})
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "ul"),
    }
)


def text_of_markup(markup: str) -> str:
    """Give the folded text of a piece of HTML; more than 200 000 characters give nothing."""
    if len(markup) > MAX_MARKUP_CHARS:
        return ""
    pieces: list[str] = []
    at = 0
    while (opening := _OPEN.search(markup, at)) is not None:
        pieces.append(markup[at : opening.start()])
        space, at = _skip(markup, opening.start())
        pieces.append(space)
    pieces.append(markup[at:])
    return folded(html.unescape("".join(pieces)))


def folded(text: str) -> str:
    """Give a text in the form in which two texts are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def numbers_in(text: str) -> frozenset[Decimal]:
    """Give every number of a folded text; comma and point, hyphen and minus sign are one."""
    tokens = _NUMBER.findall(text.replace("\N{MINUS SIGN}", "-"))
    return frozenset(Decimal(token.replace(",", ".")) for token in tokens if len(token) <= _MAX_DIGITS)


def number(value: float) -> Decimal:
    """Give a number as its shortest decimal form says it, so that 6.04 equals the text `6.04`."""
    return Decimal(repr(value))


def _skip(markup: str, start: int) -> tuple[str, int]:
    """Give what the markup at `start` reads as, and where the text goes on."""
    if markup.startswith("<!--", start):
        return "", _after(markup, "-->", start + 4)
    tag = _TAG.match(markup, start)
    if tag is None:  # a declaration, a processing instruction, or a tag that never ends
        is_tag = markup[start + 1 : start + 2].isalpha() or markup[start + 1 : start + 3][1:].isalpha()
        return "", len(markup) if is_tag else _after(markup, ">", start)
    name = tag[2].lower()
    if name in _UNSEEN and not tag[1]:
        return " ", _after_element(markup, name, tag.end())
    return (" " if name in _BLOCKS else ""), tag.end()


def _after(markup: str, ending: str, start: int) -> int:
    found = markup.find(ending, start)
    return len(markup) if found < 0 else found + len(ending)


def _after_element(markup: str, name: str, start: int) -> int:
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, start)
    return len(markup) if closing is None else closing.start()
