"""What apps rely on about conversations; each test is named by the behaviour it shows."""

from typing import Any

import httpx
import pytest

from node.store.unit import Publish
from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import World


async def _write(client: httpx.AsyncClient, text: str, *, to: str | None = None) -> dict[str, Any]:
    sent = {"status": text, "visibility": "direct"} | ({} if to is None else {"in_reply_to_id": to})
    answer = await client.post("/api/v1/statuses", json=sent)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _listed(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/conversations", params=query)).json()
    return found


async def test_PAG_017_conversations_page_by_their_newest_posts(world: World) -> None:
    """An answer in an old one brings it to the top; the links lead by the ids of posts."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    first, second = await _write(sam, "@ines one"), await _write(sam, "@ines two")
    answer = await _write(ines, "@sam yes", to=first["id"])

    page = await ines.get("/api/v1/conversations", params={"limit": 1})
    older = await ines.get(page.links["next"]["url"])
    newer = await ines.get(older.links["prev"]["url"])
    none = await ines.get(newer.links["prev"]["url"])

    assert [one["last_status"]["id"] for one in page.json()] == [answer["id"]]
    assert f"max_id={answer['id']}" in page.links["next"]["url"]
    assert [one["last_status"]["id"] for one in older.json()] == [second["id"]]
    assert newer.json() == page.json()
    assert none.json() == []


async def test_CON_001_a_conversation_has_the_others_and_the_newest_post(world: World) -> None:
    """Everybody in it has one of their own, unread for those who did not write last."""
    ines, sam, eva = [world.client(await world.user(name)) for name in ("ines", "sam", "eva")]
    await _write(ines, "@sam @eva beds?")

    found = {name: await _listed(client) for name, client in (("ines", ines), ("sam", sam), ("eva", eva))}

    others = {name: sorted(one["username"] for one in page[0]["accounts"]) for name, page in found.items()}
    assert others == {"ines": ["eva", "sam"], "sam": ["eva", "ines"], "eva": ["ines", "sam"]}
    assert {name: page[0]["unread"] for name, page in found.items()} == {"ines": False, "sam": True, "eva": True}
    assert [fault for page in found.values() for one in page for fault in faults("Conversation", one)] == []


async def test_CON_001_among_other_people_is_another_conversation(world: World) -> None:
    """Naming one more in the same thread begins one that the third can see."""
    ines, sam, eva = [world.client(await world.user(name)) for name in ("ines", "sam", "eva")]
    first = await _write(ines, "@sam beds?")
    await _write(ines, "@sam @eva and lifts?", to=first["id"])

    found = [len(await _listed(client)) for client in (ines, sam, eva)]

    assert found == [2, 2, 1]


async def test_CON_001_a_note_to_oneself_is_a_conversation_with_oneself(world: World) -> None:
    """Apps show its account."""
    ines = world.client(await world.user("ines"))
    await _write(ines, "Ask about beds")

    [found] = await _listed(ines)

    assert ([one["username"] for one in found["accounts"]], found["unread"]) == (["ines"], False)


async def test_CON_001_people_of_other_servers_are_in_it_too(network: Network) -> None:
    """A direct post that comes from elsewhere, and one that goes there."""
    ward, hill = await network.node("ward.example"), await network.node("hill.example")
    ines, otto = await ward.user("ines"), await hill.user("otto")
    await hill.find("ines@ward.example")
    await hill.post(otto, "@ines@ward.example hello", visibility="direct")
    await network.settle()

    here, there = await _listed(ward.world.client(ines)), await _listed(hill.world.client(otto))

    assert [(one["accounts"][0]["acct"], one["unread"]) for one in here] == [("otto@hill.example", True)]
    assert [(one["accounts"][0]["acct"], one["unread"]) for one in there] == [("ines@ward.example", False)]


async def test_CON_002_reading_returns_it_as_read(world: World) -> None:
    """And it can be made unread again."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    await _write(sam, "@ines beds?")
    [found] = await _listed(ines)

    read = (await ines.post(f"/api/v1/conversations/{found['id']}/read")).json()
    unread = (await ines.post(f"/api/v1/conversations/{found['id']}/unread")).json()

    assert (read["id"], read["unread"], unread["unread"]) == (found["id"], False, True)
    assert read["last_status"] == found["last_status"]


async def test_CON_003_deleting_leaves_the_posts(world: World) -> None:
    """It is gone from one list only, until somebody writes again."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    post = await _write(sam, "@ines beds?")
    [found] = await _listed(ines)

    gone = await ines.delete(f"/api/v1/conversations/{found['id']}")

    again = await ines.delete(f"/api/v1/conversations/{found['id']}")
    assert (gone.status_code, gone.json(), again.status_code) == (200, {}, 404)
    assert (await _listed(ines), len(await _listed(sam))) == ([], 1)
    assert (await ines.get(f"/api/v1/statuses/{post['id']}")).status_code == 200
    await _write(sam, "@ines still there?", to=post["id"])
    assert len(await _listed(ines)) == 1


async def test_newest_post_that_is_deleted_gives_way_to_the_one_before(world: World) -> None:
    """Without one before, nothing is left of the conversation; what one deleted from the list does not come back."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    first = await _write(sam, "@ines beds?")
    second = await _write(sam, "@ines and lifts?", to=first["id"])
    await sam.delete(f"/api/v1/conversations/{(await _listed(sam))[0]['id']}")
    third = await _write(sam, "@ines hello?", to=second["id"])

    await sam.delete(f"/api/v1/statuses/{third['id']}")
    left = [one["last_status"]["id"] for one in await _listed(ines)], await _listed(sam)
    await sam.delete(f"/api/v1/statuses/{second['id']}")
    await sam.delete(f"/api/v1/statuses/{first['id']}")

    assert left == ([second["id"]], [])
    assert (await _listed(ines), await _listed(sam)) == ([], [])


@pytest.mark.parametrize("act", ["block", "mute"])
async def test_conversation_with_the_unwanted_is_left_out(world: World, act: str) -> None:
    """Old ones are hidden, new ones not begun; another's are theirs."""
    ines, sam, eva = [await world.user(name) for name in ("ines", "sam", "eva")]
    await _write(world.client(sam), "@ines @eva beds?")
    await world.client(ines).post(f"/api/v1/accounts/{sam.id}/{act}")
    await _write(world.client(sam), "@ines again")

    found = [len(await _listed(world.client(one))) for one in (ines, eva)]

    assert found == [0, 1]


async def test_muted_thread_makes_no_noise(world: World) -> None:
    """It does not become unread, nor are open apps told."""
    person = await world.user("ines")
    ines, sam = world.client(person), world.client(await world.user("sam"))
    first = await _write(sam, "@ines beds?")
    await ines.post(f"/api/v1/statuses/{first['id']}/mute")
    [found] = await _listed(ines)
    await ines.post(f"/api/v1/conversations/{found['id']}/read")
    said: list[Publish] = []
    world.db.on_publish = said.append

    await _write(sam, "@ines hello?", to=first["id"])

    told = [one.to for one in said if one.topic == "conversation"]
    assert (person.id,) not in told
    assert len(told) == 1
    assert [one["unread"] for one in await _listed(ines)] == [False]
