"""How events reach apps: channels, who gets what, and how a connection begins and ends."""

import json

from node.app import configured
from node.services import authorising, following, posting
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

    assert (without.status, without.error) == (401, "Missing access token")
    assert (wrong.status, wrong.error) == (401, "The access token is invalid")
    assert (events.status, events.error) == (401, "Missing access token")


async def test_STR_003_the_token_comes_in_a_header_the_query_or_as_the_protocol(world: World) -> None:
    """What was offered as a protocol is echoed, or a browser would give up."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as by_header:
        pass
    async with listening(world, None, stream="user", access_token=ines.token) as by_query:
        pass
    async with listening(world, None, protocol=ines.token, stream="user") as by_protocol:
        pass

    assert (by_header.status, by_query.status, by_protocol.status) == (101, 101, 101)
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

    assert before == []
    assert sorted(frame["stream"] for frame in both) == [["hashtag", "gel"], ["public"]]
    assert [frame["stream"] for frame in after] == [["hashtag", "gel"]]


async def test_STR_005_a_frame_has_stream_event_and_a_payload_that_is_text(world: World) -> None:
    """The payload is the Status as REST gives it to this reader."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as app:
        status_id = await post(world, ines, "Hands first")
        await settled(world)
        frame = json.loads(app.sent[0])

    assert {"stream", "event", "payload"} == set(frame)
    assert (frame["stream"], frame["event"]) == (["user"], "update")
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

    assert [(frame["event"], frame["payload"]["content"]) for frame in frames] == [("status.update", "<p>First</p>")]


async def test_STR_008_notifications_need_their_scope(world: World) -> None:
    """On the channel of a user they are left out without it."""
    ines, omar = await world.user("ines"), await world.user("omar")
    narrow = await world.token(ines, "read:statuses")

    async with listening(world, ines, stream="user") as wide, listening(world, narrow, stream="user") as app:
        await world.db.write(following.follow, omar.id, ines.id)
        heard = (await wide.names(), await app.names())

    assert heard == (["notification"], [])


async def test_STR_009_a_list_must_be_named_and_ones_own(world: World) -> None:
    """Another's answers as one that is not there."""
    ines, omar = await world.user("ines"), await world.user("omar")
    made = (await world.client(omar).post("/api/v1/lists", json={"title": "Ward"})).json()
    answers = []
    for who, query in ((omar, {"list": made["id"]}), (ines, {"list": made["id"]}), (ines, {"list": "1"}), (ines, {})):
        async with listening(world, who, stream="list", **query) as app:
            answers.append(app.status)

    assert answers == [101, 401, 401, 401]


async def test_STR_010_a_hashtag_must_be_named(world: World) -> None:
    """Or the handshake is 400."""
    ines = await world.user("ines")
    answers = []
    for query in ({"stream": "hashtag"}, {"stream": "hashtag:local", "tag": "#"}, {"stream": "hashtag", "tag": "gel"}):
        async with listening(world, ines, **query) as app:
            answers.append(app.status)
    async with listening(world, ines, path="hashtag") as events:
        answers.append(events.status)

    assert answers == [400, 400, 101, 400]


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

    assert (refused.status, refused.error) == (400, "Unknown stream type")
    assert events.status == 400
    assert said == [{"error": "Unknown stream type", "status": 400}]


async def test_STR_012_server_sent_events_begin_with_a_comment(world: World) -> None:
    """Events are lines; the heartbeat is another comment (its time is tested with the streams themselves)."""
    ines = await world.user("ines")

    async with listening(world, ines, path="user") as app:
        status_id = await post(world, ines, "Hands first")
        await settled(world)
        shown = await world.client(ines).get(f"/api/v1/statuses/{status_id}")

    assert app.headers["content-type"] == "text/event-stream"
    assert f":)\nevent: update\ndata: {shown.text}\n\n" == app.text


async def test_STR_014_a_binary_message_closes_the_connection(world: World) -> None:
    """With the code for data that is not understood."""
    ines = await world.user("ines")

    async with listening(world, ines, stream="user") as app:
        app.asked.put_nowait({"type": "websocket.receive", "bytes": b"\x00"})
        await app.done.wait()

    assert app.code == 1003


async def test_STR_016_health_is_plain_text_for_everybody(world: World) -> None:
    """Without a token."""
    answer = await world.anybody.get("/api/v1/streaming/health")

    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "OK", "text/plain; charset=utf-8")


async def test_STR_017_there_is_no_other_host_to_stream_from(world: World) -> None:
    """A plain GET of the address of WebSockets is 404."""
    ines = await world.user("ines")

    assert (await world.client(ines).get("/api/v1/streaming")).status_code == 404


async def test_STR_013_the_server_pings_every_30_seconds_and_gives_up_who_does_not_answer(world: World) -> None:
    """By the settings it is served with; what they do is tested with the connection itself."""
    config = configured(world.app, world.node.settings)

    assert (config.ws_ping_interval, config.ws_ping_timeout) == (30, 30)
    assert config.ws_per_message_deflate is False


async def test_STR_015_public_channels_leave_out_whom_the_reader_does_not_want(world: World) -> None:
    """Blocked, muted, of a server that is kept away, in another language; what a filter matches is marked."""
    ines = await world.user("ines")
    me = world.client(ines)
    blocked, muted, other = [await world.user(name) for name in ("bert", "mara", "omar")]
    await me.post(f"/api/v1/accounts/{blocked.id}/block")
    await me.post(f"/api/v1/accounts/{muted.id}/mute")
    wanted = {"title": "Gel", "context[]": "public", "keywords_attributes[0][keyword]": "gel"}
    await me.post("/api/v2/filters", data=wanted)

    async with listening(world, ines) as app:
        for name, about in (("public", {}), ("public:local", {}), ("hashtag", {"tag": "ward"})):
            await app.say(type="subscribe", stream=name, **about)
        for who in (blocked, muted, other):
            await post(world, who, "More gel for every #ward")
        frames = [frame for frame in await app.heard() if frame["event"] == "update"]

    assert sorted(frame["stream"][0] for frame in frames) == ["hashtag", "public", "public:local"]
    assert {frame["payload"]["account"]["id"] for frame in frames} == {str(other.id)}
    assert {frame["payload"]["filtered"][0]["filter"]["title"] for frame in frames} == {"Gel"}


async def test_OAU_034_revoking_a_token_closes_its_open_streams(world: World) -> None:
    """As the app asks for it."""
    ines = await world.user("ines")
    app = (await world.anybody.post("/api/v1/apps", data={"client_name": "Ward", "redirect_uris": OOB})).json()
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OOB, "scope": "read"}
    approval = await world.db.write(
        authorising.approve, ines.user_id, "staff", authorising.AuthorizationRequest(**asked)
    )
    client = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    code = {"grant_type": "authorization_code", "code": approval.code, "redirect_uri": OOB}
    token = (await world.anybody.post("/oauth/token", data={**client, **code})).json()["access_token"]

    async with listening(world, token, stream="user") as ended:
        await world.anybody.post("/oauth/revoke", data={**client, "token": token})
        await ended.done.wait()

    assert ended.code == 1008


OOB = "urn:ietf:wg:oauth:2.0:oob"
