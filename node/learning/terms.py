"""By what records are found alike: where they come from, their topics, and the words that say something. Pure.

Words are compared without case and accents and never cut to stems, so that what two records share can be shown as it is.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from federation.records.fields import ClinicalCase, Learning, LearningAction, LearningShare, Record
from node.learning import sources
from node.learning.stopwords import STOP_WORDS

MAX_WORDS: Final = 40
MIN_LETTERS: Final = 3
MAX_LETTERS: Final = 60
MAX_CHARS: Final = 4000
SOURCE_KINDS: Final = ("doi:", "pmid:", "arxiv:", "url:", "ref:")
_WORD: Final = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_ADDRESS: Final = re.compile(r"https?://\S+|\b10\.[0-9]{4,9}/\S+|\b(?:doi|pmid|arxiv)\b|[#＃@]\S+@\S+", re.IGNORECASE)
_HAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def of_record(record: Record) -> frozenset[str]:
    """Return the terms of a record: its source, topics and words; a case, which is a pointer alone, has none."""
    if isinstance(record, ClinicalCase):
        return frozenset()
    return frozenset((*_sources(record), *_topics(record), *of_text(said(record))))


def of_text(text: str) -> tuple[str, ...]:
    """Return the words of a text as terms, the first of them, each once."""
    return tuple(f"word:{word}" for word in spoken(text))


def said(record: Record) -> str:
    """Return what a record says that may be compared."""
    if isinstance(record, Learning):
        parts = (record.title, record.text)
    elif isinstance(record, LearningAction):
        parts = (record.title, record.change)
    elif isinstance(record, LearningShare):
        parts = (record.title, f"{record.sentence}\n{record.learned or ''}")
    else:
        parts = (record.title, None)
    return "\n".join(part for part in parts if part)


def spoken(text: str) -> dict[str, str]:
    """Return the words of a text that say something, as they are compared and as they are written first."""
    found: dict[str, str] = {}
    for written in _words(_ADDRESS.sub(" ", unicodedata.normalize("NFC", text[:MAX_CHARS]))):
        word = fold(written)
        if _HAN.fullmatch(word) or (MIN_LETTERS <= len(word) <= MAX_LETTERS and word not in STOP_WORDS):
            found.setdefault(word, written)
        if len(found) >= MAX_WORDS:
            break
    return found


def fold(word: str) -> str:
    """Return a word without case and accents."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in bare if not unicodedata.combining(letter)))


def is_source(term: str) -> bool:
    """Tell whether a term is where something comes from."""
    return term.startswith(SOURCE_KINDS)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        if not _HAN.search(match[0]):
            yield match[0]
            continue
        for run in _HAN.findall(match[0]):  # no spaces between words: pairs of letters stand for them
            yield from (run[place : place + 2] for place in range(max(1, len(run) - 1)))


def _sources(record: Record) -> Iterator[str]:
    came_from = record.learned_from if isinstance(record, Learning) else None
    key = sources.key_of(came_from) if came_from is not None else None
    if key:
        yield key


def _topics(record: Record) -> Iterator[str]:
    return (
        f"topic:{folded}"[: sources.MAX_KEY_CHARS] for topic in record.topics if (folded := fold(topic.strip(" #")))
    )
