"""/api/rounds/v1: what a loop needs beside the Mastodon API.

An endpoint is one function and one row of its area's OPERATIONS; the OpenAPI document is made from the rows.
"""

from typing import Final

from starlette.responses import Response

from web import answers
from web.api.rounds import (
    diagrams,
    digests,
    exchanging,
    finding,
    ideas,
    loops,
    network,
    recall,
    reports,
    research,
    tables,
    units,
    webhooks,
)
from web.api.rounds.openapi import JSON, Operation, build, row
from web.routing import Call


async def describe(call: Call) -> Response:
    """Return this API as an OpenAPI 3.1 document."""
    return answers.json(build(OPERATIONS, call.node.site))


OPERATIONS: Final[tuple[Operation, ...]] = (
    *loops.OPERATIONS,
    *ideas.OPERATIONS,
    *diagrams.OPERATIONS,
    *tables.OPERATIONS,
    *finding.OPERATIONS,
    *digests.OPERATIONS,
    *reports.OPERATIONS,
    *research.OPERATIONS,
    *network.OPERATIONS,
    *units.OPERATIONS,
    *exchanging.OPERATIONS,
    *webhooks.OPERATIONS,
    *recall.OPERATIONS,
    row("GET", "/openapi.json", describe, None, JSON),
)
routes = tuple(operation.route for operation in OPERATIONS)
