"""What apps rely on of trends, and what trends at all."""

from pathlib import Path
from typing import Any

import pytest

from node.services import trending
from tests.contract.entities import faults
from tests.support.world import Person, World, make_world

TRENDS = "/api/v1/trends"


async def post(world: World, who: Person, text: str, **more: Any) -> str:
    answer = await world.client(who).post("/api/v1/statuses", json={"status": text, **more})
    return str(answer.json()["id"])


async def names(world: World) -> list[str]:
    await world.db.write(trending.count)
    return [one["name"] for one in (await world.anybody.get(f"{TRENDS}/tags")).json()]


async def test_TAG_006_disabled_trends_are_empty(database_url: str, tmp_path: Path) -> None:
    """An empty list, whatever was counted."""
    world = await make_world(database_url, tmp_path, trends=False)
    for name in ("ines", "fred"):
        await post(world, await world.user(name), "#handwashing")
    await world.db.write(trending.count)

    found = [(await world.anybody.get(f"{TRENDS}/{kind}")).json() for kind in ("tags", "statuses", "links")]
    await world.close()

    assert found == [[], [], []]


async def test_a_hashtag_trends_when_two_people_use_it(world: World) -> None:
    """Not when one person does so often, nor in posts that are not public; what is used by more comes first."""
    ines, fred, sam = [await world.user(name) for name in ("ines", "fred", "sam")]
    for who in (ines, fred, sam):
        await post(world, who, "#gel works")
    for who in (ines, fred):
        await post(world, who, "#lids work")
        await post(world, who, "#hidden", visibility="unlisted")
    for _ in range(5):
        await post(world, ines, "#mine alone")

    assert await names(world) == ["gel", "lids"]


async def test_what_was_said_days_ago_counts_less_and_then_no_more(world: World) -> None:
    """Half for each day back, nothing after three."""
    ines, fred, sam = [await world.user(name) for name in ("ines", "fred", "sam")]
    for who in (ines, fred, sam):
        await post(world, who, "#old")
    world.clock.pass_time(days=2)
    for who in (ines, fred):
        await post(world, who, "#new")

    now = await names(world)
    world.clock.pass_time(days=2)
    later = await names(world)

    assert (now, later) == (["new", "old"], ["new"])


async def test_a_post_trends_when_two_others_like_it(world: World) -> None:
    """One's own favourite does not count, nor what is sensitive or a reply."""
    ines, fred, sam = [await world.user(name) for name in ("ines", "fred", "sam")]
    liked, lonely = await post(world, ines, "Good"), await post(world, ines, "Lonely")
    warned = await post(world, ines, "Hidden", sensitive=True)
    for who in (fred, sam):
        for one in (liked, warned):
            await world.client(who).post(f"/api/v1/statuses/{one}/favourite")
    for who in (ines, fred):
        await world.client(who).post(f"/api/v1/statuses/{lonely}/favourite")
    await world.db.write(trending.count)

    found = (await world.client(sam).get(f"{TRENDS}/statuses")).json()

    assert [one["id"] for one in found] == [liked]
    assert (found[0]["favourited"], faults("Status", found[0])) == (True, [])


async def test_a_post_that_a_moderator_refuses_trends_no_more(world: World) -> None:
    """Also after it is counted anew, until it is approved."""
    ines, fred, sam = await world.user("ines", role="admin"), await world.user("fred"), await world.user("sam")
    liked = await post(world, fred, "Good")
    for who in (ines, sam):
        await world.client(who).post(f"/api/v1/statuses/{liked}/favourite")
    shown = []
    for word in ("reject", "approve"):
        await world.client(ines).post(f"/api/v1/admin/trends/statuses/{liked}/{word}")
        await world.db.write(trending.count)
        shown.append(len((await world.anybody.get(f"{TRENDS}/statuses")).json()))

    assert shown == [0, 1]


async def test_trends_page_by_offset(world: World) -> None:
    """A full page leads on, a later one back."""
    ines, fred = await world.user("ines"), await world.user("fred")
    for who in (ines, fred):
        await post(world, who, "#one #two #three")
    await world.db.write(trending.count)

    first = await world.anybody.get(f"{TRENDS}/tags", params={"limit": 2})
    second = await world.anybody.get(first.links["next"]["url"])

    pages = [[one["name"] for one in answer.json()] for answer in (first, second)]
    assert [len(page) for page in pages] == [2, 1]
    assert {name for page in pages for name in page} == {"one", "two", "three"}
    assert "next" not in second.links
    assert second.links["prev"]["url"].endswith("limit=2&offset=0")


@pytest.mark.parametrize("kind", ["tags", "statuses", "links"])
async def test_nothing_trends_on_a_new_node(world: World, kind: str) -> None:
    """And that is no error, whatever part is asked for."""
    answer = await world.anybody.get(f"{TRENDS}/{kind}", params={"offset": 40, "limit": "-5"})

    assert (answer.status_code, answer.json()) == (200, [])
