"""What the node announces, and the emojis that people put under it."""

from starlette.responses import Response

from node.services import announcing
from web import answers
from web.api import auth
from web.routing import Call, Route


async def index(call: Call) -> Response:
    """Return what stands."""
    return answers.json(await call.node.db.read(announcing.shown, call.account_id))


async def dismiss(call: Call) -> Response:
    """Mark one as read."""
    await call.node.db.write(announcing.dismiss, call.account_id, call.id())
    return answers.empty()


async def react(call: Call) -> Response:
    """Put an emoji under one."""
    await call.node.db.write(announcing.react, call.account_id, call.id(), call.params["name"])
    return answers.empty()


async def unreact(call: Call) -> Response:
    """Take an emoji away."""
    await call.node.db.write(announcing.unreact, call.account_id, call.id(), call.params["name"])
    return answers.empty()


_mark = auth.user("write:favourites")

routes = [
    Route("GET", "/api/v1/announcements", index, auth.user()),
    Route("POST", "/api/v1/announcements/{id}/dismiss", dismiss, auth.user("write:accounts")),
    Route("PUT", "/api/v1/announcements/{id}/reactions/{name}", react, _mark),
    Route("PATCH", "/api/v1/announcements/{id}/reactions/{name}", react, _mark),
    Route("DELETE", "/api/v1/announcements/{id}/reactions/{name}", unreact, _mark),
]
