"""Open streams in memory: bounds, one rendering for many, and an honest end where something may have been missed."""

import json

import pytest

from node.errors import Problem
from node.events import StatusReceived
from node.services import streaming
from node.services.authorising import Viewer
from node.services.channels import Channel
from node.services.streaming import MAX_WAITING, MAX_WAITING_CHARS, Limits, Message, Stream, Streams
from node.store import streams as store
from node.store.unit import Publish
from tests.support.streams import listening
from tests.support.world import Person, World

USER = Channel("user")


def viewer(token_id: int = 1, account_id: int = 1) -> Viewer:
    """Return somebody who may read everything."""
    return Viewer(token_id, 1, account_id, account_id, "staff", ("read",))


def nothing() -> None:
    """Cut nothing."""


async def test_a_stream_that_is_not_read_is_dropped(world: World) -> None:
    """What waits for one client is bounded; it connects again and fetches what it missed."""
    cuts: list[str] = []
    stream = Stream(viewer(), "192.0.2.1", lambda: cuts.append("cut"))

    for _ in range(MAX_WAITING + 1):
        stream.put(USER, Message("delete", "1"))

    assert (stream.ended, cuts, await stream.take()) == ("slow", ["cut"], [])


async def test_much_text_that_is_not_read_is_not_kept(world: World) -> None:
    """What waits is bounded in memory, too."""
    stream = Stream(viewer(), "192.0.2.1", nothing)
    message = Message("update", "x" * (MAX_WAITING_CHARS // 4))

    for _ in range(4):
        stream.put(USER, message)
    read = len(await stream.take())
    for _ in range(5):
        stream.put(USER, message)

    assert (read, stream.ended) == (4, "slow")


async def test_a_message_is_encoded_once_for_everybody_on_a_channel() -> None:
    """A thousand streams share one text."""
    message = Message("update", '{"id":"1"}')

    assert message.frame(USER) is message.frame(Channel("user"))
    assert message.lines is message.lines
    assert json.loads(message.frame(USER)) == {"stream": ["user"], "event": "update", "payload": '{"id":"1"}'}


def test_a_message_without_content_has_no_payload() -> None:
    """As apps know it: the word is absent in a frame, and undefined in a line."""
    message = Message("filters_changed", None)

    assert message.frame(USER) == '{"stream":["user"],"event":"filters_changed"}'
    assert message.lines == b"event: filters_changed\ndata: undefined\n\n"


async def test_streams_are_bounded_by_token_by_address_and_in_all(world: World) -> None:
    """What was closed counts no more."""
    streams = Streams(world.db, Limits(per_token=2, per_address=3, in_all=4))
    first = streams.open(viewer(1), "192.0.2.1", nothing)
    streams.open(viewer(1), "192.0.2.1", nothing)
    with pytest.raises(Problem, match="429"):
        streams.open(viewer(1), "192.0.2.2", nothing)
    streams.open(viewer(2), "192.0.2.1", nothing)
    with pytest.raises(Problem, match="429"):
        streams.open(viewer(3), "192.0.2.1", nothing)
    streams.open(viewer(3), "192.0.2.2", nothing)
    with pytest.raises(Problem, match="429"):
        streams.open(viewer(4), "192.0.2.3", nothing)

    streams.close(first)

    streams.open(viewer(4), "192.0.2.3", nothing)
    assert len(streams) == 4
    await streams.stop()


async def test_while_other_processes_are_not_heard_no_stream_is_open(world: World) -> None:
    """Those that are open end, new ones are asked to wait."""
    streams = world.node.streams
    stream = streams.open(viewer(), "192.0.2.1", nothing)

    streams.set_deaf(is_deaf=True)
    with pytest.raises(Problem, match="503"):
        streams.open(viewer(), "192.0.2.1", nothing)
    streams.set_deaf(is_deaf=False)

    assert stream.ended == "gap"
    assert streams.open(viewer(), "192.0.2.1", nothing).ended is None


async def test_too_much_at_once_ends_streams_instead_of_leaving_something_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An app that connects again fetches what it does not have."""
    monkeypatch.setattr(streaming, "MAX_PUBLISHED", 2)
    streams = Streams(world.db)
    stream = streams.open(viewer(), "192.0.2.1", nothing)

    for number in range(3):
        streams.publish(Publish("update", number))

    assert stream.ended == "gap"
    await streams.stop()


async def test_nothing_is_looked_up_when_nobody_listens(world: World) -> None:
    """A node without streams pays nothing for them."""
    streams = world.node.streams
    streams.publish(Publish("update", 1))

    assert streams._published.empty()


async def test_everybody_gets_what_rest_shows_them(world: World) -> None:
    """Those who marked the post have their marks in it, those who filter have what matched; the rest share one text."""
    asha, ines, omar, tess = [await world.user(name) for name in ("asha", "ines", "omar", "tess")]
    for reader in (ines, omar, tess):
        await world.client(reader).post(f"/api/v1/accounts/{asha.id}/follow")
    made = (await world.client(asha).post("/api/v1/statuses", json={"status": "Hands frist"})).json()
    await world.client(ines).post(f"/api/v1/statuses/{made['id']}/favourite")
    wanted = {"title": "hands", "context[]": "home", "keywords_attributes[0][keyword]": "first"}
    assert (await world.client(tess).post("/api/v2/filters", data=wanted)).status_code == 200
    everybody = (asha, ines, omar, tess)

    heard = {}
    async with (
        listening(world, asha, stream="user") as one,
        listening(world, ines, stream="user") as two,
        listening(world, omar, stream="user") as three,
        listening(world, tess, stream="user") as four,
    ):
        await world.client(asha).put(f"/api/v1/statuses/{made['id']}", json={"status": "Hands first"})
        for who, app in zip(everybody, (one, two, three, four), strict=True):
            frames = await app.heard()
            heard[who.id] = [frame["payload"] for frame in frames if frame["event"] == "status.update"]

    shown = {who.id: [(await world.client(who).get(f"/api/v1/statuses/{made['id']}")).json()] for who in everybody}
    assert shown == heard
    assert len(heard[tess.id][0]["filtered"]) == 1


async def test_a_deletion_reaches_those_alone_who_could_have_seen_the_post(world: World) -> None:
    """A post for followers: a follower hears that it went, a stranger does not, on no channel."""
    asha, ines, omar = [await world.user(name) for name in ("asha", "ines", "omar")]
    await world.client(ines).post(f"/api/v1/accounts/{asha.id}/follow")
    made = await _said(world, asha, "private")

    async with (
        listening(world, ines, stream="user") as follower,
        listening(world, omar, stream="user") as stranger,
        listening(world, omar, stream="public") as many,
    ):
        await world.client(asha).delete(f"/api/v1/statuses/{made}")
        heard = (await follower.names(), await stranger.names(), await many.names())

    assert heard == (["delete"], [], [])


async def test_a_public_post_is_taken_from_the_channels_of_many(world: World) -> None:
    """And from the homes it was in."""
    asha, ines, omar = [await world.user(name) for name in ("asha", "ines", "omar")]
    await world.client(ines).post(f"/api/v1/accounts/{asha.id}/follow")
    made = await _said(world, asha, "public")

    async with (
        listening(world, ines, stream="user") as follower,
        listening(world, omar, stream="user") as stranger,
        listening(world, omar, stream="public") as many,
    ):
        await world.client(asha).delete(f"/api/v1/statuses/{made}")
        heard = (await follower.names(), await stranger.names(), await many.names())

    assert heard == (["delete"], [], ["delete"])


async def test_a_boost_is_shown_and_taken_back_at_home(world: World) -> None:
    """It is on no channel of many."""
    asha, ines, omar = [await world.user(name) for name in ("asha", "ines", "omar")]
    await world.client(ines).post(f"/api/v1/accounts/{asha.id}/follow")
    made = await _said(world, omar, "public")

    async with listening(world, ines, stream="user") as follower, listening(world, ines, stream="public") as many:
        boost = (await world.client(asha).post(f"/api/v1/statuses/{made}/reblog")).json()
        shown = await follower.heard()
        await world.client(asha).post(f"/api/v1/statuses/{made}/unreblog")
        gone = await follower.heard()
        public = await many.names()

    assert [("update", boost["id"])] == [(frame["event"], frame["payload"]["id"]) for frame in shown]
    assert [("delete", boost["id"])] == [(frame["event"], frame["payload"]) for frame in gone]
    assert public == []


async def _said(world: World, who: Person, visibility: str) -> str:
    made = await world.client(who).post("/api/v1/statuses", json={"status": "Hands first", "visibility": visibility})
    return str(made.json()["id"])


MARKS = {
    "favourite": "favourite",
    "reblog": "reblog",
    "bookmark": "bookmark",
    "mute": "mute",
    "react": "react/%F0%9F%91%8D",
}


@pytest.mark.parametrize("mark", MARKS)
async def test_a_mark_makes_a_view_of_ones_own(world: World, mark: str) -> None:
    """The post of somebody who marked it is rendered for them alone."""
    asha, ines, omar = [await world.user(name) for name in ("asha", "ines", "omar")]
    made = await _said(world, asha, "public")

    answer = await world.client(ines).post(f"/api/v1/statuses/{made}/{MARKS[mark]}")
    own = await world.db.read(store.with_own_view, int(made), [ines.id, omar.id])

    assert (answer.status_code, own) == (200, {ines.id})


async def test_a_vote_makes_a_view_of_ones_own(world: World) -> None:
    """What somebody chose is told to them alone."""
    asha, ines, omar = [await world.user(name) for name in ("asha", "ines", "omar")]
    asked = {"status": "Gel or soap?", "poll": {"options": ["Gel", "Soap"], "expires_in": 3600}}
    made = (await world.client(asha).post("/api/v1/statuses", json=asked)).json()

    await world.client(ines).post(f"/api/v1/polls/{made['poll']['id']}/votes", json={"choices": [0]})
    own = await world.db.read(store.with_own_view, int(made["id"]), [ines.id, omar.id])

    assert own == {ines.id}


async def test_a_quote_is_shown_as_each_may_see_it(world: World) -> None:
    """Whoever blocks the quoted one does not see what they said."""
    asha, ines, omar, bert = [await world.user(name) for name in ("asha", "ines", "omar", "bert")]
    quoted = await _said(world, bert, "public")
    await world.client(ines).post(f"/api/v1/accounts/{bert.id}/block")

    async with listening(world, ines, stream="public") as blocking, listening(world, omar, stream="public") as app:
        asked = {"status": "As Bert says", "quoted_status_id": quoted}
        made = (await world.client(asha).post("/api/v1/statuses", json=asked)).json()
        heard = [await one.heard() for one in (blocking, app)]

    views = [frames[0]["payload"]["quote"] for frames in heard]
    shown = [(await world.client(one).get(f"/api/v1/statuses/{made['id']}")).json()["quote"] for one in (ines, omar)]
    assert views == shown
    assert views[0]["state"] == "blocked_account"


async def test_an_old_post_that_is_fetched_is_told_to_nobody(world: World) -> None:
    """It stands in the timeline where its date puts it."""
    ines = await world.user("ines")
    made = await _said(world, ines, "public")

    async with listening(world, ines, stream="user") as app:
        await world.db.write(lambda unit: unit.record(StatusReceived(int(made), is_old=True)))
        old = await app.names()
        await world.db.write(lambda unit: unit.record(StatusReceived(int(made))))
        new = await app.names()

    assert (old, new) == ([], ["update"])
