"""Timelines as apps know them from Mastodon."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.contract.pictures import picture
from tests.support.world import World, make_world
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import HOME, PUBLIC, texts

TAG = "/api/v1/timelines/tag"
LINK = "/api/v1/timelines/link"
ADDRESS = "https://news.example/gel"


async def upload(client: httpx.AsyncClient) -> str:
    """Upload a picture and return its id."""
    response = await client.post("/api/v2/media", files={"file": ("gel.png", picture(), "image/png")})
    return str(response.json()["id"])


async def test_TIM_001_home_needs_a_user(world: World) -> None:
    """422 for an app's own token, 401 without one."""
    app = world.client(await world.token(None, "read"))

    assert [(await one.get(HOME)).status_code for one in (app, world.anybody)] == [422, 401]


async def test_TIM_003_home_has_ones_own_the_followed_and_followed_hashtags(world: World) -> None:
    """Minus the members of exclusive lists, also where they use a followed hashtag."""
    ines, fred, gus, sam = [await world.user(name) for name in ("ines", "fred", "gus", "sam")]
    client = world.client(ines)
    for one in (fred, gus):
        await client.post(f"/api/v1/accounts/{one.id}/follow")
    await client.post("/api/v1/tags/gel/follow")
    ward = (await client.post("/api/v1/lists", json={"title": "Ward", "exclusive": True})).json()
    await client.post(f"/api/v1/lists/{ward['id']}/accounts", json={"account_ids": [str(gus.id)]})
    for who, text in ((ines, "mine"), (fred, "theirs"), (gus, "apart #gel"), (sam, "tagged #gel"), (sam, "strange")):
        await post(world, who, text)

    assert [text.split()[0] for text in texts(await client.get(HOME))] == ["tagged", "theirs", "mine"]


async def test_TIM_004_public_has_no_replies_and_no_boosts(world: World) -> None:
    """And nothing that is not public; what somebody adds to their own thread is there."""
    ines, sam = await world.user("ines"), await world.user("sam")
    begun = await post(world, ines, "begun")
    await post(world, ines, "gone on", in_reply_to_id=begun["id"])
    await post(world, sam, "reply", in_reply_to_id=begun["id"])
    await world.client(sam).post(f"/api/v1/statuses/{begun['id']}/reblog")
    for visibility in ("unlisted", "private", "direct"):
        await post(world, sam, visibility, visibility=visibility)

    assert texts(await world.anybody.get(PUBLIC)) == ["gone on", "begun"]


async def test_TIM_005_local_and_remote_limit_the_public_timeline(world: World) -> None:
    """Both together give the whole."""
    ines = await world.user("ines")
    await post(world, ines, "here")
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE statuses SET is_local = false")
    await post(world, ines, "ours")

    found = {query: texts(await world.anybody.get(f"{PUBLIC}?{query}")) for query in ("local=1", "remote=1")}
    both = texts(await world.anybody.get(f"{PUBLIC}?local=true&remote=true"))

    assert found == {"local=1": ["ours"], "remote=1": ["here"]}
    assert both == ["ours", "here"]


async def test_TIM_006_only_media_keeps_posts_with_attachments(world: World) -> None:
    """In the public timeline and in that of a hashtag."""
    ines = await world.user("ines")
    await post(world, ines, "#gel words")
    await post(world, ines, "#gel picture", media_ids=[await upload(world.client(ines))])

    for place in (PUBLIC, f"{TAG}/gel"):
        found = (await world.anybody.get(f"{place}?only_media=true")).json()
        assert [len(one["media_attachments"]) for one in found] == [1]


@pytest.fixture(params=["authenticated", "disabled"])
async def closed(sqlite_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Return a node whose timelines of many are not for everybody."""
    made = await make_world(sqlite_url, tmp_path, timelines_access=request.param)
    yield made
    await made.close()


async def test_TIM_007_a_missing_user_gives_422_where_feeds_are_restricted(closed: World) -> None:
    """And an app's own token does; who may read is told."""
    app = closed.client(await closed.token(None, "read"))
    places = (PUBLIC, f"{TAG}/gel", f"{LINK}?url={ADDRESS}")

    codes = [(await one.get(place)).status_code for one in (closed.anybody, app) for place in places]
    told = (await closed.anybody.get("/api/v2/instance")).json()["configuration"]["timelines_access"]

    assert codes == [422] * 6
    assert set(told) == {"live_feeds", "hashtag_feeds", "trending_link_feeds"}
    assert told["live_feeds"]["local"] == closed.site.timelines_access
    assert told["hashtag_feeds"] == {"local": "authenticated", "remote": "authenticated"}


async def test_TIM_008_a_disabled_feed_is_empty_but_for_moderators(closed: World) -> None:
    """Where it is only restricted, everybody who signed in reads it."""
    ines, max_ = await closed.user("ines"), await closed.user("max", role="moderator")
    await post(closed, ines, "#gel one")

    found = [len((await closed.client(one).get(PUBLIC)).json()) for one in (ines, max_)]

    assert found == ([0, 1] if closed.site.timelines_access == "disabled" else [1, 1])
    assert len((await closed.client(ines).get(f"{TAG}/gel")).json()) == 1


async def test_TIM_009_any_all_and_none_take_four_hashtags_each(world: World) -> None:
    """What comes after the fourth is not looked at."""
    ines = await world.user("ines")
    for text in ("#gel #aa one", "#bb two", "#ee three", "#gel #aa #ff four"):
        await post(world, ines, text)

    async def last(query: str) -> list[str]:
        return [text.rpartition(" ")[2] for text in texts(await world.anybody.get(f"{TAG}/gel?{query}"))]

    many = "&".join(f"any[]={name}" for name in ("xx", "bb", "cc", "dd", "ee"))
    assert await last(many) == ["four", "two", "one"]
    assert await last("all[]=aa") == ["four", "one"]
    assert await last("all[]=aa&none[]=ff") == ["one"]


async def test_TIM_010_the_timeline_of_an_unknown_hashtag_is_empty(world: World) -> None:
    """As is that of what can be none."""
    found = [await world.anybody.get(f"{TAG}/{name}") for name in ("unknown", "1", "a%20b")]

    assert [(one.status_code, one.json()) for one in found] == [(200, [])] * 3


async def test_TIM_011_hashtags_are_looked_up_without_case_and_accents(world: World) -> None:
    """Both ways; other scripts keep their marks, which are letters there."""
    ines = await world.user("ines")
    for text in ("#Händehygiene one", "#HANDEHYGIENE two", "#がん three"):
        await post(world, ines, text)

    found = {name: len((await world.anybody.get(f"{TAG}/{name}")).json()) for name in ("händehygiene", "Handehygiene")}

    assert found == {"händehygiene": 2, "Handehygiene": 2}
    assert len((await world.anybody.get(f"{TAG}/がん")).json()) == 1
    assert (await world.anybody.get(f"{TAG}/かん")).json() == []


def about(world: World, status_id: str, *, is_trend: bool) -> None:
    """Let a post have the preview of a link."""
    now = int(world.clock.now().timestamp() * 1000)
    with world.db.engine.begin() as conn:
        run = conn.exec_driver_sql
        if not run("SELECT 1 FROM cards").first():
            run(f"INSERT INTO cards (id, url, created_at) VALUES (7, '{ADDRESS}', {now})")
        run(f"INSERT INTO status_cards (status_id, card_id) VALUES ({int(status_id)}, 7)")
        if is_trend:
            run(f"INSERT INTO trends (kind, item_id, score, counted_at) VALUES ('link', 7, 1, {now})")


async def test_TIM_012_the_link_timeline_needs_a_link_that_trends(world: World) -> None:
    """404 for any other, and for one that a moderator took out; only public posts are in it."""
    ines = await world.user("ines")
    public, private = await post(world, ines, "read this"), await post(world, ines, "me", visibility="private")

    about(world, private["id"], is_trend=False)
    before = (await world.anybody.get(LINK, params={"url": ADDRESS})).status_code
    about(world, public["id"], is_trend=True)
    trending = await world.anybody.get(LINK, params={"url": ADDRESS})
    other = (await world.anybody.get(LINK, params={"url": "https://news.example/other"})).status_code
    missing = (await world.anybody.get(LINK)).status_code
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE cards SET is_trendable = false")

    assert (before, texts(trending), other, missing) == (404, ["read this"], 404, 400)
    assert (await world.anybody.get(LINK, params={"url": ADDRESS})).status_code == 404


async def test_TIM_014_public_hides_the_blocked_the_muted_and_other_languages(world: World) -> None:
    """For the one who blocks, mutes and chose; a post without a language is shown."""
    ines, fred, sam = [await world.user(name) for name in ("ines", "fred", "sam")]
    client = world.client(ines)
    for who, text, language in ((fred, "blocked", "en"), (sam, "english", "en"), (sam, "deutsch", "de")):
        await post(world, who, f"{text} #gel", language=language)
    await client.post(f"/api/v1/accounts/{fred.id}/block")

    async def shown(place: str) -> list[str]:
        return [text.split()[0] for text in texts(await client.get(place))]

    without_blocked = await shown(PUBLIC)
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql('UPDATE users SET preferences = \'{"chosen_languages":["de"]}\'')
    in_german = [await shown(place) for place in (PUBLIC, f"{TAG}/gel")]
    await client.post(f"/api/v1/accounts/{sam.id}/mute")

    assert (without_blocked, in_german) == (["deutsch", "english"], [["deutsch"], ["deutsch"]])
    assert await shown(PUBLIC) == []


async def test_home_has_of_somebody_the_languages_that_are_wanted_of_them(world: World) -> None:
    """Posts without a language too."""
    ines, fred = await world.user("ines"), await world.user("fred")
    client = world.client(ines)
    await client.post(f"/api/v1/accounts/{fred.id}/follow", json={"languages": ["de", "fr"]})
    for language in ("en", "de", "fr"):
        await post(world, fred, language, language=language)

    assert texts(await client.get(HOME)) == ["fr", "de"]


async def test_direct_timeline_is_gone_as_it_is_elsewhere(world: World) -> None:
    """404, as Mastodon answers since 3.0."""
    client = world.client(await world.user("ines"))

    assert (await client.get("/api/v1/timelines/direct")).status_code == 404
