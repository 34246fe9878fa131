"""Recording: I learned, I will ... by ... and count, it came to. One box is needed, the rest can wait."""

import secrets
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from node.errors import Problem, invalid
from node.learning.typed import read_day
from node.services import capturing, posting, reading
from node.services.beginning import NewAction
from node.services.learning import NewLearning
from node.services.posting import Draft
from node.services.sharing import NewShare
from node.social.licences import LICENCES
from web.pages import audiences
from web.pages.cards import SOURCES, Look, author_of, record_of
from web.pages.counting import COUNTS, measures_of
from web.pages.entities import Status, page_of, read_status
from web.pages.timelines import look
from web.pages.views.forms import Choice, Form
from web.pages.views.loops import Origin, Record
from web.pages.views.plain import plain_text
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route, id_of

FIELDS: Final = {
    "title": "text",
    "source_label": "source",
    "visibility": "audience",
    "due_on": "due",
    "day_zero_on": "day_zero",
    "form": "count",
    "better": "count",
    "kind": "count",
    "measures": "count",
    "decision_reason": "reason",
    "based_on": "",
    "learned_from": "",
}
MAX_PREFILLED_CHARS: Final = 2000
CHANGED: Final = ("supersedes", "contradicts")  # how what is known now stands to what was learned
_OF_A_LOOP: Final = (
    "source", "question", "answer", "change", "due", "label", "count", "prediction", "decision", "sentence",
)  # fmt: skip
_SOURCES: Final = (Choice("", "Choose"), *(Choice(kind, words) for kind, words in SOURCES.items()))


async def show(visit: Visit) -> Response:
    """Show the empty page, or one that begins from a post, a link or a text that was shared with us."""
    source, text = (visit.query(name)[:MAX_PREFILLED_CHARS] for name in ("url", "text"))
    return await begin(
        visit, text=text, source=source, begun_from=visit.query("from")[:20], relation=visit.query("relation")
    )


async def begin(
    visit: Visit, *, text: str = "", source: str = "", begun_from: str = "", relation: str = ""
) -> Response:
    """Show the page with what is known already; `relation`: it is about a learning that changed since."""
    begun = {"audience": audiences.CAREFUL, "text": text, "source": source, "from": begun_from}
    if begun_from and relation in CHANGED:
        return await _page(visit, Form(begun | {"relation": relation, "once": secrets.token_urlsafe(12)}))
    if begun_from:
        begun["source_kind"] = "peer-post"
    return await _page(visit, Form(begun | {"once": secrets.token_urlsafe(12)}))


async def record(visit: Visit) -> Response:
    """Record what was typed, all of it or nothing; what is for the house alone becomes a post."""
    form = visit.form
    try:
        if form.get("audience") == audiences.HOUSE:
            status_id = await visit.call.node.db.write(posting.post, visit.account_id, _note(form))
            return visit.go(await _url_of(visit, status_id), "posted")
        made = await visit.call.node.db.write(
            capturing.capture, visit.account_id, _learning(form), _action(form), _share(form)
        )
    except Problem as problem:
        return await _page(visit, refused(visit, problem, FIELDS), status=problem.status)
    if made.share_id is not None:
        return visit.go(f"/loops/{made.share_id}", "shared")
    if made.action_id is not None:
        return visit.go(f"/actions/{made.action_id}/numbers", "begun")
    return visit.go(f"/loops/{made.learning_id}", "recorded")


async def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    begun_from = await begun(visit, form.value("from"))
    where = await look(visit, (begun_from,) if begun_from else ())
    page = Record(
        form=form,
        audiences=await audiences.choices(visit, (begun_from,) if begun_from else (), has_house=True),
        sources=_SOURCES,
        counts=COUNTS,
        licences=licences(visit),
        origin=origin(begun_from, visit, where) if begun_from else None,
    )
    return visit.page("record", page, current="record", status=status)


def licences(visit: Visit) -> tuple[Choice, ...]:
    """Return the licences one may choose, that of this hospital first."""
    usual = visit.site.licence
    return (Choice("", f"{usual}, as usual here"), *(Choice(one, one) for one in LICENCES if one != usual))


async def _url_of(visit: Visit, status_id: int) -> str:
    made = read_status(await visit.call.node.db.read(reading.status, visit.account_id, status_id))
    return f"{page_of(made.account)}/{made.id}"


async def begun(visit: Visit, typed: str) -> Status | None:
    """Return the post that something begins from. Raises: 404 when it is not there."""
    if not typed:
        return None
    return read_status(await visit.call.node.db.read(reading.status, visit.account_id, id_of(typed)))


def origin(status: Status, visit: Visit, where: Look) -> Origin:
    """Return a post as the place something begins from."""
    kept = record_of(status, where)
    person = author_of(status, where)
    is_mine = int(status.account.id) == visit.account_id
    words = plain_text(status.content)
    return Origin(
        title=kept.title if kept else f"{words[:79]}…" if len(words) > 80 else words or "a post",
        by=f"by {person.name}, {person.place}",
        url=f"/loops/{status.id}" if kept else f"{page_of(status.account)}/{status.id}",
        hears="" if is_mine else f"{person.name} hears what comes of it.",
    )


def _note(form: Mapping[str, str]) -> Draft:
    """Return what is for the house alone. Raises: 422 when more than the first box is filled in: that would be a loop."""
    if any(form.get(name, "").strip() for name in _OF_A_LOOP):
        words = "A loop is meant to travel. For this hospital only, empty all but the first box, or choose more people."
        raise invalid(words, field="visibility")
    text = form.get("text", "").strip()
    if not text:
        raise invalid("Write what you learned.", field="text")
    return Draft(
        text=text,
        is_for_house=True,
        quote_of_id=id_of(form["from"]) if form.get("from") else None,
        idempotency_key=once(form, "note"),
    )


def _learning(form: Mapping[str, str]) -> NewLearning:
    relation = form.get("relation", "") if form.get("from") else ""
    return NewLearning(
        text=form.get("text", ""),
        source_kind=form.get("source_kind") or None,
        source=form.get("source") or None,
        question=form.get("question") or None,
        answer=form.get("answer") or None,
        visibility=form.get("audience") or None,
        licence=form.get("licence") or None,
        learned_from=None if relation else form.get("from") or None,
        based_on=form.get("from") if relation else None,
        relation=relation or None,
        idempotency_key=once(form, "learning"),
    )


def _action(form: Mapping[str, str]) -> NewAction | None:
    is_given = any(form.get(name, "").strip() for name in ("change", "due", "label", "prediction"))
    if not is_given:
        if form.get("decision") or form.get("sentence", "").strip():
            raise invalid("Say what you did before you say what it came to.", field="change")
        return None
    if not form.get("change", "").strip():
        raise invalid("Say what you will do, or empty the rest of this part.", field="change")
    return NewAction(
        based_on="",
        change=form.get("change", ""),
        due_on=read_day(form.get("due", ""), field="due"),
        measures=measures_of(form) or (),
        prediction=form.get("prediction") or None,
        visibility=form.get("audience") or None,
        licence=form.get("licence") or None,
        idempotency_key=once(form, "action"),
    )


def _share(form: Mapping[str, str]) -> NewShare | None:
    if not form.get("decision") and not form.get("sentence", "").strip():
        return None
    return NewShare(
        action_id=0,
        decision=form.get("decision", ""),
        sentence=form.get("sentence", ""),
        decision_reason=form.get("sentence") if form.get("decision") == "abandon" else None,
        visibility=form.get("audience") or None,
        licence=form.get("licence") or None,
        idempotency_key=once(form, "share"),
    )


def once(form: Mapping[str, str], part: str) -> str | None:
    """Return what makes a form that is sent twice count once."""
    return f"page:{form['once']}:{part}" if form.get("once") else None


routes = (
    Route("GET", "/record", signed_in(show)),
    Route("POST", "/record", signed_in(record)),
)
