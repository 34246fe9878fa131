"""Measures and points of /api/rounds/v1: what an action counts, its numbers, and their chart."""

from starlette.responses import Response

from node.learning.typed import read_day
from node.services import charting, measuring, plotting
from web import answers
from web.api import params
from web.api.rounds import bodies, entities
from web.api.rounds import sent as read
from web.api.rounds.openapi import START
from web.api.rounds.table_shapes import ChartQuery
from web.areas import FILE_CSP
from web.routing import Call

SVG = "image/svg+xml"
PNG = "image/png"


async def create_measure(call: Call) -> Response:
    """Give an action one more measure."""
    sent = await params.decode(call, bodies.MeasureBody)
    measure_id = await call.node.db.write(measuring.define, call.account_id, call.id(), read.measure(sent))
    found = await call.node.db.read(plotting.chart_of, call.account_id, measure_id)
    return answers.json(entities.measure(found.definition, measure_id))


async def list_measures(call: Call) -> Response:
    """Return the measures of an action of this node with their numbers, to people of this node."""
    found = await call.node.db.read(plotting.series_of_action, call.account_id, call.id())
    start = f"{call.node.site.base_url}{START}/measures"
    return answers.json([entities.series(one, chart_url=f"{start}/{one.measure_id}/chart.svg") for one in found])


async def add_point(call: Call) -> Response:
    """Save a number for an action: of its only measure, of the one named, or of one that the number makes."""
    sent = await params.decode(call, bodies.NumberBody)
    new = read.point(sent, read.day(sent.day, "day"))
    found = await call.node.db.write(measuring.record, call.account_id, call.id(), new, key=sent.measure)
    return answers.json(entities.entered(found))


async def list_points(call: Call) -> Response:
    """Return the numbers of a measure, to people of this node."""
    found = await call.node.db.read(plotting.points_of, call.account_id, call.id())
    return answers.json([entities.point(one) for one in found])


async def put_point(call: Call) -> Response:
    """Save the number of the period in which a day lies, replacing what stood there."""
    sent = await params.decode(call, bodies.PointBody)
    new = read.point(sent, read_day(call.params["day"], field="day"))
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
    sent = await params.decode(call, bodies.ReasonBody)
    day = read_day(call.params["day"], field="day")
    found = await call.node.db.write(measuring.exclude, call.account_id, call.id(), day, sent.reason)
    return answers.json(entities.entered(found))


async def include_point(call: Call) -> Response:
    """Count a number again that was left out."""
    day = read_day(call.params["day"], field="day")
    found = await call.node.db.write(measuring.include, call.account_id, call.id(), day)
    return answers.json(entities.entered(found))


async def draw_measure(call: Call) -> Response:
    """Return the chart of a measure as SVG, to people of this node; `chart` is a look by another one."""
    asked = params.query(call, ChartQuery)
    found = await call.node.db.read(plotting.chart_of, call.account_id, call.id(), asked.chart)
    return svg(charting.file(found))


async def draw_measure_png(call: Call) -> Response:
    """Return the chart of a measure as PNG, to people of this node; `chart` is a look by another one."""
    asked = params.query(call, ChartQuery)
    found = await call.node.db.read(plotting.chart_of, call.account_id, call.id(), asked.chart)
    return Response(await charting.png(call.node.workshop, found), 200, None, PNG)


def svg(drawn: str) -> Response:
    """Return a drawing as a file of its own."""
    return Response(drawn, 200, {"content-security-policy": FILE_CSP}, SVG)
