"""Measures changed, and many numbers at once, in /api/rounds/v1: preview, save, undo."""

from typing import Final

import msgspec
from starlette.responses import Response

from node.errors import Problem, invalid
from node.learning.columns import too_large
from node.learning.entries import read_number
from node.learning.rulesets import CHARTS_OF, rules_for
from node.learning.sheet import text_of
from node.learning.typed import read_day
from node.services import adjusting, pasting
from node.services.adjusting import MeasureEdit, NewBaseline, NewPhase
from node.services.measuring import Entered, Point
from node.services.pasting import MAX_BYTES, MAX_LINES, Change, Preview, Row, Table
from web import answers
from web.api import params
from web.api.rounds import entities, shapes
from web.api.rounds import sent as read
from web.api.rounds import table_shapes as s
from web.api.rounds.openapi import READ, WRITE, row
from web.routing import Call

_CSV: Final = ("text/csv", "text/plain", "text/tab-separated-values")


async def show_measure(call: Call) -> Response:
    """Return a measure of this node and how it is read, to people of this node."""
    db, measure_id = call.node.db, call.id()
    measure = await db.read(adjusting.measure_of, call.account_id, measure_id)
    phases = await db.read(adjusting.phases_of, measure_id)
    chart = measure.chart or "run"
    first, last = measure.baseline_from_on, measure.baseline_to_on
    detail = s.MeasureDetail(
        measure=entities.measure(measure.defined, measure.id),
        chart=chart,
        rules=rules_for(chart, measure.rules),
        baseline=s.BaselineBody(str(first), str(last)) if first and last else None,
        phases=[s.PhaseBody(str(phase.starts_on), phase.why) for phase in phases],
        charts=list(CHARTS_OF[measure.form]),
    )
    return answers.json(detail)


async def change_measure(call: Call) -> Response:
    """Change a measure: its words, and by which chart, rules, baseline and phases it is read."""
    sent = await params.decode(call, s.MeasureChange)
    given = read.fields(
        sent,
        goal=read_number(sent.goal, field="goal"),
        has_goal=sent.goal != "",
        baseline=_baseline(sent.baseline),
        phases=None
        if sent.phases is None
        else tuple(NewPhase(starts_on=read_day(one.starts_on, field="phases"), why=one.why) for one in sent.phases),
    )
    await call.node.db.write(adjusting.adjust, call.account_id, call.id(), MeasureEdit(**given))
    return await show_measure(call)


async def import_points(call: Call) -> Response:
    """Save a table of numbers, all of it or nothing; with `dry_run` say line by line what it would do."""
    table, is_dry = await _table(call)
    db, measure_id = call.node.db, call.id()
    preview = await db.read(pasting.preview, call.account_id, measure_id, table)
    saved: tuple[Entered, ...] = ()
    if not is_dry:
        saved = await db.write(pasting.save, call.account_id, measure_id, table)
    return answers.json(_entity(preview, saved, is_saved=not is_dry))


async def undo_import(call: Call) -> Response:
    """Put back what stood before a table was saved."""
    sent = await params.decode(call, s.UndoBody)
    changes = [
        Change(
            starts_on=read_day(one.starts_on, field="entered"), point=_point(one.point), previous=_point(one.previous)
        )
        for one in sent.entered
    ]
    count = await call.node.db.write(pasting.undo, call.account_id, call.id(), changes)
    return answers.json(s.UndoneEntity(count))


def _baseline(sent: s.BaselineBody | None) -> NewBaseline | None:
    if sent is None:
        return None
    return NewBaseline(from_on=read.day(sent.from_on, "baseline_from_on"), to_on=read.day(sent.to_on, "baseline_to_on"))


async def _table(call: Call) -> tuple[Table, bool]:
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _CSV:
        asked = params.query(call, s.TableQuery)
        text = text_of(await _read(call))
        return Table(text=text, decimal=asked.decimal, days=asked.days), asked.dry_run
    sent = await params.decode(call, s.TableBody)
    if sent.text:
        return Table(text=sent.text, decimal=sent.decimal, days=sent.days), sent.dry_run
    if not sent.rows:
        raise invalid("There is no row. Send `rows`, or `text`, or a CSV.", field="rows", code="table-missing")
    if len(sent.rows) > MAX_LINES:
        raise too_large()
    rows = [Row(**{name: getattr(one, name) for name in s.RowBody.__struct_fields__}) for one in sent.rows]
    return pasting.table_of(rows), sent.dry_run


async def _read(call: Call) -> bytes:
    """Return a table as it comes in; more than a chart can hold is refused as soon as that is seen."""
    data = bytearray()
    lines = 0
    async for chunk in call.request.stream():
        data += chunk
        lines += chunk.count(b"\n")
        if len(data) > MAX_BYTES or lines > MAX_LINES:
            refusal = too_large()
            raise Problem(413, refusal.code, refusal.text, field=refusal.field)
    return bytes(data)


def _point(sent: shapes.PointEntity | None) -> Point | None:
    if sent is None:
        return None
    try:
        return msgspec.convert({"id": 0, "measure_id": 0} | msgspec.to_builtins(sent), Point)
    except msgspec.ValidationError:
        raise invalid("This is not what was answered. Send `entered` as it came.", field="entered") from None


def _entity(preview: Preview, saved: tuple[Entered, ...], *, is_saved: bool) -> s.TableEntity:
    return s.TableEntity(
        is_saved=is_saved,
        count=preview.count,
        lines=[
            s.LineEntity(
                line=one.line.number,
                text=one.line.text,
                effect=one.effect,
                words=one.words,
                starts_on=str(one.starts_on) if one.starts_on else None,
                state=one.line.state if one.starts_on else None,
                numerator=one.line.numerator,
                denominator=one.line.denominator,
                value=one.line.value,
                note=one.line.note,
            )
            for one in preview.lines
        ],
        questions=[
            s.QuestionEntity(one.name, one.words, [value for value, _ in one.choices]) for one in preview.questions
        ],
        entered=[entities.entered(one) for one in saved],
    )


OPERATIONS: Final = (
    row("GET", "/measures/{id}", show_measure, READ, s.MeasureDetail),
    row("PATCH", "/measures/{id}", change_measure, WRITE, s.MeasureDetail, body=s.MeasureChange),
    row("POST", "/measures/{id}/points/import", import_points, WRITE, s.TableEntity, body=s.TableBody),
    row("POST", "/measures/{id}/points/undo", undo_import, WRITE, s.UndoneEntity, body=s.UndoBody),
)
