"""Asking in any app what is due: a direct post of @recall with a poll whose options are the answers, and what follows a vote.

The answer is never told before the vote. Nothing of it leaves the node: each post names its reader alone, who is of ours.
"""

from datetime import timedelta
from typing import Final

from node.errors import Problem
from node.learning.phrases import day_words
from node.learning.recall import Grade
from node.services import accounts as people
from node.services import carding, recording, reexposing, voicing
from node.services.reexposing import MOST_A_DAY, DueCard
from node.services.writing import Asked
from node.store import recall_cards, relations, statuses
from node.store.accounts import Account
from node.store.unit import Snapshot, Unit

BATCH: Final = 1  # of people in a transaction, who get up to five posts: nobody else writes meanwhile
OPEN_FOR: Final = timedelta(days=7)
OPTIONS: Final[tuple[tuple[str, Grade], ...]] = (
    ("Again", "again"),
    ("Hard", "hard"),
    ("Good", "good"),
    ("Easy", "easy"),
    ("Do it", "do"),
    ("Retire", "retire"),
)
_HELP: Final = "Again: I forgot it. Hard: I know it and do not use it. Good: I know it. Easy: I do this now."
_WHY: Final = {"result": "There is a new result", "stopped": "Somebody stopped trying it"}


def ask(unit: Unit, after_id: int = 0) -> int | None:
    """Ask some of our people what is due, by day; return after whom to go on, None: that was everybody.

    Nobody has more than five questions open or gets more than five a day; who mutes or blocks @recall, or switched it off,
    gets none.
    """
    voice = people.voice(unit)
    if voice is None or not voicing.speaks_now(unit):
        return None
    askable = recall_cards.askable_after(unit, after_id, limit=BATCH)
    for account_id in askable:
        if not _is_hushed(unit, account_id, voice):
            _ask(unit, account_id)
    return askable[-1] if len(askable) == BATCH else None


def answer(unit: Unit, poll_id: int, account_id: int, choices: tuple[int, ...]) -> None:
    """Grade the card that a post asked about by what its reader voted, and tell them the answer."""
    held, post = recall_cards.of_poll(unit, poll_id), statuses.by_id(unit, poll_id)
    if held is None or post is None or held.account_id != account_id or not choices:
        return
    said = OPTIONS[choices[0]][1] if choices[0] < len(OPTIONS) else None
    if said is None:
        return
    try:
        card = reexposing.card(unit, account_id, held.id)
        told = _told(unit, card, reexposing.grade(unit, account_id, held.id, said, "post"))
    except Problem as problem:
        told = "This is not here any more, or not for you." if problem.status == 404 else problem.text
    voicing.say(unit, account_id, told, reply_to=post)


# ------------------------------------------------------------------ inside


def _is_hushed(snapshot: Snapshot, account_id: int, voice: Account) -> bool:
    stands = relations.of(snapshot, account_id, (voice.id,))[voice.id]
    return stands.is_blocking or stands.is_muting


def _ask(unit: Unit, account_id: int) -> None:
    today = carding.midnight(unit)
    used = max(
        recall_cards.open_questions(unit, account_id),
        recall_cards.touched(unit, account_id, since=today),
    )
    if used >= MOST_A_DAY:
        return
    held = recall_cards.shown(unit, account_id, limit=MOST_A_DAY - used, unasked_since=today)
    for card in reexposing.dressed(unit, account_id, held):
        if not card.is_withdrawn and recall_cards.claim(unit, card.card_id, since=today):
            poll_id = voicing.say(unit, account_id, _question(card), poll=_poll(unit))
            recall_cards.change(unit, card.card_id, poll_id=poll_id)


def _poll(snapshot: Snapshot) -> Asked:
    """Return the poll. It has more options than people may give theirs; apps show what there is."""
    return Asked(options=tuple(label for label, _ in OPTIONS), ends_at=snapshot.now + OPEN_FOR)


def _question(card: DueCard) -> str:
    part = card.part
    author = part.author.display_name.strip() or part.author.username
    reason = _WHY.get(card.reason or "", "")
    if reason and card.because is not None:
        reason = f"{reason}: {card.because.place}"
    lines = (f"Worth seeing again, from {author}, {part.place}.", f"{reason}." if reason else "")
    return "\n\n".join((" ".join(line for line in lines if line), card.question, _HELP))


def _told(snapshot: Snapshot, card: DueCard, graded: reexposing.Graded) -> str:
    loop = snapshot.site.loop_url(card.part.status_id)
    if graded.due_at is None:
        back = f"Retired: you are not asked again. Bring it back on {snapshot.site.base_url}/recall"
        return "\n\n".join((card.answer, back))
    day = day_words(graded.due_at.astimezone(snapshot.site.zone).date(), recording.today(snapshot))
    lines = [card.answer, f"You see it again on {day}."]
    if graded.grade == "do":
        by = recording.today(snapshot) + timedelta(days=14)
        lines.append(f"To begin, answer this with: !try {by.isoformat()} what you will do. Or on the page: {loop}/try")
    else:
        lines.append(loop)
    return "\n\n".join(lines)
