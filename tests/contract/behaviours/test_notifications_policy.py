"""Behaviours NOT-*: whom people let tell them things, and who waits until they are let through."""

import pytest

from node.store.unit import Publish
from tests.contract.behaviours.notices import REQUESTS, V1, V2, ask, fans, filtering, kinds, waiting
from tests.contract.behaviours.people import change, follow, read
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post


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
