"""Lists that people take along and bring in: each row as its owner would do it, and nothing of the house goes out."""

from typing import Any

import msgspec
import pytest

from node.errors import Problem
from node.services import exporting, importing
from node.social.sheets import Kind
from node.store import imports
from tests.contract.behaviours.people import change, far, follow, names, read
from tests.node.store.test_accounts import remote
from tests.support.world import Person, World
from tests.web.api.test_accounts import ACCOUNTS, act
from tests.web.api.test_statuses import post


async def bring(world: World, who: Person, kind: Kind, text: str, *, replaces: bool = False) -> imports.Import:
    """Bring a list in and do everything that follows."""
    made = await world.db.write(importing.bring, who.id, kind, text, is_overwriting=replaces)
    await world.db.write(importing.start, who.id, made)
    await world.work()
    return await world.db.read(importing.show, who.id, made)


async def taken(world: World, who: Person, name: str) -> str:
    """Return a file as its owner gets it."""
    return await world.db.read(exporting.sheet, who.id, name)


async def test_every_list_comes_back_as_it_was_taken_along(world: World) -> None:
    """From one of our people to another."""
    ines, ben, sam = await world.user("ines"), await world.user("ben"), await world.user("sam")
    okapi = await far(world)
    await follow(world, ines, sam)
    await act(world, ines, sam, "follow", reblogs=False, notify=True, languages=["en", "de"])
    await act(world, ines, ben, "mute", notifications=False)
    client = world.client(ines)
    await client.post("/api/v1/domain_blocks", json={"domain": "bad.example"})
    made = (await client.post("/api/v1/lists", json={"title": "Ward, 3"})).json()
    await client.post(f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(sam.id)]})
    await client.post(f"/api/v1/statuses/{(await post(world, sam))['id']}/bookmark")
    await client.post(f"{ACCOUNTS}/{okapi.id}/block")
    other = await world.user("other")

    files = {name: await taken(world, ines, name) for name in exporting.FILES}
    for name in ("following_accounts.csv", *exporting.FILES):
        done = await bring(world, other, exporting.FILES[name], files[name])
        assert (done.failed, done.done, done.rows) == (0, 1, [])

    assert {name: await taken(world, other, name) for name in exporting.FILES} == files
    assert files["following_accounts.csv"].splitlines()[1] == 'sam@ward.example,false,true,"en, de"'
    assert files["muted_accounts.csv"].splitlines()[1] == "ben@ward.example,false"
    assert (files["blocked_domains.csv"], files["lists.csv"]) == ("bad.example\n", '"Ward, 3",sam@ward.example\n')


@pytest.mark.parametrize(
    ("kind", "kept", "name"),
    [
        ("follows", "SAM", "following_accounts.csv"),
        ("blocks", "sam@ward.example", "blocked_accounts.csv"),
        ("mutes", "sam", "muted_accounts.csv"),
    ],
)
async def test_replacing_takes_away_what_is_not_in_the_file(world: World, kind: Kind, kept: str, name: str) -> None:
    """Whatever the file calls an account of ours."""
    ines, sam, ben = await world.user("ines"), await world.user("sam"), await world.user("ben")
    for one in (sam, ben):
        await act(world, ines, one, kind.removesuffix("s"))

    await bring(world, ines, kind, f"{kept}\n", replaces=True)

    lines = [line.partition(",")[0] for line in (await taken(world, ines, name)).splitlines()]
    assert [line for line in lines if "@" in line] == ["sam@ward.example"]


async def test_domains_and_bookmarks_are_replaced_too(world: World) -> None:
    """And lists are made anew."""
    ines, sam = await world.user("ines"), await world.user("sam")
    client = world.client(ines)
    await follow(world, ines, sam)
    old, new = await post(world, sam, "old"), await post(world, sam, "new")
    await client.post(f"/api/v1/statuses/{old['id']}/bookmark")
    await client.post("/api/v1/domain_blocks", json={"domain": "old.example"})
    await client.post("/api/v1/lists", json={"title": "Old"})

    await bring(world, ines, "bookmarks", f"{new['uri']}\n", replaces=True)
    await bring(world, ines, "domains", "new.example\n", replaces=True)
    await bring(world, ines, "lists", "New,sam\n", replaces=True)

    assert [one["id"] for one in await read(world, ines, "/api/v1/bookmarks")] == [new["id"]]
    assert await read(world, ines, "/api/v1/domain_blocks") == ["new.example"]
    assert [one["title"] for one in await read(world, ines, "/api/v1/lists")] == ["New"]


async def test_who_is_not_known_is_looked_up_and_who_cannot_be_found_is_counted(world: World) -> None:
    """More rows than a job does at once; what fails is left, the rest goes on."""
    ines = await world.user("ines")
    people = [await world.user(f"p{n}") for n in range(importing.ROWS_AT_ONCE + 2)]
    text = "nobody@gone.example\nines\n" + "".join(f"p{n}@ward.example\n" for n in range(len(people)))

    done = await bring(world, ines, "follows", text)

    assert (done.total, done.done, done.failed) == (14, 14, 2)
    assert any("gone.example" in one for one in world.fetcher.asked)
    assert len(names(await read(world, ines, f"{ACCOUNTS}/{ines.id}/following"))) == len(people)


async def test_an_import_is_its_owners_and_begins_once(world: World) -> None:
    """A new file takes the place of one that was not begun; nothing at all is refused."""
    ines, sam = await world.user("ines"), await world.user("sam")
    first = await world.db.write(importing.bring, ines.id, "blocks", "sam\n", is_overwriting=False)
    second = await world.db.write(importing.bring, ines.id, "blocks", "sam\n", is_overwriting=False)

    async def refused(act: Any, *order: Any, **how: Any) -> int:
        with pytest.raises(Problem) as caught:
            await world.db.write(act, *order, **how)
        return caught.value.status

    codes = [
        await refused(importing.start, ines.id, first),
        await refused(importing.start, sam.id, second),
        await refused(importing.bring, ines.id, "passwords", "x\n", is_overwriting=False),
        await refused(importing.bring, ines.id, "blocks", "no handle\n", is_overwriting=False),
    ]
    await world.db.write(importing.drop, ines.id, second)

    assert codes == [404, 404, 422, 422]
    assert await world.db.read(importing.own, ines.id) == []


async def test_the_outbox_holds_ones_own_posts_and_nothing_of_the_house(world: World) -> None:
    """Neither own posts for the house nor bookmarks of them; others' posts by their address alone."""
    ines, sam = await world.user("ines"), await world.user("sam")
    theirs = await post(world, sam, "theirs-secret-words")
    await post(world, ines, "public-words")
    await post(world, ines, "private-words", visibility="private")
    await post(world, ines, "house-words", local_only=True)
    house = await post(world, sam, "house-of-sam", local_only=True)
    client = world.client(ines)
    await client.post(f"/api/v1/statuses/{theirs['id']}/reblog")
    for one in (theirs, house):
        await client.post(f"/api/v1/statuses/{one['id']}/bookmark")

    text = b"".join([part async for part in exporting.outbox(world.db, ines.id)]).decode()
    marked = await taken(world, ines, "bookmarks.csv")

    found = msgspec.json.decode(text)
    assert [one["type"] for one in found["orderedItems"]] == ["Create", "Create", "Announce"]
    assert (found["totalItems"], found["media"], found["orderedItems"][2]["object"]) == (3, [], theirs["uri"])
    assert ("house" in text, "secret" in text, "private-words" in text) == (False, False, True)
    assert marked == f"{theirs['uri']}\n"


async def test_a_suspended_account_is_not_followed_by_a_file(world: World) -> None:
    """What one may not do by hand, no file does."""
    ines = await world.user("ines")
    okapi = await far(world)
    await change(world, okapi.id, is_suspended=True)

    done = await bring(world, ines, "follows", f"{remote().username}@far.example\n")

    assert (done.done, done.failed) == (1, 1)
