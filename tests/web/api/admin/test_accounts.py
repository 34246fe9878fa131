"""What moderators do about accounts, and what follows from it."""

import pytest

from node.errors import Problem
from node.services import signing_in
from tests.support.network import Network
from tests.support.world import PASSWORD, Person, World

START = "/api/v1/admin/accounts"


async def act(world: World, by: Person, on: Person, kind: str) -> int:
    response = await world.client(by).post(f"{START}/{on.id}/action", json={"type": kind})
    return response.status_code


async def test_suspended_people_are_gone_and_come_back_as_they_were(world: World) -> None:
    """Their posts are hidden, their tokens worth nothing; taken back, both the profile and the posts are there again."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred", display_name="Fred F.")
    post = (await world.client(fred).post("/api/v1/statuses", json={"status": "Hello"})).json()

    assert await act(world, ines, fred, "suspend") == 200
    hidden = (await world.anybody.get(f"/api/v1/statuses/{post['id']}")).status_code
    token = (await world.client(fred).get("/api/v1/accounts/verify_credentials")).status_code
    shown = (await world.client(ines).get(f"/api/v1/accounts/{fred.id}")).json()
    await world.client(ines).post(f"{START}/{fred.id}/unsuspend")
    back = (await world.anybody.get(f"/api/v1/statuses/{post['id']}")).status_code
    whole = (await world.anybody.get(f"/api/v1/accounts/{fred.id}")).json()

    assert (hidden, token, shown["suspended"], shown["display_name"]) == (404, 401, True, "")
    assert (back, whole["display_name"]) == (200, "Fred F.")


async def test_disabled_people_cannot_sign_in_and_their_posts_stay(world: World) -> None:
    """Until they are enabled again."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    post = (await world.client(fred).post("/api/v1/statuses", json={"status": "Hello"})).json()

    await act(world, ines, fred, "disable")
    seen = (await world.anybody.get(f"/api/v1/statuses/{post['id']}")).status_code
    with pytest.raises(Problem) as refused:
        await signing_in.check_password(world.node.door, world.db, fred.email, PASSWORD, address="192.0.2.9")
    enabled = (await world.client(ines).post(f"{START}/{fred.id}/enable")).json()

    assert (seen, refused.value.status, enabled["disabled"]) == (200, 401, False)


async def test_silenced_people_show_to_followers_alone(world: World) -> None:
    """Not in the public timeline, still in the home of who follows."""
    ines, fred, sam = await world.user("ines", role="admin"), await world.user("fred"), await world.user("sam")
    await world.client(sam).post(f"/api/v1/accounts/{fred.id}/follow")
    await world.client(fred).post("/api/v1/statuses", json={"status": "Loud"})

    await act(world, ines, fred, "silence")
    public = (await world.anybody.get("/api/v1/timelines/public")).json()
    home = (await world.client(sam).get("/api/v1/timelines/home")).json()

    assert (public, [one["account"]["username"] for one in home]) == ([], ["fred"])


@pytest.mark.parametrize("kind", ["none", "disable", "sensitive", "silence", "suspend"])
async def test_each_action_is_told_to_its_owner_by_a_strike(world: World, kind: str) -> None:
    """Whatever a moderator does is answered by an empty object."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")

    assert await act(world, ines, fred, kind) == 200


async def test_unknown_actions_and_strange_reports_are_refused(world: World) -> None:
    """With the field that is wrong, and nothing is done."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    client = world.client(ines)

    strange = await client.post(f"{START}/{fred.id}/action", json={"type": "exile"})
    empty = await client.post(f"{START}/{fred.id}/action", json={})
    foreign = await client.post(f"{START}/{fred.id}/action", json={"type": "none", "report_id": "12"})

    assert [one.status_code for one in (strange, empty, foreign)] == [422, 422, 404]
    assert "type" in strange.json()["details"]


async def test_an_account_that_is_emptied_has_no_posts_and_no_person(world: World) -> None:
    """Its name stays taken."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    for number in range(3):
        await world.client(fred).post("/api/v1/statuses", json={"status": f"Post {number}"})
    await world.client(fred).post(f"/api/v1/accounts/{ines.id}/follow")
    await act(world, ines, fred, "suspend")

    deleted = await world.client(ines).delete(f"{START}/{fred.id}")
    await world.work()

    left = (await world.client(ines).get(f"{START}/{fred.id}")).json()
    followers = (await world.client(ines).get(f"/api/v1/accounts/{ines.id}/followers")).json()
    assert (deleted.status_code, left["email"], left["account"]["statuses_count"], followers) == (200, None, 0, [])


async def test_peers_are_told_when_posts_of_ours_are_emptied(network: Network) -> None:
    """A Delete goes to whoever has them."""
    ward, far = await network.node("ward.example"), await network.node("far.example")
    ines, fred = await ward.world.user("ines", role="admin"), await ward.user("fred")
    otto = await far.user("otto")
    await far.follow(otto, "fred@ward.example")
    await network.settle()
    status = await ward.post(fred, "Hello")
    await network.settle()
    assert await far.held(status.uri) is not None

    client = ward.world.client(ines)
    await client.post(f"{START}/{fred.id}/action", json={"type": "suspend"})
    await client.delete(f"{START}/{fred.id}")
    await network.settle()

    assert await far.held(status.uri) is None


async def test_people_are_sought_by_state_and_place(world: World) -> None:
    """By the switches of the older API and the words of the newer one."""
    ines, fred = await world.user("ines", role="admin"), await world.user("fred")
    client = world.client(ines)
    await act(world, ines, fred, "silence")

    older = (await client.get(START, params={"local": True, "silenced": True})).json()
    newer = (await client.get("/api/v2/admin/accounts", params={"origin": "local", "status": "silenced"})).json()
    named = (await client.get(START, params={"username": "in"})).json()
    staff = (await client.get("/api/v2/admin/accounts", params={"permissions": "staff"})).json()
    wrong = await client.get("/api/v2/admin/accounts", params={"status": "sleepy"})

    assert [[one["username"] for one in found] for found in (older, newer, staff)] == [["fred"], ["fred"], ["ines"]]
    assert "ines" in {one["username"] for one in named}
    assert wrong.status_code == 422
