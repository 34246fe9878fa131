"""Invented text for the data set: always the same for the same seed."""

from random import Random
from typing import Final

_WORDS: Final = (
    "ward", "night", "shift", "gel", "trolley", "bedside", "handover", "checklist", "drain", "cannula", "line",
    "site", "round", "nurse", "doctor", "porter", "pharmacy", "dose", "timer", "fall", "sensor", "pillow", "rail",
    "family", "note", "board", "colour", "sticker", "week", "count", "chart", "run", "median", "shift", "trend",
    "before", "after", "change", "try", "adopt", "adapt", "abandon", "small", "test", "measure", "reason",
    "learn", "share", "ask", "answer", "quiet", "lamp", "oxygen", "cylinder", "label", "drawer", "stock",
    "fridge", "lock", "key", "door", "sign", "corridor", "queue", "call", "bell", "pain", "score", "sleep",
    "diary",
)  # fmt: skip
RARE: Final = "zirconium"
TAGS: Final = ("learning", "handhygiene", "falls", "sepsis", "handover", "nutrition", "delirium", "qi")


def sentence(chance: Random, least: int = 6, most: int = 16) -> str:
    """Return a sentence of between `least` and `most` words."""
    return " ".join(chance.choices(_WORDS, k=chance.randint(least, most))).capitalize() + "."


def text(chance: Random) -> str:
    """Return a post of one to five sentences."""
    return " ".join(sentence(chance) for _ in range(chance.randint(1, 5)))


def name(chance: Random) -> str:
    """Return a name for an account."""
    return " ".join(chance.choices(_WORDS, k=2)).title()


def compounds(chance: Random, count: int) -> str:
    """Return so many words, some of them compounds that few others write: as common as words are, some much more so."""
    found = []
    for _ in range(count):
        place = int(chance.paretovariate(0.7)) % (len(_WORDS) ** 2)
        first, second = divmod(place, len(_WORDS))
        found.append(_WORDS[second] if first == 0 else f"{_WORDS[first]}-{_WORDS[second]}")
    return " ".join(found).capitalize()
