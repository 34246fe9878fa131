"""Whether the process lives and whether it can serve: for load balancers and container engines."""

from starlette.responses import PlainTextResponse, Response

from node.errors import not_found
from node.services import describing
from web.hosts import is_loopback
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


async def metrics(call: Call) -> Response:
    """Say how many activities were taken and refused, and why, to a program on this machine alone. Raises: 404."""
    is_forwarded = any(name in call.request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    if is_forwarded or not is_loopback(call.request.scope):
        raise not_found()
    counted = sorted(call.node.inbox_tally.items())
    lines = [
        f'rounds_inbox_total{{verdict="{verdict}",reason="{reason}"}} {count}\n' for (verdict, reason), count in counted
    ]
    text = "# HELP rounds_inbox_total Activities by what came of them.\n# TYPE rounds_inbox_total counter\n"
    return PlainTextResponse(text + "".join(lines), headers={"cache-control": "no-store"})


routes = [Route("GET", "/health", health), Route("GET", "/ready", ready), Route("GET", "/metrics", metrics)]
