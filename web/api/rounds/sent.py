"""What a client of /api/rounds/v1 sent, as the services take it: days in words, lists as tuples, who asks."""

from contextlib import suppress
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from federation.reasons import PeerError
from node.learning.typed import read_day
from node.services import fetching
from node.services.acting import NewAim
from node.services.defining import NewMeasure
from node.services.measuring import NewPoint
from web.api.rounds import bodies
from web.routing import Call


async def fetch(call: Call, based_on: str | None) -> None:
    """Fetch what something is to begin from, if it is an address; the service says so when it is not there after that."""
    if based_on is not None and based_on.startswith(("https://", "http://")):
        with suppress(PeerError):
            await fetching.post(call.node.db, call.node.fetcher, based_on, site=call.node.site)


def fields(sent: Struct, **read: Any) -> dict[str, Any]:
    """Return what was sent under the names the services use, with what had to be read first."""
    return {name: getattr(sent, name) for name in sent.__struct_fields__} | read


def sender(call: Call) -> dict[str, Any]:
    """Return which app asks, and its key against doing things twice."""
    return {
        "idempotency_key": call.request.headers.get("idempotency-key"),
        "app_id": call.viewer.app_id if call.viewer else None,
    }


def measure(sent: bodies.MeasureBody) -> NewMeasure:
    """Return how something is counted."""
    days = {name: day(getattr(sent, name), name) for name in ("baseline_from_on", "baseline_to_on")}
    return msgspec.convert(fields(sent, **days), NewMeasure)


def point(sent: bodies.PointBody, on: date | None) -> NewPoint:
    """Return the number of a period."""
    numbers = {name: getattr(sent, name) for name in ("entry", "numerator", "denominator", "value", "note")}
    return NewPoint(day=on, state="missing" if sent.is_missing else "shown", **numbers)


def aim(sent: bodies.AimBody | None) -> NewAim | None:
    """Return what shall change."""
    return None if sent is None else NewAim(**fields(sent, by=day(sent.by, "aim")))


def day(typed: str | None, field: str) -> date | None:
    """Return a day that may be missing. Raises: 422 in words."""
    return read_day(typed, field=field) if typed else None


def several(sent: list[str] | None) -> tuple[str, ...] | None:
    """Return a list that may be missing."""
    return None if sent is None else tuple(sent)
