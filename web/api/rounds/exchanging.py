"""Measures and single points as FHIR R4, out and in."""

from typing import Final

import msgspec
from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.learning import fhir
from node.learning.fhir import NotFhir, Place, Told
from node.learning.suppression import suppress
from node.services import measuring, plotting
from node.services.measuring import NewPoint
from web import answers
from web.api import params
from web.api.rounds import entities, shapes
from web.api.rounds.openapi import READ, WRITE, row
from web.appraising import FHIR
from web.routing import Call


class ExchangeQuery(Struct):
    """`inside` true: nothing is hidden, for what stays in the house. Else counts of 1 to 4 are."""

    inside: bool = False


async def export_measure_fhir(call: Call) -> Response:
    """Return a measure of this node with its points as a FHIR R4 bundle, to people of this node."""
    sent = params.query(call, ExchangeQuery)
    found = await call.node.db.read(plotting.chart_of, call.account_id, call.id())
    points = found.points if sent.inside else suppress(found.definition, found.points)
    days = None if found.labels is None else tuple(day for day in found.labels if not isinstance(day, str))
    told = Told(ident=str(call.id()), definition=found.definition, points=points, labels=days)
    site = call.node.site
    place = Place(
        base_url=f"{site.base_url}/api/rounds/v1",
        publisher=site.institution_name,
        today=call.node.db.now().astimezone(site.zone).date(),
    )
    return Response(await call.node.workshop.run(fhir.bundle, place, [told]), 200, None, FHIR)


async def import_point_fhir(call: Call) -> Response:
    """Save one point from a FHIR R4 MeasureReport, as if it had been typed."""
    try:
        read = await call.node.workshop.run(fhir.read, await call.request.body())
    except NotFhir as error:
        raise invalid(error.text, field=error.field, code=error.code) from None
    new = NewPoint(**msgspec.structs.asdict(read))
    found = await call.node.db.write(measuring.record_point, call.account_id, call.id(), new)
    return answers.json(entities.entered(found))


OPERATIONS: Final = (
    row("GET", "/measures/{id}/fhir", export_measure_fhir, READ, FHIR, query=ExchangeQuery),
    row("POST", "/measures/{id}/points/fhir", import_point_fhir, WRITE, shapes.EnteredEntity),
)
