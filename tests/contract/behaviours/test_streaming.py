"""How events reach apps: channels, who gets what, and how a connection begins and ends."""

import json

from node.services import following, posting
from node.services.posting import Draft
from tests.support.streams import listening, settled
from tests.support.world import Person, World


async def post(world: World, who: Person, text: str, visibility: str = "public", **more: object) -> str:
    """Post and return the id."""
    draft = Draft(text=text, visibility=visibility, **more)  # type: ignore[arg-type]
    return str(await world.db.write(posting.post, who.id, draft))


async def test_STR_001_streaming_needs_a_token_of_a_person_with_a_scope(world: World) -> None:
    """Read, or read:statuses; for what one is told, read:notifications."""
    ines = await world.user("ines")
    tokens = {
        "app": await world.token(None, "read"),
        "read": await world.token(ines, "read"),
        "statuses": await world.token(ines, "read:statuses"),
        "notifications": await world.token(ines, "read:notifications"),
        "write": await world.token(ines, "write"),
    }
    answers = {}
    for name, token in tokens.items():
        for stream in ("user", "user:notification"):
            async with listening(world, token, stream=stream) as app:
                answers[name, stream] = app.status

    assert answers == {
        ("app", "user"): 401,
        ("app", "user:notification"): 401,
        ("read", "user"): 101,
        ("read", "user:notification"): 101,
        ("statuses", "user"): 101,
        ("statuses", "user:notification"): 401,
        ("notifications", "user"): 401,
        ("notifications", "user:notification"): 101,
        ("write", "user"): 401,
        ("write", "user:notification"): 401,
    }


async def test_STR_002_without_a_good_token_the_handshake_is_401(world: World) -> None:
    """Before anything is upgraded, in words."""
    async with listening(world, None, stream="public") as without:
        pass
    async with listening(world, "x" * 43, stream="public") as wrong:
        pass
    async with listening(world, None, path="public") as events:
        pass

    assert (401, "Missing access token") == (without.status, without.error)
    assert (401, "The access token is invalid") == (wrong.status, wrong.error)
    assert (401, "Missing access token") == (events.status, events.error)


async def test_STR_003_the_token_comes_in_a_header_the_query_or_as_the_protocol(world: World) -> None:
    """What was offered as a protocol is echoed, or a browser would give up."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as by_header:
        pass
    async with listening(world, None, stream="user", access_token=ines.token) as by_query:
        pass
    async with listening(world, None, headers={"sec-websocket-protocol": ines.token}, stream="user") as by_protocol:
        pass

    assert (101, 101, 101) == (by_header.status, by_query.status, by_protocol.status)
    assert (None, ines.token) == (by_header.protocol, by_protocol.protocol)


async def test_STR_004_one_connection_carries_many_channels(world: World) -> None:
    """They are taken and left by messages."""
    ines, omar = await world.user("ines"), await world.user("omar")

    async with listening(world, ines) as app:
        await post(world, omar, "Before #gel")
        before = await app.heard()
        await app.say(type="subscribe", stream="public")
        await app.say(type="subscribe", stream="hashtag", tag="gel")
        await post(world, omar, "While #gel")
        both = await app.heard()
        await app.say(type="unsubscribe", stream="public")
        await post(world, omar, "After #gel")
        after = await app.heard()

    assert [] == before
    assert [["hashtag", "gel"], ["public"]] == sorted(frame["stream"] for frame in both)
    assert [["hashtag", "gel"]] == [frame["stream"] for frame in after]


async def test_STR_005_a_frame_has_stream_event_and_a_payload_that_is_text(world: World) -> None:
    """The payload is the Status as REST gives it to this reader."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as app:
        status_id = await post(world, ines, "Hands first")
        await settled(world)
        frame = json.loads(app.sent[0])

    assert {"stream", "event", "payload"} == set(frame)
    assert (["user"], "update") == (frame["stream"], frame["event"])
    shown = (await world.client(ines).get(f"/api/v1/statuses/{status_id}")).json()
    assert shown == json.loads(frame["payload"])


async def test_STR_006_a_deletion_is_the_bare_id(world: World) -> None:
    """As text."""
    ines = await world.user("ines")
    status_id = await post(world, ines, "Wrong ward")

    async with listening(world, ines, stream="user") as app:
        await world.client(ines).delete(f"/api/v1/statuses/{status_id}")
        frames = await app.heard()

    assert [("delete", status_id)] == [(frame["event"], frame["payload"]) for frame in frames]


async def test_STR_007_an_edit_is_the_whole_status(world: World) -> None:
    """As a status.update."""
    ines = await world.user("ines")
    status_id = await post(world, ines, "Frist")

    async with listening(world, ines, stream="user") as app:
        await world.client(ines).put(f"/api/v1/statuses/{status_id}", json={"status": "First"})
        frames = await app.heard()

    assert [("status.update", "<p>First</p>")] == [(frame["event"], frame["payload"]["content"]) for frame in frames]


async def test_STR_008_notifications_need_their_scope(world: World) -> None:
    """On the channel of a user they are left out without it."""
    ines, omar = await world.user("ines"), await world.user("omar")
    narrow = await world.token(ines, "read:statuses")

    async with listening(world, ines, stream="user") as wide, listening(world, narrow, stream="user") as app:
        await world.db.write(following.follow, omar.id, ines.id)
        heard = (await wide.names(), await app.names())

    assert (["notification"], []) == heard


async def test_STR_009_a_list_must_be_named_and_ones_own(world: World) -> None:
    """Another's answers as one that is not there."""
    ines, omar = await world.user("ines"), await world.user("omar")
    made = (await world.client(omar).post("/api/v1/lists", json={"title": "Ward"})).json()
    answers = []
    for who, query in ((omar, {"list": made["id"]}), (ines, {"list": made["id"]}), (ines, {"list": "1"}), (ines, {})):
        async with listening(world, who, stream="list", **query) as app:
            answers.append(app.status)

    assert [101, 401, 401, 401] == answers


async def test_STR_010_a_hashtag_must_be_named(world: World) -> None:
    """Or the handshake is 400."""
    ines = await world.user("ines")
    answers = []
    for query in ({"stream": "hashtag"}, {"stream": "hashtag:local", "tag": "#"}, {"stream": "hashtag", "tag": "gel"}):
        async with listening(world, ines, **query) as app:
            answers.append(app.status)
    async with listening(world, ines, path="hashtag") as events:
        answers.append(events.status)

    assert [400, 400, 101, 400] == answers


async def test_STR_011_an_unknown_channel_is_400(world: World) -> None:
    """In the handshake as an answer, later as a message that leaves the connection open."""
    ines = await world.user("ines")
    async with listening(world, ines, stream="everything") as refused:
        pass
    async with listening(world, ines, path="everything") as events:
        pass
    async with listening(world, ines) as app:
        await app.say(type="subscribe", stream="everything")
        said = [json.loads(text) for text in app.sent]

    assert (400, "Unknown stream type") == (refused.status, refused.error)
    assert 400 == events.status
    assert [{"error": "Unknown stream type", "status": 400}] == said


async def test_STR_012_server_sent_events_begin_with_a_comment(world: World) -> None:
    """Events are lines; the heartbeat is another comment (its time is tested with the streams themselves)."""
    ines = await world.user("ines")

    async with listening(world, ines, path="user") as app:
        status_id = await post(world, ines, "Hands first")
        await settled(world)
        shown = await world.client(ines).get(f"/api/v1/statuses/{status_id}")

    assert "text/event-stream" == app.headers["content-type"]
    assert f":)\nevent: update\ndata: {shown.text}\n\n" == app.text


async def test_STR_014_a_binary_message_closes_the_connection(world: World) -> None:
    """With the code for data that is not understood."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as app:
        app.asked.put_nowait({"type": "websocket.receive", "bytes": b"\x00"})
        await app.done.wait()

    assert 1003 == app.code


async def test_STR_016_health_is_plain_text_for_everybody(world: World) -> None:
    """Without a token."""
    answer = await world.anybody.get("/api/v1/streaming/health")

    assert (200, "OK", "text/plain; charset=utf-8") == (answer.status_code, answer.text, answer.headers["content-type"])


async def test_STR_017_there_is_no_other_host_to_stream_from(world: World) -> None:
    """A plain GET of the address of WebSockets is 404."""
    ines = await world.user("ines")

    assert 404 == (await world.client(ines).get("/api/v1/streaming")).status_code
