"""Accounts as apps know them: what is shown, and to whom."""

from sqlalchemy import update as sql_update

from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.people import change, far, follow, names, read, update
from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_accounts import ACCOUNTS, act
from tests.web.api.test_statuses import post


async def test_ACC_001_an_account_is_open_to_anybody_and_one_that_waits_is_not_there(world: World) -> None:
    """Nobody sees somebody who signed up and is not confirmed."""
    ines, sam = await world.user("ines"), await world.user("sam")

    def unconfirm(unit: Unit) -> None:
        unit.conn.execute(sql_update(tables.users).where(tables.users.c.id == sam.user_id).values(confirmed_at=None))

    await world.db.write(unconfirm)
    codes = [(await world.anybody.get(f"{ACCOUNTS}/{i}")).status_code for i in (ines.id, sam.id, 5)]
    others = [f"{ACCOUNTS}/{sam.id}/statuses", f"{ACCOUNTS}/lookup?acct=sam", "/@sam", "/users/sam/outbox"]

    assert codes == [200, 404, 404]
    assert [(await world.anybody.get(path)).status_code for path in others] == [404] * 4


async def test_ACC_002_a_suspended_account_is_blank(world: World) -> None:
    """Also one that was suspended with its host, whose part is older than that."""
    okapi = await far(world, display_name="Okapi", note_html="<p>Hi</p>")
    await change(world, okapi.id, is_suspended=True)

    def by_host(unit: Unit) -> None:
        a = tables.accounts
        unit.conn.execute(sql_update(a).where(a.c.id == okapi.id).values(is_suspended=True, part=okapi.part))

    shown = [await read(world, None, f"{ACCOUNTS}/{okapi.id}")]
    await world.db.write(by_host)
    shown.append(await read(world, None, f"{ACCOUNTS}/{okapi.id}"))

    assert [(one["suspended"], one["display_name"], one["note"]) for one in shown] == [(True, "", "")] * 2
    assert faults("Account", shown[0]) == []


async def test_ACC_003_many_accounts_at_once_up_to_forty(world: World) -> None:
    """More are refused, not cut."""
    ines, sam = await world.user("ines"), await world.user("sam")
    many = {"id[]": [str(i) for i in range(41)]}

    found = await read(world, None, ACCOUNTS, **{"id[]": [str(sam.id), str(ines.id)]})

    assert names(found) == ["sam", "ines"]
    assert (await world.anybody.get(ACCOUNTS, params=many)).status_code == 422


async def test_ACC_004_the_handle_has_a_host_unless_it_is_ours(world: World) -> None:
    """`acct` is `username` here and `username@host` elsewhere."""
    ines, okapi = await world.user("ines"), await far(world)

    found = await read(world, None, ACCOUNTS, **{"id[]": [str(ines.id), str(okapi.id)]})

    assert [(one["username"], one["acct"]) for one in found] == [("ines", "ines"), ("Okapi1", "Okapi1@far.example")]


async def test_ACC_005_created_at_is_midnight(world: World) -> None:
    """Nobody can tell at which hour somebody came."""
    ines = await world.user("ines")

    shown = await read(world, None, f"{ACCOUNTS}/{ines.id}")

    assert shown["created_at"].endswith("T00:00:00.000Z")


async def test_ACC_019_private_posts_are_for_followers(world: World) -> None:
    """Anybody else gets the rest."""
    ines, sam, fred = await world.user("ines"), await world.user("sam"), await world.user("fred")
    await follow(world, sam, ines)
    private, public = await post(world, ines, "p", visibility="private"), await post(world, ines, "o")
    path = f"{ACCOUNTS}/{ines.id}/statuses"

    seen = [[one["id"] for one in await read(world, who, path)] for who in (sam, fred, None)]

    assert seen == [[public["id"], private["id"]], [public["id"]], [public["id"]]]


async def test_ACC_020_replies_to_oneself_are_kept(world: World) -> None:
    """A thread of one's own is not a reply to somebody."""
    ines, sam = await world.user("ines"), await world.user("sam")
    first, theirs = await post(world, ines, "1"), await post(world, sam, "x")
    second = await post(world, ines, "2", in_reply_to_id=first["id"])
    await post(world, ines, "r", in_reply_to_id=theirs["id"])

    found = await read(world, None, f"{ACCOUNTS}/{ines.id}/statuses", exclude_replies="true")

    assert [one["id"] for one in found] == [second["id"], first["id"]]


async def test_ACC_021_pinned_are_the_pins_that_one_may_see(world: World) -> None:
    """A private pin is for followers."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await follow(world, sam, ines)
    made = [await post(world, ines, "1"), await post(world, ines, "2", visibility="private"), await post(world, ines)]
    for one in made[:2]:
        await world.client(ines).post(f"/api/v1/statuses/{one['id']}/pin")
    path = f"{ACCOUNTS}/{ines.id}/statuses"

    seen = [{one["id"] for one in await read(world, who, path, pinned="true")} for who in (sam, None)]

    assert seen == [{made[0]["id"], made[1]["id"]}, {made[0]["id"]}]


async def test_ACC_022_posts_are_narrowed(world: World) -> None:
    """By tag, without boosts, without messages, with files only."""
    ines, sam = await world.user("ines"), await world.user("sam")
    theirs = await post(world, sam, "theirs")
    tagged = await post(world, ines, "own #gel")
    direct = await post(world, ines, "@sam hello", visibility="direct")
    boost = (await world.client(ines).post(f"/api/v1/statuses/{theirs['id']}/reblog")).json()
    path = f"{ACCOUNTS}/{ines.id}/statuses"

    async def ids(**params: str) -> list[str]:
        return [one["id"] for one in await read(world, ines, path, **params)]

    assert await ids() == [boost["id"], direct["id"], tagged["id"]]
    assert await ids(exclude_reblogs="true") == [direct["id"], tagged["id"]]
    assert await ids(exclude_direct="true") == [boost["id"], tagged["id"]]
    assert (await ids(tagged="gel"), await ids(only_media="true")) == ([tagged["id"]], [])


async def test_ACC_023_the_blocked_get_empty_lists(world: World) -> None:
    """Statuses, followers, following."""
    ines, sam, fred = await world.user("ines"), await world.user("sam"), await world.user("fred")
    await follow(world, fred, ines)
    await follow(world, ines, fred)
    await post(world, ines)
    await act(world, ines, sam, "block")

    seen = [await read(world, sam, f"{ACCOUNTS}/{ines.id}/{end}") for end in ("statuses", "followers", "following")]

    assert seen == [[], [], []]


async def test_ACC_024_lists_leave_out_whom_the_viewer_blocks_or_mutes(world: World) -> None:
    """But for the viewer's own lists."""
    ines, sam = await world.user("ines"), await world.user("sam")
    muted, blocked, free = [await world.user(name) for name in ("mut", "blo", "fre")]
    for one in (muted, blocked, free):
        await follow(world, one, ines, sam)
    await act(world, sam, muted, "mute")
    await act(world, sam, blocked, "block")
    await follow(world, blocked, ines)

    theirs = names(await read(world, sam, f"{ACCOUNTS}/{ines.id}/followers"))
    own = names(await read(world, sam, f"{ACCOUNTS}/{sam.id}/followers"))

    assert (theirs, own) == (["fre"], ["fre", "mut"])


async def test_ACC_025_hidden_circles_are_the_owners_alone(world: World) -> None:
    """Also from other servers, who get numbers."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await follow(world, sam, ines)
    await follow(world, ines, sam)
    shown = await update(world, ines, hide_collections=True)
    accept = {"accept": "application/activity+json"}

    seen = [
        [names(await read(world, who, f"{ACCOUNTS}/{ines.id}/{end}")) for end in ("followers", "following")]
        for who in (ines, sam, None)
    ]
    wire = [await world.client().get(f"/users/ines/{end}", headers=accept) for end in ("followers", "following")]
    page = await world.client().get("/users/ines/followers?page=true", headers=accept)

    assert (shown["hide_collections"], shown["source"]["hide_collections"]) == (True, True)
    assert seen == [[["sam"], ["sam"]], [[], []], [[], []]]
    assert [("first" in one.json(), one.json()["totalItems"]) for one in wire] == [(False, 1), (False, 1)]
    assert page.status_code == 404


async def test_ACC_043_identity_proofs_are_a_thing_of_the_past(world: World) -> None:
    """Always an empty list."""
    ines = await world.user("ines")

    assert await read(world, ines, f"{ACCOUNTS}/{ines.id}/identity_proofs") == []


async def test_ACC_044_featured_tags_are_public_and_count_as_text(world: World) -> None:
    """Made, refused twice, made again, suggested, taken away."""
    ines = await world.user("ines")
    await post(world, ines, "one #Gel")
    await post(world, ines, "two #Gel #Beds", visibility="private")
    await post(world, ines, "three #beds")
    client, path = world.client(ines), "/api/v1/featured_tags"

    made = (await client.post(path, json={"name": "Gel"})).json()
    codes = [(await client.post(path, json=sent)).status_code for sent in ({}, {"name": "a b"}, {"name": "gel"})]
    suggested = await read(world, ines, f"{path}/suggestions")
    shown = await read(world, None, f"{ACCOUNTS}/{ines.id}/featured_tags")
    gone = [(await client.delete(f"{path}/{made['id']}")).status_code for _ in range(2)]

    assert (faults("FeaturedTag", made), codes) == ([], [400, 422, 200])
    assert (made["name"], made["statuses_count"]) == ("Gel", "1")
    assert (shown, [one["name"].lower() for one in suggested]) == ([made], ["beds"])
    assert (gone, await read(world, ines, path)) == ([200, 404], [])


async def test_ACC_045_roles_are_shown_of_ours_and_where_they_stand_out(world: World) -> None:
    """Moderators and administrators; staff and strangers have none."""
    people = [await world.user(name, role=role) for name, role in (("a", "admin"), ("m", "moderator"), ("s", "staff"))]
    okapi = await far(world)

    shown = [await read(world, None, f"{ACCOUNTS}/{one.id}") for one in people]
    remote = await read(world, None, f"{ACCOUNTS}/{okapi.id}")

    assert [[role["name"] for role in one["roles"]] for one in shown] == [["Administrator"], ["Moderator"], []]
    assert ("roles" in remote, faults("Account", shown[0]), faults("Account", remote)) == (False, [], [])


async def test_PAG_012_account_lists_page_by_hidden_ids(world: World) -> None:
    """`max_id` for the next page, `since_id` for the one before."""
    ines = await world.user("ines")
    for fan in [await world.user(f"fan{n}") for n in range(3)]:
        await follow(world, fan, ines)

    first = await world.client().get(f"{ACCOUNTS}/{ines.id}/followers", params={"limit": 2})
    second = await world.client().get(first.links["next"]["url"])

    assert (names(first.json()), names(second.json())) == (["fan2", "fan1"], ["fan0"])
    assert "max_id=" in first.links["next"]["url"]
    assert "since_id=" in first.links["prev"]["url"]


async def test_PAG_014_only_a_full_page_has_a_next_one(world: World) -> None:
    """So that nobody asks for nothing."""
    ines = await world.user("ines")
    for fan in [await world.user(f"fan{n}") for n in range(2)]:
        await follow(world, fan, ines)
    path = f"{ACCOUNTS}/{ines.id}/followers"

    links = [(await world.client().get(path, params={"limit": limit})).links for limit in (2, 3)]

    assert ["next" in one for one in links] == [True, False]
