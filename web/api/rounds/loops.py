"""Loops, learnings, actions, measures, points, shares, charts and lineage.

Services take a struct of their own; here what was sent becomes it, days in words included.
"""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from node.errors import not_found
from node.learning.typed import read_day
from node.services import acting, beginning, charting, learning, looping, sharing, tending
from node.services.acting import ActionEdit
from node.services.beginning import NewAction
from node.services.learning import LearningEdit, NewLearning
from node.services.sharing import NewShare, ShareEdit
from web import answers
from web.api import params
from web.api.rounds import bodies, deliveries, entities, numbers, shapes
from web.api.rounds import sent as read
from web.api.rounds.openapi import OPEN, READ, WRITE, row
from web.api.rounds.table_shapes import ChartQuery
from web.routing import Call, id_of

# ------------------------------------------------------------------ loops


async def list_loops(call: Call) -> Response:
    """Return the loops that the user has a part in."""
    found = await call.node.db.read(tending.my_loops, call.account_id)
    return answers.json([entities.summary(mine, call.node.site) for mine in found])


async def show_loop(call: Call) -> Response:
    """Return the loop that a post belongs to."""
    found = await call.node.db.read(looping.loop_of, call.reader_id, call.id())
    return answers.json(entities.loop(found, call.node.site))


async def list_due(call: Call) -> Response:
    """Return what wants something from the user now."""
    found = await call.node.db.read(tending.what_is_due, call.account_id)
    return answers.json([entities.due(one) for one in found])


async def show_lineage(call: Call) -> Response:
    """Return who built on whom around a public record, with the hash that every node gives."""
    sent = params.query(call, bodies.LineageQuery)
    return answers.json(entities.lineage(await call.node.db.read(looping.lineage_of, sent.uri)))


async def show_record(call: Call) -> Response:
    """Return one learning, action or share."""
    return await _record(call, call.id())


# ------------------------------------------------------------------ learnings


async def create_learning(call: Call) -> Response:
    """Record a learning; the same Idempotency-Key gives the same one."""
    sent = await params.decode(call, bodies.LearningBody)
    await read.fetch(call, sent.based_on)
    await read.fetch(call, sent.learned_from)
    new = NewLearning(**read.fields(sent, topics=tuple(sent.topics or ())), **read.sender(call))
    return await _record(call, await call.node.db.write(learning.record, call.account_id, new))


async def change_learning(call: Call) -> Response:
    """Change a learning, also its state."""
    sent = await params.decode(call, bodies.LearningChange)
    changes = LearningEdit(**read.fields(sent, topics=read.several(sent.topics)))
    await call.node.db.write(learning.edit, call.account_id, call.id(), changes)
    return await _record(call, call.id())


async def withdraw_learning(call: Call) -> Response:
    """Take a learning back, saying why."""
    return await _withdrawn(call, learning.withdraw)


# ------------------------------------------------------------------ actions


async def create_action(call: Call) -> Response:
    """Begin an action because of a post; the same Idempotency-Key gives the same one."""
    sent = await params.decode(call, bodies.ActionBody)
    await read.fetch(call, sent.based_on)
    new = NewAction(
        **read.fields(
            sent,
            based_on=sent.based_on,
            due_on=read_day(sent.due_on, field="due_on"),
            day_zero_on=read.day(sent.day_zero_on, "day_zero_on"),
            measures=None if sent.measures is None else tuple(read.measure(one) for one in sent.measures),
            aim=read.aim(sent.aim),
            steps=tuple(sent.steps or ()),
            topics=tuple(sent.topics or ()),
        ),
        **read.sender(call),
    )
    return await _record(call, await call.node.db.write(beginning.begin, call.account_id, new))


async def show_action(call: Call) -> Response:
    """Return an action with what came of it."""
    db = call.node.db
    found = entities.action(await db.read(looping.doing_of, call.reader_id, call.id()), call.node.site)
    cycles = await db.read(acting.cycles_of, call.reader_id, call.id())
    found.previous_id = None if cycles.previous_id is None else str(cycles.previous_id)
    found.next_ids = [str(one) for one in cycles.next_ids]
    return answers.json(found)


async def change_action(call: Call) -> Response:
    """Change an action that is not decided."""
    sent = await params.decode(call, bodies.ActionChange)
    changes = ActionEdit(
        **read.fields(
            sent,
            due_on=read.day(sent.due_on, "due_on"),
            day_zero_on=read.day(sent.day_zero_on, "day_zero_on"),
            steps=read.several(sent.steps),
            aim=read.aim(sent.aim),
        )
    )
    await call.node.db.write(acting.edit, call.account_id, call.id(), changes)
    return await _record(call, call.id())


async def decide_action(call: Call) -> Response:
    """Decide about an action without sharing a result yet."""
    sent = await params.decode(call, bodies.DecisionBody)
    await call.node.db.write(acting.close, call.account_id, call.id(), sent.decision, sent.decision_reason)
    return await _record(call, call.id())


async def reopen_action(call: Call) -> Response:
    """Take a decision back, as long as no share of it stands."""
    await call.node.db.write(acting.reopen, call.account_id, call.id())
    return await _record(call, call.id())


async def withdraw_action(call: Call) -> Response:
    """Take an action back, saying why."""
    return await _withdrawn(call, acting.withdraw)


# ------------------------------------------------------------------ shares


async def create_share(call: Call) -> Response:
    """Decide about an action and tell what came of it; the same Idempotency-Key gives the same share."""
    sent = await params.decode(call, bodies.ShareBody)
    new = NewShare(**read.fields(sent, action_id=id_of(sent.action_id)), **read.sender(call))
    return await _record(call, await call.node.db.write(sharing.share, call.account_id, new))


async def show_share(call: Call) -> Response:
    """Return a share."""
    part = await call.node.db.read(looping.part_of, call.reader_id, call.id())
    if part.kind != "share":
        raise not_found()
    return answers.json(entities.record(part, call.node.site))


async def change_share(call: Call) -> Response:
    """Correct a share; its series is made anew from the numbers."""
    sent = await params.decode(call, bodies.ShareChange)
    await call.node.db.write(sharing.correct, call.account_id, call.id(), ShareEdit(**read.fields(sent)))
    return await _record(call, call.id())


async def withdraw_share(call: Call) -> Response:
    """Take a share back, saying why."""
    return await _withdrawn(call, sharing.withdraw)


# ------------------------------------------------------------------ charts


async def draw_record(call: Call) -> Response:
    """Return the run chart that a share or a peer's action carries, as `{key}.svg`; as `{key}.png` to users."""
    key, _, form = call.params["file"].rpartition(".")
    found = await call.node.db.read(looping.series_of, call.reader_id, call.id(), key)
    if form == "svg":
        return numbers.svg(charting.file(found))
    if form != "png":
        raise not_found()
    assert call.account_id  # a picture costs; raises 401 for anybody on the web
    return Response(await charting.png(call.node.workshop, found), 200, None, numbers.PNG)


# ------------------------------------------------------------------ inside


async def _record(call: Call, status_id: int) -> Response:
    part = await call.node.db.read(looping.part_of, call.reader_id, status_id)
    return answers.json(entities.record(part, call.node.site))


async def _withdrawn(call: Call, withdraw: Callable[..., None]) -> Response:
    sent = await params.decode(call, bodies.WithdrawalBody)
    await call.node.db.write(withdraw, call.account_id, call.id(), reason=sent.reason, explanation=sent.explanation)
    return await _record(call, call.id())


s = shapes
OPERATIONS: Final = (
    row("GET", "/loops", list_loops, READ, list[s.LoopSummary]),
    row("GET", "/loops/{id}", show_loop, OPEN, s.LoopEntity),
    row("GET", "/due", list_due, READ, list[s.DueEntity]),
    row("GET", "/lineage", show_lineage, OPEN, s.LineageEntity, query=bodies.LineageQuery),
    row("GET", "/records/{id}", show_record, OPEN, s.RecordEntity),
    row("GET", "/posts/{id}/deliveries", deliveries.list_deliveries, READ, list[deliveries.DeliveryEntity]),
    row("GET", "/records/{id}/charts/{file}", draw_record, OPEN, numbers.SVG),
    row("POST", "/learnings", create_learning, WRITE, s.RecordEntity, body=bodies.LearningBody),
    row("PATCH", "/learnings/{id}", change_learning, WRITE, s.RecordEntity, body=bodies.LearningChange),
    row("POST", "/learnings/{id}/withdraw", withdraw_learning, WRITE, s.RecordEntity, body=bodies.WithdrawalBody),
    row("POST", "/actions", create_action, WRITE, s.RecordEntity, body=bodies.ActionBody),
    row("GET", "/actions/{id}", show_action, OPEN, s.ActionEntity),
    row("PATCH", "/actions/{id}", change_action, WRITE, s.RecordEntity, body=bodies.ActionChange),
    row("POST", "/actions/{id}/decide", decide_action, WRITE, s.RecordEntity, body=bodies.DecisionBody),
    row("POST", "/actions/{id}/reopen", reopen_action, WRITE, s.RecordEntity),
    row("POST", "/actions/{id}/withdraw", withdraw_action, WRITE, s.RecordEntity, body=bodies.WithdrawalBody),
    row("GET", "/actions/{id}/measures", numbers.list_measures, READ, list[s.SeriesEntity]),
    row("POST", "/actions/{id}/measures", numbers.create_measure, WRITE, s.MeasureEntity, body=bodies.MeasureBody),
    row("POST", "/actions/{id}/points", numbers.add_point, WRITE, s.EnteredEntity, body=bodies.NumberBody),
    row("GET", "/measures/{id}/points", numbers.list_points, READ, list[s.PointEntity]),
    row("PUT", "/measures/{id}/points/{day}", numbers.put_point, WRITE, s.EnteredEntity, body=bodies.PointBody),
    row("DELETE", "/measures/{id}/points/{day}", numbers.delete_point, WRITE, s.EnteredEntity),
    row(
        "POST",
        "/measures/{id}/points/{day}/exclude",
        numbers.exclude_point,
        WRITE,
        s.EnteredEntity,
        body=bodies.ReasonBody,
    ),
    row("POST", "/measures/{id}/points/{day}/include", numbers.include_point, WRITE, s.EnteredEntity),
    row("GET", "/measures/{id}/chart.svg", numbers.draw_measure, READ, numbers.SVG, query=ChartQuery),
    row("GET", "/measures/{id}/chart.png", numbers.draw_measure_png, READ, numbers.PNG, query=ChartQuery),
    row("POST", "/shares", create_share, WRITE, s.RecordEntity, body=bodies.ShareBody),
    row("GET", "/shares/{id}", show_share, OPEN, s.RecordEntity),
    row("PATCH", "/shares/{id}", change_share, WRITE, s.RecordEntity, body=bodies.ShareChange),
    row("POST", "/shares/{id}/withdraw", withdraw_share, WRITE, s.RecordEntity, body=bodies.WithdrawalBody),
)
