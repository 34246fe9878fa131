"""Behaviours NOT-*: what people are told, one by one, and which kinds there are."""

from node.events import Warned
from node.store import notifications, overseeing
from node.store.notifications import New
from node.store.overseeing import Strike
from node.store.unit import Unit
from tests.contract.behaviours.notices import V1, V2, act, ask, fans, filtering, kinds
from tests.contract.behaviours.people import change, follow, read
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post


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
