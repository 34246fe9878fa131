"""Relations between accounts as apps know them: follows, requests, blocks, notes and endorsements."""

import pytest

from tests.contract.behaviours.people import change, far, follow, names, read, update
from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_accounts import ACCOUNTS, act


async def test_ACC_026_follow_an_open_and_a_locked_account(world: World) -> None:
    """`following` or `requested`."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    await update(world, sam, locked=True)

    opened, asked = await act(world, ines, fred, "follow"), await act(world, ines, sam, "follow")
    theirs = await read(world, sam, f"{ACCOUNTS}/relationships", id=ines.id)

    assert [(one["following"], one["requested"]) for one in (opened, asked)] == [(True, False), (False, True)]
    assert theirs[0]["requested_by"] is True


async def test_ACC_027_following_again_changes_what_is_shown(world: World) -> None:
    """Boosts, the bell and languages; none of them is all."""
    ines, sam = await world.user("ines"), await world.user("sam")
    first = await act(world, ines, sam, "follow")

    changed = await act(world, ines, sam, "follow", reblogs=False, notify=True, languages=["en", "de"])
    kept = await act(world, ines, sam, "follow", reblogs=True)
    freed = await act(world, ines, sam, "follow", languages=[])
    refused = await world.client(ines).post(f"{ACCOUNTS}/{sam.id}/follow", json={"languages": ["<b>"]})

    keys = ("showing_reblogs", "notifying", "languages")
    seen = [[one[key] for key in keys] for one in (first, changed, kept, freed)]
    assert seen == [[True, False, None], [False, True, ["en", "de"]], [True, True, ["en", "de"]], [True, True, None]]
    assert (faults("Relationship", changed), refused.status_code) == ([], 422)


async def test_ACC_028_nobody_follows_themselves(world: World) -> None:
    """403."""
    ines = await world.user("ines")

    assert (await world.client(ines).post(f"{ACCOUNTS}/{ines.id}/follow")).status_code == 403


@pytest.mark.parametrize("is_mine", [True, False])
async def test_ACC_029_a_block_on_either_side_forbids_a_follow(world: World, is_mine: bool) -> None:
    """Whoever blocks."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await act(world, *((ines, sam) if is_mine else (sam, ines)), "block")

    assert (await world.client(ines).post(f"{ACCOUNTS}/{sam.id}/follow")).status_code == 403


async def test_ACC_030_unfollow_takes_a_request_back(world: World) -> None:
    """As it ends a follow."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await update(world, sam, locked=True)
    await act(world, ines, sam, "follow")

    gone = await act(world, ines, sam, "unfollow")

    assert (gone["requested"], await read(world, sam, "/api/v1/follow_requests")) == (False, [])


async def test_ACC_031_a_block_ends_both_follows(world: World) -> None:
    """And says so."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await follow(world, ines, sam)
    await follow(world, sam, ines)

    shown = await act(world, ines, sam, "block")

    assert [shown[key] for key in ("blocking", "following", "followed_by")] == [True, False, False]


async def test_ACC_034_a_follower_is_removed_without_a_block(world: World) -> None:
    """And is not blocked."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await follow(world, sam, ines)

    shown = await act(world, ines, sam, "remove_from_followers")

    assert (shown["followed_by"], shown["blocking"]) == (False, False)


async def test_ACC_035_a_note_is_private_text(world: World) -> None:
    """Nothing written deletes it; a long one is refused; the other never sees it."""
    ines, sam = await world.user("ines"), await world.user("sam")

    kept = await act(world, ines, sam, "note", comment="Met at the course")
    theirs = await read(world, sam, f"{ACCOUNTS}/relationships", id=ines.id)
    long = await world.client(ines).post(f"{ACCOUNTS}/{sam.id}/note", json={"comment": "x" * 2001})
    still = await read(world, ines, f"{ACCOUNTS}/relationships", id=sam.id)
    gone = await act(world, ines, sam, "note", comment="")

    assert (kept["note"], theirs[0]["note"], long.status_code) == ("Met at the course", "", 422)
    assert (still[0]["note"], gone["note"]) == ("Met at the course", "")


async def test_ACC_036_relationships_of_one_or_many_each_once(world: World) -> None:
    """In their order."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    many = {"id[]": [str(sam.id), str(fred.id), str(sam.id)]}

    found = await read(world, ines, f"{ACCOUNTS}/relationships", **many)
    one = await read(world, ines, f"{ACCOUNTS}/relationships", id=sam.id)

    assert [shown["id"] for shown in found] == [str(sam.id), str(fred.id)]
    assert [shown["id"] for shown in one] == [str(sam.id)]


async def test_ACC_037_suspended_accounts_only_on_demand(world: World) -> None:
    """With `with_suspended`."""
    ines, okapi = await world.user("ines"), await far(world)
    await change(world, okapi.id, is_suspended=True)
    path = f"{ACCOUNTS}/relationships"

    without = await read(world, ines, path, id=okapi.id)
    with_them = await read(world, ines, path, id=okapi.id, with_suspended="true")

    assert (without, [one["id"] for one in with_them]) == ([], [str(okapi.id)])


async def test_ACC_038_no_ids_no_relationships(world: World) -> None:
    """An empty list."""
    ines = await world.user("ines")

    assert await read(world, ines, f"{ACCOUNTS}/relationships") == []


async def test_ACC_042_one_endorses_whom_one_follows(world: World) -> None:
    """Again is fine; the lists show it; ending the follow ends it."""
    ines, sam = await world.user("ines"), await world.user("sam")
    early = await world.client(ines).post(f"{ACCOUNTS}/{sam.id}/endorse")
    await follow(world, ines, sam)

    shown = [await act(world, ines, sam, name) for name in ("endorse", "pin", "unpin", "endorse")]
    own = await read(world, ines, "/api/v1/endorsements")
    public = await read(world, None, f"{ACCOUNTS}/{ines.id}/endorsements")
    await act(world, ines, sam, "unfollow")

    assert (early.status_code, [one["endorsed"] for one in shown]) == (422, [True, True, False, True])
    assert (names(own), names(public)) == (["sam"], ["sam"])
    assert await read(world, ines, "/api/v1/endorsements") == []


async def test_ACC_046_follow_requests_are_listed_and_answered(world: World) -> None:
    """Each answer is a Relationship."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    await update(world, sam, locked=True)
    await follow(world, ines, sam)
    await follow(world, fred, sam)
    path, client = "/api/v1/follow_requests", world.client(sam)

    waiting = names(await read(world, sam, path))
    yes = (await client.post(f"{path}/{ines.id}/authorize")).json()
    no = (await client.post(f"{path}/{fred.id}/reject")).json()

    assert waiting == ["fred", "ines"]
    assert [(one["followed_by"], one["requested_by"]) for one in (yes, no)] == [(True, False), (False, False)]
    assert await read(world, sam, path) == []
