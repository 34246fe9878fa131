"""How far the reader has read, kept for all of their apps."""

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.services import remembering
from web import answers
from web.api import auth, listing, params
from web.routing import Call, Route


class _Asked(Struct):
    timeline: list[str] | None = None


class _Place(Struct):
    last_read_id: str | None = None


class _Read(Struct):
    home: _Place | None = None
    notifications: _Place | None = None


async def show(call: Call) -> Response:
    """Return the markers of the lists that are asked for."""
    wanted = [name for name in params.query(call, _Asked).timeline or () if name in remembering.TIMELINES]
    return answers.json(await call.node.db.read(remembering.places, call.account_id, wanted))


async def move(call: Call) -> Response:
    """Set markers and return them."""
    sent = await params.decode(call, _Read)
    places = {"home": sent.home, "notifications": sent.notifications}
    read = {name: _id(name, place.last_read_id) for name, place in places.items() if place and place.last_read_id}
    return answers.json(await call.node.db.write(remembering.remember, call.account_id, read))


def _id(name: str, text: str) -> int:
    if not listing.is_id(text):
        raise invalid(f"Validation failed: {name}[last_read_id] is no id", field=f"{name}[last_read_id]")
    return int(text)


routes = [
    Route("GET", "/api/v1/markers", show, auth.user("read:statuses")),
    Route("POST", "/api/v1/markers", move, auth.user("write:statuses")),
]
