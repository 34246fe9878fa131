"""How far somebody has read: kept for every app, and what unread counts begin from."""

from typing import Any

import pytest

from tests.support.world import Person, World
from tests.web.api.test_statuses import post

MARKERS = "/api/v1/markers"
COUNT = "/api/v2/notifications/unread_count"


async def notified(world: World, times: int) -> Person:
    """Return somebody whom somebody else named a few times."""
    ines, sam = await world.user("ines"), await world.user("sam")
    for number in range(times):
        await post(world, sam, f"@ines {number}")
    return ines


@pytest.mark.parametrize("form", ["json", "form"])
async def test_marker_is_kept_and_told_to_other_apps(world: World, form: str) -> None:
    """With a version that grows, for the lists that were asked for, and for nobody else."""
    ines, sam = await world.user("ines"), await world.user("sam")
    client = world.client(ines)
    bodies: dict[str, list[dict[str, Any]]] = {
        "json": [{"json": {"home": {"last_read_id": number}, "notifications": {}}} for number in ("7", "5")],
        "form": [{"data": {"home[last_read_id]": number}} for number in ("7", "5")],
    }

    first, second = [(await client.post(MARKERS, **body)).json() for body in bodies[form]]
    asked = {"timeline[]": ["home", "notifications", "other"]}
    shown = (await client.get(MARKERS, params=asked)).json()

    moved = {"last_read_id": "5", "version": 1, "updated_at": "2026-11-25T09:00:00.000Z"}
    assert first == {"home": moved | {"last_read_id": "7", "version": 0}}
    assert (second, shown) == ({"home": moved}, {"home": moved})
    assert (await client.get(MARKERS)).json() == {}
    assert (await world.client(sam).get(MARKERS, params=asked)).json() == {}


@pytest.mark.parametrize("wrong", ["x", "-1", "9" * 20, "1.5"])
async def test_marker_that_is_no_id_is_422_and_moves_nothing(world: World, wrong: str) -> None:
    """Both lists or none."""
    client = world.client(await world.user("ines"))

    body = {"home": {"last_read_id": "1"}, "notifications": {"last_read_id": wrong}}
    response = await client.post(MARKERS, json=body)

    assert (response.status_code, list(response.json()["details"])) == (422, ["notifications[last_read_id]"])
    assert (await client.get(MARKERS, params={"timeline[]": "home"})).json() == {}


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_unread_are_those_above_the_marker(world: World, version: str) -> None:
    """Without a marker all; counted to a limit; of the kinds that are wanted."""
    ines = await notified(world, 3)
    client, place = world.client(ines), f"/api/{version}/notifications/unread_count"
    listed = (await client.get("/api/v1/notifications")).json()

    counts = [(await client.get(place, params=query)).json()["count"] for query in ({}, {"limit": 2})]
    await client.post(MARKERS, json={"notifications": {"last_read_id": listed[1]["id"]}})
    counts.append((await client.get(place)).json()["count"])
    counts.append((await client.get(place, params={"exclude_types[]": "mention"})).json()["count"])

    assert counts == [3, 2, 1, 0]
