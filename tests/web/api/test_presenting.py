"""Whom one might follow, and the directory: who is in them, and who is not by now."""

from node.services import trending
from tests.contract.behaviours.people import names, read, update
from tests.support.world import World
from tests.web.api.test_accounts import act
from tests.web.api.test_statuses import post


async def test_mutes_that_ended_hide_nobody_from_suggestions_and_the_directory(world: World) -> None:
    """One mutes for an hour; after it, swept or not, the muted are there again."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await update(world, sam, discoverable=True)
    await post(world, sam)
    await act(world, ines, sam, "mute", duration=3600)
    paths = ("/api/v1/suggestions", "/api/v1/directory")

    during = [names(await read(world, ines, path)) for path in paths]
    world.clock.pass_time(hours=2)
    after = [names(await read(world, ines, path)) for path in paths]

    assert during == [["institution"], []]
    assert after == [["sam", "institution"], ["sam"]]


async def test_a_negative_offset_begins_at_the_front(world: World) -> None:
    """Wherever parts are counted by offset."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await update(world, sam, discoverable=True)
    for who in (ines, sam):
        await post(world, who, "#one")
    await world.db.write(trending.count)

    paths = ("/api/v1/suggestions", "/api/v1/directory", "/api/v1/trends/tags")
    found = [[await read(world, ines, path, offset=at) for at in (-1, 0)] for path in paths]

    assert [parts[0] for parts in found] == [parts[1] for parts in found]
    assert all(parts[0] for parts in found)


async def test_a_hashtag_that_moderators_took_out_can_be_let_go(world: World) -> None:
    """From the profile, by its name or by what stands there, and from what one follows; somebody else's is 404."""
    client, other = world.client(await world.user("ines")), world.client(await world.user("sam"))
    for name in ("gel", "soap"):
        await client.post(f"/api/v1/tags/{name}/feature")
    await client.post("/api/v1/tags/gel/follow")
    with world.db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE tags SET is_usable = false")
    ids = {one["name"]: one["id"] for one in (await client.get("/api/v1/featured_tags")).json()}

    theirs = (await other.delete(f"/api/v1/featured_tags/{ids['gel']}")).status_code
    gone = [
        (await client.delete(f"/api/v1/featured_tags/{ids['gel']}")).status_code,
        (await client.post("/api/v1/tags/soap/unfeature")).status_code,
        (await client.post("/api/v1/tags/gel/unfollow")).status_code,
    ]

    assert (theirs, gone) == (404, [200, 200, 200])
    assert [(await client.get(f"/api/v1/{path}")).json() for path in ("featured_tags", "followed_tags")] == [[], []]
