"""/api/rounds/v1: loops, learnings, actions, measures, points, shares, charts and lineage, beside the Mastodon API.

An endpoint is one function and one row of OPERATIONS; the OpenAPI document is made from the rows. Services take a
struct of their own; here what was sent becomes it, days in words included.
"""

from datetime import date
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from starlette.responses import Response

from node.errors import not_found
from node.learning.typed import read_day
from node.services import acting, charting, learning, looping, measuring, sharing
from node.services.acting import ActionEdit, NewAction, NewAim
from node.services.defining import NewMeasure
from node.services.learning import LearningEdit, NewLearning
from node.services.measuring import NewPoint
from node.services.sharing import NewShare, ShareEdit
from web import answers
from web.api import auth, entities, params, shapes
from web.api.openapi import JSON, Operation, build
from web.areas import FILE_CSP
from web.routing import Call, id_of

START: Final = "/api/rounds/v1"
READ: Final = auth.user("read:statuses")
OPEN: Final = auth.anyone("read:statuses")
WRITE: Final = auth.user("write:statuses")
_SVG: Final = "image/svg+xml"
_PNG: Final = "image/png"
T = TypeVar("T", bound=Struct)


# ------------------------------------------------------------------ loops


async def list_loops(call: Call) -> Response:
    """Return the loops that the user has a part in."""
    found = await call.node.db.read(looping.my_loops, call.account_id)
    return answers.json([entities.summary(mine, call.node.site) for mine in found])


async def show_loop(call: Call) -> Response:
    """Return the loop that a post belongs to."""
    found = await call.node.db.read(looping.loop_of, call.reader_id, call.id())
    return answers.json(entities.loop(found, call.node.site))


async def list_due(call: Call) -> Response:
    """Return what wants something from the user now."""
    found = await call.node.db.read(looping.what_is_due, call.account_id)
    return answers.json([entities.due(one) for one in found])


async def show_lineage(call: Call) -> Response:
    """Return who built on whom around a public record, with the hash that every node gives."""
    sent = params.query(call, shapes.LineageQuery)
    return answers.json(entities.lineage(await call.node.db.read(looping.lineage_of, sent.uri)))


async def show_record(call: Call) -> Response:
    """Return one learning, action or share."""
    return await _record(call, call.id())


# ------------------------------------------------------------------ learnings


async def create_learning(call: Call) -> Response:
    """Record a learning; the same Idempotency-Key gives the same one."""
    sent = await params.decode(call, shapes.LearningBody)
    new = NewLearning(**_fields(sent, topics=tuple(sent.topics or ())), **_sender(call))
    return await _record(call, await call.node.db.write(learning.record, call.account_id, new))


async def change_learning(call: Call) -> Response:
    """Change a learning, also its state."""
    sent = await params.decode(call, shapes.LearningChange)
    changes = LearningEdit(**_fields(sent, topics=_tuple(sent.topics)))
    await call.node.db.write(learning.edit, call.account_id, call.id(), changes)
    return await _record(call, call.id())


async def withdraw_learning(call: Call) -> Response:
    """Take a learning back, saying why."""
    sent = await params.decode(call, shapes.WithdrawalBody)
    await call.node.db.write(
        learning.withdraw, call.account_id, call.id(), reason=sent.reason, explanation=sent.explanation
    )
    return await _record(call, call.id())


# ------------------------------------------------------------------ actions


async def create_action(call: Call) -> Response:
    """Begin an action because of a post; the same Idempotency-Key gives the same one."""
    sent = await params.decode(call, shapes.ActionBody)
    new = NewAction(
        **_fields(
            sent,
            based_on=sent.based_on,
            due_on=read_day(sent.due_on, field="due_on"),
            day_zero_on=_day(sent.day_zero_on, "day_zero_on"),
            measures=None if sent.measures is None else tuple(_measure(one) for one in sent.measures),
            aim=_aim(sent.aim),
            steps=tuple(sent.steps or ()),
            topics=tuple(sent.topics or ()),
        ),
        **_sender(call),
    )
    return await _record(call, await call.node.db.write(acting.begin, call.account_id, new))


async def show_action(call: Call) -> Response:
    """Return an action with what came of it."""
    found = await call.node.db.read(looping.doing_of, call.reader_id, call.id())
    return answers.json(entities.action(found, call.node.site))


async def change_action(call: Call) -> Response:
    """Change an action that is not decided."""
    sent = await params.decode(call, shapes.ActionChange)
    changes = ActionEdit(
        **_fields(
            sent,
            due_on=_day(sent.due_on, "due_on"),
            day_zero_on=_day(sent.day_zero_on, "day_zero_on"),
            steps=_tuple(sent.steps),
            aim=_aim(sent.aim),
        )
    )
    await call.node.db.write(acting.edit, call.account_id, call.id(), changes)
    return await _record(call, call.id())


async def decide_action(call: Call) -> Response:
    """Decide about an action without sharing a result yet."""
    sent = await params.decode(call, shapes.DecisionBody)
    await call.node.db.write(acting.close, call.account_id, call.id(), sent.decision, sent.decision_reason)
    return await _record(call, call.id())


async def reopen_action(call: Call) -> Response:
    """Take a decision back, as long as no share of it stands."""
    await call.node.db.write(acting.reopen, call.account_id, call.id())
    return await _record(call, call.id())


async def withdraw_action(call: Call) -> Response:
    """Take an action back, saying why."""
    sent = await params.decode(call, shapes.WithdrawalBody)
    await call.node.db.write(
        acting.withdraw, call.account_id, call.id(), reason=sent.reason, explanation=sent.explanation
    )
    return await _record(call, call.id())


# ------------------------------------------------------------------ measures and points


async def create_measure(call: Call) -> Response:
    """Give an action one more measure."""
    sent = await params.decode(call, shapes.MeasureBody)
    measure_id = await call.node.db.write(measuring.define, call.account_id, call.id(), _measure(sent))
    found = await call.node.db.read(measuring.chart_of, call.account_id, measure_id)
    return answers.json(entities.measure(found.definition, measure_id))


async def list_measures(call: Call) -> Response:
    """Return the measures of an action of this node with their numbers, to people of this node."""
    found = await call.node.db.read(measuring.series_of_action, call.account_id, call.id())
    start = f"{call.node.site.base_url}{START}/measures"
    return answers.json([entities.series(one, chart_url=f"{start}/{one.measure_id}/chart.svg") for one in found])


async def add_point(call: Call) -> Response:
    """Save a number for an action: of its only measure, of the one named, or of one that the number makes."""
    sent = await params.decode(call, shapes.NumberBody)
    numbers = {name: getattr(sent, name) for name in shapes.PointBody.__struct_fields__}
    new = NewPoint(day=_day(sent.day, "day"), **numbers)
    found = await call.node.db.write(measuring.record, call.account_id, call.id(), new, key=sent.measure)
    return answers.json(entities.entered(found))


async def list_points(call: Call) -> Response:
    """Return the numbers of a measure, to people of this node."""
    found = await call.node.db.read(measuring.points_of, call.account_id, call.id())
    return answers.json([entities.point(one) for one in found])


async def put_point(call: Call) -> Response:
    """Save the number of the period in which a day lies, replacing what stood there."""
    sent = await params.decode(call, shapes.PointBody)
    new = NewPoint(day=read_day(call.params["day"], field="day"), **_fields(sent))
    return answers.json(
        entities.entered(await call.node.db.write(measuring.record_point, call.account_id, call.id(), new))
    )


async def delete_point(call: Call) -> Response:
    """Remove the number of the period in which a day lies."""
    day = read_day(call.params["day"], field="day")
    found = await call.node.db.write(measuring.delete_point, call.account_id, call.id(), day)
    return answers.json(entities.entered(found))


async def exclude_point(call: Call) -> Response:
    """Leave a number out of every computation, with a reason; it stays to be seen."""
    sent = await params.decode(call, shapes.ReasonBody)
    day = read_day(call.params["day"], field="day")
    found = await call.node.db.write(measuring.exclude, call.account_id, call.id(), day, sent.reason)
    return answers.json(entities.entered(found))


async def include_point(call: Call) -> Response:
    """Count a number again that was left out."""
    day = read_day(call.params["day"], field="day")
    found = await call.node.db.write(measuring.include, call.account_id, call.id(), day)
    return answers.json(entities.entered(found))


# ------------------------------------------------------------------ shares


async def create_share(call: Call) -> Response:
    """Decide about an action and tell what came of it; the same Idempotency-Key gives the same share."""
    sent = await params.decode(call, shapes.ShareBody)
    new = NewShare(**_fields(sent, action_id=id_of(sent.action_id)), **_sender(call))
    return await _record(call, await call.node.db.write(sharing.share, call.account_id, new))


async def show_share(call: Call) -> Response:
    """Return a share."""
    part = await call.node.db.read(looping.part_of, call.reader_id, call.id())
    if part.kind != "share":
        raise not_found()
    return answers.json(entities.record(part, call.node.site))


async def change_share(call: Call) -> Response:
    """Correct a share; its series is made anew from the numbers."""
    sent = await params.decode(call, shapes.ShareChange)
    await call.node.db.write(sharing.correct, call.account_id, call.id(), ShareEdit(**_fields(sent)))
    return await _record(call, call.id())


async def withdraw_share(call: Call) -> Response:
    """Take a share back, saying why."""
    sent = await params.decode(call, shapes.WithdrawalBody)
    await call.node.db.write(
        sharing.withdraw, call.account_id, call.id(), reason=sent.reason, explanation=sent.explanation
    )
    return await _record(call, call.id())


# ------------------------------------------------------------------ charts


async def draw_measure(call: Call) -> Response:
    """Return the run chart of a measure as SVG, to people of this node."""
    found = await call.node.db.read(measuring.chart_of, call.account_id, call.id())
    return _svg(charting.file(found))


async def draw_measure_png(call: Call) -> Response:
    """Return the run chart of a measure as PNG, to people of this node."""
    found = await call.node.db.read(measuring.chart_of, call.account_id, call.id())
    return Response(await charting.png(call.node.workshop, found), 200, None, _PNG)


async def draw_record(call: Call) -> Response:
    """Return the run chart that a share or a peer's action carries, as `{key}.svg`; as `{key}.png` to users."""
    key, _, form = call.params["file"].rpartition(".")
    found = await call.node.db.read(looping.series_of, call.reader_id, call.id(), key)
    if form == "svg":
        return _svg(charting.file(found))
    if form != "png":
        raise not_found()
    assert call.account_id  # a picture costs; raises 401 for anybody on the web
    return Response(await charting.png(call.node.workshop, found), 200, None, _PNG)


# ------------------------------------------------------------------ what this is


async def describe(call: Call) -> Response:
    """Return this API as an OpenAPI 3.1 document."""
    return answers.json(build(OPERATIONS, call.node.site))


# ------------------------------------------------------------------ inside


async def _record(call: Call, status_id: int) -> Response:
    part = await call.node.db.read(looping.part_of, call.reader_id, status_id)
    return answers.json(entities.record(part, call.node.site))


def _fields(sent: Struct, **read: Any) -> dict[str, Any]:
    """Return what was sent under the names the services use, with what had to be read first."""
    return {name: getattr(sent, name) for name in sent.__struct_fields__} | read


def _sender(call: Call) -> dict[str, Any]:
    return {
        "idempotency_key": call.request.headers.get("idempotency-key"),
        "app_id": call.viewer.app_id if call.viewer else None,
    }


def _measure(sent: shapes.MeasureBody) -> NewMeasure:
    return msgspec.convert(_fields(sent), NewMeasure)


def _aim(sent: shapes.AimBody | None) -> NewAim | None:
    return None if sent is None else NewAim(**_fields(sent, by=_day(sent.by, "aim")))


def _day(typed: str | None, field: str) -> date | None:
    return read_day(typed, field=field) if typed else None


def _tuple(sent: list[str] | None) -> tuple[str, ...] | None:
    return None if sent is None else tuple(sent)


def _svg(drawn: str) -> Response:
    return Response(drawn, 200, {"content-security-policy": FILE_CSP}, _SVG)


def _row(method: str, path: str, handler: Any, access: auth.Token | None, answer: Any, **more: Any) -> Operation:
    tag = path.lstrip("/").partition("/")[0].partition(".")[0]
    summary = (handler.__doc__ or "").strip()
    return Operation(
        method=method,
        path=START + path,
        handler=handler,
        access=access,
        summary=summary,
        tag=tag,
        answer=answer,
        **more,
    )


s = shapes
OPERATIONS: Final = (
    _row("GET", "/loops", list_loops, READ, list[s.LoopSummary]),
    _row("GET", "/loops/{id}", show_loop, OPEN, s.LoopEntity),
    _row("GET", "/due", list_due, READ, list[s.DueEntity]),
    _row("GET", "/lineage", show_lineage, OPEN, s.LineageEntity, query=s.LineageQuery),
    _row("GET", "/records/{id}", show_record, OPEN, s.RecordEntity),
    _row("GET", "/records/{id}/charts/{file}", draw_record, OPEN, _SVG),
    _row("POST", "/learnings", create_learning, WRITE, s.RecordEntity, body=s.LearningBody),
    _row("PATCH", "/learnings/{id}", change_learning, WRITE, s.RecordEntity, body=s.LearningChange),
    _row("POST", "/learnings/{id}/withdraw", withdraw_learning, WRITE, s.RecordEntity, body=s.WithdrawalBody),
    _row("POST", "/actions", create_action, WRITE, s.RecordEntity, body=s.ActionBody),
    _row("GET", "/actions/{id}", show_action, OPEN, s.ActionEntity),
    _row("PATCH", "/actions/{id}", change_action, WRITE, s.RecordEntity, body=s.ActionChange),
    _row("POST", "/actions/{id}/decide", decide_action, WRITE, s.RecordEntity, body=s.DecisionBody),
    _row("POST", "/actions/{id}/reopen", reopen_action, WRITE, s.RecordEntity),
    _row("POST", "/actions/{id}/withdraw", withdraw_action, WRITE, s.RecordEntity, body=s.WithdrawalBody),
    _row("GET", "/actions/{id}/measures", list_measures, READ, list[s.SeriesEntity]),
    _row("POST", "/actions/{id}/measures", create_measure, WRITE, s.MeasureEntity, body=s.MeasureBody),
    _row("POST", "/actions/{id}/points", add_point, WRITE, s.EnteredEntity, body=s.NumberBody),
    _row("GET", "/measures/{id}/points", list_points, READ, list[s.PointEntity]),
    _row("PUT", "/measures/{id}/points/{day}", put_point, WRITE, s.EnteredEntity, body=s.PointBody),
    _row("DELETE", "/measures/{id}/points/{day}", delete_point, WRITE, s.EnteredEntity),
    _row("POST", "/measures/{id}/points/{day}/exclude", exclude_point, WRITE, s.EnteredEntity, body=s.ReasonBody),
    _row("POST", "/measures/{id}/points/{day}/include", include_point, WRITE, s.EnteredEntity),
    _row("GET", "/measures/{id}/chart.svg", draw_measure, READ, _SVG),
    _row("GET", "/measures/{id}/chart.png", draw_measure_png, READ, _PNG),
    _row("POST", "/shares", create_share, WRITE, s.RecordEntity, body=s.ShareBody),
    _row("GET", "/shares/{id}", show_share, OPEN, s.RecordEntity),
    _row("PATCH", "/shares/{id}", change_share, WRITE, s.RecordEntity, body=s.ShareChange),
    _row("POST", "/shares/{id}/withdraw", withdraw_share, WRITE, s.RecordEntity, body=s.WithdrawalBody),
    _row("GET", "/openapi.json", describe, None, JSON),
)
routes = tuple(operation.route for operation in OPERATIONS)
