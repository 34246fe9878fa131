"""We try this here: an action that begins from somebody's learning, action or result."""

import secrets
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from federation.records.fields import LearningAction, LearningShare
from node.errors import Problem, not_found
from node.learning.typed import read_day
from node.services import beginning, suggesting
from node.services.beginning import NewAction
from web.pages import audiences
from web.pages.cards import Look, Record, author_of, record_of
from web.pages.counting import COUNTS, SAME, measures_of, offers, same
from web.pages.entities import Status
from web.pages.recording import FIELDS, begun, once, origin
from web.pages.timelines import look
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import Try
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route

SOON: Final = timedelta(days=28)  # a small test of change says something within weeks


async def show(visit: Visit) -> Response:
    """Show the form with the change as they say it."""
    status, where = await _begun(visit)
    record = record_of(status, where)
    before = record if isinstance(record, LearningAction) and "@" not in status.account.acct else None
    begins = {
        "plan": (before.plan if before else "") or "",
        "setting": (before.setting if before else "") or "",
        "change": _change(record_of(status, where)),
        "due": (where.today + SOON).isoformat(),
        "audience": audiences.proposed(status, visit),
        "count": SAME if _same(status, where) else "",
        "once": secrets.token_urlsafe(12),
    }
    return await _page(visit, status, where, Form(begins))


async def begin(visit: Visit) -> Response:
    """Begin the action."""
    status, where = await _begun(visit)
    form = visit.form
    offered = await visit.call.node.db.read(suggesting.suggested, visit.account_id, int(status.id))
    try:
        new = NewAction(
            based_on=int(status.id),
            change=form.get("change", ""),
            due_on=read_day(form.get("due", ""), field="due"),
            day_zero_on=read_day(form["day_zero"], field="day_zero") if form.get("day_zero") else None,
            measures=measures_of(form, offered),
            prediction=form.get("prediction") or None,
            plan=form.get("plan"),
            setting=form.get("setting"),
            visibility=form.get("audience") or None,
            idempotency_key=once(form, "action"),
        )
        action_id = await visit.call.node.db.write(beginning.begin, visit.account_id, new)
    except Problem as problem:
        return await _page(visit, status, where, refused(visit, problem, FIELDS), status_code=problem.status)
    return visit.go(f"/actions/{action_id}/numbers", "begun")


async def _begun(visit: Visit) -> tuple[Status, Look]:
    status = await begun(visit, visit.call.params["id"])
    where = await look(visit, (status,) if status else ())
    record = record_of(status, where) if status else None
    if status is None or record is None or record.status == "withdrawn":
        raise not_found()
    return status, where


async def _page(visit: Visit, status: Status, where: Look, form: Form, *, status_code: int = 200) -> Response:
    offered = await visit.call.node.db.read(suggesting.suggested, visit.account_id, int(status.id))
    page = Try(
        form=form,
        action=f"/loops/{status.id}/try",
        origin=origin(status, visit, where),
        audiences=await audiences.choices(visit, (status,)),
        counts=(*_same(status, where), COUNTS[0], *offers(offered), *COUNTS[1:]),
    )
    return visit.page("try", page, current="loops", status=status_code)


def _change(record: Record | None) -> str:
    """Return the change idea as it was said there; a learning or a result says none."""
    if not isinstance(record, LearningAction):
        return ""
    return record.title if not record.change else f"{record.title}\n{record.change}"


def _same(status: Status, where: Look) -> tuple[Choice, ...]:
    record = record_of(status, where)
    is_theirs = "@" in status.account.acct
    if not isinstance(record, LearningAction | LearningShare) or not record.measures:
        return ()
    if not is_theirs and not isinstance(record, LearningAction):
        return ()
    return (same(record.measures[0], author_of(status, where).place),)


routes = (
    Route("GET", "/loops/{id}/try", signed_in(show)),
    Route("POST", "/loops/{id}/try", signed_in(begin)),
)
