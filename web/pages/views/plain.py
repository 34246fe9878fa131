"""The words of a piece of cleaned HTML, for one line of text."""

from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

_BLOCKS: Final = frozenset({"p", "br", "li", "blockquote", "pre", "h1", "h2", "h3"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append(" ")

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text(html: str) -> str:
    """Return the text of some HTML in one line."""
    words = _Words()
    words.feed(html)
    words.close()
    return " ".join("".join(words.parts).split())
