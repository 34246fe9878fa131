"""The words that a composed Note puts around the words of its author, by language. Nothing here is ever read back."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Wording(Struct, frozen=True, kw_only=True):
    """The labels of one language. `decimal` is the sign between a number and its fraction."""

    types: Mapping[str, str]
    withdrawn: str
    decision: str
    before: str
    after: str
    changed: str
    learned: str
    due: str
    cycle: str
    aim: str
    prediction: str
    plan: str
    question: str
    source: str
    setting: str
    harm: str
    licence: str
    for_members: str
    members_of: str
    read_here: str
    case_summary: str
    decimal: str = "."


_ENGLISH: Final = Wording(
    types={"Learning": "Learning", "LearningAction": "Action", "LearningShare": "Share", "ClinicalCase": "Case"},
    withdrawn="Withdrawn",
    decision="Decision",
    before="before",
    after="after",
    changed="Changed here",
    learned="Learned",
    due="Due",
    cycle="Cycle",
    aim="Aim",
    prediction="Prediction",
    plan="Plan",
    question="Question",
    source="Source",
    setting="Setting",
    harm="Harm",
    licence="Licence",
    for_members="For members of the circle.",
    members_of="For members of the circle {name}.",
    read_here="Read at your own node",
    case_summary="De-identified clinical case",
)
_GERMAN: Final = Wording(
    types={
        "Learning": "Erkenntnis",
        "LearningAction": "Versuch",
        "LearningShare": "Ergebnis",
        "ClinicalCase": "Fall",
    },
    withdrawn="Zurückgezogen",
    decision="Entscheidung",
    before="vorher",
    after="nachher",
    changed="Hier anders",
    learned="Gelernt",
    due="Bis",
    cycle="Zyklus",
    aim="Ziel",
    prediction="Erwartung",
    plan="Plan",
    question="Frage",
    source="Quelle",
    setting="Umgebung",
    harm="Schaden",
    licence="Lizenz",
    for_members="Für Mitglieder des Kreises.",
    members_of="Für Mitglieder des Kreises {name}.",
    read_here="Im eigenen Haus lesen",
    case_summary="De-identified clinical case",  # the specification fixes this one
    decimal=",",
)
_BY_LANGUAGE: Final[Mapping[str, Wording]] = {"en": _ENGLISH, "de": _GERMAN}


def wording(language: str | None) -> Wording:
    """Give the labels for a BCP 47 tag; a language without any reads English ones."""
    return _BY_LANGUAGE.get((language or "en").partition("-")[0].lower(), _ENGLISH)
