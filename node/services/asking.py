"""Asking in any app what is due: a direct post of @recall with a poll whose options are the answers, and what follows a vote.

The answer is never told before the vote. Nothing of it leaves the node: each post names its reader alone, who is of ours.
"""

from datetime import date, datetime, timedelta
from typing import Final

from node.errors import Problem
from node.learning.recall import Grade
from node.services import accounts as people
from node.services import carding, posting, recording, reexposing
from node.services.carding import BATCH
from node.services.posting import Publication
from node.services.reexposing import MOST_A_DAY, DueCard
from node.services.writing import Asked, Content
from node.social import text as words
from node.store import accounts, recall_cards, relations, statuses
from node.store.accounts import Account
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

FIRST_HOUR: Final = 7
LAST_HOUR: Final = 20  # nobody is asked from then on
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
    if voice is None or not FIRST_HOUR <= unit.now.astimezone(unit.site.zone).hour < LAST_HOUR:
        return None
    askable = recall_cards.askable_after(unit, after_id, limit=BATCH)
    for account_id in askable:
        if not _is_hushed(unit, account_id, voice):
            _ask(unit, voice, account_id)
    return askable[-1] if len(askable) == BATCH else None


def answer(unit: Unit, poll_id: int, account_id: int, choices: tuple[int, ...]) -> None:
    """Grade the card that a post asked about by what its reader voted, and tell them the answer."""
    held, post = recall_cards.of_poll(unit, poll_id), statuses.by_id(unit, poll_id)
    if held is None or post is None or held.account_id != account_id or not choices:
        return
    said = OPTIONS[choices[0]][1] if choices[0] < len(OPTIONS) else None
    reader, voice = accounts.by_id(unit, account_id), accounts.by_id(unit, post.account_id)
    if said is None or reader is None or voice is None:
        return
    try:
        card = reexposing.card(unit, account_id, held.id)
        told = _told(unit, card, reexposing.grade(unit, account_id, held.id, said, "post"))
    except Problem as problem:
        told = "This is not here any more, or not for you." if problem.status == 404 else problem.text
    _say(unit, voice, reader, told, reply_to=post)


def about(snapshot: Snapshot, status_id: int) -> int | None:
    """Return the record that a post of @recall asks about, or answers about; so that `!try` below it knows what is meant."""
    post = statuses.by_id(snapshot, status_id)
    asked = (post.id, post.reply_to_id) if post is not None else ()
    held = next((card for i in asked if i is not None and (card := recall_cards.of_poll(snapshot, i))), None)
    return held.status_id if held is not None else None


def wants(snapshot: Snapshot, account_id: int) -> bool:
    """Tell whether somebody wants to be asked by posts."""
    return recall_cards.wants_posts(snapshot, account_id)


def choose(unit: Unit, account_id: int, *, wants: bool) -> None:
    """Keep whether somebody wants to be asked by posts. Raises: 404 when nobody signs in with this account."""
    people.owner(unit, account_id)
    recall_cards.choose_posts(unit, account_id, wants=wants)


# ------------------------------------------------------------------ inside


def _is_hushed(snapshot: Snapshot, account_id: int, voice: Account) -> bool:
    stands = relations.of(snapshot, account_id, (voice.id,))[voice.id]
    return stands.is_blocking or stands.is_muting


def _ask(unit: Unit, voice: Account, account_id: int) -> None:
    reader, today = accounts.by_id(unit, account_id), carding.midnight(unit)
    used = max(
        recall_cards.open_questions(unit, account_id),
        recall_cards.touched(unit, account_id, since=today),
    )
    if reader is None or reader.id == voice.id or used >= MOST_A_DAY:
        return
    held = recall_cards.shown(unit, account_id, limit=MOST_A_DAY - used, unasked_since=today)
    for card in reexposing.dressed(unit, account_id, held):
        if not card.is_withdrawn and recall_cards.claim(unit, card.card_id, since=today):
            poll_id = _say(unit, voice, reader, _question(card), poll=_poll(unit))
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
    lines = [card.answer, f"You see it again on {_day(snapshot, graded.due_at)}."]
    if graded.grade == "do":
        by = recording.today(snapshot) + timedelta(days=14)
        lines.append(f"To begin, answer this with: !try {by.isoformat()} what you will do. Or on the page: {loop}/try")
    else:
        lines.append(loop)
    return "\n\n".join(lines)


def _day(snapshot: Snapshot, instant: datetime) -> str:
    day: date = instant.astimezone(snapshot.site.zone).date()
    year = "" if day.year == recording.today(snapshot).year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"


def _say(
    unit: Unit, voice: Account, reader: Account, said: str, *, reply_to: Status | None = None, poll: Asked | None = None
) -> int:
    """Publish a direct post that names its reader alone, whatever handles the words hold."""
    text = f"@{reader.username} {said}"
    person = words.Link(reader.url, reader.username)
    named = words.find(f"@{reader.username}").handles
    html = words.to_html(text, people=dict.fromkeys(named, person), tag_url=unit.site.tag_url)
    content = Content(content_html=html, text=text, language=unit.site.language, named=(reader,), poll=poll)
    return posting.publish(unit, voice, Publication(content=content, visibility="direct", reply_to=reply_to))
