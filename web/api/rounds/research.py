"""The node's own loops as tables for research; for administrators."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response, StreamingResponse

from node.services import researching
from web.api import params
from web.api.admin import access
from web.api.rounds.openapi import row
from web.routing import Call

ZIP: Final = "application/zip"


class ResearchQuery(Struct):
    """`all` true: also what is not for everybody. Small numbers stay hidden."""

    all: bool = False


async def export_loops(call: Call) -> Response:
    """Return this node's loops as a ZIP of CSV files with a data dictionary, people by pseudonyms; for administrators."""
    node, is_all = call.node, params.query(call, ResearchQuery).all
    at = await node.db.write(researching.begin, actor=f"account:{call.account_id}", is_all=is_all)
    parts = researching.archive(node.db, node.site, node.settings.secret_key, at=at, is_all=is_all)
    return StreamingResponse(parts, headers={"content-disposition": 'attachment; filename="loops.zip"'}, media_type=ZIP)


OPERATIONS: Final = (
    row("GET", "/research/loops.zip", export_loops, access.administrators("admin:read"), ZIP, query=ResearchQuery),
)
