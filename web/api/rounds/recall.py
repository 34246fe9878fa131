"""What is worth seeing again: due cards, their answers, and cards of records that somebody chooses."""

from typing import Final

from starlette.responses import Response

from node.services import reexposing
from node.services.reexposing import DueCard, Graded
from node.social.site import Site
from web import answers
from web.api import params
from web.api.rounds import entities
from web.api.rounds.openapi import READ, WRITE, row
from web.api.rounds.recall_shapes import CardEntity, CardsQuery, DueQuery, GradeBody, GradedEntity
from web.routing import Call, id_of


async def list_due_cards(call: Call) -> Response:
    """Return what the user shall see again now, at most five a day; the answers only when they are asked for."""
    sent = params.query(call, DueQuery)
    found = await call.node.db.read(reexposing.due, call.account_id)
    return answers.json([_card(one, call.node.site, with_answer=sent.with_answer) for one in found])


async def list_cards(call: Call) -> Response:
    """Return all cards of the user, the newest first, with retired ones."""
    sent = params.query(call, CardsQuery)
    before = id_of(sent.max_id) if sent.max_id else None
    found = await call.node.db.read(reexposing.cards, call.account_id, limit=sent.limit, max_id=before)
    return answers.json([_card(one, call.node.site) for one in found])


async def show_card(call: Call) -> Response:
    """Return one card with its answer."""
    return answers.json(_card(await call.node.db.read(reexposing.card, call.account_id, call.id()), call.node.site))


async def grade_card(call: Call) -> Response:
    """Answer a card that is due, or retire one."""
    sent = await params.decode(call, GradeBody)
    return await _graded(call, sent.grade)


async def retire_card(call: Call) -> Response:
    """Let a card not be asked any more."""
    return await _graded(call, "retire")


async def undo_grade(call: Call) -> Response:
    """Take the last answer to a card back."""
    found = await call.node.db.write(reexposing.ungrade, call.account_id, call.id())
    return answers.json(_card(found, call.node.site))


async def create_card(call: Call) -> Response:
    """See a record again from tomorrow on; a card that was retired comes back."""
    found = await call.node.db.write(reexposing.make, call.account_id, call.id())
    return answers.json(_card(found, call.node.site))


async def _graded(call: Call, grade: str) -> Response:
    found: Graded = await call.node.db.write(reexposing.grade, call.account_id, call.id(), grade, "api")
    leads = {
        "do": f"{call.node.site.loop_url(found.status_id)}/try",
        "changed": f"{call.node.site.base_url}/record?from={found.status_id}&relation=supersedes",
    }
    return answers.json(
        GradedEntity(
            id=str(found.card_id),
            record_id=str(found.status_id),
            grade=found.grade,
            due_at=found.due_at,
            next=leads.get(found.grade),
        )
    )


def _card(card: DueCard, site: Site, *, with_answer: bool = True) -> CardEntity:
    return CardEntity(
        id=str(card.card_id),
        record_id=str(card.part.status_id),
        author=card.part.author.acct,
        place=card.part.place,
        question=card.question,
        answer=card.answer if with_answer or card.is_withdrawn else None,
        origin=card.origin,
        due_at=card.due_at,
        reviews=card.reviews,
        reason=card.reason,
        because=entities.record(card.because, site) if card.because else None,
        retired=card.is_retired,
        withdrawn=card.is_withdrawn,
        record=entities.record(card.part, site) if with_answer else None,
    )


OPERATIONS: Final = (
    row("GET", "/recall", list_due_cards, READ, list[CardEntity], query=DueQuery),
    row("GET", "/recall/cards", list_cards, READ, list[CardEntity], query=CardsQuery),
    row("GET", "/recall/{id}", show_card, READ, CardEntity),
    row("POST", "/recall/{id}/grade", grade_card, WRITE, GradedEntity, body=GradeBody),
    row("POST", "/recall/{id}/undo", undo_grade, WRITE, CardEntity),
    row("DELETE", "/recall/{id}", retire_card, WRITE, GradedEntity),
    row("POST", "/records/{id}/recall", create_card, WRITE, CardEntity),
)
