"""How accounts are found: by a handle, by a word, by whom one knows, in suggestions and in the directory."""

from datetime import timedelta

from sqlalchemy import update as sql_update

from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.people import far, follow, names, read, update
from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_accounts import ACCOUNTS
from tests.web.api.test_statuses import post


async def test_ACC_039_familiar_followers_are_those_one_follows(world: World) -> None:
    """One object per account; nobody who hides whom they know."""
    ines, sam = await world.user("ines"), await world.user("sam")
    both, shy, only = [await world.user(name) for name in ("both", "shy", "only")]
    await follow(world, ines, both, shy)
    for one in (both, shy, only):
        await follow(world, one, sam)
    await update(world, shy, hide_collections=True)
    path = f"{ACCOUNTS}/familiar_followers"

    found = await read(world, ines, path, **{"id[]": [str(sam.id), str(only.id)]})
    await update(world, sam, hide_collections=True)
    hidden = await read(world, ines, path, id=sam.id)

    assert [(one["id"], names(one["accounts"])) for one in found] == [(str(sam.id), ["both"]), (str(only.id), [])]
    assert (hidden[0]["accounts"], faults("FamiliarFollowers", found[0])) == ([], [])


async def test_ACC_040_lookup_asks_nobody_else(world: World) -> None:
    """Known or 404."""
    await far(world)

    known = await read(world, None, f"{ACCOUNTS}/lookup", acct="okapi1@far.example")
    unknown = await world.anybody.get(f"{ACCOUNTS}/lookup", params={"acct": "nobody@far.example"})

    assert (known["acct"], unknown.status_code, world.fetcher.asked) == ("Okapi1@far.example", 404, [])


async def test_ACC_041_account_search_is_for_people_who_are_signed_in(world: World) -> None:
    """Without a token it is refused, with one it finds."""
    ines = await world.user("ines")
    await world.user("samira")
    path = f"{ACCOUNTS}/search"

    refused = await world.anybody.get(path, params={"q": "samira"})

    assert (refused.status_code, names(await read(world, ines, path, q="samira"))) == (401, ["samira"])


async def test_ACC_049_suggestions_say_where_they_come_from(world: World) -> None:
    """Whom those one follows follow, and colleagues; nobody who does not want to be found; v1 gives bare accounts."""
    ines, friend, sam, shy = [await world.user(name) for name in ("ines", "friend", "sam", "shy")]
    okapi = await far(world, is_discoverable=True, last_status_at=world.clock.now() - timedelta(days=3))
    stale = await far(world, 2, is_discoverable=True, last_status_at=world.clock.now() - timedelta(days=200))
    await update(world, sam, discoverable=True)
    await follow(world, ines, friend)
    for one in (sam, shy):
        await post(world, one)
    for account_id in (okapi.id, stale.id):
        await world.client(friend).post(f"{ACCOUNTS}/{account_id}/follow")

    def grant(unit: Unit) -> None:
        unit.conn.execute(sql_update(tables.follows).values(is_accepted=True))

    await world.db.write(grant)
    found = await read(world, ines, "/api/v2/suggestions")
    bare = await read(world, ines, "/api/v1/suggestions", limit=1, offset=1)

    assert [(one["account"]["acct"], one["sources"]) for one in found] == [
        ("Okapi1@far.example", ["friends_of_friends"]),
        ("sam", ["featured"]),
        ("institution", ["featured"]),
    ]
    assert ([faults("Suggestion", one) for one in found], names(bare)) == ([[], [], []], ["sam"])


async def test_ACC_050_a_suggestion_can_be_turned_down(world: World) -> None:
    """It does not come back; an unknown account is 404."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await update(world, sam, discoverable=True)
    await post(world, sam)
    before = names(await read(world, ines, "/api/v1/suggestions"))

    codes = [(await world.client(ines).delete(f"/api/v1/suggestions/{i}")).status_code for i in (sam.id, 5)]

    assert (before, codes) == (["sam", "institution"], [200, 404])
    assert names(await read(world, ines, "/api/v1/suggestions")) == ["institution"]


async def test_ACC_051_the_directory_in_both_orders(world: World) -> None:
    """By the last post or by who is new; ours alone; only who wants to be found."""
    ines, sam, _ = [await world.user(name) for name in ("ines", "sam", "shy")]
    for one in (ines, sam):
        await update(world, one, discoverable=True)
    await far(world, is_discoverable=True, last_status_at=world.clock.now() - timedelta(hours=1))
    await post(world, sam)
    world.clock.pass_time(minutes=1)
    await post(world, ines)
    path = "/api/v1/directory"

    active = names(await read(world, None, path))
    new = names(await read(world, None, path, order="new", local="true"))
    second = names(await read(world, None, path, offset=1, limit=1))

    assert (active, second) == (["ines", "sam", "Okapi1@far.example"], ["sam"])
    assert new == ["sam", "ines", "institution"]
