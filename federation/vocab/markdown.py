"""Markdown that a peer sends as such (PeerTube, Funkwhale, Castopod), as HTML. Its own HTML stays text; nothing is fetched."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TYPES: Final = frozenset({"text/markdown", "text/x-markdown"})
MAX_CHARS: Final = 10_000  # descriptions and comments; what is longer is shown as the plain text it also is
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]{1,2000}")
_AFTER: Final = ".,;:!?)]}'*_"


def rendered(text: str) -> str | None:
    """Give Markdown as HTML, bare addresses as links; None when it is too long to be read as such."""
    return _READER.render(text) if len(text) <= MAX_CHARS else None


def _link_addresses(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = _linked(block.children)


def _linked(tokens: list[Token]) -> list[Token]:
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        found += _pieces(token.content) if token.type == "text" and not depth else [token]
    return found


def _pieces(text: str) -> list[Token]:
    """Cut a text into what is an address and what is around it."""
    pieces: list[Token] = []
    done = 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_AFTER)
        pieces += [_text(text[done : match.start()]), *_link(address)]
        done = match.start() + len(address)
    return [*pieces, _text(text[done:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(address: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(address), Token("link_close", "a", -1)]


_READER: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
_READER.core.ruler.push("addresses", _link_addresses)
