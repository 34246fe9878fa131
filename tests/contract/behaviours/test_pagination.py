"""Every list that is read in pages: each thing once, forward and back, whatever the size of a page.

How it works. `STAGE` says for each route what one page of everything holds after `staged` made three of each; the routes
themselves come from the table of parameters, so that a new one without a stage is noticed.
"""

import csv
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.contract.behaviours.test_timelines import ADDRESS, about
from tests.support.world import Person, World
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import HOME, PUBLIC

PARAMS: Final = Path(__file__).parents[1] / "mastodon" / "params.tsv"
SIZE: Final = 3
Make = Callable[[World, "Cast"], Awaitable[str]]


class Cast:
    """The reader, three others, and the reader's posts."""

    def __init__(self, ines: Person, others: list[Person], client: httpx.AsyncClient) -> None:
        self.ines, self.others, self.client = ines, others, client

    async def posts(self, world: World, text: str = "#gel by every bed", **more: Any) -> list[str]:
        """Post three times and return the ids."""
        return [(await post(world, self.ines, text, **more))["id"] for _ in range(SIZE)]

    async def each(self, do: str) -> None:
        """Do something to each of the others."""
        for one in self.others:
            assert (await self.client.post(f"/api/v1/accounts/{one.id}/{do}")).status_code == 200


def posted(place: str) -> Make:
    """Give a route that shows three posts of the reader."""

    async def make(world: World, cast: Cast) -> str:
        await cast.posts(world)
        return place.format(id=cast.ines.id)

    return make


def acted(place: str, act: str) -> Make:
    """Give a route that shows what the reader did with three posts."""

    async def make(world: World, cast: Cast) -> str:
        for one in await cast.posts(world):
            await cast.client.post(f"/api/v1/statuses/{one}/{act}")
        return place

    return make


def related(place: str, do: str) -> Make:
    """Give a route that shows to whom the reader did something."""

    async def make(_world: World, cast: Cast) -> str:
        await cast.each(do)
        return place.format(id=cast.ines.id)

    return make


def reacted(place: str, act: str) -> Make:
    """Give a route that shows who did something with a post of the reader's."""

    async def make(world: World, cast: Cast) -> str:
        one = (await post(world, cast.ines, "#gel"))["id"]
        for who in cast.others:
            assert (await world.client(who).post(f"/api/v1/statuses/{one}/{act}")).status_code == 200
        return place.format(id=one)

    return make


async def followers(world: World, cast: Cast) -> str:
    for one in cast.others:
        await world.client(one).post(f"/api/v1/accounts/{cast.ines.id}/follow")
    return f"/api/v1/accounts/{cast.ines.id}/followers"


async def requests(world: World, cast: Cast) -> str:
    await cast.client.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    await followers(world, cast)
    return "/api/v1/follow_requests"


async def list_timeline(world: World, cast: Cast) -> str:
    ward = (await cast.client.post("/api/v1/lists", json={"title": "Ward"})).json()["id"]
    await cast.client.post(f"/api/v1/lists/{ward}/accounts", json={"account_ids": [str(cast.ines.id)]})
    await cast.posts(world)
    return f"/api/v1/timelines/list/{ward}"


async def list_members(_world: World, cast: Cast) -> str:
    await cast.each("follow")
    ward = (await cast.client.post("/api/v1/lists", json={"title": "Ward"})).json()["id"]
    ids = [str(one.id) for one in cast.others]
    await cast.client.post(f"/api/v1/lists/{ward}/accounts", json={"account_ids": ids})
    return f"/api/v1/lists/{ward}/accounts"


async def link_timeline(world: World, cast: Cast) -> str:
    for number, one in enumerate(await cast.posts(world)):
        about(world, one, is_trend=number == 0)
    return f"/api/v1/timelines/link?url={ADDRESS}"


async def followed_tags(_world: World, cast: Cast) -> str:
    for name in ("gel", "beds", "rounds"):
        await cast.client.post(f"/api/v1/tags/{name}/follow")
    return "/api/v1/followed_tags"


async def conversations(world: World, cast: Cast) -> str:
    for one in cast.others:
        await post(world, one, f"@{cast.ines.account.username} a word", visibility="direct")
    return "/api/v1/conversations"


async def notifications(world: World, cast: Cast) -> str:
    for one in cast.others:
        await post(world, one, f"@{cast.ines.account.username} a word")
    return "/api/v1/notifications"


async def groups(world: World, cast: Cast) -> str:
    await notifications(world, cast)
    return "/api/v2/notifications"


async def scheduled(world: World, cast: Cast) -> str:
    for hours in (1, 2, 3):
        at = (world.clock.now() + timedelta(hours=hours)).isoformat()
        sent = {"status": "later", "scheduled_at": at}
        assert (await cast.client.post("/api/v1/statuses", json=sent)).status_code == 200
    return "/api/v1/scheduled_statuses"


async def domain_blocks(_world: World, cast: Cast) -> str:
    for host in ("one.example", "two.example", "three.example"):
        await cast.client.post("/api/v1/domain_blocks", json={"domain": host})
    return "/api/v1/domain_blocks"


async def endorsements(_world: World, cast: Cast) -> str:
    await cast.each("follow")
    await cast.each("endorse")
    return "/api/v1/endorsements"


async def endorsed_by(world: World, cast: Cast) -> str:
    await endorsements(world, cast)
    return f"/api/v1/accounts/{cast.ines.id}/endorsements"


async def quotes(world: World, cast: Cast) -> str:
    one = (await post(world, cast.ines, "quoted"))["id"]
    for who in cast.others:
        await post(world, who, "quoting", quoted_status_id=one)
    return f"/api/v1/statuses/{one}/quotes"


STAGE: Final[dict[str, Make]] = {
    HOME: posted(HOME),
    PUBLIC: posted(PUBLIC),
    "/api/v1/timelines/tag/:hashtag": posted("/api/v1/timelines/tag/gel"),
    "/api/v1/timelines/list/:list_id": list_timeline,
    "/api/v1/timelines/link": link_timeline,
    "/api/v1/accounts/:id/statuses": posted("/api/v1/accounts/{id}/statuses"),
    "/api/v1/accounts/:id/followers": followers,
    "/api/v1/accounts/:id/following": related("/api/v1/accounts/{id}/following", "follow"),
    "/api/v1/statuses/:id/reblogged_by": reacted("/api/v1/statuses/{id}/reblogged_by", "reblog"),
    "/api/v1/statuses/:id/favourited_by": reacted("/api/v1/statuses/{id}/favourited_by", "favourite"),
    "/api/v1/statuses/:id/quotes": quotes,
    "/api/v1/favourites": acted("/api/v1/favourites", "favourite"),
    "/api/v1/bookmarks": acted("/api/v1/bookmarks", "bookmark"),
    "/api/v1/blocks": related("/api/v1/blocks", "block"),
    "/api/v1/mutes": related("/api/v1/mutes", "mute"),
    "/api/v1/follow_requests": requests,
    "/api/v1/followed_tags": followed_tags,
    "/api/v1/lists/:id/accounts": list_members,
    "/api/v1/conversations": conversations,
    "/api/v1/notifications": notifications,
    "/api/v2/notifications": groups,
    "/api/v1/scheduled_statuses": scheduled,
    "/api/v1/domain_blocks": domain_blocks,
    "/api/v1/endorsements": endorsements,
    "/api/v1/accounts/:id/endorsements": endorsed_by,
}
TIMELINES: Final = [route for route in STAGE if "/timelines/" in route or route.endswith("/statuses")]
OTHERS_TEST: Final = ("/api/v1/admin/", "/api/v2/admin/", "/api/v2/search", "/api/v1/notifications/requests")
every_route = pytest.mark.parametrize("route", STAGE)


async def staged(world: World, route: str) -> tuple[httpx.AsyncClient, str]:
    """Make three of what a route shows and return its reader with the address."""
    ines = await world.user("ines")
    others = [await world.user(name) for name in ("fred", "gus", "sam")]
    client = world.client(ines)
    return client, await STAGE[route](world, Cast(ines, others, client))


def names(response: httpx.Response) -> list[str]:
    """Return what tells the things on a page apart."""
    assert response.status_code == 200, response.text
    body = response.json()
    if isinstance(body, dict):
        return [one["group_key"] for one in body["notification_groups"]]
    return [one if isinstance(one, str) else one["id"] for one in body]


def at(place: str, **more: Any) -> str:
    """Return an address with further parameters."""
    return str(httpx.URL(place).copy_merge_params(more))


async def walk(client: httpx.AsyncClient, place: str, rel: str) -> list[list[str]]:
    """Return the pages that links of one kind lead through, at most 20, the empty one at the end left out."""
    pages: list[list[str]] = []
    for _ in range(20):
        response = await client.get(place)
        if not names(response):
            return pages
        pages.append(names(response))
        if rel not in response.links:
            return pages
        place = response.links[rel]["url"]
    raise AssertionError("the links lead on for ever")


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
