"""What apps rely on when they read posts; each test is named by the behaviour it shows."""

import re
from typing import Any

import pytest

from federation.loose import PUBLIC
from node.services import following
from node.store import statuses, threads
from tests.contract.behaviours.posts import STATUSES, Json, act, code, post, seen
from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import Person, World


async def context(world: World, who: Person | None, status: Json) -> tuple[list[str], list[str]]:
    """Return the ids above and below a post as somebody sees them."""
    found = (await world.client(who).get(f"{STATUSES}/{status['id']}/context")).json()
    assert faults("Context", found) == []
    return [one["id"] for one in found["ancestors"]], [one["id"] for one in found["descendants"]]


async def test_STA_020_many_statuses_at_once_skip_what_is_not_seen(world: World) -> None:
    """In the order of the ids; more than 20 are refused."""
    ines, ben = await world.user("ines"), await world.user("ben")
    shown = [(await post(world, ines, f"Gel {n}"))["id"] for n in range(2)]
    hidden = (await post(world, ines, visibility="private"))["id"]
    client = world.client(ben)

    found = await client.get(STATUSES, params={"id[]": [shown[0], hidden, "99", shown[1]]})
    many = await client.get(STATUSES, params={"id[]": [str(n) for n in range(21)]})

    assert [one["id"] for one in found.json()] == shown
    assert many.status_code == 422


@pytest.mark.parametrize(("visibility", "answered"), [("public", 200), ("unlisted", 200), ("private", 404)])
async def test_STA_021_open_statuses_are_readable_without_a_token(world: World, visibility: str, answered: int) -> None:
    """Private ones are not there."""
    made = await post(world, await world.user("ines"), visibility=visibility)

    assert await code(world, None, made) == answered


async def test_STA_022_direct_statuses_are_for_author_and_mentioned(world: World) -> None:
    """Nobody else."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    made = await post(world, ines, "@ben psst", visibility="direct")

    assert [await code(world, who, made) for who in (ines, ben, omar, None)] == [200, 200, 404, 404]


async def test_STA_023_a_blocked_viewer_finds_no_public_status(world: World) -> None:
    """The author blocked them."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)
    await world.db.write(following.block, ines.id, ben.id)

    assert await code(world, ben, made) == 404


async def test_STA_024_what_one_did_with_a_status_is_told_to_users_only(world: World) -> None:
    """Without a token these attributes are not there."""
    ines = await world.user("ines")
    made = await post(world, ines)
    mine = {"favourited", "reblogged", "muted", "bookmarked", "filtered"}

    assert mine <= (await seen(world, ines, made)).keys()
    assert not mine & (await seen(world, None, made)).keys()


async def test_STA_025_pinned_is_there_on_ones_own_that_may_be_pinned(world: World) -> None:
    """Not on others', and not on what cannot be pinned."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)
    direct = await post(world, ines, "@ben psst", visibility="direct")

    assert (await seen(world, ines, made))["pinned"] is False
    assert "pinned" not in await seen(world, ben, made)
    assert "pinned" not in await seen(world, ines, direct)


async def test_STA_039_context_is_in_thread_order_and_bounded_for_anybody(world: World) -> None:
    """At most 40 above and 60 below without a token; more with one."""
    ines = await world.user("ines")
    line = [await post(world, ines)]
    for _ in range(42):
        line.append(await post(world, ines, in_reply_to_id=line[-1]["id"]))
    leaves = [(await post(world, ines, in_reply_to_id=line[-1]["id"]))["id"] for _ in range(62)]

    above, below = await context(world, ines, line[-1])
    fewer_above, fewer_below = await context(world, None, line[-1])

    assert above == [one["id"] for one in line[:-1]]
    assert below == leaves
    assert fewer_above == above[2:]
    assert len(fewer_below) == 60


async def test_a_context_shows_branches_whole_before_the_next(world: World) -> None:
    """An answer stands directly below what it answers."""
    ines = await world.user("ines")
    root = await post(world, ines)
    first = await post(world, ines, in_reply_to_id=root["id"])
    second = await post(world, ines, in_reply_to_id=root["id"])
    inner = await post(world, ines, in_reply_to_id=first["id"])

    _, below = await context(world, ines, root)

    assert below == [first["id"], inner["id"], second["id"]]


async def test_STA_040_anybody_sees_twenty_replies_deep_and_users_4096(world: World) -> None:
    """What hangs deeper is shown to those who are signed in."""
    ines = await world.user("ines")
    line = [await post(world, ines)]
    for _ in range(23):
        line.append(await post(world, ines, in_reply_to_id=line[-1]["id"]))

    _, all_of_it = await context(world, ines, line[0])
    _, some = await context(world, None, line[0])
    _, few = await world.db.read(threads.around, int(line[0]["id"]), below=5)

    assert len(all_of_it) == 23
    assert some == [one["id"] for one in line[1:21]]
    assert len(few) <= 6
    assert threads.MOST == 4096


async def test_a_ring_of_posts_ends(world: World) -> None:
    """Peers can tie posts so that each answers the other."""
    ines = await world.user("ines")
    first = await post(world, ines)
    second = await post(world, ines, in_reply_to_id=first["id"])
    third = await post(world, ines, in_reply_to_id=second["id"])
    await world.db.write(statuses.change, int(first["id"]), {"reply_to_id": int(third["id"])})

    above, below = await context(world, ines, second)

    assert (sorted(above), sorted(below)) == ([first["id"], third["id"]], [first["id"], third["id"]])


async def test_STA_041_context_says_that_replies_are_still_fetched(network: Network) -> None:
    """The header has an id to ask with, until it is over (ASY-001)."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    create = okapi.create("Hello", to=[PUBLIC, asha.account.uri])
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None
    client = ward.world.client(asha)

    answer = await client.get(f"{STATUSES}/{held.id}/context")
    header = re.fullmatch(r'id="([^"]+)", retry=(\d+), result_count=(\d+)', answer.headers["mastodon-async-refresh"])
    assert header is not None
    path = f"/api/v1_alpha/async_refreshes/{header[1]}"
    running = (await client.get(path)).json()
    await network.settle()
    finished = (await client.get(path)).json()

    assert faults("AsyncRefresh", running["async_refresh"]) == []
    assert (running["async_refresh"]["status"], finished["async_refresh"]["status"]) == ("running", "finished")
    assert "mastodon-async-refresh" not in (await client.get(f"{STATUSES}/{held.id}/context")).headers


async def test_ASY_001_the_header_holds_id_retry_and_result_count(network: Network) -> None:
    """Nobody without a token causes a look elsewhere, and so sees none; local threads have none."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    create = okapi.create("Hello", to=[PUBLIC, asha.account.uri])
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    ours = await ward.post(asha, "Gel")
    assert held is not None

    heads = [
        (await ward.world.client(who).get(f"{STATUSES}/{one}/context")).headers.get("mastodon-async-refresh")
        for who, one in ((None, held.id), (asha, ours.id), (asha, held.id))
    ]

    assert heads == [None, None, f'id="thread-{held.id}", retry=5, result_count=0']


@pytest.mark.parametrize("name", ["99", "thread-99", "thread-", "thread-x", "thread-" + "9" * 30])
async def test_ASY_002_an_unknown_refresh_is_404(world: World, name: str) -> None:
    """Whatever its form."""
    client = world.client(await world.user("ines"))

    assert (await client.get(f"/api/v1_alpha/async_refreshes/{name}")).status_code == 404


@pytest.mark.parametrize("what", ["favourite", "reblog"])
async def test_STA_052_lists_of_people_omit_whom_the_viewer_blocks(world: World, what: str) -> None:
    """favourited_by and reblogged_by alike."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    made = await post(world, ines)
    for who in (ben, omar):
        await act(world, who, made, what)
    await world.db.write(following.block, ines.id, ben.id)

    answer = await world.client(ines).get(f"{STATUSES}/{made['id']}/{what}{'d' if what == 'favourite' else 'ged'}_by")

    assert [one["acct"] for one in answer.json()] == ["omar"]


async def _translation(world: World, who: Person, status: Json) -> int:
    return (await world.client(who).post(f"{STATUSES}/{status['id']}/translate", json={"lang": "en"})).status_code


async def test_STA_057_translate_refuses_private_statuses(world: World) -> None:
    """403 where they are seen, 404 where they are not."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines, visibility="private")

    assert [await _translation(world, who, made) for who in (ines, ben)] == [403, 404]


async def test_STA_058_translate_without_a_service_is_404(world: World) -> None:
    """An app's own token is 422."""
    ines = await world.user("ines")
    made = await post(world, ines)
    app = world.client(await world.token(None, "read"))

    assert await _translation(world, ines, made) == 404
    assert (await app.post(f"{STATUSES}/{made['id']}/translate")).status_code == 422


async def test_STA_060_narrower_audiences_are_shown_as_private(world: World) -> None:
    """Apps know no other word."""
    made = await post(world, await world.user("ines"), local_only=True)

    assert (made["visibility"], made["local_only"]) == ("private", True)


async def test_STA_061_application_is_null_or_whole(world: World) -> None:
    """An app with its name and website, or none."""
    ines = await world.user("ines")
    made = await post(world, ines)

    shown: dict[str, Any] = (await seen(world, None, made))["application"]

    assert shown == {"name": "Test app", "website": None}


async def test_a_card_has_no_address_of_its_own(world: World) -> None:
    """It was removed from Mastodon long ago; it stands in the status."""
    ines = await world.user("ines")

    assert await code(world, ines, await post(world, ines), "/card") == 404
