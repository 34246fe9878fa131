"""What apps rely on when people boost, favourite, keep and pin posts; each test is named by the behaviour it shows."""

import pytest

from node.services import following
from tests.contract.behaviours.posts import act, code, post, seen, tried
from tests.contract.entities import faults
from tests.support.world import World


async def test_STA_042_reblog_returns_a_wrapper_around_the_original(world: World) -> None:
    """A status of the one who boosts, whole."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)

    boost = await act(world, ben, made, "reblog")

    assert faults("Status", boost) == []
    assert (boost["account"]["acct"], boost["reblog"]["id"], boost["reblog"]["reblogs_count"]) == ("ben", made["id"], 1)


async def test_STA_043_reblogging_a_reblog_targets_the_original(world: World) -> None:
    """One step, not a chain."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    made = await post(world, ines)
    boost = await act(world, ben, made, "reblog")

    assert (await act(world, omar, boost, "reblog"))["reblog"]["id"] == made["id"]


async def test_STA_044_reblogging_twice_returns_the_existing_reblog(world: World) -> None:
    """And counts once."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)

    first, second = await act(world, ben, made, "reblog"), await act(world, ben, made, "reblog")

    assert first["id"] == second["id"]
    assert (await seen(world, ines, made))["reblogs_count"] == 1


async def test_STA_045_others_private_statuses_are_not_reblogged(world: World) -> None:
    """404 where they are not seen, 403 where they are."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    await world.db.write(following.follow, ben.id, ines.id)
    made = await post(world, ines, visibility="private")

    assert [await tried(world, who, made, "reblog") for who in (ben, omar)] == [403, 404]


async def test_STA_046_ones_own_private_reblog_stays_private(world: World) -> None:
    """Whatever audience is asked for."""
    ines = await world.user("ines")
    made = await post(world, ines, visibility="private")

    assert (await act(world, ines, made, "reblog", visibility="public"))["visibility"] == "private"


async def test_STA_047_direct_statuses_cannot_be_reblogged(world: World) -> None:
    """Not even by their author."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines, "@ben psst", visibility="direct")

    assert [await tried(world, who, made, "reblog") for who in (ines, ben)] == [403, 403]


async def test_STA_048_unreblog_returns_the_original_also_after_a_block(world: World) -> None:
    """With reblogged false."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)
    await act(world, ben, made, "reblog")
    await world.db.write(following.block, ines.id, ben.id)

    found = await act(world, ben, made, "unreblog")

    assert (found["id"], found["reblogged"], found["reblogs_count"]) == (made["id"], False, 0)


async def test_STA_049_favourites_are_idempotent_and_counted_at_once(world: World) -> None:
    """Doing and undoing, twice each."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)

    told = [await act(world, ben, made, what) for what in ("favourite", "favourite", "unfavourite", "unfavourite")]

    assert [(one["favourited"], one["favourites_count"]) for one in told] == [(True, 1)] * 2 + [(False, 0)] * 2


@pytest.mark.parametrize("what", ["favourite", "bookmark"])
async def test_STA_050_undoing_works_after_the_author_blocked_the_user(world: World, what: str) -> None:
    """What is one's own may be taken back."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)
    await act(world, ben, made, what)
    await world.db.write(following.block, ines.id, ben.id)

    assert (await act(world, ben, made, f"un{what}"))[f"{what}d" if what == "favourite" else "bookmarked"] is False


@pytest.mark.parametrize("what", ["favourite", "bookmark"])
async def test_STA_051_what_is_not_seen_is_404(world: World, what: str) -> None:
    """Nothing is kept."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines, visibility="private")

    assert await tried(world, ben, made, what) == 404
    assert (await seen(world, ines, made))["favourites_count"] == 0


async def test_STA_053_muting_a_status_mutes_its_whole_thread(world: World) -> None:
    """Root and answers say so; what others write does not."""
    ines, ben = await world.user("ines"), await world.user("ben")
    root = await post(world, ines)
    answer = await post(world, ben, "@ines yes", in_reply_to_id=root["id"])
    other = await post(world, ben)

    muted = await act(world, ines, root, "mute")

    assert muted["muted"] is True
    assert [(await seen(world, ines, one))["muted"] for one in (root, answer, other)] == [True, True, False]
    assert (await act(world, ines, answer, "unmute"))["muted"] is False


async def test_STA_054_only_own_open_originals_can_be_pinned(world: World) -> None:
    """Others', direct ones and boosts are 422."""
    ines, ben = await world.user("ines"), await world.user("ben")
    own, others = await post(world, ines), await post(world, ben)
    direct = await post(world, ines, "@ben psst", visibility="direct")
    boost = await act(world, ines, others, "reblog")

    pinned = await act(world, ines, own, "pin")

    assert pinned["pinned"] is True
    assert [await tried(world, ines, one, "pin") for one in (others, direct, boost)] == [422] * 3


async def test_STA_055_at_most_five_statuses_are_pinned(world: World) -> None:
    """The sixth is 422."""
    ines = await world.user("ines")
    made = [await post(world, ines, f"Gel {number}") for number in range(6)]

    assert [await tried(world, ines, one, "pin") for one in made] == [200] * 5 + [422]


async def test_STA_056_unpinning_what_is_not_pinned_succeeds(world: World) -> None:
    """It is as it was wanted."""
    ines = await world.user("ines")
    made = await post(world, ines)

    assert (await act(world, ines, made, "unpin"))["pinned"] is False


async def test_replies_that_others_cannot_see_are_not_counted(world: World) -> None:
    """A number tells of them too; within the house all of its own are."""
    ines, ben = await world.user("ines"), await world.user("ben")
    root, inside = await post(world, ines), await post(world, ines, local_only=True)
    for visibility in ("public", "unlisted", "private", "direct"):
        await post(world, ben, "@ines yes", in_reply_to_id=root["id"], visibility=visibility)
    gone = await post(world, ben, "@ines psst", in_reply_to_id=root["id"], visibility="direct")
    await post(world, ben, local_only=True, in_reply_to_id=root["id"])
    await post(world, ben, in_reply_to_id=inside["id"])
    await world.client(ben).delete(f"/api/v1/statuses/{gone['id']}")

    assert [(await seen(world, ines, one))["replies_count"] for one in (root, inside)] == [2, 1]
    assert await code(world, ben, inside) == 200


async def test_a_boost_is_as_wide_as_its_author_usually_posts(world: World) -> None:
    """Unless they say otherwise; a word that is none is 422."""
    ines, ben = await world.user("ines"), await world.user("ben")
    await world.client(ben).patch("/api/v1/accounts/update_credentials", json={"source": {"privacy": "unlisted"}})
    made, other = await post(world, ines), await post(world, ines)

    usual = await act(world, ben, made, "reblog")
    chosen = await act(world, ben, other, "reblog", visibility="private")

    assert (usual["visibility"], chosen["visibility"]) == ("unlisted", "private")
    assert await tried(world, ben, made, "reblog", visibility="direct") == 422
