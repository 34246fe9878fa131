"""What is said about /api/rounds/v1, by machine and by hand, is what it does."""

import re
from pathlib import Path

import jsonschema
import pytest

from tests.support.world import Person, World
from tests.web.api.loops import V1, begun, counted, learned, ok, shared, week
from web.api import rounds


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Haddad")


async def test_every_answer_is_what_the_document_says(world: World, omar: Person) -> None:
    """The OpenAPI document is true of each JSON answer of a loop's life."""
    client = world.client(omar)
    document = await ok(await world.anybody.get(f"{V1}/openapi.json"))
    learning = await learned(client)
    action = await begun(client, learning["id"])
    measure_id = await counted(client, action["id"])
    share = await shared(client, action["id"])
    point = f"/measures/{measure_id}/points/{week(0)}"
    for method, template, path in (
        ("get", "/loops", "/loops"),
        ("get", "/loops/{id}", f"/loops/{learning['id']}"),
        ("get", "/due", "/due"),
        ("get", "/lineage", f"/lineage?uri={learning['uri']}"),
        ("get", "/records/{id}", f"/records/{share['id']}"),
        ("get", "/actions/{id}", f"/actions/{action['id']}"),
        ("get", "/actions/{id}/measures", f"/actions/{action['id']}/measures"),
        ("get", "/measures/{id}/points", f"/measures/{measure_id}/points"),
        ("get", "/shares/{id}", f"/shares/{share['id']}"),
        ("put", "/measures/{id}/points/{day}", point),
        ("patch", "/learnings/{id}", f"/learnings/{learning['id']}"),
    ):
        answer = await client.request(method, V1 + path, json={"entry": "31/50", "setting": "ward"})

        described = document["paths"][V1 + template][method]["responses"]
        schema = described[str(answer.status_code)]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), schema | {"components": document["components"]})


async def test_every_route_is_in_the_document(world: World) -> None:
    """A row that is not described cannot be found by those who read."""
    document = await ok(await world.anybody.get(f"{V1}/openapi.json"))
    served = {(route.method, route.path) for route in world.app.router.routes if route.path.startswith(V1)}

    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]

    assert document["openapi"] == "3.1.0"
    assert described == served
    assert len(set(names)) == len(names)


def test_every_route_is_explained_in_the_documentation() -> None:
    """Who reads docs/api.md finds each address once, and none that is not there."""
    text = (Path(__file__).parents[3] / "docs/api.md").read_text()
    explained = re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", text, re.MULTILINE)

    assert explained == [f"{one.method} {one.path.removeprefix(V1)}" for one in rounds.OPERATIONS]
