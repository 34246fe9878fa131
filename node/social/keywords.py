"""Keywords that somebody filters posts by: the words of a post, and which filters they match.

How it works. Case is folded on both sides. A filter matches where one of its keywords stands; one that is a whole word ends
where a word ends, at those of its ends that are letters. First every keyword is looked for in the text of a whole page at
once, as it is written: plain search is several times faster than one expression of many alternatives, and most pages
match nothing. Only on a page with a hit are the posts looked at one by one, filter by filter.
"""

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

_BREAK: Final = re.compile(r"<(?:br|/p|/li|/h\d|/blockquote|/pre)[^<>]*>")
_TAG: Final = re.compile(r"<[^<>]*>")
_BETWEEN: Final = "\n\n"
_WORD: Final = re.compile(r"\w")


class Keyword(NamedTuple):
    """Something that a filter looks for."""

    filter_id: int
    text: str
    is_whole_word: bool


class Sieve:
    """The keywords of one reader, ready to be looked for."""

    __slots__ = ("_by_filter", "_folded")

    def __init__(self, keywords: tuple[Keyword, ...]) -> None:
        self._folded: Final = tuple(dict.fromkeys(keyword.text.casefold() for keyword in keywords))
        self._by_filter: Final[dict[int, list[tuple[str, bool]]]] = {}
        for keyword in keywords:
            written = keyword.text.casefold(), keyword.is_whole_word
            self._by_filter.setdefault(keyword.filter_id, []).append(written)

    def may_match(self, folded: str) -> bool:
        """Tell whether any keyword stands in a text whose case is folded, as part of a word or not."""
        return any(word in folded for word in self._folded)

    def matches(self, text: str) -> dict[int, str]:
        """Return what was found of each filter that matches a text: what comes first in it."""
        folded = text.casefold()
        shown = text if len(text) == len(folded) else folded  # few letters grow when they are folded
        found = {}
        for filter_id, some in self._by_filter.items():
            standing = (_place(folded, word, is_whole_word=is_whole) for word, is_whole in some if word in folded)
            places = [place for place in standing if place is not None]
            if places:
                found[filter_id] = shown[slice(*min(places))]
        return found


def _place(folded: str, word: str, *, is_whole_word: bool) -> tuple[int, int] | None:
    if not is_whole_word:
        start = folded.index(word)
        return start, start + len(word)
    match = _expression(word).search(folded)
    return None if match is None else match.span()


@lru_cache(maxsize=4096)
def _expression(word: str) -> re.Pattern[str]:
    """Return what finds a whole word; it is made only for words that stand in a text, since making it takes longer."""
    start = r"\b" if _WORD.match(word[:1]) else ""
    end = r"\b" if _WORD.match(word[-1:]) else ""
    return re.compile(f"{start}{re.escape(word)}{end}")


@lru_cache(maxsize=256)
def sieve(keywords: tuple[Keyword, ...]) -> Sieve:
    """Return a sieve, the same one as long as the keywords are the same."""
    return Sieve(keywords)


class _File(Struct):
    description: str | None = None


class _Option(Struct):
    title: str = ""


class _Poll(Struct):
    options: tuple[_Option, ...] = ()


class _Said(Struct):
    """What of a rendered status has words."""

    content: str = ""
    spoiler_text: str = ""
    media_attachments: tuple[_File, ...] = ()
    poll: _Poll | None = None


_decode: Final = msgspec.json.Decoder(_Said).decode


def words_of(rendered: str) -> str:
    """Return all words of a rendered status: content warning, text, poll and descriptions of files, with blank lines between."""
    said = _decode(rendered)
    options = [option.title for option in said.poll.options] if said.poll is not None else []
    described = [file.description for file in said.media_attachments if file.description]
    return _BETWEEN.join([said.spoiler_text, _plain(said.content), *options, *described])


def _plain(markup: str) -> str:
    """Return the words of HTML that was made clean when it was kept."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup)))
