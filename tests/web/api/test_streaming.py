"""Every kind of event reaches the channels it belongs to, with the entity that REST gives."""

import httpx
import pytest
from sqlalchemy import update

from node.services import announcing
from node.services.announcing import Words
from node.store import tables
from node.store.unit import Unit
from tests.contract.entities import faults
from tests.support.streams import listening, settled
from tests.support.world import Person, World
from web.api import streaming


async def said(world: World, who: Person, text: str, **more: str) -> str:
    """Post and return the id."""
    answer = await world.client(who).post("/api/v1/statuses", json={"status": text, **more})
    return str(answer.json()["id"])


async def followed(world: World, who: Person, whom: Person) -> None:
    """Have somebody follow another."""
    await world.client(who).post(f"/api/v1/accounts/{whom.id}/follow")


async def test_a_list_hears_who_is_in_it(world: World) -> None:
    """As its timeline shows them, and nobody else."""
    ines, asha, omar = [await world.user(name) for name in ("ines", "asha", "omar")]
    for one in (asha, omar):
        await followed(world, ines, one)
    made = (await world.client(ines).post("/api/v1/lists", json={"title": "Ward"})).json()
    await world.client(ines).post(f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(asha.id)]})

    async with listening(world, ines, stream="list", list=made["id"]) as app:
        status_id = await said(world, asha, "In the list")
        await said(world, omar, "Beside it")
        frames = await app.heard()

    assert [(["list", made["id"]], status_id)] == [(frame["stream"], frame["payload"]["id"]) for frame in frames]


async def test_a_private_mention_is_a_conversation(world: World) -> None:
    """On the direct channel of those who are in it, also of its author."""
    ines, asha, omar = [await world.user(name) for name in ("ines", "asha", "omar")]

    async with (
        listening(world, ines, stream="direct") as app,
        listening(world, asha, stream="direct") as author,
        listening(world, omar, stream="direct") as stranger,
    ):
        await said(world, asha, "@ines Quietly", visibility="direct")
        frames, own, overheard = await app.heard(), await author.names(), await stranger.heard()
        shown = (await world.client(ines).get("/api/v1/conversations")).json()

    assert [("conversation", shown[0])] == [(frame["event"], frame["payload"]) for frame in frames]
    assert (own, overheard) == (["conversation"], [])


async def test_a_notification_is_as_rest_shows_it(world: World) -> None:
    """On both channels of the one who is told."""
    ines, omar = await world.user("ines"), await world.user("omar")

    async with listening(world, ines) as app:
        for name in ("user", "user:notification"):
            await app.say(type="subscribe", stream=name)
        await followed(world, omar, ines)
        frames = await app.heard()
        shown = (await world.client(ines).get("/api/v1/notifications")).json()

    assert sorted(frame["stream"] for frame in frames) == [["user"], ["user:notification"]]
    assert [shown[0], shown[0]] == [frame["payload"] for frame in frames]
    assert faults("Notification", frames[0]["payload"]) == []


async def test_other_filters_are_a_word_without_content(world: World) -> None:
    """Apps fetch them anew."""
    ines = await world.user("ines")
    wanted = {"title": "Gel", "context[]": "home", "keywords_attributes[0][keyword]": "gel"}

    async with listening(world, ines, stream="user") as app:
        await world.client(ines).post("/api/v2/filters", data=wanted)
        frames = await app.heard()

    assert {"stream": ["user"], "event": "filters_changed"} in frames


async def test_everybody_hears_what_the_node_announces(world: World) -> None:
    """That it is there, what is put under it, and that it is gone."""
    ines, omar = await world.user("ines"), await world.user("omar")

    async with listening(world, ines, stream="user") as app:
        one = await world.db.write(announcing.publish, Words(text="The node rests at noon."), by="system")
        await world.db.write(announcing.react, omar.id, one, "👍")
        frames = await app.heard()
        await world.db.write(announcing.remove, one, by="system")
        gone = await app.heard()

    assert [frame["event"] for frame in frames] == ["announcement", "announcement.reaction"]
    assert str(one) == frames[0]["payload"]["id"]
    assert (str(one), "👍", 1) == tuple(frames[1]["payload"][name] for name in ("announcement_id", "name", "count"))
    assert [("announcement.delete", str(one))] == [(frame["event"], frame["payload"]) for frame in gone]


async def test_the_channels_of_many_speak_the_languages_that_a_reader_chose(world: World) -> None:
    """A post without a language is shown to everybody."""
    ines, omar, asha = [await world.user(name) for name in ("ines", "omar", "asha")]
    await world.db.write(_choose, ines, ["de"])

    async with (
        listening(world, ines, stream="public") as choosy,
        listening(world, asha, stream="public") as open_to_all,
    ):
        wanted = await said(world, omar, "Hände zuerst", language="de")
        other = await said(world, omar, "Hands first", language="en")
        heard = [frame["payload"]["id"] for frame in await choosy.heard()]
        everything = [frame["payload"]["id"] for frame in await open_to_all.heard()]

    assert [wanted] == heard
    assert [wanted, other] == everything


def _choose(unit: Unit, who: Person, languages: list[str]) -> None:
    users = tables.users
    changed = update(users).where(users.c.id == who.user_id).values(preferences={"chosen_languages": languages})
    unit.conn.execute(changed)


async def test_only_media_is_a_channel_of_its_own(world: World) -> None:
    """By its name in a WebSocket, by a parameter in server-sent events."""
    ines = await world.user("ines")

    async with (
        listening(world, ines, stream="public:media") as app,
        listening(world, ines, path="public", only_media="true") as events,
    ):
        await said(world, ines, "Only words")
        heard = await app.heard()

    assert (heard, events.text) == ([], ":)\n")


async def test_a_stream_that_is_silent_beats(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that proxies keep the connection, and apps know it is there."""
    ines = await world.user("ines")
    assert streaming.HEARTBEAT_S == 15
    monkeypatch.setattr(streaming, "HEARTBEAT_S", 0.001)

    async with listening(world, ines, path="user") as app:
        while ":thump" not in app.text:
            app.more.clear()
            await app.more.wait()

    assert app.text.startswith(":)\n:thump\n")


async def test_a_head_request_opens_no_stream(world: World) -> None:
    """It says what would come."""
    ines = await world.user("ines")

    answer = await world.client(ines).head("/api/v1/streaming/user")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert len(world.node.streams) == 0


async def test_nothing_but_the_streaming_address_is_a_websocket(world: World) -> None:
    """Another address answers a handshake as it answers what is not there."""
    ines = await world.user("ines")

    async with listening(world, ines, address="/api/v1/timelines/home") as app:
        pass

    assert app.status == 404


async def test_a_message_that_is_not_understood_is_passed_over(world: World) -> None:
    """The connection stays, and what is asked properly is done."""
    ines = await world.user("ines")

    async with listening(world, ines) as app:
        await app.say(type="dance", stream="user")
        await app.say(type="subscribe", stream=["user"])
        await app.say(type="subscribe", stream="user")
        await said(world, ines, "Hands first")
        names = await app.names()

    assert names == ["update"]


async def test_the_server_stops_in_order(world: World) -> None:
    """Whoever listens is told to connect again."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as app, listening(world, ines, path="user") as events:
        world.node.streams.end_all("stopping")
        await app.done.wait()
        await events.done.wait()
        await settled(world)

        assert (app.code, len(world.node.streams)) == (1012, 0)


async def test_the_metrics_say_how_many_streams_are_open(world: World) -> None:
    """To a program on this machine."""
    ines = await world.user("ines")
    transport = httpx.ASGITransport(world.app, client=("127.0.0.1", 1234))

    async with (
        listening(world, ines, stream="user"),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as monitor,
    ):
        said = (await monitor.get("/metrics")).text

    assert "rounds_streams_open 1\n" in said
