"""Who else saw this, for a record or for a text that is being written; and what a source is called."""

from collections.abc import Iterable
from typing import Final

import msgspec
from starlette.responses import Response

from node.errors import not_found
from node.services import looping, resembling, sourcing
from node.services.resembling import Alike
from web import answers
from web.api import params
from web.api.rounds import entities
from web.api.rounds import finding_shapes as shapes
from web.api.rounds.openapi import READ, row
from web.routing import Call


async def list_alike(call: Call) -> Response:
    """Return what is like a record, the most alike first, with the reasons."""
    await call.node.db.read(looping.part_of, call.reader_id, call.id())
    return _alike(call, await call.node.db.read(resembling.alike, call.reader_id, call.id()))


async def list_alike_text(call: Call) -> Response:
    """Return what is like a text that is being written, the most alike first, with the reasons; the text is not kept."""
    sent = params.query(call, shapes.AlikeQuery)
    return _alike(call, await call.node.db.read(resembling.alike_text, call.reader_id, sent.text))


async def show_source(call: Call) -> Response:
    """Return what a source is called; one that nobody here knows yet is looked up, so ask again a little later."""
    sent = params.query(call, shapes.SourceQuery)
    found = await call.node.db.write(sourcing.known, sent.q)
    if found is None:
        raise not_found()
    return answers.json(shapes.SourceEntity(**msgspec.structs.asdict(found)))


def _alike(call: Call, found: Iterable[Alike]) -> Response:
    return answers.json(
        [
            shapes.AlikeEntity(entities.record(one.part, call.node.site), list(one.reasons), one.is_same_source)
            for one in found
        ]
    )


OPERATIONS: Final = (
    row("GET", "/records/{id}/alike", list_alike, READ, list[shapes.AlikeEntity]),
    row("GET", "/alike", list_alike_text, READ, list[shapes.AlikeEntity], query=shapes.AlikeQuery),
    row("GET", "/sources", show_source, READ, shapes.SourceEntity, query=shapes.SourceQuery),
)
