"""Whatever a program thinks of sending to `/api/rounds/v1`: what its own OpenAPI document says is what one gets."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.schemas.exploring import Explorer
from tests.support.world import World, make_world
from web.api.rounds.openapi import START

EXAMPLES: Final = 12
CHECKS: Final = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
ORDER: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Loop:
    """What the names in a path stand for: a loop that Ines has begun."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client: Final = client

    async def named(self, path: str) -> dict[str, str]:
        """Return names for a path, made anew."""
        learning = await self._post("learnings", text="Bin lids wake patients. Soft ones do not.")
        if path.startswith(f"{START}/learnings"):
            return _only(path, id=learning["id"])
        begun = await self._post("actions", based_on=learning["id"], due_on="2027-01-15", change="Fit soft lids.")
        if path.startswith((f"{START}/actions", f"{START}/loops", f"{START}/records", f"{START}/posts")):
            return _only(path, id=begun["id"], file="patients.svg")
        counted = await self._post(f"actions/{begun['id']}/measures", label="Patients who slept", goal=0.9)
        await self._put(f"measures/{counted['id']}/points/2026-10-01", entry="7/20")
        if path.startswith(f"{START}/measures"):
            return _only(path, id=counted["id"], day="2026-10-01")
        shared = await self._post("shares", action_id=begun["id"], decision="adopt", sentence="They sleep.")
        return _only(path, id=shared["id"])

    async def _post(self, path: str, **sent: Any) -> Any:
        return _good(await self._client.post(f"{START}/{path}", json=sent))

    async def _put(self, path: str, **sent: Any) -> Any:
        return _good(await self._client.put(f"{START}/{path}", json=sent))


def _good(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def _only(path: str, **names: str) -> dict[str, str]:
    return {name: made for name, made in names.items() if f"{{{name}}}" in path}


@pytest.fixture
async def sqlite_world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a node on SQLite."""
    made = await make_world(sqlite_url, tmp_path)
    yield made
    await made.close()


async def test_the_document_keeps_its_word(sqlite_world: World) -> None:
    """No 5xx, no answer that is not described: neither its code, nor its type, nor its shape."""
    client = sqlite_world.client(await sqlite_world.user("ines"))
    described = _good(await client.get(f"{START}/openapi.json"))
    schema, loop = schemathesis.openapi.from_dict(described), Loop(client)
    explorer, wrong = Explorer(client, CHECKS, examples=EXAMPLES), []

    for method, path in sorted(_operations(described), key=lambda one: ORDER.index(one[0])):
        named = await loop.named(path)
        wrong += await explorer.try_out(schema[path][method], named)

    assert wrong == [], "\n\n".join(wrong)


def _operations(described: Any) -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, rows in described["paths"].items() for method in rows]
