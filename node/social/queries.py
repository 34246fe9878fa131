"""What somebody types to find posts: words, phrases in quotation marks, words that must not be there, and operators.

Operators, as the Mastodon documentation lists them: `from:me`, `from:@name@host`, `has:media`, `has:poll`, `is:reply`,
`is:sensitive`, `language:de`, `before:2027-01-15`, `after:`, `during:`, `in:library`; each may be negated by a minus.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

MAX_TERMS: Final = 10
MAX_TERM_CHARS: Final = 80
MAX_TEXT_CHARS: Final = 50_000
_TOKEN: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_OPERATOR: Final = re.compile(r"(from|has|is|language|before|after|during|in):(\S+)", re.IGNORECASE)
HAS: Final = ("media", "poll")
IS: Final = ("reply", "sensitive")


class Sought(Struct, frozen=True, kw_only=True):
    """A query taken apart. `terms` are phrases of one or more plain words; a day counts from its beginning."""

    terms: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    by: str | None = None  # a handle as it was typed, or `me`
    has: tuple[tuple[str, bool], ...] = ()
    is_a: tuple[tuple[str, bool], ...] = ()
    language: str | None = None
    since: date | None = None
    until: date | None = None  # not any more
    in_library: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything is looked for at all."""
        return bool(self.terms or self.by or self.has or self.is_a or self.language or self.since or self.until)


def plain_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case and accents, each of a bounded length."""
    bare = unicodedata.normalize("NFKD", text[:MAX_TEXT_CHARS])
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()
    return [word[:MAX_TERM_CHARS] for word in _TOKEN.findall(bare)]


def parse(text: str) -> Sought:
    """Take a query apart; an operator that is not known, or makes no sense, is a word like any other."""
    found: dict[str, object] = {}
    terms: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    for minus, phrase, word in _PART.findall(text):
        if word and _operator(found, word, is_negated=bool(minus)):
            continue
        if words := tuple(plain_words(phrase or word)):
            (without if minus else terms).append(words)
    return Sought(terms=tuple(terms[:MAX_TERMS]), without=tuple(without[:MAX_TERMS]), **found)  # type: ignore[arg-type]


def _operator(found: dict[str, object], word: str, *, is_negated: bool) -> bool:
    match = _OPERATOR.fullmatch(word)
    if match is None:
        return False
    name, value = match[1].lower(), match[2]
    if name in ("before", "after", "during"):
        return _day(found, name, value)
    if name in ("has", "is"):
        field, known = ("has", HAS) if name == "has" else ("is_a", IS)
        if value.lower() not in known:
            return False
        found[field] = (*tuple(found.get(field, ())), (value.lower(), not is_negated))  # type: ignore[arg-type]
        return True
    if is_negated:
        return False
    if name == "in":
        found["in_library"] = value.lower() == "library"
        return value.lower() in ("library", "all")
    found["by" if name == "from" else "language"] = value if name == "from" else value.lower()
    return True


def _day(found: dict[str, object], name: str, value: str) -> bool:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    after = day + timedelta(days=1) if day < date.max else day
    if name != "before":
        found["since"] = after if name == "after" else day
    if name != "after":
        found["until"] = day if name == "before" else after
    return True
