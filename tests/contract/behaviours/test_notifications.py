"""Behaviours NOT-*: what people are told, in groups, and whom they let tell them things."""

from typing import Any

import httpx
import pytest

from node.events import Warned
from node.store import bundles, notifications, overseeing
from node.store.notifications import New
from node.store.overseeing import Strike
from node.store.unit import Publish, Unit
from tests.contract.behaviours.people import change, follow, read
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
REQUESTS = f"{V1}/requests"
GROUPED = "grouped_types[]"


async def ask(world: World, who: Person, method: str, path: str, **sent: Any) -> httpx.Response:
    """Ask something and return the answer."""
    return await world.client(who).request(method, path, **sent)


async def kinds(world: World, who: Person, **params: Any) -> list[str]:
    """Return the kinds of what somebody was told, newest first."""
    return [one["type"] for one in await read(world, who, V1, **params)]


async def act(world: World, who: Person, status_id: str, name: str) -> None:
    """Do something with a post."""
    assert (await ask(world, who, "POST", f"/api/v1/statuses/{status_id}/{name}")).status_code == 200


async def filtering(world: World, who: Person, **answers: str) -> dict[str, Any]:
    """Choose answers of the policy and return it."""
    response = await ask(world, who, "PATCH", f"{V2}/policy", json=answers)
    assert response.status_code == 200, response.text
    policy: dict[str, Any] = response.json()
    return policy


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines")


@pytest.fixture
async def sam(world: World) -> Person:
    return await world.user("sam")


async def fans(world: World, count: int) -> list[Person]:
    """Make several people."""
    return [await world.user(f"fan{number}") for number in range(count)]


# ------------------------------------------------------------------ one by one


async def test_NOT_001_filtered_ones_are_left_out_unless_asked_for(world: World, ines: Person, sam: Person) -> None:
    """Then they say that they are."""
    await filtering(world, ines, for_not_following="filter")
    await post(world, sam, "Look, @ines")

    usual, every = await read(world, ines, V1), await read(world, ines, V1, include_filtered=True)
    grouped = await read(world, ines, V2, include_filtered=True)

    assert (usual, [(one["type"], one["filtered"]) for one in every]) == ([], [("mention", True)])
    assert [fault for one in every for fault in faults("Notification", one)] == []
    assert [one["type"] for one in grouped["notification_groups"]] == ["mention"]
    assert (await read(world, ines, f"{V1}/unread_count"), (await read(world, ines, V2))["notification_groups"]) == (
        {"count": 0},
        [],
    )


async def test_NOT_002_kinds_are_kept_or_dropped(world: World, ines: Person, sam: Person) -> None:
    """By name, on both ways."""
    await follow(world, sam, ines)
    await post(world, sam, "Look, @ines")

    kept = await kinds(world, ines, **{"types[]": ["follow"]})
    dropped = await kinds(world, ines, **{"exclude_types[]": ["follow"]})
    grouped = await read(world, ines, V2, **{"types[]": "mention"})

    assert (kept, dropped) == (["follow"], ["mention"])
    assert [one["type"] for one in grouped["notification_groups"]] == ["mention"]


async def test_NOT_003_one_sender_alone(world: World, ines: Person, sam: Person) -> None:
    """An id that nobody has is no error."""
    eva = await world.user("eva")
    await follow(world, sam, ines)
    await follow(world, eva, ines)

    found = await read(world, ines, V1, account_id=sam.id)
    grouped = await read(world, ines, V2, account_id=eva.id)

    assert [one["account"]["acct"] for one in found] == ["sam"]
    assert [one["page_max_id"] for one in grouped["notification_groups"]] == [(await read(world, ines, V1))[0]["id"]]
    assert (await read(world, ines, V1, account_id="77"), await read(world, ines, V1, account_id="x")) == ([], [])


async def test_NOT_004_dismiss_removes_one_and_clear_all(world: World, ines: Person, sam: Person) -> None:
    """Both answer {}."""
    await follow(world, sam, ines)
    for text in ("One @ines", "Two @ines"):
        await post(world, sam, text)
    first = (await read(world, ines, V1))[0]["id"]

    dismissed = await ask(world, ines, "POST", f"{V1}/{first}/dismiss")
    left = await kinds(world, ines)
    cleared = await ask(world, ines, "POST", f"{V1}/clear")
    again = await ask(world, ines, "POST", f"{V2}/clear")

    assert (dismissed.json(), left, cleared.json(), again.json()) == ({}, ["mention", "follow"], {}, {})
    assert await kinds(world, ines) == []


async def test_NOT_005_those_of_others_are_not_there(world: World, ines: Person, sam: Person) -> None:
    """404 in the older way, a silent no-op in the newer."""
    await follow(world, sam, ines)
    told = (await read(world, ines, V1))[0]

    older = await ask(world, sam, "POST", f"{V1}/{told['id']}/dismiss")
    newer = await ask(world, sam, "POST", f"{V2}/{told['group_key']}/dismiss")

    assert (older.status_code, newer.status_code, newer.json()) == (404, 200, {})
    assert await kinds(world, ines) == ["follow"]


async def test_NOT_006_unread_are_those_above_the_marker(world: World, ines: Person, sam: Person) -> None:
    """Counted to a limit; the newer way counts groups."""
    mine = await post(world, ines)
    for fan in [sam, *await fans(world, 2)]:
        await act(world, fan, mine["id"], "favourite")
    await post(world, sam, "Look, @ines")
    oldest = (await read(world, ines, V1))[-1]["id"]

    before = [await read(world, ines, f"{place}/unread_count") for place in (V1, V2)]
    few = [await read(world, ines, f"{place}/unread_count", limit=1) for place in (V1, V2)]
    await ask(world, ines, "POST", "/api/v1/markers", json={"notifications": {"last_read_id": oldest}})

    assert (before, few) == ([{"count": 4}, {"count": 2}], [{"count": 1}, {"count": 1}])
    assert await read(world, ines, f"{V1}/unread_count") == {"count": 3}
    assert await read(world, ines, f"{V1}/unread_count", limit=5000) == {"count": 3}


async def test_NOT_007_there_is_always_a_group_key(world: World, ines: Person, sam: Person) -> None:
    """Of one that is alone it says so."""
    await follow(world, sam, ines)
    await post(world, sam, "Look, @ines")

    mention, followed = await read(world, ines, V1)

    assert mention["group_key"] == f"ungrouped-{mention['id']}"
    assert followed["group_key"].startswith("follow-")


# ------------------------------------------------------------------ in groups


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
    forward = [_places(page) for page in pages if page.json()["notification_groups"]]
    back, page = [], pages[len(forward) - 1]
    while _places(page):
        back.append(_places(page))
        page = await client.get(page.links["prev"]["url"])

    assert all(len({key for key, _, _ in page}) == len(page) <= limit for page in forward)
    assert (back[::-1], len(forward)) == (forward, count)
    assert _places(await client.get(pages[0].links["prev"]["url"])) == []
    await act(world, one, first["id"], "reblog")
    newer = await client.get(pages[0].links["prev"]["url"])
    assert [key.split("-")[0] for key, _, _ in _places(newer)] == ["reblog"]


def _places(page: httpx.Response) -> list[tuple[str, str, str]]:
    groups = page.json()["notification_groups"]
    return [(group["group_key"], group["page_min_id"], group["page_max_id"]) for group in groups]


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


async def test_NOT_017_kinds_that_an_app_does_not_name_come_with_words(world: World, ines: Person) -> None:
    """Those that apps have always known need none; names are no markup."""
    eva = await world.user("eva", display_name="<b>Eva</b>")
    mine = await post(world, ines)
    await post(world, eva, "And here is why", quoted_status_id=mine["id"])
    await post(world, eva, "Look, @ines")

    found = await read(world, ines, V1, **{"supported_types[]": ["favourite"]})
    knows = await read(world, ines, V1, **{"supported_types[]": ["quote"]})
    grouped = await read(world, ines, V2, **{"supported_types[]": ["favourite"]})

    assert {one["type"]: one.get("fallback", {}).get("title") for one in found} == {
        "quote": "&lt;b&gt;Eva&lt;/b&gt; quoted your post",
        "mention": None,
    }
    assert [fault for one in found for fault in faults("Notification", one)] == []
    assert ["fallback" in one for one in knows] == [False, False]
    assert {one["type"]: "fallback" in one for one in grouped["notification_groups"]} == {
        "quote": True,
        "mention": False,
    }


async def test_NOT_018_without_supported_types_there_are_no_such_words(world: World, ines: Person, sam: Person) -> None:
    """Whatever the kind."""
    mine = await post(world, ines)
    await post(world, sam, "And here is why", quoted_status_id=mine["id"])

    found = await read(world, ines, V1)

    assert [(one["type"], "fallback" in one) for one in found] == [("quote", False)]


# ------------------------------------------------------------------ the policy


async def test_NOT_019_each_kind_of_sender_is_accepted_filtered_or_dropped(
    world: World, ines: Person, sam: Person
) -> None:
    """A summary says who waits; what is dropped is not there at all."""
    usual = await read(world, ines, f"{V2}/policy")
    chosen = await filtering(world, ines, for_not_following="filter", for_bots="drop")
    await post(world, sam, "Look, @ines")
    after = await read(world, ines, f"{V2}/policy")
    await filtering(world, ines, for_not_following="drop")
    await post(world, sam, "Look again, @ines")
    wrong = await ask(world, ines, "PUT", f"{V2}/policy", json={"for_bots": "perhaps"})

    assert [faults("NotificationPolicy", one) for one in (usual, chosen)] == [[], []]
    assert (usual["for_limited_accounts"], usual["for_private_mentions"]) == ("filter", "accept")
    assert (chosen["for_not_following"], chosen["for_bots"], chosen["for_new_accounts"]) == ("filter", "drop", "accept")
    assert after["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 1}
    assert await kinds(world, ines, include_filtered=True) == ["mention"]
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("for_not_following", True),
        ("for_not_followers", True),
        ("for_new_accounts", True),
        ("for_private_mentions", True),
        ("for_limited_accounts", False),
        ("for_bots", False),
    ],
)
async def test_NOT_019_each_answer_is_about_its_own_senders(
    world: World, ines: Person, sam: Person, name: str, waits: bool
) -> None:
    """Sam is a new stranger who writes in private; as a limited robot the last two are about him too."""
    await filtering(world, ines, **{"for_limited_accounts": "accept", name: "filter"})

    await post(world, sam, "Look, @ines", visibility="direct")
    before = await kinds(world, ines)
    await change(world, sam.id, kind="service", is_limited=True)
    await post(world, sam, "Look again, @ines", visibility="direct")

    assert before == ([] if waits else ["mention"])
    assert [one for one in await read(world, ines, V1) if "again" in one["status"]["content"]] == []


async def test_NOT_019_who_is_known_or_answered_is_let_through(world: World, ines: Person, sam: Person) -> None:
    """Of those one follows, of followers for some days, and as an answer to what one wrote in private."""
    everything = ("for_not_following", "for_not_followers", "for_private_mentions")
    await filtering(world, ines, **dict.fromkeys(everything, "drop"))
    await follow(world, sam, ines)
    await follow(world, ines, sam)
    world.clock.pass_time(days=4)
    mine = await post(world, ines, "A word, @sam", visibility="direct")

    await post(world, sam, "@ines Yes?", visibility="direct", in_reply_to_id=mine["id"])
    await post(world, sam, "@ines Out of the blue", visibility="direct")

    assert await kinds(world, ines) == ["mention"]


async def test_NOT_020_the_older_policy_says_yes_and_no(world: World, ines: Person) -> None:
    """It cannot drop, and does not undo a drop when it filters again."""
    place = f"{V1}/policy"
    await filtering(world, ines, for_bots="drop")

    usual = await read(world, ines, place)
    changed = [
        (await ask(world, ines, method, place, json={name: True})).json()
        for method, name in (("PUT", "filter_new_accounts"), ("PATCH", "filter_bots"))
    ]
    newer = await read(world, ines, f"{V2}/policy")
    await ask(world, ines, "PUT", place, json={"filter_bots": "false"})

    assert [faults("V1::NotificationPolicy", one) for one in (usual, *changed)] == [[], [], []]
    assert (usual["filter_bots"], usual["filter_new_accounts"]) == (True, False)
    assert (newer["for_new_accounts"], newer["for_bots"]) == ("filter", "drop")
    assert (await read(world, ines, f"{V2}/policy"))["for_bots"] == "accept"


# ------------------------------------------------------------------ those who wait


async def waiting(world: World, ines: Person, *senders: Person) -> list[dict[str, Any]]:
    """Let people write to ines, who follows none of them, and return their requests."""
    await filtering(world, ines, for_not_following="filter")
    for sender in senders:
        await post(world, sender, "Look, @ines")
    found: list[dict[str, Any]] = await read(world, ines, REQUESTS)
    return found


async def test_NOT_021_who_is_accepted_comes_through_from_now_on(world: World, ines: Person, sam: Person) -> None:
    """What waited follows in the background."""
    (request,) = await waiting(world, ines, sam)

    accepted = await ask(world, ines, "POST", f"{REQUESTS}/{request['id']}/accept")
    before = await kinds(world, ines)
    await post(world, sam, "Look again, @ines")
    await world.work()

    assert faults("NotificationRequest", request) == []
    assert (request["notifications_count"], request["account"]["acct"]) == ("1", "sam")
    assert request["last_status"]["account"]["acct"] == "sam"
    assert (accepted.json(), before, await kinds(world, ines)) == ({}, [], ["mention", "mention"])
    assert (await read(world, ines, REQUESTS), await read(world, ines, f"{V2}/policy"))[0] == []


async def test_NOT_021_several_are_accepted_or_dismissed_at_once(world: World, ines: Person) -> None:
    """What is dismissed is gone; who was dismissed waits again the next time."""
    one, two, three = await fans(world, 3)
    found = await waiting(world, ines, one, two, three)
    ids = {request["account"]["acct"]: request["id"] for request in found}
    shown = await read(world, ines, f"{REQUESTS}/{ids['fan0']}")
    pages = [await ask(world, ines, "GET", REQUESTS, params={"limit": 2})]
    pages.append(await world.client(ines).get(pages[0].links["next"]["url"]))
    back = await world.client(ines).get(pages[1].links["prev"]["url"])

    await ask(world, ines, "POST", f"{REQUESTS}/accept", json={"id": [ids["fan0"], "77"]})
    await ask(world, ines, "POST", f"{REQUESTS}/dismiss", data={"id[]": [ids["fan1"]]})
    alone = await ask(world, ines, "POST", f"{REQUESTS}/{ids['fan2']}/dismiss")
    await world.work()
    await post(world, two, "Look again, @ines")

    assert shown == next(request for request in found if request["id"] == ids["fan0"])
    assert [[one["id"] for one in page.json()] for page in pages] == [[ids["fan2"], ids["fan1"]], [ids["fan0"]]]
    assert (back.json(), alone.json()) == (pages[0].json(), {})
    assert await kinds(world, ines, include_filtered=True) == ["mention", "mention"]
    assert [one["account"]["acct"] for one in await read(world, ines, REQUESTS)] == ["fan1"]


async def test_NOT_022_merged_is_false_while_something_is_on_its_way(
    world: World, ines: Person, sam: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open streams hear when it is there."""
    (request,) = await waiting(world, ines, sam)
    heard: list[Publish] = []
    monkeypatch.setattr(world.db, "on_publish", heard.append)

    before = await read(world, ines, f"{REQUESTS}/merged")
    await ask(world, ines, "POST", f"{REQUESTS}/{request['id']}/accept")
    during = await read(world, ines, f"{REQUESTS}/merged")
    await world.work()

    assert (before, during) == ({"merged": True}, {"merged": False})
    assert await read(world, ines, f"{REQUESTS}/merged") == {"merged": True}
    assert [one.to for one in heard if one.topic == "notifications_merged"] == [(ines.id,)]


async def test_NOT_023_requests_of_others_are_not_there(world: World, ines: Person, sam: Person) -> None:
    """Neither to be read nor to be decided."""
    (request,) = await waiting(world, ines, sam)

    codes = [
        (await ask(world, sam, method, f"{REQUESTS}/{request['id']}{path}")).status_code
        for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/dismiss"))
    ]
    await ask(world, sam, "POST", f"{REQUESTS}/dismiss", json={"id": [request["id"]]})

    assert (codes, len(await read(world, ines, REQUESTS))) == ([404, 404, 404], 1)


# ------------------------------------------------------------------ kinds


async def test_NOT_024_quotes_are_told_with_the_post_that_quotes(world: World, ines: Person, sam: Person) -> None:
    """And who quoted hears when what they quote was changed."""
    mine = await post(world, ines)
    quoting = await post(world, sam, "And here is why", quoted_status_id=mine["id"])

    await ask(world, ines, "PUT", f"/api/v1/statuses/{mine['id']}", json={"status": "Changed"})

    for who, kind in ((ines, "quote"), (sam, "quoted_update")):
        (told,) = await read(world, who, V1)
        assert (told["type"], told["status"]["id"], faults("Notification", told)) == (kind, quoting["id"], [])


async def test_NOT_025_muted_threads_and_the_blocked_tell_nothing(world: World, ines: Person, sam: Person) -> None:
    """Nor does anybody of a host that one blocks."""
    eva = await world.user("eva")
    mine = await post(world, ines)
    await act(world, ines, mine["id"], "mute")
    await ask(world, ines, "POST", f"/api/v1/accounts/{eva.id}/block")

    await act(world, sam, mine["id"], "favourite")
    await post(world, sam, "@ines Yes!", in_reply_to_id=mine["id"])
    await post(world, eva, "Look, @ines")
    quiet = await kinds(world, ines, include_filtered=True)
    await ask(world, ines, "POST", "/api/v1/domain_blocks", json={"domain": "masto.example"})
    await change(world, sam.id, host="masto.example")
    await world.db.write(notifications.insert, New(ines.id, sam.id, "follow"))

    assert (quiet, await kinds(world, ines, include_filtered=True)) == ([], [])


async def test_followers_who_asked_hear_of_every_post(world: World, ines: Person, sam: Person) -> None:
    """Not of answers to others, nor twice when they are named, nor of what they may not see."""
    await ask(world, ines, "POST", f"/api/v1/accounts/{sam.id}/follow", json={"notify": True})
    mine = await post(world, ines)

    own = await post(world, sam, "To everybody")
    await post(world, sam, "To an answer", in_reply_to_id=mine["id"])
    await post(world, sam, "To oneself", in_reply_to_id=own["id"])
    await post(world, sam, "To @ines")
    await post(world, sam, "To nobody", visibility="direct")

    assert await kinds(world, ines) == ["mention", "status", "status"]


async def test_moderators_are_told_of_reports_with_the_report(world: World, ines: Person, sam: Person) -> None:
    """Nobody else is."""
    boss = await world.user("boss", role="moderator")

    await ask(world, ines, "POST", "/api/v1/reports", json={"account_id": str(sam.id), "comment": "Rude"})

    (told,) = await read(world, boss, V1)
    assert (told["type"], told["report"]["target_account"]["acct"], faults("Notification", told)) == (
        "admin.report",
        "sam",
        [],
    )
    grouped = await read(world, boss, V2)
    assert grouped["notification_groups"][0]["report"] == told["report"]
    assert await kinds(world, sam) == []


async def test_a_second_edit_is_told_in_the_place_of_the_first(world: World, ines: Person, sam: Person) -> None:
    """Whoever boosted sees one notification, of the newest change."""
    mine = await post(world, ines)
    await act(world, sam, mine["id"], "reblog")

    ids = []
    for text in ("Once", "Twice"):
        await ask(world, ines, "PUT", f"/api/v1/statuses/{mine['id']}", json={"status": text})
        ids.append([one["id"] for one in await read(world, sam, V1)])

    assert [len(found) for found in ids] == [1, 1]
    assert ids[0] < ids[1]


async def test_who_a_moderator_dealt_with_is_told_what_and_not_by_whom(world: World, ines: Person) -> None:
    """With the warning; the moderator is not named."""

    def warn(unit: Unit) -> None:
        strike = Strike(
            id=unit.new_id(),
            target_id=ines.id,
            moderator_id=None,
            report_id=None,
            action="none",
            text="Please be kind",
            status_ids=[],
            created_at=unit.now,
        )
        overseeing.insert_strike(unit, strike)
        unit.record(Warned(strike.id))

    await world.db.write(warn)

    (told,) = await read(world, ines, V1)
    (group,) = (await read(world, ines, V2))["notification_groups"]
    assert (told["type"], told["account"]["acct"], faults("Notification", told)) == ("moderation_warning", "ines", [])
    assert told["moderation_warning"]["text"] == "Please be kind"
    assert group["moderation_warning"] == told["moderation_warning"]


async def test_older_pages_are_the_same_forward_and_back(world: World, ines: Person, sam: Person) -> None:
    """Also after something new was told meanwhile; none twice, none lost."""
    for number in range(5):
        await post(world, sam, f"{number} @ines")
    every = [one["id"] for one in await read(world, ines, V1)]
    client, place, pages = world.client(ines), f"{V1}?limit=2", []

    while place:
        pages.append(await client.get(place))
        place = pages[-1].links.get("next", {}).get("url", "")
    forward = [[one["id"] for one in page.json()] for page in pages]
    await post(world, sam, "New @ines")
    back, page = [], pages[2]
    while ids := [one["id"] for one in page.json()]:
        back.append(ids)
        page = await client.get(page.links["prev"]["url"])

    assert [one for ids in forward for one in ids] == every
    assert [one for ids in back for one in ids[::-1]] == [*every[::-1], (await read(world, ines, V1))[0]["id"]]
    assert (await client.get(page.links["prev"]["url"])).json() == []


async def test_one_sender_waits_once_however_often_they_write(world: World, ines: Person, sam: Person) -> None:
    """With the newest post; whoever is blocked waits no more, and what is taken back is counted no more."""
    await waiting(world, ines, sam)
    again = await post(world, sam, "Look again, @ines")

    (request,) = await read(world, ines, REQUESTS)
    await ask(world, sam, "DELETE", f"/api/v1/statuses/{again['id']}")
    (fewer,) = await read(world, ines, REQUESTS)
    await ask(world, ines, "POST", f"/api/v1/accounts/{sam.id}/block")

    assert (request["notifications_count"], request["last_status"]["id"]) == ("2", again["id"])
    assert (fewer["notifications_count"], fewer["last_status"]) == ("1", None)
    assert (await read(world, ines, REQUESTS), (await read(world, ines, f"{V2}/policy"))["summary"]) == (
        [],
        {"pending_requests_count": 0, "pending_notifications_count": 0},
    )


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
    while _places(up[-1]):
        up.append(await client.get(up[-1].links["prev"]["url"]))

    assert _ranges(pages, every) == every
    assert sorted(_ranges(up, every)) == sorted(every[:-1])


def _ranges(pages: list[httpx.Response], every: list[int]) -> list[int]:
    """Return every notification that lies in a group of some page, in the order of the pages."""
    held = [(int(low), int(high)) for page in pages for _, low, high in _places(page)]
    return [one for low, high in held for one in every if low <= one <= high]


async def test_limited_strangers_wait_until_they_are_let_through(world: World, ines: Person, sam: Person) -> None:
    """By the usual policy; once accepted, what waited is shown although they are still limited."""
    await change(world, sam.id, is_limited=True)
    await post(world, sam, "Look, @ines")
    before = await kinds(world, ines)
    (request,) = await read(world, ines, REQUESTS)

    await ask(world, ines, "POST", f"{REQUESTS}/{request['id']}/accept")
    await world.work()

    assert (before, await kinds(world, ines)) == ([], ["mention"])
    assert [one["type"] for one in (await read(world, ines, V2))["notification_groups"]] == ["mention"]
