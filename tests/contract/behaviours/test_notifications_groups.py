"""Behaviours NOT-*: what people are told in groups, and how the pages of groups lead on."""

import httpx
import pytest

from node.store import bundles, notifications
from node.store.notifications import New
from tests.contract.behaviours.notices import GROUPED, V1, V2, act, ask, fans, places
from tests.contract.behaviours.people import follow, read
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post


async def test_NOT_008_the_same_within_half_a_day_is_one_group(world: World, ines: Person) -> None:
    """What comes later begins another one; a mention is never grouped."""
    mine, (one, two, three) = await post(world, ines), await fans(world, 3)
    for fan, hours in ((one, 0), (two, 11), (three, 2)):
        world.clock.pass_time(hours=hours)
        await act(world, fan, mine["id"], "favourite")
        await post(world, fan, "Look, @ines")

    found = (await read(world, ines, V2, **{"types[]": "favourite"}))["notification_groups"]
    mentions = (await read(world, ines, V2, **{"types[]": "mention"}))["notification_groups"]

    assert [group["sample_account_ids"] for group in found] == [[str(three.id)], [str(two.id), str(one.id)]]
    assert [group["notifications_count"] for group in mentions] == [1, 1, 1]


async def test_NOT_008_every_kind_that_is_grouped(world: World) -> None:
    """Boosts and favourites by post, follows and new people by time."""
    boss = await world.user("boss", role="admin")
    mine, others = await post(world, boss), await fans(world, 2)
    for fan in others:
        await follow(world, fan, boss)
        for name in ("favourite", "reblog"):
            await act(world, fan, mine["id"], name)
        await world.db.write(notifications.insert, New(boss.id, fan.id, "admin.sign_up"))

    groups = (await read(world, boss, V2))["notification_groups"]

    counts = {group["type"]: group["notifications_count"] for group in groups}
    assert counts == {"favourite": 2, "reblog": 2, "follow": 2, "admin.sign_up": 2}


async def test_NOT_009_only_named_kinds_are_grouped(world: World, ines: Person) -> None:
    """The others come as groups of one."""
    mine = await post(world, ines)
    for fan in await fans(world, 2):
        await follow(world, fan, ines)
        await act(world, fan, mine["id"], "favourite")

    groups = (await read(world, ines, V2, **{GROUPED: ["follow"]}))["notification_groups"]
    count = await read(world, ines, f"{V2}/unread_count", **{GROUPED: ["follow"]})

    found = [(group["type"], group["notifications_count"], group["group_key"].split("-")[0]) for group in groups]
    assert sorted(found) == [("favourite", 1, "ungrouped"), ("favourite", 1, "ungrouped"), ("follow", 2, "follow")]
    assert count == {"count": 3}


async def test_NOT_010_accounts_and_statuses_come_once_each(world: World, ines: Person) -> None:
    """Beside the groups that name them."""
    mine = await post(world, ines)
    for fan in await fans(world, 2):
        for name in ("favourite", "reblog"):
            await act(world, fan, mine["id"], name)

    found = await read(world, ines, V2)

    assert faults("GroupedNotificationsResults", found) == []
    assert sorted(one["acct"] for one in found["accounts"]) == ["fan0", "fan1"]
    assert [one["id"] for one in found["statuses"]] == [mine["id"]]
    assert [group["status_id"] for group in found["notification_groups"]] == [mine["id"], mine["id"]]


async def test_NOT_011_a_group_shows_eight_and_counts_all(world: World, ines: Person) -> None:
    """The newest first."""
    mine, many = await post(world, ines), await fans(world, 10)
    for fan in many:
        await act(world, fan, mine["id"], "favourite")

    group = (await read(world, ines, V2))["notification_groups"][0]

    assert group["sample_account_ids"] == [str(fan.id) for fan in many[:1:-1]]
    assert group["notifications_count"] == 10


@pytest.mark.parametrize(("limit", "count"), [(1, 9), (2, 5), (3, 3), (4, 2)])
async def test_NOT_012_limit_counts_groups_and_paging_both_ways_gives_the_same(
    world: World, ines: Person, limit: int, count: int
) -> None:
    """A group is there once on a page; its older part comes again below; forward and back show the same pages."""
    first, second, (one, two, three) = await post(world, ines), await post(world, ines), await fans(world, 3)
    for fan in (one, two, three):
        await act(world, fan, first["id"], "favourite")
        await act(world, fan, second["id"], "favourite")
        await post(world, fan, "Look, @ines")

    client, pages, place = world.client(ines), [], f"{V2}?limit={limit}"
    while place:
        pages.append(await client.get(place))
        place = pages[-1].links.get("next", {}).get("url", "")
    forward = [places(page) for page in pages if page.json()["notification_groups"]]
    back, page = [], pages[len(forward) - 1]
    while places(page):
        back.append(places(page))
        page = await client.get(page.links["prev"]["url"])

    assert all(len({key for key, _, _ in page}) == len(page) <= limit for page in forward)
    assert (back[::-1], len(forward)) == (forward, count)
    assert places(await client.get(pages[0].links["prev"]["url"])) == []
    await act(world, one, first["id"], "reblog")
    newer = await client.get(pages[0].links["prev"]["url"])
    assert [key.split("-")[0] for key, _, _ in places(newer)] == ["reblog"]


async def test_NOT_013_the_range_of_a_group_is_of_its_page(world: World, ines: Person) -> None:
    """One group by itself has none."""
    mine, many = await post(world, ines), await fans(world, 3)
    for fan in many:
        await act(world, fan, mine["id"], "favourite")
    ids = [one["id"] for one in await read(world, ines, V1)]

    listed = (await read(world, ines, V2))["notification_groups"][0]
    below = (await read(world, ines, V2, max_id=ids[0]))["notification_groups"][0]
    alone = (await read(world, ines, f"{V2}/{listed['group_key']}"))["notification_groups"][0]

    assert (listed["page_min_id"], listed["page_max_id"]) == (ids[2], ids[0])
    assert (below["page_max_id"], below["notifications_count"]) == (ids[1], 2)
    assert {"page_min_id", "page_max_id", "latest_page_notification_at"}.isdisjoint(alone)
    assert alone["most_recent_notification_id"] == int(ids[0])


async def test_NOT_014_partial_avatars_leave_one_account_whole(world: World, ines: Person) -> None:
    """Of the others there is what it takes to draw them."""
    mine, many = await post(world, ines), await fans(world, 3)
    for fan in many:
        await act(world, fan, mine["id"], "favourite")

    found = await read(world, ines, V2, expand_accounts="partial_avatars")

    assert faults("GroupedNotificationsResults", found) == []
    assert [one["acct"] for one in found["accounts"]] == ["fan2"]
    assert [one["acct"] for one in found["partial_accounts"]] == ["fan1", "fan0"]
    assert "note" not in found["partial_accounts"][0]
    assert "partial_accounts" not in await read(world, ines, V2, expand_accounts="full")


async def test_NOT_015_unknown_ways_to_expand_are_refused(world: World, ines: Person) -> None:
    """With 400."""
    assert (await ask(world, ines, "GET", V2, params={"expand_accounts": "some"})).status_code == 400


async def test_NOT_016_everybody_of_a_group_can_be_paged_through(world: World, ines: Person, sam: Person) -> None:
    """Newest first, forward and back; not by others."""
    mine, many = await post(world, ines), await fans(world, 5)
    for fan in many:
        await act(world, fan, mine["id"], "favourite")
    key = (await read(world, ines, V2))["notification_groups"][0]["group_key"]
    client, place, pages = world.client(ines), f"{V2}/{key}/accounts?limit=2", []

    while place:
        pages.append(await client.get(place))
        place = pages[-1].links.get("next", {}).get("url", "")
    back = await client.get(pages[1].links["prev"]["url"])

    assert [one["acct"] for page in pages for one in page.json()] == ["fan4", "fan3", "fan2", "fan1", "fan0"]
    assert back.json() == pages[0].json()
    assert [fault for one in pages[0].json() for fault in faults("Account", one)] == []
    assert (await ask(world, sam, "GET", f"{V2}/{key}/accounts")).status_code == 404


@pytest.mark.parametrize("limit", [1, 3])
async def test_a_huge_group_is_read_in_parts(
    world: World, ines: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many rows are looked at for one page; what is left over comes on the next one, none lost, none twice."""
    monkeypatch.setattr(bundles, "MOST_ROWS", 2)
    mine, other = await post(world, ines), await post(world, ines)
    for fan in await fans(world, 4):
        await act(world, fan, mine["id"], "favourite")
    await act(world, fan, other["id"], "favourite")
    every = [int(one["id"]) for one in await read(world, ines, V1)]

    client, pages, place = world.client(ines), [], f"{V2}?limit={limit}"
    while place:
        pages.append(await client.get(place))
        place = pages[-1].links.get("next", {}).get("url", "")
    up = [await client.get(f"{V2}?limit={limit}&min_id={every[-1]}")]
    while places(up[-1]):
        up.append(await client.get(up[-1].links["prev"]["url"]))

    assert _ranges(pages, every) == every
    assert sorted(_ranges(up, every)) == sorted(every[:-1])


def _ranges(pages: list[httpx.Response], every: list[int]) -> list[int]:
    """Return every notification that lies in a group of some page, in the order of the pages."""
    held = [(int(low), int(high)) for page in pages for _, low, high in places(page)]
    return [one for low, high in held for one in every if low <= one <= high]
