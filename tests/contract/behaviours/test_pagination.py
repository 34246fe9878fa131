"""Every list that is read in pages: each thing once, forward and back, whatever the size of a page.

How it works. The routes come from the table of parameters, so that a new one without a stage is noticed.
"""

import csv
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.contract.behaviours.staging import SIZE, STAGE, TIMELINES, at, every_route, names, staged, walk
from tests.support.world import World
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import HOME

PARAMS: Final = Path(__file__).parents[1] / "mastodon" / "params.tsv"
OTHERS_TEST: Final = ("/api/v1/admin/", "/api/v2/admin/", "/api/v2/search", "/api/v1/notifications/requests")


@every_route
async def test_PAG_001_links_are_absolute_and_lead_both_ways(world: World, route: str) -> None:
    """Under the node's own name."""
    client, place = await staged(world, route)

    links = (await client.get(at(place, limit=1))).links

    assert set(links) == {"next", "prev"}
    assert all(link["url"].startswith(f"{world.site.base_url}/api/") for link in links.values())


@every_route
async def test_B10_forward_and_back_is_the_same_and_each_thing_comes_once(world: World, route: str) -> None:
    """The first page's prev is empty; going back from the second gives the first, also when something came meanwhile."""
    client, place = await staged(world, route)
    whole = names(await client.get(at(place, limit=40)))

    forward = await walk(client, at(place, limit=1), "next")
    first = await client.get(at(place, limit=1))
    second = await client.get(first.links["next"]["url"])
    back = await client.get(second.links["prev"]["url"])

    assert (len(whole), [one for page in forward for one in page]) == (SIZE, whole)
    assert names(await client.get(first.links["prev"]["url"])) == []
    assert names(back) == names(first)


async def middle(client: httpx.AsyncClient, place: str) -> str:
    """Return the cursor of the last of three things, to read upward from."""
    first = await client.get(at(place, limit=1))
    second = await client.get(first.links["next"]["url"])
    third = await client.get(second.links["next"]["url"])
    cursor = httpx.URL(third.links["prev"]["url"]).params
    return str(cursor.get("min_id") or cursor["since_id"])


@every_route
async def test_PAG_002_max_id_gives_what_is_strictly_older_newest_first(world: World, route: str) -> None:
    """What a link names is not on the page it leads to."""
    client, place = await staged(world, route)
    whole = names(await client.get(at(place, limit=40)))

    below = await client.get(at((await client.get(at(place, limit=1))).links["next"]["url"], limit=2))

    assert names(below) == whole[1:]


@every_route
async def test_PAG_003_since_id_gives_the_newest_that_are_strictly_newer(world: World, route: str) -> None:
    """So that what lies between may be missing."""
    client, place = await staged(world, route)
    whole = names(await client.get(at(place, limit=40)))
    cursor = await middle(client, place)

    assert names(await client.get(at(place, limit=1, since_id=cursor))) == whole[:1]
    assert names(await client.get(at(place, limit=9, since_id=cursor))) == whole[:2]


@every_route
async def test_PAG_004_min_id_gives_what_comes_directly_after_newest_first(world: World, route: str) -> None:
    """So that nothing is missed on the way up."""
    client, place = await staged(world, route)
    whole = names(await client.get(at(place, limit=40)))
    cursor = await middle(client, place)

    assert names(await client.get(at(place, limit=1, min_id=cursor))) == whole[1:2]
    assert names(await client.get(at(place, limit=9, min_id=cursor))) == whole[:2]


@every_route
async def test_PAG_005_max_id_and_min_id_bound_a_page_on_both_sides(world: World, route: str) -> None:
    """Neither end is on it."""
    client, place = await staged(world, route)
    whole = names(await client.get(at(place, limit=40)))
    pages = [await client.get(at(place, limit=1))]
    for _ in range(SIZE - 1):
        pages.append(await client.get(pages[-1].links["next"]["url"]))
    high = httpx.URL(pages[0].links["next"]["url"]).params["max_id"]
    low = httpx.URL(pages[-1].links["prev"]["url"]).params
    between = at(place, max_id=high, min_id=low.get("min_id") or low["since_id"])

    assert names(await client.get(between)) == whole[1:2]


@every_route
async def test_PAG_007_a_limit_above_the_most_is_cut(world: World, route: str) -> None:
    """It is no error; what is no number is one."""
    client, place = await staged(world, route)

    assert len(names(await client.get(at(place, limit=100_000)))) == SIZE
    assert (await client.get(at(place, limit="many"))).status_code == 422


@every_route
async def test_PAG_009_a_negative_limit_counts_without_its_sign(world: World, route: str) -> None:
    """On every one of these."""
    client, place = await staged(world, route)

    assert [len(names(await client.get(at(place, limit=limit)))) for limit in (-2, 2)] == [2, 2]


@every_route
async def test_PAG_010_links_repeat_the_parameters_and_replace_the_cursors(world: World, route: str) -> None:
    """So that the next page is one of the same."""
    client, place = await staged(world, route)

    links = (await client.get(at(place, limit=1, since_id=1, told="a b"))).links

    for link in links.values():
        sent = httpx.URL(link["url"]).params
        assert (sent["limit"], sent["told"]) == ("1", "a b")
        assert len([key for key in sent if key in ("max_id", "min_id", "since_id")]) == 1


@pytest.mark.parametrize("route", TIMELINES)
async def test_PAG_015_a_timeline_has_a_next_page_unless_it_is_empty(world: World, route: str) -> None:
    """Full or not."""
    client, place = await staged(world, route)

    assert set((await client.get(at(place, limit=40))).links) == {"next", "prev"}


@every_route
async def test_PAG_016_an_empty_page_has_no_link(world: World, route: str) -> None:
    """There is nowhere to go."""
    client, place = await staged(world, route)

    empty = await client.get(at(place, max_id=1))

    assert (names(empty), "link" in empty.headers) == ([], False)


def test_every_paged_route_is_staged() -> None:
    """A route of the tables that takes `max_id` is tried here, or is an administrator's, or has a test of its own."""
    with PARAMS.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        paged = {row["path"] for row in rows if row["name"] == "max_id" and row["method"] == "GET"}

    assert {one for one in paged - set(STAGE) if not one.startswith(OTHERS_TEST)} == set()


async def test_PAG_006_since_id_is_ignored_beside_min_id(world: World) -> None:
    """The page directly above is given, not the newest."""
    client, place = await staged(world, HOME)
    whole = names(await client.get(place))

    found = names(await client.get(at(place, limit=1, min_id=whole[2], since_id=whole[1])))

    assert found == whole[1:2]


async def test_PAG_008_a_page_has_20_statuses_or_40_accounts_and_at_most_twice_that(world: World) -> None:
    """Unless a smaller limit is sent."""
    ines = await world.user("ines")
    client = world.client(ines)
    for number in range(41):
        await post(world, ines, f"number {number}")
        await client.post(f"/api/v1/tags/tag{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number // 26}x/follow")

    sizes = [len(names(await client.get(at(HOME, **more)))) for more in ({}, {"limit": 80})]

    assert sizes == [20, 40]
    assert len(names(await client.get("/api/v1/followed_tags"))) == 41


@pytest.mark.parametrize("route", TIMELINES)
async def test_PAG_011_timelines_lead_on_by_max_id_and_back_by_min_id(world: World, route: str) -> None:
    """So that going back misses nothing."""
    client, place = await staged(world, route)

    links = (await client.get(at(place, limit=1))).links

    assert "max_id" in httpx.URL(links["next"]["url"]).params
    assert "min_id" in httpx.URL(links["prev"]["url"]).params


@pytest.mark.parametrize("place", ["/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links"])
async def test_PAG_018_what_is_ordered_by_weight_pages_by_offset(world: World, place: str) -> None:
    """Past the end there is nothing, and what is no number is refused."""
    answers = [await world.anybody.get(at(place, offset=offset)) for offset in (0, 1000)]

    assert [(one.status_code, one.json()) for one in answers] == [(200, [])] * 2
    assert (await world.anybody.get(at(place, offset="x"))).status_code in (200, 422)


@pytest.mark.parametrize("name", ["limit", "offset"])
async def test_PAG_020_search_refuses_a_negative_limit_or_offset(world: World, name: str) -> None:
    """With 400."""
    client = world.client(await world.user("ines"))

    assert (await client.get(at("/api/v2/search", q="gel", **{name: -1}))).status_code == 400
