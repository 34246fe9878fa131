"""A loop in one breath, for somebody who sees it for the first time: what was done, what came of it, and where else."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from federation.records.fields import LearningShare
from node.learning import wire
from node.learning.measures import value_text
from node.services.families import Part
from node.services.looping import WORDS, Doing
from web.pages.cards import DECIDED

_ENDS: Final = ".!?…"
_NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_SAID: Final = {"Kept": "kept it", "Adapted": "adapted it", "Stopped": "stopped", "Trying": "tries it now"}
_SAID_OF_MANY: Final = {**_SAID, "Trying": "try it now"}


def in_one_breath(focus: Doing | None, doings: Sequence[Doing]) -> str:
    """Return two or three sentences; nothing while nobody has tried it."""
    if focus is None or focus.word == "Withdrawn":
        return ""
    verb = "tries" if focus.is_open else "tried"
    parts = [_sentence(f"{focus.part.place} {verb}: {focus.part.title}")]
    if focus.shared is not None:
        parts.append(_sentence(f"{DECIDED[focus.shared.decision]}: {focus.shared.sentence}"))
        if told := before_after(focus.shared):
            parts.append(f"{told.label}: {told.before} before, {told.after} after.")
    if others := _elsewhere(focus, doings):
        parts.append(others)
    return " ".join(parts)


class BeforeAfter(NamedTuple):
    """What a result says of its first measure with both, as words."""

    label: str
    before: str
    after: str


def before_after(shared: LearningShare) -> BeforeAfter | None:
    """Return the numbers of a result, None without any."""
    told = next((one for one in shared.measures if one.before is not None and one.after is not None), None)
    if told is None or told.before is None or told.after is None:
        return None
    definition = wire.definition_of(told)
    return BeforeAfter(told.label, value_text(definition, told.before), value_text(definition, told.after))


def _elsewhere(focus: Doing, doings: Sequence[Doing]) -> str:
    """Say what other hospitals did, each counted once by the newest thing it did."""
    newest = {one.part.origin: one.word for one in doings if one.word != "Withdrawn"}
    newest.pop(focus.part.origin, None)
    if not newest:
        return ""
    counts: Counter[str] = Counter(newest.values())
    many = len(newest)
    said = [_counted(counts[word], word) for word in _SAID if counts[word]]
    whole = "One other hospital" if many == 1 else f"{number(many).capitalize()} other hospitals"
    if many == 1:
        return f"{whole} {said[0].removeprefix('one ')}."
    return f"{whole} tried it, too: {', '.join(said)}."


def elsewhere(tried: Sequence[Part]) -> str:
    """Say in a few words what several made of one thing: "Two kept it, one stopped", each counted once."""
    words: dict[str, str] = {}
    for part in tried:  # in order of time, so that the newest word of a place counts
        if isinstance(part.record, LearningShare):
            words[part.origin] = WORDS[part.record.decision]
        else:
            words.setdefault(part.origin, "Trying")
    counts = Counter(words.values())
    said = ", ".join(_counted(counts[word], word) for word in _SAID if counts[word])
    return f"{said[:1].upper()}{said[1:]}"


def number(count: int) -> str:
    """Return a number in words as far as they are short."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _counted(count: int, word: str) -> str:
    return f"{number(count)} {_SAID[word] if count == 1 else _SAID_OF_MANY[word]}"


def _sentence(text: str) -> str:
    return text if text.endswith(tuple(_ENDS)) else f"{text}."
