"""Notifications over the API: who is told what, how it is narrowed, and how it goes away."""

from typing import Any

import pytest

from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

TOLD = "/api/v1/notifications"


async def told(world: World, who: Person, **params: Any) -> list[dict[str, Any]]:
    """Return what somebody was told."""
    response = await world.client(who).get(TOLD, params=params)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()
    return found


@pytest.fixture
async def people(world: World) -> tuple[Person, Person, Person]:
    """Return ines, who was told: follow by sam, mention by sam, favourite and boost by eva (oldest first)."""
    ines, sam, eva = await world.user("ines"), await world.user("sam"), await world.user("eva")
    made = await post(world, ines)
    await world.client(sam).post(f"/api/v1/accounts/{ines.id}/follow")
    await post(world, sam, "Look, @ines")
    for name in ("favourite", "reblog"):
        await world.client(eva).post(f"/api/v1/statuses/{made['id']}/{name}")
    return ines, sam, eva


async def test_each_is_whole_and_knows_its_group(world: World, people: tuple[Person, ...]) -> None:
    """With its account, and its status where there is one."""
    ines = people[0]

    found = await told(world, ines)

    assert [fault for one in found for fault in faults("Notification", one)] == []
    assert [(one["type"], one["account"]["acct"], "status" in one) for one in found] == [
        ("reblog", "eva", True),
        ("favourite", "eva", True),
        ("mention", "sam", True),
        ("follow", "sam", False),
    ]
    status_id, mentioned = found[0]["status"]["id"], found[2]["id"]
    starts = [f"reblog-{status_id}-", f"favourite-{status_id}-", f"ungrouped-{mentioned}", "follow-"]
    assert [one["group_key"].startswith(start) for one, start in zip(found, starts, strict=True)] == [True] * 4
    assert (await world.client(ines).get(f"{TOLD}/{found[0]['id']}")).json() == found[0]
    assert await told(world, people[1]) == []


async def test_kinds_and_senders_narrow_the_list_and_the_count(world: World, people: tuple[Person, ...]) -> None:
    """An unknown sender has told nothing; a kind we do not know is no error."""
    ines, sam, _ = people

    async def kinds(**params: Any) -> list[str]:
        found = await told(world, ines, **params)
        count = (await world.client(ines).get(f"{TOLD}/unread_count", params=params)).json()
        assert count == {"count": len(found)}
        return [one["type"] for one in found]

    assert await kinds(**{"types[]": ["mention", "poll"]}) == ["mention"]
    assert await kinds(**{"exclude_types[]": ["mention", "follow"]}) == ["reblog", "favourite"]
    assert await kinds(account_id=sam.id) == ["mention", "follow"]
    assert (await kinds(account_id="5"), await kinds(account_id="no id"), await kinds(**{"types[]": "poll"})) == (
        [],
        [],
        [],
    )


async def test_links_lead_through_all_and_the_first_prev_is_empty(world: World, people: tuple[Person, ...]) -> None:
    """Two a page, the last full page has an empty next."""
    client = world.client(people[0])
    place, found = f"{TOLD}?limit=2", []

    first = await client.get(place)
    while place:
        page = await client.get(place)
        found += [one["type"] for one in page.json()]
        place = page.links.get("next", {}).get("url", "")

    assert found == ["reblog", "favourite", "mention", "follow"]
    assert (await client.get(first.links["prev"]["url"])).json() == []


async def test_undone_acts_are_taken_back(world: World, people: tuple[Person, ...]) -> None:
    """A favourite that ended is no news."""
    ines, sam, eva = people
    status_id = (await told(world, ines))[0]["status"]["id"]

    for name in ("unfavourite", "unreblog"):
        await world.client(eva).post(f"/api/v1/statuses/{status_id}/{name}")
    await world.client(sam).post(f"/api/v1/accounts/{ines.id}/unfollow")

    assert [one["type"] for one in await told(world, ines)] == ["mention"]


async def test_muted_and_blocked_tell_nothing(world: World, people: tuple[Person, ...]) -> None:
    """Neither now nor later; a mute that keeps notices lets them through."""
    ines, sam, eva = people
    client = world.client(ines)

    await client.post(f"/api/v1/accounts/{eva.id}/block")
    await client.post(f"/api/v1/accounts/{sam.id}/mute")
    await post(world, sam, "Again, @ines")
    quiet = await told(world, ines)
    await client.post(f"/api/v1/accounts/{sam.id}/mute", json={"notifications": False})
    await post(world, sam, "And again, @ines")

    assert quiet == []
    assert [one["type"] for one in await told(world, ines)] == ["mention", "mention", "follow"]


async def test_dismiss_removes_one_and_clear_all_of_ones_own(world: World, people: tuple[Person, ...]) -> None:
    """Another's notification is not there for anybody else."""
    ines, sam, _ = people
    first = (await told(world, ines))[0]["id"]
    client = world.client(ines)

    foreign = [
        (await world.client(sam).get(f"{TOLD}/{first}")).status_code,
        (await world.client(sam).post(f"{TOLD}/{first}/dismiss")).status_code,
    ]
    await world.client(sam).post(f"{TOLD}/clear")
    dismissed = await client.post(f"{TOLD}/{first}/dismiss")
    after = len(await told(world, ines))
    cleared = await client.post(f"{TOLD}/clear")

    assert (foreign, dismissed.json(), after, cleared.json()) == ([404, 404], {}, 3, {})
    assert await told(world, ines) == []
    assert (await client.post(f"{TOLD}/{first}/dismiss")).status_code == 404


async def test_request_to_follow_is_told_and_becomes_a_follow(world: World) -> None:
    """One notification at a time for one edge."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await world.client(ines).patch("/api/v1/accounts/update_credentials", json={"locked": True})

    await world.client(sam).post(f"/api/v1/accounts/{ines.id}/follow")
    asked = [one["type"] for one in await told(world, ines)]
    await world.client(ines).post(f"/api/v1/follow_requests/{sam.id}/authorize")

    assert (asked, [one["type"] for one in await told(world, ines)]) == (["follow_request"], ["follow"])


async def test_newer_api_gives_the_same_in_groups(world: World, people: tuple[Person, ...]) -> None:
    """Apps that speak version 4.3 ask for groups: accounts and statuses come once each."""
    client, place = world.client(people[0]), "/api/v2/notifications"
    flat = await told(world, people[0])

    response = await client.get(place, params={"limit": 4})
    found = response.json()
    key = found["notification_groups"][0]["group_key"]
    one = (await client.get(f"{place}/{key}")).json()
    by = (await client.get(f"{place}/{key}/accounts")).json()
    older = (await client.get(response.links["next"]["url"])).json()

    assert [faults("GroupedNotificationsResults", each) for each in (found, one, older)] == [[], [], []]
    assert [group["group_key"] for group in found["notification_groups"]] == [each["group_key"] for each in flat]
    assert sorted(account["acct"] for account in found["accounts"]) == ["eva", "sam"]
    assert len(found["statuses"]) == 2
    alone, listed = one["notification_groups"][0], found["notification_groups"][0]
    assert (alone.items() <= listed.items(), sorted(listed.keys() - alone.keys())) == (
        True,
        ["latest_page_notification_at", "page_max_id", "page_min_id"],
    )
    assert [account["acct"] for account in by] == ["eva"]
    assert older["notification_groups"] == []
    assert (await client.get(f"{place}/unread_count")).json() == {"count": 4}


async def test_groups_are_dismissed_and_strange_ones_are_refused(world: World, people: tuple[Person, ...]) -> None:
    """Another's group is a silent no-op, an unknown way to expand is 400."""
    ines, sam, _ = people
    place = "/api/v2/notifications"
    key = (await told(world, ines))[0]["group_key"]

    foreign = await world.client(sam).post(f"{place}/{key}/dismiss")
    before = len(await told(world, ines))
    mine = await world.client(ines).post(f"{place}/{key}/dismiss")
    codes = [
        (await world.client(ines).get(f"{place}/{other}")).status_code
        for other in (key, "favourite-1-2", "ungrouped-x")
    ]
    strange = await world.client(ines).get(place, params={"expand_accounts": "some"})

    assert ([foreign.json(), mine.json()], before, len(await told(world, ines))) == ([{}, {}], 4, 3)
    assert (codes, strange.status_code) == ([404, 404, 404], 400)
