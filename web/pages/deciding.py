"""Deciding about an action and telling what came of it, also when it did not work."""

import secrets
from typing import Final

from starlette.responses import Response

from node.errors import Problem
from node.services import reading, sharing
from node.services.sharing import NewShare
from web.pages import audiences
from web.pages.entering import Doing, doing
from web.pages.entities import Status, read_status
from web.pages.recording import FIELDS, once, origin
from web.pages.timelines import look
from web.pages.views.charts import chart_of
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import Decide
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route

DECISIONS: Final = (
    Choice("adopt", "Adopt", "It works. This is how we do it now."),
    Choice("adapt", "Adapt", "Change it and start the next cycle."),
    Choice("abandon", "Abandon", "Stop. Others need to know this as much."),
)


async def show(visit: Visit) -> Response:
    """Show what the numbers say and ask what to do with it; no decision is proposed."""
    found = await doing(visit)
    begins = {"audience": audiences.proposed(found.status, visit), "once": secrets.token_urlsafe(12)}
    return await _page(visit, found, Form(begins))


async def share(visit: Visit) -> Response:
    """Decide and share."""
    form = visit.form
    new = NewShare(
        action_id=visit.call.id(),
        decision=form.get("decision", ""),
        sentence=form.get("sentence", ""),
        decision_reason=form.get("reason") or (form.get("sentence") if form.get("decision") == "abandon" else None),
        learned=form.get("learned") or None,
        modifications=form.get("modifications") or None,
        visibility=form.get("audience") or None,
        idempotency_key=once(form, "share"),
    )
    try:
        status_id = await visit.call.node.db.write(sharing.share, visit.account_id, new)
    except Problem as problem:
        return await _page(
            visit, await doing(visit), refused(visit, problem, FIELDS, lead="Not shared"), problem.status
        )
    return visit.go(f"/loops/{status_id}", "shared")


async def _page(visit: Visit, found: Doing, form: Form, status: int = 200) -> Response:
    source = await _source(visit, found)
    above = (found.status, source) if source else (found.status,)
    first = next((one for one in found.series if one.points), None)
    page = Decide(
        form=form,
        action=f"/actions/{found.status.id}/decide",
        title=found.record.title,
        loop_url=f"/loops/{found.status.id}",
        finding=first.finding if first else "No numbers yet. A result without numbers can be shared, too.",
        origin=origin(source, visit, await look(visit, (source,))) if source else None,
        audiences=await audiences.choices(visit, above),
        decisions=DECISIONS,
        chart=chart_of(first, change="Change") if first else None,
    )
    return visit.page("decide", page, current="loops", status=status)


async def _source(visit: Visit, found: Doing) -> Status | None:
    if found.status.in_reply_to_id is None:
        return None
    try:
        text = await visit.call.node.db.read(reading.status, visit.account_id, int(found.status.in_reply_to_id))
    except Problem:
        return None
    return read_status(text)


routes = (
    Route("GET", "/actions/{id}/decide", signed_in(show)),
    Route("POST", "/actions/{id}/decide", signed_in(share)),
)
