"""Lists as apps know them from Mastodon."""

from typing import Any

import httpx

from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post
from tests.web.api.test_timelines import texts

LISTS = "/api/v1/lists"


async def made(client: httpx.AsyncClient, title: str = "Ward", **more: Any) -> dict[str, Any]:
    """Make a list and return it."""
    response = await client.post(LISTS, json={"title": title, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def add(client: httpx.AsyncClient, list_id: str, *people: Person) -> httpx.Response:
    """Put people into a list."""
    return await client.post(f"{LISTS}/{list_id}/accounts", json={"account_ids": [str(one.id) for one in people]})


async def follow(client: httpx.AsyncClient, *people: Person) -> None:
    """Follow people."""
    for one in people:
        assert (await client.post(f"/api/v1/accounts/{one.id}/follow")).status_code == 200


async def timeline(client: httpx.AsyncClient, list_id: str) -> list[str]:
    """Return the texts of a list's timeline."""
    return texts(await client.get(f"/api/v1/timelines/list/{list_id}"))


async def test_LIS_001_a_list_needs_a_title_and_a_known_replies_policy(world: World) -> None:
    """Without a title, with an empty one or with a policy that is none it is 422."""
    client = world.client(await world.user("ines"))
    kept = await made(client)

    sent = [{}, {"title": " "}, {"title": "x" * 257}, {"title": "Ward", "replies_policy": "everybody"}]
    codes = [(await client.post(LISTS, json=one)).status_code for one in sent]
    changed = await client.put(f"{LISTS}/{kept['id']}", json={"replies_policy": "everybody"})
    emptied = await client.put(f"{LISTS}/{kept['id']}", json={"title": ""})

    assert [*codes, changed.status_code, emptied.status_code] == [422] * 6
    assert (await client.get(LISTS)).json() == [kept]


async def test_LIS_002_replies_policy_is_list_and_exclusive_false_unless_said(world: World) -> None:
    """And what was said comes back, from PUT and PATCH too."""
    client = world.client(await world.user("ines"))

    plain, other = await made(client), await made(client, "Beds", replies_policy="none", exclusive=True)
    put = (await client.put(f"{LISTS}/{plain['id']}", data={"title": "Night", "replies_policy": "followed"})).json()
    patched = (await client.patch(f"{LISTS}/{plain['id']}", json={"exclusive": True})).json()

    assert faults("List", plain) == []
    assert (plain["replies_policy"], plain["exclusive"]) == ("list", False)
    assert (other["title"], other["replies_policy"], other["exclusive"]) == ("Beds", "none", True)
    assert put == {**plain, "title": "Night", "replies_policy": "followed"}
    assert patched == {**put, "exclusive": True} == (await client.get(f"{LISTS}/{plain['id']}")).json()


async def test_LIS_003_only_the_followed_those_asked_and_oneself_can_be_added(world: World) -> None:
    """One stranger among them and nobody is added."""
    ines, fred, sam, lena = [await world.user(name) for name in ("ines", "fred", "sam", "lena")]
    client = world.client(ines)
    await world.client(lena).patch("/api/v1/accounts/update_credentials", json={"locked": True})
    await follow(client, fred, lena)
    ward = await made(client)

    refused = await add(client, ward["id"], fred, sam)
    nobody = (await client.get(f"{LISTS}/{ward['id']}/accounts")).json()
    unknown = await client.post(f"{LISTS}/{ward['id']}/accounts", json={"account_ids": ["1", "none"]})
    added = await add(client, ward["id"], fred, lena, ines)
    members = (await client.get(f"{LISTS}/{ward['id']}/accounts")).json()

    assert (refused.status_code, nobody, unknown.status_code, added.json()) == (422, [], 404, {})
    assert {one["username"] for one in members} == {"fred", "lena", "ines"}
    assert [fault for one in members for fault in faults("Account", one)] == []


async def test_LIS_004_an_account_that_is_in_the_list_cannot_be_added_again(world: World) -> None:
    """It is told as 422."""
    ines, fred = await world.user("ines"), await world.user("fred")
    client = world.client(ines)
    await follow(client, fred)
    ward = await made(client)
    await add(client, ward["id"], fred)

    assert (await add(client, ward["id"], fred)).status_code == 422


async def test_LIS_005_removing_somebody_who_is_not_in_the_list_succeeds(world: World) -> None:
    """As removing somebody who is; ids may come in the query or in the body."""
    ines, fred = await world.user("ines"), await world.user("fred")
    client = world.client(ines)
    await follow(client, fred)
    ward = await made(client)
    await add(client, ward["id"], fred)
    place = f"{LISTS}/{ward['id']}/accounts"

    answers = [await client.delete(f"{place}?account_ids[]={one.id}") for one in (ines, fred)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 2
    assert (await client.get(place)).json() == []


async def test_LIS_006_somebody_has_at_most_50_lists(world: World) -> None:
    """The next one is 422 until one is deleted."""
    client = world.client(await world.user("ines"))
    kept = [await made(client, f"List {number}") for number in range(50)]

    refused = await client.post(LISTS, json={"title": "One more"})
    gone = await client.delete(f"{LISTS}/{kept[0]['id']}")

    assert (refused.status_code, gone.json()) == (422, {})
    assert (await client.get(f"{LISTS}/{kept[0]['id']}")).status_code == 404
    await made(client, "One more")


async def test_LIS_007_the_lists_of_an_account_are_the_readers_own(world: World) -> None:
    """Whoever else has it in a list is not told of."""
    ines, fred, sam = [await world.user(name) for name in ("ines", "fred", "sam")]
    mine, theirs = world.client(ines), world.client(sam)
    ward, _, other = await made(mine), await made(mine, "Empty"), await made(theirs, "Other")
    for client, one in ((mine, ward), (theirs, other)):
        await follow(client, fred)
        await add(client, one["id"], fred)

    assert (await mine.get(f"/api/v1/accounts/{fred.id}/lists")).json() == [ward]
    assert (await theirs.get(f"/api/v1/accounts/{fred.id}/lists")).json() == [other]


async def test_PAG_019_a_limit_of_0_gives_all_members_without_a_link(world: World) -> None:
    """Any other limit gives a page."""
    ines = await world.user("ines")
    people = [await world.user(f"person{number}") for number in range(4)]
    client = world.client(ines)
    await follow(client, *people)
    ward = await made(client)
    await add(client, ward["id"], *people)
    place = f"{LISTS}/{ward['id']}/accounts"

    everybody, page = await client.get(f"{place}?limit=0"), await client.get(f"{place}?limit=3")

    assert (len(everybody.json()), dict(everybody.links)) == (4, {})
    assert (len(page.json()), set(page.links)) == (3, {"next", "prev"})


async def test_TIM_013_the_timeline_of_anothers_list_is_not_there(world: World) -> None:
    """Nor anything else of it."""
    ines, sam = await world.user("ines"), await world.user("sam")
    ward = await made(world.client(ines))
    client = world.client(sam)

    asked = [
        await client.get(f"/api/v1/timelines/list/{ward['id']}"),
        await client.get(f"{LISTS}/{ward['id']}"),
        await client.get(f"{LISTS}/{ward['id']}/accounts"),
        await client.put(f"{LISTS}/{ward['id']}", json={"title": "Mine"}),
        await client.post(f"{LISTS}/{ward['id']}/accounts", json={"account_ids": [str(sam.id)]}),
        await client.request("DELETE", f"{LISTS}/{ward['id']}/accounts", json={"account_ids": [str(sam.id)]}),
        await client.delete(f"{LISTS}/{ward['id']}"),
    ]

    assert [one.status_code for one in asked] == [404] * 7


async def test_replies_policies_let_through_what_they_say(world: World) -> None:
    """To members, to whom the reader follows, or none; to oneself and to the reader always; boosts as in home."""
    ines, fred, gus, lena, sam = [await world.user(name) for name in ("ines", "fred", "gus", "lena", "sam")]
    client = world.client(ines)
    await follow(client, fred, gus, lena)
    lists = {policy: await made(client, policy, replies_policy=policy) for policy in ("list", "followed", "none")}
    for one in lists.values():
        await add(client, one["id"], fred, gus)
    begun = {
        one.account.username: await post(world, one, f"begun by {one.account.username}") for one in (gus, lena, sam)
    }
    for name, parent in begun.items():
        await post(world, fred, f"to {name}", in_reply_to_id=parent["id"])
    mine = await post(world, ines, "mine")
    await post(world, fred, "to the reader", in_reply_to_id=mine["id"])
    await world.client(fred).post(f"/api/v1/statuses/{begun['sam']['id']}/reblog")

    found = {policy: await timeline(client, one["id"]) for policy, one in lists.items()}

    always = ["begun by sam", "to the reader"]
    assert found == {
        "list": [*always, "to gus", "begun by gus"],
        "followed": [*always, "to lena", "to gus", "begun by gus"],
        "none": [*always, "begun by gus"],
    }


async def test_members_of_an_exclusive_list_are_not_in_home(world: World) -> None:
    """From when it is exclusive until it is not, or they are taken out, or it is gone."""
    ines, fred = await world.user("ines"), await world.user("fred")
    client = world.client(ines)
    await follow(client, fred)
    ward = await made(client)
    await add(client, ward["id"], fred)
    await post(world, fred, "theirs")

    async def home() -> list[str]:
        return texts(await client.get("/api/v1/timelines/home"))

    before = await home()
    await client.put(f"{LISTS}/{ward['id']}", json={"exclusive": True})
    apart, listed = await home(), await timeline(client, ward["id"])
    await client.delete(f"{LISTS}/{ward['id']}/accounts?account_ids[]={fred.id}")
    taken_out = await home()
    await add(client, ward["id"], fred)
    apart_again = await home()
    await client.delete(f"{LISTS}/{ward['id']}")

    assert (before, apart, listed, taken_out, apart_again) == (["theirs"], [], ["theirs"], ["theirs"], [])
    assert await home() == ["theirs"]


async def test_whom_one_follows_no_more_is_in_no_list(world: World) -> None:
    """And following again does not bring them back."""
    ines, fred = await world.user("ines"), await world.user("fred")
    client = world.client(ines)
    await follow(client, fred)
    ward = await made(client)
    await add(client, ward["id"], fred)

    await client.post(f"/api/v1/accounts/{fred.id}/unfollow")
    await follow(client, fred)

    assert (await client.get(f"{LISTS}/{ward['id']}/accounts")).json() == []
