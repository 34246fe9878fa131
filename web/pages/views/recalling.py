"""The view-models of re-exposure: a card with its question, what stands behind it, and how one answers."""

from dataclasses import dataclass
from typing import Final

from web.pages.views.shell import Link


@dataclass(frozen=True, slots=True)
class Grade:
    """One answer: its value, the button, what it means, and when the card would come again."""

    value: str
    words: str
    meaning: str
    comes: str = ""


GRADES: Final = (
    Grade("again", "Again", "I forgot it"),
    Grade("hard", "Hard", "I know it and do not use it"),
    Grade("good", "Good", "I know it"),
    Grade("easy", "Easy", "I do this now"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that is due. `reason` says why before its time; `withdrawn`: why the record was taken back."""

    action: str
    question: str
    answer: tuple[str, ...]
    by: str
    loop_url: str
    reason: str = ""
    reason_url: str = ""
    withdrawn: str = ""
    grades: tuple[Grade, ...] = GRADES


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was just answered, and where it is taken back."""

    words: str
    undo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalling:
    """One card at a time; `more` wait behind it. Without one: what to say instead."""

    card: Card | None
    more: int = 0
    answered: Answered | None = None
    title: str = ""
    text: str = ""
    link: Link | None = None
