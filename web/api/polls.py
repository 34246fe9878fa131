"""Polls by their own id, which is that of their post."""

from starlette.responses import Response

from node.services import polling
from web import answers
from web.api import auth
from web.routing import Call, Route


async def show(call: Call) -> Response:
    """Return a poll."""
    return answers.rendered(await call.node.db.read(polling.show, call.reader_id, call.id()))


routes = [
    Route("GET", "/api/v1/polls/{id}", show, auth.anyone("read:statuses")),
]
