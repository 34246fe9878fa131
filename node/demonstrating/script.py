"""Who plays and what they say: people, words and numbers of the story. All of it is invented.

The counts are chosen so that they may travel: no number of 1 to 4, on either side of the fraction.
"""

from datetime import date, timedelta
from typing import Any, Final

NAMES: Final = ("St Mary's", "Riverside", "Lakeside")
FOLDERS: Final = {"St Mary's": "st-marys", "Riverside": "riverside", "Lakeside": "lakeside"}

NURSE: Final = ("amara", "Amara Okafor, nurse")
DOCTOR: Final = ("ben", "Ben Lindqvist, doctor")
LEAD: Final = ("chloe", "Chloé Marchetti, quality lead")

LEARNING: Final = {
    "title": "A urinary catheter stays in because nobody asks whether it is still needed.",
    "text": "In most of the rounds I watched, the catheter was not mentioned. Where a nurse asked, it came out the same day.",
    "source": "Twenty ward rounds in October",
    "question": "What is asked about every catheter, every morning?",
    "answer": "Why is it still in? If nobody can say, it comes out today.",
}
LEARNING_POST: Final = """{title}
{text}
Source: {source}
Q: {question}
A: {answer}
#learning #CatheterCare #WardRounds""".format(**LEARNING)
ACTION: Final[dict[str, Any]] = {
    "title": "We ask at every bed: why is the catheter still in?",
    "change": "The nurse asks it on the morning round, and the reason is written on the board.",
    "setting": "surgical ward, 24 beds",
}
MEASURE: Final[dict[str, Any]] = {
    "label": "Catheters with a written reason",
    "kind": "process",
    "form": "proportion",
    "better": "up",
    "every": "week",
    "goal": 90,
    "definition": "Catheters with a reason of today on the board, of all catheters on the ward, counted on Thursdays.",
}
BEFORE: Final = (
    (24, 42), (22, 40), (25, 41), (21, 40), (24, 43), (22, 41), (23, 40), (25, 44), (21, 41), (24, 42),
)  # fmt: skip
AFTER: Final = ((33, 42), (34, 41), (32, 40), (35, 42), (36, 43), (35, 41))
SHARE: Final[dict[str, Any]] = {
    "decision": "adopt",
    "sentence": "Asking at every bed was enough: the reason was written for four of five catheters instead of about half.",
    "outcome": "improved",
    "learned": "The board matters more than the form: everybody sees a gap.",
    "again": "yes",
}
ADOPTION: Final[dict[str, Any]] = {
    "title": "Lakeside asks at every bed, too",
    "change": "Taken over as Riverside does it, on two wards first.",
}


def day_zero(today: date) -> date:
    """Return the first day of the change: the Monday six whole weeks ago."""
    return today - timedelta(days=today.weekday(), weeks=len(AFTER))


def weeks(start: date) -> list[tuple[date, str]]:
    """Return the sixteen numbers as they are typed, each with the first day of its week; `start` is day 0."""
    numbers = [*BEFORE, *AFTER]
    first = start - timedelta(weeks=len(BEFORE))
    return [(first + timedelta(weeks=week), f"{part}/{whole}") for week, (part, whole) in enumerate(numbers)]


def action(learning_uri: str, today: date) -> dict[str, Any]:
    """Return the action that Riverside begins because of the learning."""
    return {
        **ACTION,
        "based_on": learning_uri,
        "due_on": (today + timedelta(days=7)).isoformat(),
        "day_zero_on": day_zero(today).isoformat(),
        "measures": [MEASURE],
    }


def adoption(share_uri: str, today: date) -> dict[str, Any]:
    """Return the action with which Lakeside adopts what Riverside shared."""
    return {**ADOPTION, "based_on": share_uri, "due_on": (today + timedelta(days=42)).isoformat()}
