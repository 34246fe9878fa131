"""Timelines over the API: what is in them, and that their links lead through all of it, there and back."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_statuses import post

HOME = "/api/v1/timelines/home"
PUBLIC = "/api/v1/timelines/public"


def texts(response: httpx.Response) -> list[str]:
    return [(one["reblog"] or one)["content"].removeprefix("<p>").removesuffix("</p>") for one in response.json()]


async def walk(client: httpx.AsyncClient, first: str, rel: str) -> list[list[Any]]:
    """Return the pages that links of one kind lead through."""
    pages: list[list[Any]] = []
    place = first
    for _ in range(20):
        response = await client.get(place)
        if not response.json():
            return pages
        pages.append([one["id"] for one in response.json()])
        if rel not in response.links:
            return pages
        place = response.links[rel]["url"]
    raise AssertionError("the links lead on for ever")


async def test_home_has_own_and_followed_posts_and_boosts(world: World) -> None:
    """And nothing of strangers, nor replies to them."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    client = world.client(ines)
    await client.post(f"/api/v1/accounts/{fred.id}/follow")
    strange = await post(world, sam, "strange")
    await post(world, ines, "mine")
    theirs = await post(world, fred, "theirs")
    await post(world, fred, "a reply to a stranger", in_reply_to_id=strange["id"])
    await post(world, fred, "a reply to me @ines", in_reply_to_id=(await post(world, ines, "asked"))["id"])
    await post(world, fred, "a thread", in_reply_to_id=theirs["id"])
    boosted = await post(world, sam, "boosted")
    await world.client(fred).post(f"/api/v1/statuses/{boosted['id']}/reblog")

    response = await client.get(HOME)

    assert [fault for one in response.json() for fault in faults("Status", one)] == []
    shown = texts(response)
    assert [shown[0], shown[1], *shown[3:]] == ["boosted", "a thread", "asked", "theirs", "mine"]
    assert shown[2].startswith("a reply to me")


async def test_home_leaves_out_the_muted_and_boosts_of_the_muted(world: World) -> None:
    """A mute is right at once, and so is its end."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    client = world.client(ines)
    await client.post(f"/api/v1/accounts/{fred.id}/follow")
    await post(world, fred, "theirs")
    boosted = await post(world, sam, "boosted")
    await world.client(fred).post(f"/api/v1/statuses/{boosted['id']}/reblog")

    await client.post(f"/api/v1/accounts/{sam.id}/mute")
    without_sam = texts(await client.get(HOME))
    await client.post(f"/api/v1/accounts/{sam.id}/unmute")
    await client.post(f"/api/v1/accounts/{fred.id}/follow", json={"reblogs": False})
    without_boosts = texts(await client.get(HOME))
    await client.post(f"/api/v1/accounts/{fred.id}/mute")

    assert (without_sam, without_boosts) == (["theirs"], ["theirs"])
    assert texts(await client.get(HOME)) == []


async def test_links_lead_through_everything_and_back(world: World) -> None:
    """Each post once, in order, whatever the size of a page; the newest page's prev is empty until there is more."""
    ines = await world.user("ines")
    client = world.client(ines)
    made = [(await post(world, ines, f"number {n}"))["id"] for n in range(7)][::-1]

    down = await walk(client, f"{HOME}?limit=3", "next")
    newest = await client.get(f"{HOME}?limit=3")
    empty = await client.get(newest.links["prev"]["url"])
    oldest = await client.get(HOME, params={"limit": 3, "max_id": made[4]})
    up = await walk(client, f"{HOME}?limit=3&min_id={oldest.json()[-1]['id']}", "prev")

    assert [one for page in down for one in page] == made
    assert (empty.json(), list(empty.links)) == ([], ["prev"])
    assert empty.links["prev"]["url"] == newest.links["prev"]["url"]
    assert [one for page in up[::-1] for one in page] == made[:-1]


async def test_links_repeat_the_filters_and_only_them(world: World) -> None:
    """So that the next page is a page of the same thing."""
    ines = await world.user("ines")
    await post(world, ines)

    links = (await world.anybody.get(f"{PUBLIC}?local=true&limit=1&since_id=1")).links

    sent = {rel: parse_qsl(urlsplit(links[rel]["url"]).query) for rel in ("next", "prev")}
    assert sent["next"][:2] == sent["prev"][:2] == [("local", "true"), ("limit", "1")]
    assert [sent["next"][2][0], sent["prev"][2][0]] == ["max_id", "min_id"]


async def test_cursors_are_strict_and_limits_are_cut(world: World) -> None:
    """since_id gives the newest above it, min_id what is directly above; a limit of 1000 is 40."""
    ines = await world.user("ines")
    client = world.client(ines)
    made = [(await post(world, ines, f"number {n}"))["id"] for n in range(42)]

    async def ids(**params: Any) -> list[Any]:
        return [one["id"] for one in (await client.get(HOME, params=params)).json()]

    assert await ids(max_id=made[2]) == [made[1], made[0]]
    assert await ids(since_id=made[10], limit=2) == [made[41], made[40]]
    assert await ids(min_id=made[10], limit=2) == [made[12], made[11]]
    assert await ids(min_id=made[10], max_id=made[12]) == [made[11]]
    assert (len(await ids()), len(await ids(limit=1000)), len(await ids(limit=-3))) == (20, 40, 3)


async def test_public_has_only_public_posts_without_replies_and_boosts(world: World) -> None:
    """For anybody and for those who are signed in."""
    ines, sam = await world.user("ines"), await world.user("sam")
    made = await post(world, ines, "public")
    await post(world, ines, "unlisted", visibility="unlisted")
    await post(world, ines, "private", visibility="private")
    await post(world, sam, "reply", in_reply_to_id=made["id"])
    await world.client(sam).post(f"/api/v1/statuses/{made['id']}/reblog")

    anybody, signed_in = await world.anybody.get(PUBLIC), await world.client(sam).get(PUBLIC)
    remote = (await world.anybody.get(f"{PUBLIC}?remote=true")).json()
    both = await world.anybody.get(f"{PUBLIC}?remote=true&local=true")
    with_media = (await world.anybody.get(f"{PUBLIC}?only_media=true")).json()

    assert texts(anybody) == texts(signed_in) == texts(both) == ["public"]
    assert "favourited" not in anybody.json()[0]
    assert signed_in.json()[0]["reblogged"] is True
    assert (remote, with_media) == ([], [])


async def test_tag_timeline_folds_names_and_combines_tags(world: World) -> None:
    """Case and width do not matter; an unknown tag is empty."""
    ines = await world.user("ines")
    for text in ("#Gel one", "#gel #beds two", "#beds three", "#GEL #audit four"):
        await post(world, ines, text)
    place = "/api/v1/timelines/tag/"

    async def last_words(query: str) -> list[str]:
        return [text.rpartition(" ")[2] for text in texts(await world.anybody.get(place + query))]

    assert await last_words("GEL") == ["four", "two", "one"]
    assert await last_words("gel?all[]=Beds") == ["two"]
    assert await last_words("gel?any[]=beds&none[]=audit") == ["three", "two", "one"]
    assert await last_words("nothing") == []


async def test_home_needs_a_user_and_a_sane_cursor(world: World) -> None:
    """401 without a token, 422 for an app, 404 for a cursor that is no id."""
    ines = await world.user("ines")
    app = world.client(await world.token(None, "read"))

    codes = [
        (await client.get(place)).status_code
        for client, place in ((world.anybody, HOME), (app, HOME), (world.client(ines), f"{HOME}?max_id=newest"))
    ]

    assert codes == [401, 422, 404]
