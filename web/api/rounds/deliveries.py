"""How far a post of one's own got with each server it was sent to."""

from msgspec import Struct
from starlette.responses import Response

from node.entities.instants import iso
from node.services import delivering
from web import answers
from web.routing import Call


class DeliveryEntity(Struct):
    """One server and how far a post got with it. `state`: waiting, delivered, dropped."""

    host: str
    state: str
    attempts: int
    next_try_at: str | None
    last_error: str | None


async def list_deliveries(call: Call) -> Response:
    """Return how far a post of the user's got with each server."""
    found = await call.node.db.read(delivering.states_of_own, call.account_id, call.id())
    return answers.json(
        [
            DeliveryEntity(
                host=one.host,
                state=one.state,
                attempts=one.attempts,
                next_try_at=iso(one.next_at) if one.state == "waiting" else None,
                last_error=one.last_error,
            )
            for one in found
        ]
    )
