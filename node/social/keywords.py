"""Keywords that somebody filters posts by: the words of a post, and which filters they match.

How it works. Case is folded on both sides. A filter matches where one of its keywords stands; one that is a whole word ends
where a word ends, at those of its ends that are letters. So a text without the first word of such a keyword does not
match, and the set of its words is made once for all readers. Any other keyword is looked for in the text: plain search is
several times faster than one expression of many alternatives. Only where that may hit is a post looked at filter by filter.
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
_WORDS: Final = re.compile(r"\w+")


class Keyword(NamedTuple):
    """Something that a filter looks for."""

    filter_id: int
    text: str
    is_whole_word: bool


class Words(NamedTuple):
    """The words of a post: as they are written, with their case folded, and each by itself."""

    written: str
    folded: str
    each: frozenset[str]


class Sieve:
    """The keywords of one reader, ready to be looked for."""

    __slots__ = ("_by_filter", "_firsts", "_parts")

    def __init__(self, keywords: tuple[Keyword, ...]) -> None:
        folded = dict.fromkeys((keyword.text.casefold(), keyword.is_whole_word) for keyword in keywords)
        firsts = {text: _WORDS.search(text) if is_whole else None for text, is_whole in folded}
        self._firsts: Final = frozenset(first[0] for first in firsts.values() if first is not None)
        self._parts: Final = tuple(text for text, first in firsts.items() if first is None)
        self._by_filter: Final[dict[int, list[tuple[str, bool]]]] = {}
        for keyword in keywords:
            written = keyword.text.casefold(), keyword.is_whole_word
            self._by_filter.setdefault(keyword.filter_id, []).append(written)

    def may_match(self, words: Words) -> bool:
        """Tell whether any keyword may stand in a text."""
        return not self._firsts.isdisjoint(words.each) or any(part in words.folded for part in self._parts)

    def matches(self, words: Words) -> dict[int, str]:
        """Return what was found of each filter that matches a text: what comes first in it."""
        written, folded = words.written, words.folded
        shown = written if len(written) == len(folded) else folded  # few letters grow when they are folded
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


def words_of(rendered: str) -> Words:
    """Return all words of a rendered status: content warning, text, poll and descriptions of files, with blank lines between."""
    said = _decode(rendered)
    options = [option.title for option in said.poll.options] if said.poll is not None else []
    described = [file.description for file in said.media_attachments if file.description]
    return as_words(_BETWEEN.join([said.spoiler_text, _plain(said.content), *options, *described]))


def as_words(text: str) -> Words:
    """Return a text as it is looked through."""
    folded = text.casefold()
    return Words(text, folded, frozenset(_WORDS.findall(folded)))


def _plain(markup: str) -> str:
    """Return the words of HTML that was made clean when it was kept."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup)))
