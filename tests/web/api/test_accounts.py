"""Accounts over the API: who they are, whom they know, and how one follows, blocks and mutes them."""

from typing import Any

import pytest

from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

ACCOUNTS = "/api/v1/accounts"


async def act(world: World, who: Person, whom: Person, name: str, **sent: Any) -> dict[str, Any]:
    """Do something to an account and return the Relationship."""
    response = await world.client(who).post(f"{ACCOUNTS}/{whom.id}/{name}", json=sent)
    assert response.status_code == 200, response.text
    done: dict[str, Any] = response.json()
    return done


async def test_account_is_whole_and_found_by_handle(world: World) -> None:
    """By id, by name, by name and host, with an @ or without, for anybody."""
    ines = await world.user("ines", display_name="Ines Okafor")
    handles = ("ines", "@ines", "INES", "ines@ward.example", "@ines@WARD.example")

    shown = (await world.anybody.get(f"{ACCOUNTS}/{ines.id}")).json()
    looked_up = [(await world.anybody.get(f"{ACCOUNTS}/lookup", params={"acct": acct})).json() for acct in handles]

    assert faults("Account", shown) == []
    assert looked_up == [shown] * len(handles)


@pytest.mark.parametrize(("acct", "status"), [("nobody", 404), ("x@y@z", 404), ("a b", 404), ("", 400)])
async def test_lookup_of_nobody_is_refused_in_words(world: World, acct: str, status: int) -> None:
    """And nobody else is asked."""
    response = await world.anybody.get(f"{ACCOUNTS}/lookup", params={"acct": acct})

    assert (response.status_code, bool(response.json()["error"]), world.fetcher.asked) == (status, True, [])


async def test_follow_an_open_and_a_locked_account(world: World) -> None:
    """An open one is followed at once, a locked one is asked, and answers by authorize or reject."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    await world.client(sam).patch(f"{ACCOUNTS}/update_credentials", json={"locked": True})
    requests = "/api/v1/follow_requests"

    opened, asked = await act(world, ines, fred, "follow"), await act(world, ines, sam, "follow")
    waiting = (await world.client(sam).get(requests)).json()
    accepted = (await world.client(sam).post(f"{requests}/{ines.id}/authorize")).json()
    twice = await world.client(sam).post(f"{requests}/{ines.id}/authorize")
    late = await world.client(sam).post(f"{requests}/{ines.id}/reject")

    assert [faults("Relationship", one) for one in (opened, asked, accepted)] == [[], [], []]
    assert [(one["following"], one["requested"]) for one in (opened, asked)] == [(True, False), (False, True)]
    assert [one["acct"] for one in waiting] == ["ines"]
    assert (accepted["followed_by"], accepted["requested_by"]) == (True, False)
    assert (twice.status_code, late.status_code) == (404, 404)
    assert (await world.client(sam).get(f"{ACCOUNTS}/{sam.id}")).json()["followers_count"] == 1


async def test_following_again_changes_only_what_is_shown(world: World) -> None:
    """Boosts and the bell."""
    ines, fred = await world.user("ines"), await world.user("fred")
    await act(world, ines, fred, "follow")

    changed = await act(world, ines, fred, "follow", reblogs=False, notify=True)
    unfollowed = await act(world, ines, fred, "unfollow")

    assert (changed["following"], changed["showing_reblogs"], changed["notifying"]) == (True, False, True)
    assert unfollowed["following"] is False


async def test_what_cannot_be_followed_is_refused(world: World) -> None:
    """Oneself and whoever blocks are 403, nobody is 404."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await act(world, sam, ines, "block")
    client = world.client(ines)

    codes = [(await client.post(f"{ACCOUNTS}/{i}/follow")).status_code for i in (ines.id, sam.id, 5)]

    assert codes == [403, 403, 404]


async def test_block_ends_both_follows_and_can_be_listed(world: World) -> None:
    """The blocked one sees it in the relationship."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await act(world, ines, sam, "follow")
    await act(world, sam, ines, "follow")

    blocking = await act(world, ines, sam, "block")
    seen = (await world.client(sam).get(f"{ACCOUNTS}/relationships", params={"id": ines.id})).json()[0]
    listed = (await world.client(ines).get("/api/v1/blocks")).json()
    unblocked = await act(world, ines, sam, "unblock")

    assert (blocking["blocking"], blocking["following"], blocking["followed_by"]) == (True, False, False)
    assert (seen["blocked_by"], seen["following"]) == (True, False)
    assert [one["acct"] for one in listed] == ["sam"]
    assert unblocked["blocking"] is False


async def test_mute_hides_notifications_unless_told_otherwise(world: World) -> None:
    """One may end by itself, and says when."""
    ines, sam = await world.user("ines"), await world.user("sam")
    place = f"{ACCOUNTS}/{sam.id}/mute"

    quiet = await act(world, ines, sam, "mute", duration=0)
    listed = (await world.client(ines).get("/api/v1/mutes")).json()
    told = await act(world, ines, sam, "mute", notifications=False)
    timed = (await world.client(ines).post(place, json={"duration": 3600})).json()
    ended = await act(world, ines, sam, "unmute")

    assert (quiet["muting"], quiet["muting_notifications"]) == (True, True)
    assert [(one["acct"], one["mute_expires_at"]) for one in listed] == [("sam", None)]
    assert (told["muting"], told["muting_notifications"]) == (True, False)
    assert timed["muting_expires_at"] == "2026-11-25T10:00:00.000Z"
    assert (ended["muting"], ended["muting_notifications"]) == (False, False)


async def test_follower_can_be_removed_without_a_block(world: World) -> None:
    """And may come back."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await act(world, sam, ines, "follow")

    removed = await act(world, ines, sam, "remove_from_followers")

    assert (removed["followed_by"], removed["blocking"]) == (False, False)
    assert (await act(world, sam, ines, "follow"))["following"] is True


async def test_relationships_take_one_or_many_ids(world: World) -> None:
    """Each once, in their order, unknown ones left out; no ids, no relationships."""
    ines, fred, sam = await world.user("ines"), await world.user("fred"), await world.user("sam")
    client = world.client(ines)
    many = {"id[]": [*map(str, (sam.id, fred.id, sam.id, 5)), "no id"]}

    found = (await client.get(f"{ACCOUNTS}/relationships", params=many)).json()
    one = (await client.get(f"{ACCOUNTS}/relationships", params={"id": sam.id})).json()
    none = (await client.get(f"{ACCOUNTS}/relationships")).json()
    several = (await client.get(ACCOUNTS, params=many)).json()

    assert [shown["id"] for shown in found] == [str(sam.id), str(fred.id)]
    assert ([shown["id"] for shown in one], none) == ([str(sam.id)], [])
    assert [shown["acct"] for shown in several] == ["sam", "fred"]


async def test_followers_are_paged_by_hidden_ids(world: World) -> None:
    """Next leads through all of them once; a page that is not full has no next; the blocked are left out."""
    ines = await world.user("ines")
    fans = [await world.user(f"fan{n}") for n in range(5)]
    for fan in fans:
        await act(world, fan, ines, "follow")
    await act(world, fans[0], fans[3], "block")
    place, names = f"{ACCOUNTS}/{ines.id}/followers?limit=2", []

    while place:
        response = await world.client(fans[0]).get(place)
        names.append([one["acct"] for one in response.json()])
        place = response.links.get("next", {}).get("url", "")

    assert names == [["fan4", "fan2"], ["fan1", "fan0"], []]
    following = (await world.anybody.get(f"{ACCOUNTS}/{fans[1].id}/following")).json()
    assert [one["acct"] for one in following] == ["ines"]


async def test_posts_of_an_account_are_narrowed_as_asked(world: World) -> None:
    """Replies to oneself stay when replies are left out; nothing is pinned."""
    ines, sam = await world.user("ines"), await world.user("sam")
    theirs = await post(world, sam, "theirs")
    own = await post(world, ines, "own #gel")
    thread = await post(world, ines, "thread", in_reply_to_id=own["id"])
    reply = await post(world, ines, "reply", in_reply_to_id=theirs["id"])
    boost = (await world.client(ines).post(f"/api/v1/statuses/{theirs['id']}/reblog")).json()

    async def ids(**params: Any) -> list[Any]:
        found = await world.anybody.get(f"{ACCOUNTS}/{ines.id}/statuses", params=params)
        return [one["id"] for one in found.json()]

    assert await ids() == [boost["id"], reply["id"], thread["id"], own["id"]]
    assert await ids(exclude_replies="true", exclude_reblogs="1") == [thread["id"], own["id"]]
    assert await ids(tagged="GEL") == [own["id"]]
    assert (await ids(pinned="true"), await ids(only_media="true")) == ([], [])


async def test_unknown_accounts_are_404_everywhere(world: World) -> None:
    """For reading and for doing."""
    ines = await world.user("ines")
    client = world.client(ines)
    reads = ("", "/statuses", "/followers", "/following")
    acts = ("follow", "unfollow", "block", "unblock", "mute", "unmute", "remove_from_followers")

    codes = [(await client.get(f"{ACCOUNTS}/5{end}")).status_code for end in reads]
    codes += [(await client.post(f"{ACCOUNTS}/5/{name}")).status_code for name in acts]

    assert set(codes) == {404}
