"""Pages of lists as apps turn them; the name says which report of a user it answers."""

from typing import Any

import httpx
import pytest

from tests.support.world import World

MOST_STEPS = 20
LISTS = (
    "favourites",
    "bookmarks",
    "blocks",
    "mutes",
    "domain_blocks",
    "conversations",
    "followed_tags",
    "notifications",
    "timelines/home",
    "timelines/public",
    "timelines/list/{list}",
    "lists/{list}/accounts",
    "accounts/{ines}/followers",
    "accounts/{ines}/following",
    "accounts/{ines}/statuses",
)


async def _fill(world: World) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """Put two things into every list of Ines, and return her client and the names in paths."""
    ines = await world.user("ines")
    client = world.client(ines)
    made = (await client.post("/api/v1/lists", json={"title": "Wards"})).json()
    for name in ("sam", "eva"):
        other = await world.user(name)
        theirs = world.client(other)
        await client.post(f"/api/v1/accounts/{other.id}/follow")
        await theirs.post(f"/api/v1/accounts/{ines.id}/follow")
        await client.post(f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(other.id)]})
        post = (await theirs.post("/api/v1/statuses", json={"status": "Hello"})).json()
        await theirs.post("/api/v1/statuses", json={"status": "@ines hi", "visibility": "direct"})
        await client.post("/api/v1/statuses", json={"status": "Mine"})
        for act in ("favourite", "bookmark"):
            await client.post(f"/api/v1/statuses/{post['id']}/{act}")
        await client.post(f"/api/v1/tags/{name}/follow")
        await client.post("/api/v1/domain_blocks", json={"domain": f"{name}.example"})
        stranger = await world.user(f"{name}2")
        for act in ("mute", "block"):
            await client.post(f"/api/v1/accounts/{stranger.id}/{act}")
    return client, {"ines": str(ines.id), "list": made["id"]}


def _name(one: Any) -> str:
    return str(one["id"] if isinstance(one, dict) and "id" in one else one["name"] if isinstance(one, dict) else one)


async def _turned(client: httpx.AsyncClient, url: str, rel: str) -> tuple[list[str], list[str]]:
    """Turn pages until there is none more, and return what was on them and the address of each."""
    found: list[str] = []
    urls: list[str] = []
    following: str | None = url
    while following is not None and len(urls) < MOST_STEPS:
        page = await client.get(following)
        if not page.json():
            break
        urls.append(following)
        found += [_name(one) for one in page.json()]
        following = page.links[rel]["url"] if rel in page.links else None
    return found, urls


@pytest.mark.parametrize("path", LISTS)
async def test_B10_the_previous_page_is_another_one_and_ends(world: World, path: str) -> None:
    """takahe#361: nothing is above the newest page, and back from the second leads exactly to the first."""
    client, named = await _fill(world)
    url = f"/api/v1/{path.format(**named)}?limit=1"
    whole = [_name(one) for one in (await client.get(url.replace("limit=1", "limit=40"))).json()]

    first = await client.get(url)
    above = await client.get(first.links["prev"]["url"])
    forward, urls = await _turned(client, url, "next")
    second = await client.get(urls[1])
    back = await client.get(second.links["prev"]["url"])
    upward, _ = await _turned(client, urls[-1], "prev")

    assert len(whole) >= 2
    assert above.json() == []
    assert forward == whole
    assert back.json() == first.json()
    assert upward == whole[::-1]


async def test_B10_what_is_added_meanwhile_is_found_above(world: World) -> None:
    """And nothing else: what was there is not shown again."""
    client, _ = await _fill(world)
    page = await client.get("/api/v1/bookmarks?limit=1")
    post = (await client.post("/api/v1/statuses", json={"status": "Another"})).json()["id"]
    await client.post(f"/api/v1/statuses/{post}/bookmark")

    above = await client.get(page.links["prev"]["url"])
    further = await client.get(above.links["prev"]["url"])

    assert ([one["id"] for one in above.json()], further.json()) == ([post], [])
