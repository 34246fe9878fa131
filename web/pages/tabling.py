"""Many numbers at once: paste or choose a file, look at each line, answer what is open, save, or take it back."""

from datetime import date
from typing import Final

import msgspec
from starlette.responses import Response

from node.errors import Problem, invalid
from node.learning.sheet import text_of
from node.services import adjusting, pasting, plotting
from node.services.adjusting import Measure
from node.services.measuring import Entered
from node.services.pasting import Change, Looked, Preview
from web.pages.timelines import look
from web.pages.views.dates import day_words
from web.pages.views.forms import Choice, Form
from web.pages.views.measures import Question, Table, TableLine
from web.pages.visits import Visit, refused, signed_in
from web.routing import Route

_EFFECTS: Final = {"new": "New", "replaces": "Replaces", "same": "As it is", "left-out": "Left out", "wrong": "Wrong"}


async def show(visit: Visit) -> Response:
    """Show the box for a table."""
    return await _page(visit, Form({}))


async def read(visit: Visit) -> Response:
    """Show what a table would save; save it when that was seen and said."""
    db, measure_id = visit.call.node.db, visit.call.id()
    try:
        form = {**visit.form, "table": _text(visit)}
        table = pasting.Table(text=form["table"], decimal=form.get("decimal"), days=form.get("days"))
        if form.get("step") == "save":
            saved = await db.write(pasting.save, visit.account_id, measure_id, table)
            return await _page(visit, Form({}), saved=saved)
        seen = await db.read(pasting.preview, visit.account_id, measure_id, table)
    except Problem as problem:
        if problem.status == 404:
            raise
        return await _page(visit, refused(visit, problem), status=problem.status)
    return await _page(visit, Form(form), seen)


async def undo(visit: Visit) -> Response:
    """Put back what stood before a table was saved."""
    measure = await _measure(visit)
    try:
        changes = msgspec.json.decode(visit.form.get("entered", ""), type=list[Change])
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise invalid("This page is old. Nothing was changed.") from None
    await visit.call.node.db.write(pasting.undo, visit.account_id, measure.id, changes)
    return visit.go(await _back(visit, measure), "undone")


def _text(visit: Visit) -> str:
    """Return what was pasted, or what the file holds. Raises: 422 when there are both."""
    pasted, file = visit.form.get("table", ""), visit.files.get("file", b"")
    if pasted.strip() and file:
        raise invalid("There is a file and a text. Empty the box, or choose no file.", field="table")
    return text_of(file) if file else pasted


async def _measure(visit: Visit) -> Measure:
    return await visit.call.node.db.read(adjusting.measure_of, visit.account_id, visit.call.id())


async def _back(visit: Visit, measure: Measure) -> str:
    _, action = await visit.call.node.db.read(plotting.seen, visit.account_id, measure.id)
    return f"/actions/{action.status_id}/numbers?measure={measure.key}"


async def _page(
    visit: Visit, form: Form, seen: Preview | None = None, *, saved: tuple[Entered, ...] = (), status: int = 200
) -> Response:
    measure = await _measure(visit)
    where = await look(visit)
    is_ratio = measure.form in ("proportion", "rate")
    page = Table(
        form=form,
        action=f"/measures/{measure.id}/table",
        title=measure.label,
        back_url=await _back(visit, measure),
        hint="date, numerator, denominator" if is_ratio else "date, value",
        lines=tuple(_line(one, where.today) for one in seen.lines) if seen else (),
        questions=tuple(
            Question(name=one.name, words=one.words, choices=tuple(Choice(*choice) for choice in one.choices))
            for one in (seen.questions if seen else ())
        ),
        count=seen.count if seen else len(saved),
        wrong=len(seen.wrong) if seen else 0,
        is_ready=seen.is_ready if seen else False,
        undo=_changes(saved) if saved else "",
        undo_action=f"/measures/{measure.id}/table/undo",
    )
    return visit.page("table", page, current="loops", status=status)


def _changes(saved: tuple[Entered, ...]) -> str:
    return msgspec.json.encode(
        [Change(starts_on=one.starts_on, point=one.point, previous=one.previous) for one in saved]
    ).decode()


def _line(one: Looked, today: date) -> TableLine:
    line = one.line
    number = line.value if line.numerator is None else line.numerator
    reading = "" if number is None else f"{number:g}"
    if line.denominator is not None:
        reading = f"{line.numerator} of {line.denominator}"
    if line.state != "shown" and one.starts_on:
        reading = "no number" if line.state == "missing" else f"{reading}, left out of the chart"
    return TableLine(
        number=line.number,
        text=line.text[:200],
        day=day_words(one.starts_on, today) if one.starts_on else "",
        reading=reading if one.starts_on else "",
        effect=_EFFECTS[one.effect],
        words=" ".join(filter(None, (one.words, f"Note: {line.note}" if line.note else ""))),
    )


routes = (
    Route("GET", "/measures/{id}/table", signed_in(show)),
    Route("POST", "/measures/{id}/table", signed_in(read, takes_file=True)),
    Route("POST", "/measures/{id}/table/undo", signed_in(undo)),
)
