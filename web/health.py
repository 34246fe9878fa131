"""Whether the process lives and whether it can serve: for load balancers and container engines."""

from collections.abc import Sequence
from datetime import datetime

from starlette.responses import PlainTextResponse, Response

from node.errors import not_found
from node.services import describing
from node.services.describing import Load
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
    """Say what came in, what goes out and what waits, and why, to a program on this machine alone. Raises: 404."""
    is_forwarded = any(name in call.request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    if is_forwarded or not is_loopback(call.request.scope):
        raise not_found()
    arrived = [_sample(count, verdict=one, reason=why) for (one, why), count in sorted(call.node.inbox_tally.items())]
    families = [
        _family("rounds_inbox_total", "counter", "Activities by what came of them.", arrived),
        _family("rounds_streams_open", "gauge", "Open streams of this process.", [_sample(len(call.node.streams))]),
    ]
    if await call.node.db.read(describing.is_migrated):
        families += _of_load(await call.node.db.read(describing.load), call.node.db.now())
    return PlainTextResponse("".join(families), headers={"cache-control": "no-store"})


def _of_load(load: Load, now: datetime) -> list[str]:
    sent = [_sample(count, state=state, reason=why) for (state, why), count in sorted(load.deliveries.items())]
    late = [_sample(_seconds_since(one.due_since, now), queue=one.queue) for one in load.queues]
    return [
        _family("rounds_deliveries", "gauge", "Deliveries of the last thirty days by outcome and reason code.", sent),
        _family(
            "rounds_queue_waiting", "gauge", "Rows that wait.", [_sample(q.waiting, queue=q.queue) for q in load.queues]
        ),
        _family(
            "rounds_queue_due", "gauge", "Rows that are due.", [_sample(q.due, queue=q.queue) for q in load.queues]
        ),
        _family(
            "rounds_queue_given_up",
            "gauge",
            "Rows given up.",
            [_sample(q.given_up, queue=q.queue) for q in load.queues],
        ),
        _family("rounds_queue_late_seconds", "gauge", "For how long the oldest due row waits.", late),
        _family("rounds_held", "gauge", "Activities that wait for a moderator.", [_sample(load.held)]),
    ]


def _seconds_since(then: datetime | None, now: datetime) -> int:
    return max(0, int((now - then).total_seconds())) if then else 0


def _sample(value: int, **labels: str) -> str:
    named = ",".join(f'{name}="{label}"' for name, label in labels.items())
    return f"{{{named}}} {value}" if named else f" {value}"


def _family(name: str, kind: str, about: str, samples: Sequence[str]) -> str:
    return f"# HELP {name} {about}\n# TYPE {name} {kind}\n" + "".join(f"{name}{one}\n" for one in samples)


routes = [Route("GET", "/health", health), Route("GET", "/ready", ready), Route("GET", "/metrics", metrics)]
