"""Units, the network and FHIR for apps: who may, what comes back, and that it is what the document says."""

import json

import jsonschema

from tests.support.world import World
from tests.web.api.loops import V1, begun, counted, learned, ok, week


async def test_an_administrators_app_arranges_units_and_people_choose(world: World) -> None:
    """Made, placed, renamed, assigned; a person says where they work; staff may not arrange."""
    ada, tom = await world.user("ada", role="admin"), await world.user("tom")
    admin, staff = world.client(ada), world.client(tom)
    clinic = await ok(await admin.post(f"{V1}/units", json={"name": "Clinic"}))
    ward = await ok(await admin.post(f"{V1}/units", json={"name": "Ward 3", "slug": "w3"}))

    placed = await ok(await admin.patch(f"{V1}/units/w3", json={"parent": "clinic", "name": "Ward 3b"}))
    chosen = await ok(await staff.put(f"{V1}/unit", json={"unit": "w3"}))
    listed = await ok(await staff.get(f"{V1}/units"))
    top = await ok(await admin.patch(f"{V1}/units/w3", json={"parent": None}))
    moved = await ok(await admin.put(f"{V1}/people/tom/unit", json={"unit": "clinic"}))

    assert (clinic["slug"], ward["slug"]) == ("clinic", "w3")
    assert (placed["name"], placed["parent"], placed["above"]) == ("Ward 3b", "clinic", ["Clinic"])
    assert chosen == {"unit": "w3"}
    assert [(one["slug"], one["people"]) for one in listed] == [("clinic", 1), ("w3", 1)]
    assert (top["parent"], moved) == (None, {"unit": "clinic"})
    assert await ok(await staff.get(f"{V1}/unit")) == {"unit": "clinic"}
    for method, path in (
        ("POST", "/units"),
        ("PATCH", "/units/w3"),
        ("DELETE", "/units/w3"),
        ("PUT", "/people/tom/unit"),
    ):
        assert (await staff.request(method, V1 + path, json={"name": "Mine"})).status_code == 403
    assert (await admin.delete(f"{V1}/units/w3")).status_code == 200


async def test_the_network_is_for_people_of_this_node(world: World) -> None:
    """As JSON that the document describes, as CSV and as FHIR; nobody else sees it."""
    people = [await world.user(name) for name in ("ann", "ben", "cem", "dot", "edo")]
    for person in people:
        await learned(world.client(person))
    world.clock.pass_time(days=70)
    client = world.client(people[0])
    document = await ok(await world.anybody.get(f"{V1}/openapi.json"))
    schema = document["paths"][f"{V1}/network"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    told = await ok(await client.get(f"{V1}/network", params={"scope": "node"}))
    csv = await client.get(f"{V1}/network.csv")
    fhir = await client.get(f"{V1}/network/fhir")

    jsonschema.validate(told, schema | {"components": document["components"]})
    assert (told["measures"][0]["now"], len(told["measures"])) == ("0% (0 of 5)", 12)
    assert len(csv.text.splitlines()) >= 13
    assert fhir.headers["content-type"] == "application/fhir+json"
    for path in ("/network", "/network.csv", "/network/fhir", "/network/stuck", "/units"):
        assert (await world.anybody.get(V1 + path)).status_code == 401
    assert (await client.get(f"{V1}/network", params={"scope": "people"})).status_code == 422


async def test_a_measure_leaves_with_small_counts_hidden_and_a_point_comes_in(world: World) -> None:
    """Unless it stays inside; what was read from a report is what was typed."""
    omar = await world.user("omar")
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    measure_id = await counted(client, action["id"])
    small = await client.put(f"{V1}/measures/{measure_id}/points/{week(0)}", json={"entry": "3/50"})
    assert small.status_code == 200

    outside = (await client.get(f"{V1}/measures/{measure_id}/fhir")).json()
    inside = (await client.get(f"{V1}/measures/{measure_id}/fhir", params={"inside": "true"})).json()
    other = await world.client(await world.user("eva")).get(f"{V1}/measures/999/fhir")
    reports = [one["resource"] for one in inside["entry"] if one["resource"]["resourceType"] == "MeasureReport"]
    report = next(one for one in reports if one["group"][0]["population"][1]["count"] == 3)
    report["group"][0]["population"][1]["count"] = 31
    sent = await client.post(f"{V1}/measures/{measure_id}/points/fhir", content=json.dumps(report))
    wrong = await client.post(f"{V1}/measures/{measure_id}/points/fhir", content=b'{"resourceType": "Patient"}')

    assert ('"count": 3}' in json.dumps(outside), '"masked"' in json.dumps(outside)) == (False, True)
    assert '"masked"' not in json.dumps(inside)
    assert other.status_code == 404
    assert (sent.json()["point"]["numerator"], sent.json()["point"]["denominator"]) == (31, 50)
    assert sent.json()["previous"]["numerator"] == 3
    assert (wrong.status_code, wrong.json()["code"]) == (422, "fhir-malformed")
