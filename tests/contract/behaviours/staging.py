"""Three of what each list shows: `STAGE` says for each paged route how they are made, `staged` makes them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from tests.contract.behaviours.test_timelines import ADDRESS, about
from tests.support.world import Person, World
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import HOME, PUBLIC

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
