"""Worth seeing again: one due card at a time, the question first; the answers, and taking the last one back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from node.errors import Problem
from node.services import reexposing
from node.services.reexposing import DueCard
from web.pages.cards import Look
from web.pages.timelines import look
from web.pages.views.dates import day_words
from web.pages.views.recalling import GRADES, Answered, Card, Grade, Recalling
from web.pages.views.shell import Link
from web.pages.visits import Visit, signed_in
from web.routing import MAX_ID, Route

ANSWERED_ALREADY: Final = ("card-not-due", "card-retired")
_REASONS: Final = {"result": "shared a result", "stopped": "stopped trying it"}


async def due_cards(visit: Visit) -> tuple[Card, ...]:
    """Return the cards that are due today, at most five, as `parts/cards-due.html` draws them."""
    found = await visit.call.node.db.read(reexposing.foreseen, visit.account_id)
    return tuple(card_of(card, days) for card, days in found)


def _grades(days: Mapping[str, int]) -> tuple[Grade, ...]:
    return tuple(replace(one, comes=_span(days[one.value])) if one.value in days else one for one in GRADES)


def _span(days: int) -> str:
    """Return a number of days as people say it: "11 days", "3 weeks", "5 months"."""
    for length, unit in ((30, "months"), (7, "weeks")):
        if days >= 2 * length:
            return f"{round(days / length)} {unit}"
    return "1 day" if days == 1 else f"{days} days"


def card_of(card: DueCard, days: Mapping[str, int]) -> Card:
    """Return a card as its template takes it, with the days that each answer leads to."""
    part, because = card.part, card.because
    author = part.author.display_name.strip() or part.author.username
    return Card(
        action=f"/recall/{card.card_id}",
        question=card.question,
        answer=tuple(card.answer.splitlines()),
        by=f"{author}, {part.place}",
        loop_url=f"/loops/{part.status_id}",
        reason=f"{because.place} {_REASONS[card.reason]}" if because and card.reason in _REASONS else "",
        reason_url=f"/loops/{because.status_id}" if because else "",
        withdrawn=card.answer if card.is_withdrawn else "",
        grades=_grades(days),
    )


async def show(visit: Visit) -> Response:
    """Show the card that is due first."""
    cards = await due_cards(visit)
    where = await look(visit)
    page = Recalling(card=cards[0], more=len(cards) - 1) if cards else await _nothing(visit, where)
    return visit.page("recall", replace(page, answered=await _answered(visit, where)), current="today")


async def answer(visit: Visit) -> Response:
    """Take the answer to a card, and go where it leads: on, to an action, or to what is known better now."""
    db, card_id, said = visit.call.node.db, visit.call.id(), visit.form.get("grade", "")
    card = await db.read(reexposing.card, visit.account_id, card_id)
    try:
        await db.write(reexposing.grade, visit.account_id, card_id, said, "page")
    except Problem as problem:
        if problem.code not in ANSWERED_ALREADY:  # a form that was sent twice counts once
            raise
    status_id = card.part.status_id
    if card.is_withdrawn:
        return visit.go("/recall")
    if said == "do":
        return visit.go(f"/loops/{status_id}/try")
    if said == "changed":
        relation = "supersedes" if card.part.author.id == visit.account_id else "contradicts"
        return visit.go(f"/record?from={status_id}&relation={relation}", "changed")
    return visit.go(f"/recall?done={card_id}")


async def undo(visit: Visit) -> Response:
    """Take the last answer to a card back; one that is taken back already is fine."""
    try:
        await visit.call.node.db.write(reexposing.ungrade, visit.account_id, visit.call.id())
    except Problem as problem:
        if problem.code != "nothing-to-undo":
            raise
    return visit.go("/recall")


async def _answered(visit: Visit, where: Look) -> Answered | None:
    done = visit.query("done")
    if not (done.isascii() and done.isdigit() and int(done) <= MAX_ID):
        return None
    try:
        card = await visit.call.node.db.read(reexposing.card, visit.account_id, int(done))
    except Problem:
        return None
    if card.is_retired:
        words = "Retired. You are not asked again; nobody else is told."
    elif card.due_at > where.now:
        words = f"Saved. You see it again on {day_words(card.due_at.astimezone(where.zone).date(), where.today)}."
    else:
        return None
    return Answered(words=words, undo=f"/recall/{card.card_id}/undo")


async def _nothing(visit: Visit, where: Look) -> Recalling:
    """Return the page when no card is due."""
    standing = await visit.call.node.db.read(reexposing.standing, visit.account_id)
    if standing.waiting:
        return Recalling(card=None, title="Enough for today", text=f"{standing.waiting} more can wait until tomorrow.")
    if standing.next_at is not None:
        day = day_words(standing.next_at.astimezone(where.zone).date(), where.today)
        return Recalling(card=None, title="Nothing to see again today", text=f"The next one comes on {day}.")
    return Recalling(
        card=None,
        title="Nothing to see again yet",
        text="What you record, bookmark or try comes back here, so that it sticks.",
        link=Link("Record a learning", "/record"),
    )


routes = (
    Route("GET", "/recall", signed_in(show)),
    Route("POST", "/recall/{id}", signed_in(answer)),
    Route("POST", "/recall/{id}/undo", signed_in(undo)),
)
