"""Polls by their own id, which is that of their post."""

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem
from node.services import polling
from web import answers
from web.api import auth, params
from web.routing import Call, Route


async def show(call: Call) -> Response:
    """Return a poll; a peer's that was not heard of for a while is asked for anew, for the next time."""
    shown = await call.node.db.read(polling.show, call.reader_id, call.id())
    if call.reader_id is not None and await call.node.db.read(polling.wants_renewal, call.id()):
        await call.node.db.write(polling.ask_for_renewal, call.id())
    return answers.rendered(shown)


class _Vote(Struct):
    choices: list[int] | None = None


async def vote(call: Call) -> Response:
    """Vote and return the poll as it stands then."""
    sent = await params.decode(call, _Vote)
    if not sent.choices:
        raise Problem(400, "invalid", "Parameter choices is missing", field="choices")
    return answers.rendered(await call.node.db.write(polling.vote, call.account_id, call.id(), sent.choices))


routes = [
    Route("GET", "/api/v1/polls/{id}", show, auth.anyone("read:statuses")),
    Route("POST", "/api/v1/polls/{id}/votes", vote, auth.user("write:statuses")),
]
