"""Whether the process lives and whether it can serve: for load balancers and container engines."""

from starlette.responses import PlainTextResponse, Response

from node.services import describing
from web.routing import Call, Route


async def health(_call: Call) -> Response:
    """The process answers."""
    return PlainTextResponse("OK", headers={"cache-control": "no-store"})


async def ready(call: Call) -> Response:
    """The database answers and has been migrated."""
    is_ready = await call.node.db.read(describing.is_migrated)
    return PlainTextResponse(
        "OK" if is_ready else "The database has not been migrated; run: rounds migrate",
        200 if is_ready else 503,
        {"cache-control": "no-store"},
    )


routes = [Route("GET", "/health", health), Route("GET", "/ready", ready)]
