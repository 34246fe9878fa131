"""Hashtags as apps know them from Mastodon."""

import pytest

from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import HOME, texts, walk

TAGS = "/api/v1/tags"
FOLLOWED = "/api/v1/followed_tags"


async def test_TAG_001_a_hashtag_nobody_used_is_there_and_an_invalid_name_is_not(world: World) -> None:
    """200 with a history of nothing; 404 for what can be no hashtag."""
    response = await world.anybody.get(f"{TAGS}/NobodyUsedIt")

    tag = response.json()
    assert (response.status_code, tag["name"], faults("Tag", tag)) == (200, "nobodyusedit", [])
    assert [(day["uses"], day["accounts"]) for day in tag["history"]] == [("0", "0")] * 7
    for name in ("123", "two%20words", "a-b", "x" * 300, "%23%23"):
        assert (await world.anybody.get(f"{TAGS}/{name}")).status_code == 404


async def test_TAG_002_following_and_featuring_are_told_to_a_user_alone(world: World) -> None:
    """Neither to anybody nor to an app."""
    ines = await world.user("ines")
    client, app = world.client(ines), world.client(await world.token(None, "read"))
    await client.post(f"{TAGS}/gel/follow")
    await client.post(f"{TAGS}/gel/feature")

    mine, apps, anybodys = [(await one.get(f"{TAGS}/gel")).json() for one in (client, app, world.anybody)]

    assert (mine["following"], mine["featuring"]) == (True, True)
    assert not {"following", "featuring"} & (set(apps) | set(anybodys))


async def test_TAG_003_following_makes_the_hashtag_and_again_is_fine(world: World) -> None:
    """And so is unfollowing; a name that can be none is 404."""
    client = world.client(await world.user("ines"))

    once, twice = [(await client.post(f"{TAGS}/Händehygiene/follow")).json() for _ in range(2)]
    ended = [(await client.post(f"{TAGS}/handehygiene/unfollow")).json()["following"] for _ in range(2)]

    assert faults("Tag", once) == []
    assert once == twice
    assert (once["name"], once["following"], once["id"] != "0") == ("händehygiene", True, True)
    assert ended == [False, False]
    assert (await client.post(f"{TAGS}/1/follow")).status_code == 404


async def test_TAG_004_followed_hashtags_page_by_the_id_of_the_follow(world: World) -> None:
    """The newest follow first, 100 to a page unless said; links lead there and back."""
    client = world.client(await world.user("ines"))
    names = [f"tag{letter}" for letter in "edcba"]
    for name in names:
        await client.post(f"{TAGS}/{name}/follow")

    whole = (await client.get(FOLLOWED)).json()
    down = await walk(client, f"{FOLLOWED}?limit=2", "next")
    first = await client.get(f"{FOLLOWED}?limit=2")

    assert [one["name"] for one in whole] == names[::-1]
    assert [fault for one in whole for fault in faults("Tag", one)] == []
    assert [one for page in down for one in page] == [one["id"] for one in whole]
    assert (await client.get(first.links["prev"]["url"])).json() == []


async def test_tags_count_their_public_uses_day_by_day(world: World) -> None:
    """Of a week, today first; what few see counts for nobody."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await post(world, ines, "#gel one")
    world.clock.pass_time(days=1)
    for who in (ines, ines, sam):
        await post(world, who, "#Gel more")
    await post(world, sam, "#gel for few", visibility="private")

    history = (await world.anybody.get(f"{TAGS}/gel")).json()["history"]

    assert [(day["uses"], day["accounts"]) for day in history[:3]] == [("3", "2"), ("1", "1"), ("0", "0")]
    assert int(history[0]["day"]) - int(history[1]["day"]) == 86_400


async def test_followed_hashtags_bring_public_posts_home_once(world: World) -> None:
    """Of strangers too, each once; nothing that is not public, of the muted, the blocked or the limited, and until unfollowed."""
    ines, fred, sam, muted, blocked = [await world.user(name) for name in ("ines", "fred", "sam", "max", "bo")]
    client = world.client(ines)
    await post(world, sam, "#gel before")
    await client.post(f"{TAGS}/GEL/follow")
    await client.post(f"{TAGS}/beds/follow")
    await client.post(f"/api/v1/accounts/{fred.id}/follow")
    await client.post(f"/api/v1/accounts/{muted.id}/mute")
    await client.post(f"/api/v1/accounts/{blocked.id}/block")
    await post(world, fred, "#gel and #beds of a friend")
    for who, text, more in (
        (sam, "#gel stranger", {}),
        (sam, "#gel unlisted", {"visibility": "unlisted"}),
        (sam, "#gel private", {"visibility": "private"}),
        (muted, "#gel muted", {}),
        (blocked, "#gel blocked", {}),
        (sam, "no tag", {}),
    ):
        await post(world, who, text, **more)

    both = [text.rpartition(" ")[2] for text in texts(await client.get(HOME))]
    await client.post(f"{TAGS}/gel/unfollow")
    friends = [text.rpartition(" ")[2] for text in texts(await client.get(HOME))]

    assert (both, friends) == (["stranger", "friend", "before"], ["friend"])


@pytest.mark.parametrize("act", ["follow", "feature"])
async def test_hashtags_that_moderators_took_out_can_be_neither_followed_nor_featured(world: World, act: str) -> None:
    """422; they can still be looked at."""
    client = world.client(await world.user("ines"))
    await client.post(f"{TAGS}/gel/follow")
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE tags SET is_usable = false")

    codes = [(await client.post(f"{TAGS}/gel/{act}")).status_code, (await client.get(f"{TAGS}/gel")).status_code]

    assert codes == [422, 200]


async def test_TAG_005_at_most_ten_hashtags_are_featured_and_none_that_can_be_none(world: World) -> None:
    """An eleventh or impossible one is 422, a missing name 400; one that is featured already is fine."""
    client = world.client(await world.user("ines"))

    async def feature(**sent: str) -> int:
        return (await client.post("/api/v1/featured_tags", json=sent)).status_code

    codes = [await feature(name=f"tag{letter}") for letter in "abcdefghijka"]
    wrong = [await feature(name="not a tag"), await feature()]

    assert (codes, wrong) == ([200] * 10 + [422, 200], [422, 400])
    assert (await client.post(f"{TAGS}/tagb/feature")).status_code == 200
    assert (await client.post(f"{TAGS}/taga/unfeature")).json()["featuring"] is False


async def test_TAG_007_history_holds_text(world: World) -> None:
    """A week, today first, each day with its beginning, uses and people."""
    ines, fred = await world.user("ines"), await world.user("fred")
    for who, times in ((ines, 2), (fred, 1)):
        for _ in range(times):
            await world.client(who).post("/api/v1/statuses", json={"status": "#gel"})

    history = (await world.anybody.get(f"{TAGS}/gel")).json()["history"]

    midnight = world.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert history[0] == {"day": str(int(midnight.timestamp())), "uses": "3", "accounts": "2"}
    assert [one["uses"] for one in history] == ["3", "0", "0", "0", "0", "0", "0"]
    assert {type(value) for one in history for value in one.values()} == {str}
