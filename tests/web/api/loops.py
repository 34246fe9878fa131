"""A loop as a client of /api/rounds/v1 makes it, step by step."""

from datetime import date, timedelta
from typing import Any

import httpx

from web.api.rounds.openapi import START

V1 = START
BEFORE = (20, 22, 21, 19, 23, 20, 22, 21, 20, 22)
AFTER = (30, 32, 31, 33, 34, 35)


def week(number: int) -> str:
    """A day in a week, counted from the change on 12 October 2026."""
    return (date(2026, 10, 12) + timedelta(weeks=number, days=2)).isoformat()


async def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


async def learned(client: httpx.AsyncClient, **more: Any) -> Any:
    body = {"text": "Bin lids wake patients. Two bays got soft lids by accident."} | more
    return await ok(await client.post(f"{V1}/learnings", json=body))


async def begun(client: httpx.AsyncClient, based_on: str, **more: Any) -> Any:
    body = {
        "based_on": based_on,
        "change": "Fit soft-close lids",
        "due_on": "2027-01-15",
        "day_zero_on": "2026-10-12",
        "measures": [{"label": "Patients who slept well", "kind": "outcome", "unit": "%"}],
    }
    return await ok(await client.post(f"{V1}/actions", json=body | more))


async def counted(client: httpx.AsyncClient, action_id: str) -> str:
    """Enter sixteen weeks; return the measure's id."""
    measures = await ok(await client.get(f"{V1}/actions/{action_id}/measures"))
    measure_id = measures[0]["measure"]["id"]
    for number, slept in enumerate((*BEFORE, *AFTER), -len(BEFORE)):
        await ok(await client.put(f"{V1}/measures/{measure_id}/points/{week(number)}", json={"entry": f"{slept}/50"}))
    return str(measure_id)


async def shared(client: httpx.AsyncClient, action_id: str, **more: Any) -> Any:
    body = {"action_id": action_id, "decision": "adopt", "sentence": "It is quieter."} | more
    return await ok(await client.post(f"{V1}/shares", json=body))
