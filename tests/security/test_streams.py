"""Open streams give nothing to those it is not for, and end with the token they were opened with."""

from contextlib import AsyncExitStack

from sqlalchemy import select, update

from node.services import authorising, posting
from node.services.authorising import AuthorizationRequest, Credentials
from node.services.channels import NAMES
from node.services.posting import Draft
from node.store import tables
from node.store.unit import Unit
from tests.support.streams import Listener, listening, settled
from tests.support.world import Person, World


def _list_of(unit: Unit, owner: Person, member: Person) -> str:
    """Make a list with somebody in it, whatever the API would say."""
    list_id = unit.new_id()
    made = {"id": list_id, "account_id": owner.id, "title": "Ward", "created_at": unit.now}
    unit.conn.execute(tables.lists.insert().values(made))
    edge = {"id": unit.new_id(), "list_id": list_id, "account_id": member.id}
    unit.conn.execute(tables.list_members.insert().values(edge))
    return str(list_id)


async def _everywhere(world: World, stack: AsyncExitStack, who: Person, author: Person) -> Listener:
    """Give an app that listens to every channel there is."""
    app = await stack.enter_async_context(listening(world, who))
    about = {"tag": "ward", "list": await world.db.write(_list_of, who, author)}
    for name in sorted(NAMES):
        await app.say(type="subscribe", stream=name, **about)
    assert app.sent == []
    return app


async def test_S076_who_is_not_addressed_hears_nothing_on_any_channel(world: World) -> None:
    """Of a private mention: neither the post, nor its edit, nor that it went; the one it is for hears all."""
    asha, omar, ines = [await world.user(name) for name in ("asha", "omar", "ines")]
    await world.client(omar).post(f"/api/v1/accounts/{asha.id}/follow")
    async with AsyncExitStack() as stack:
        stranger = await _everywhere(world, stack, omar, asha)
        addressed = await stack.enter_async_context(listening(world, ines, stream="user:notification"))
        await stranger.heard()

        for visibility in ("direct", "private"):
            draft = Draft(text="@ines Quietly, about the #ward", visibility=visibility)
            if visibility == "private":
                await world.client(omar).post(f"/api/v1/accounts/{asha.id}/unfollow")
                await stranger.heard()
            status_id = await world.db.write(posting.post, asha.id, draft)
            await world.client(asha).put(f"/api/v1/statuses/{status_id}", json={"status": "@ines Quieter #ward"})
            await world.client(asha).delete(f"/api/v1/statuses/{status_id}")
        told, overheard = await addressed.names(), await stranger.heard()

    assert overheard == []
    assert "notification" in told


async def test_S076_the_house_is_on_no_channel_of_many(world: World) -> None:
    """What stays in the house reaches the homes of those who follow, and no public channel."""
    asha, omar = await world.user("asha"), await world.user("omar")
    async with AsyncExitStack() as stack:
        stranger = await _everywhere(world, stack, omar, asha)
        status_id = await world.db.write(posting.post, asha.id, Draft(text="#ward only", visibility="private"))
        await world.db.write(_in_the_house, status_id)
        await world.client(asha).put(f"/api/v1/statuses/{status_id}", json={"status": "#ward alone"})
        overheard = [frame["stream"] for frame in await stranger.heard()]

    assert [stream for stream in overheard if stream[0].startswith(("public", "hashtag"))] == []


def _in_the_house(unit: Unit, status_id: int) -> None:
    unit.conn.execute(update(tables.statuses).where(tables.statuses.c.id == status_id).values(visibility="house"))


async def test_S102_a_token_without_the_scope_is_refused_at_the_door(world: World) -> None:
    """For every channel of posts, by either way of listening; a message on an open connection is refused too."""
    ines = await world.user("ines")
    token = await world.token(ines, "read:notifications", "write", "follow", "push", "profile")
    about = {"tag": "ward", "list": "1"}
    answers = {}
    for name in sorted(NAMES - {"user:notification"}):
        async with listening(world, token, stream=name, **about) as refused:
            answers[name] = refused.status
    for path in ("user", "public", "public/local", "public/remote", "hashtag", "hashtag/local", "list", "direct"):
        async with listening(world, token, path=path, **about) as refused:
            answers[path] = refused.status
    async with listening(world, token, stream="user:notification") as app:
        await app.say(type="subscribe", stream="user")
        said = list(app.sent)

    assert {401} == set(answers.values())
    assert said == ['{"error":"Access token does not have the required scopes","status":401}']


async def test_S104_streams_end_with_their_token(world: World) -> None:
    """At once when it is revoked; other streams of the same person go on."""
    ines = await world.user("ines")
    client = (await world.anybody.post("/api/v1/apps", data={"client_name": "Ward", "redirect_uris": OOB})).json()
    app_id = await world.db.read(lambda snapshot: _app_id(snapshot.conn, client["client_id"]))
    issued = await world.db.write(authorising.issue, app_id, ines.user_id, ["read"])
    credentials = Credentials(client["client_id"], client["client_secret"])

    async with (
        listening(world, issued.access_token, stream="user") as ended,
        listening(world, issued.access_token, path="user") as ended_too,
        listening(world, ines, stream="user") as going_on,
    ):
        await world.db.write(authorising.revoke, credentials, issued.access_token)
        await ended.done.wait()
        await ended_too.done.wait()
        await settled(world)

        assert (ended.code, going_on.code) == (1008, None)


async def test_S104_streams_end_when_their_person_may_no_longer_sign_in(world: World) -> None:
    """However that came about: open streams are looked at every few seconds."""
    ines, omar = await world.user("ines"), await world.user("omar")

    async with listening(world, ines, stream="user") as ended, listening(world, omar, stream="user") as going_on:
        await world.db.write(_suspend, ines.id)
        await world.node.streams.check_tokens()
        await ended.done.wait()

        assert (ended.code, going_on.code) == (1008, None)


async def test_S104_codes_of_an_app_are_void_once_it_is_revoked(world: World) -> None:
    """A person who takes back what they allowed takes back what is on its way, too."""
    ines = await world.user("ines")
    client = (await world.anybody.post("/api/v1/apps", data={"client_name": "Ward", "redirect_uris": OOB})).json()
    asked = AuthorizationRequest(response_type="code", client_id=client["client_id"], redirect_uri=OOB, scope="read")
    app_id = await world.db.read(lambda snapshot: _app_id(snapshot.conn, client["client_id"]))
    await world.db.write(authorising.issue, app_id, ines.user_id, ["read"])
    approval = await world.db.write(authorising.approve, ines.user_id, "staff", asked)

    await world.db.write(authorising.disallow, ines.user_id, app_id)

    wanted = {"grant_type": "authorization_code", "code": approval.code, "redirect_uri": OOB}
    answer = await world.anybody.post("/oauth/token", data={**wanted, **client})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


OOB = "urn:ietf:wg:oauth:2.0:oob"


def _app_id(conn, client_id: str) -> int:
    return int(conn.scalar(select(tables.apps.c.id).where(tables.apps.c.client_id == client_id)))


def _suspend(unit: Unit, account_id: int) -> None:
    unit.conn.execute(update(tables.accounts).where(tables.accounts.c.id == account_id).values(is_suspended=True))
