"""Two at the same moment: what may be once is once, and a bound holds. SQLite writes one after the other; PostgreSQL does not."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.contract.behaviours.posts import SCHEDULED, STATUSES, file, post
from tests.support.world import World

ACCOUNTS = "/api/v1/accounts"


async def at_once(*calls: Any) -> list[int]:
    """Return with which status each of several calls under way together is answered."""
    codes = [answer.status_code for answer in await asyncio.gather(*calls)]
    assert max(codes) < 500
    return codes


async def test_one_file_hangs_on_one_post(world: World) -> None:
    """Of several posts that want it one has it; the others are not written."""
    asha = await world.user("asha")
    client, picture = world.client(asha), await file(world, asha)

    codes = await at_once(*(client.post(STATUSES, json={"status": f"{n}", "media_ids": [picture]}) for n in range(5)))

    mine = (await client.get(f"{ACCOUNTS}/{asha.id}/statuses")).json()
    assert sorted(codes) == [200, 422, 422, 422, 422]
    assert [len(one["media_attachments"]) for one in mine] == [1]


async def test_a_follow_does_not_slip_past_a_block(world: World) -> None:
    """Whichever comes first: afterwards nobody follows, and nobody asks to."""
    asha = await world.user("asha")
    await world.client(asha).patch(f"{ACCOUNTS}/update_credentials", json={"locked": True})
    others = [await world.user(f"person{number}") for number in range(8)]

    calls: list[Any] = []
    for number, one in enumerate(others):
        pair = [
            world.client(one).post(f"{ACCOUNTS}/{asha.id}/follow"),
            world.client(asha).post(f"{ACCOUNTS}/{one.id}/block"),
        ]
        calls += pair if number % 2 else reversed(pair)
    await at_once(*calls)

    ids = {"id[]": [str(one.id) for one in others]}
    kept = (await world.client(asha).get(f"{ACCOUNTS}/relationships", params=ids)).json()
    assert {(one["blocking"], one["followed_by"], one["requested_by"]) for one in kept} == {(True, False, False)}


async def test_what_goes_away_meanwhile_is_not_there(world: World) -> None:
    """A post that is deleted while others pin, boost, favourite, answer, quote and bookmark it: 200 or 404, never a fault."""
    asha, ben = await world.user("asha"), await world.user("ben")
    mine, theirs = world.client(asha), world.client(ben)

    for _ in range(4):
        made = await post(world, asha)
        path = f"{STATUSES}/{made['id']}"
        acts = [theirs.post(f"{path}/{act}") for act in ("reblog", "favourite", "bookmark", "mute", "react/👍")]
        more = [
            theirs.post(STATUSES, json={"status": "x", name: made["id"]})
            for name in ("in_reply_to_id", "quoted_status_id")
        ]
        await at_once(mine.post(f"{path}/pin"), acts[0], *more, mine.delete(path), *acts[1:])

    assert (await mine.get(f"{ACCOUNTS}/{asha.id}/statuses")).json() == []


async def test_bounds_hold_when_many_come_at_once(world: World) -> None:
    """Five pins, fifty lists, and as many collections as there may be."""
    asha = await world.user("asha")
    client = world.client(asha)
    made = [(await post(world, asha))["id"] for _ in range(9)]

    pins = await at_once(*(client.post(f"{STATUSES}/{one}/pin") for one in made))
    lists = await at_once(*(client.post("/api/v1/lists", json={"title": "x"}) for _ in range(54)))
    collections = await at_once(*(client.post("/api/v1/collections", json={"name": "x"}) for _ in range(14)))

    assert (pins.count(200), lists.count(200), collections.count(200)) == (5, 50, 10)


async def test_a_post_that_waits_is_published_once(world: World) -> None:
    """Two workers, one who moves it and one who gives it up: it is there once, or waits, or is gone."""
    asha = await world.user("asha")
    client = world.client(asha)
    for _ in range(3):
        due = (world.clock.now() + timedelta(minutes=6)).isoformat()
        waiting = (await client.post(STATUSES, json={"status": "Later", "scheduled_at": due})).json()["id"]
        later = {"scheduled_at": (world.clock.now() + timedelta(minutes=30)).isoformat()}
        world.clock.pass_time(minutes=7)
        await asyncio.gather(world.work(), world.work(), client.put(f"{SCHEDULED}/{waiting}", json=later), world.work())

        published = len((await client.get(f"{ACCOUNTS}/{asha.id}/statuses")).json())
        kept = len((await client.get(SCHEDULED)).json())
        assert published + kept == 1
        for one in (await client.get(f"{ACCOUNTS}/{asha.id}/statuses")).json():
            await client.delete(f"{STATUSES}/{one['id']}")
        for one in (await client.get(SCHEDULED)).json():
            await client.delete(f"{SCHEDULED}/{one['id']}")


async def test_one_request_is_accepted_once_and_one_vote_counted_once(world: World) -> None:
    """Two apps of one person press at the same moment."""
    asha, ben = await world.user("asha"), await world.user("ben")
    mine, theirs = world.client(asha), world.client(ben)
    await mine.patch(f"{ACCOUNTS}/update_credentials", json={"locked": True})
    poll = (await post(world, asha, "Which?", poll={"options": ["a", "b"], "expires_in": 3600}))["poll"]["id"]
    await theirs.post(f"{ACCOUNTS}/{asha.id}/follow")

    votes = await at_once(*(theirs.post(f"/api/v1/polls/{poll}/votes", json={"choices": [n % 2]}) for n in range(6)))
    await at_once(*(mine.post(f"/api/v1/follow_requests/{ben.id}/authorize") for _ in range(4)))

    assert votes.count(200) == 1
    assert (await theirs.get(f"/api/v1/polls/{poll}")).json()["votes_count"] == 1
    assert (await mine.get(f"{ACCOUNTS}/{asha.id}")).json()["followers_count"] == 1
    assert len((await mine.get("/api/v1/notifications?types[]=follow")).json()) == 1
