"""Pinning posts over the API: one's own, five of them, told in words when it cannot be."""

from typing import Any

import httpx

from tests.support.world import Person, World

STATUSES = "/api/v1/statuses"


async def _post(world: World, who: Person, text: str, **more: Any) -> dict[str, Any]:
    sent = await world.client(who).post(STATUSES, json={"status": text, **more})
    found: dict[str, Any] = sent.json()
    return found


async def _pin(world: World, who: Person, status: dict[str, Any], act: str = "pin") -> httpx.Response:
    return await world.client(who).post(f"{STATUSES}/{status['id']}/{act}")


async def _pinned(world: World, of: Person, reader: Person | None = None, **params: Any) -> list[str]:
    place = f"/api/v1/accounts/{of.id}/statuses"
    found = await world.client(reader).get(place, params={"pinned": "true", **params})
    return [one["content"] for one in found.json()]


async def _flag(world: World, reader: Person, status: dict[str, Any]) -> bool:
    return bool((await world.client(reader).get(f"{STATUSES}/{status['id']}")).json().get("pinned"))


async def test_pins_stand_on_the_profile_in_the_order_of_pinning(world: World) -> None:
    """The newest pin first, whenever its post was written; pinning twice is once."""
    ines = await world.user("ines")
    one, two, three = [await _post(world, ines, text) for text in ("one", "two", "three")]
    sam = await world.user("sam")

    for status in (two, one, one):
        world.clock.pass_time(seconds=1)
        assert (await _pin(world, ines, status)).status_code == 200

    assert await _pinned(world, ines) == ["<p>one</p>", "<p>two</p>"]
    assert (await _flag(world, ines, one), await _flag(world, ines, three)) == (True, False)
    assert await _flag(world, sam, one) is False
    assert await _pinned(world, ines, max_id=two["id"]) == ["<p>one</p>"]
    assert await _pinned(world, ines, max_id=one["id"]) == []


async def test_a_pin_is_taken_away_again(world: World) -> None:
    """None is fine."""
    ines = await world.user("ines")
    one = await _post(world, ines, "one")
    await _pin(world, ines, one)

    answers = [(await _pin(world, ines, one, "unpin")).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert await _pinned(world, ines) == []


async def test_a_sixth_pin_is_refused_in_words(world: World) -> None:
    """And fits when another is taken away."""
    ines = await world.user("ines")
    posts = [await _post(world, ines, f"post {n}") for n in range(6)]

    answers = [await _pin(world, ines, status) for status in posts]

    assert [answer.status_code for answer in answers] == [200] * 5 + [422]
    assert "pinned 5 posts" in answers[-1].json()["error"]
    await _pin(world, ines, posts[0], "unpin")
    assert (await _pin(world, ines, posts[5])).status_code == 200


async def test_what_is_not_ones_own_or_not_for_all_followers_cannot_be_pinned(world: World) -> None:
    """A post of another, a boost, a direct post; what one may not see is not there."""
    ines, sam = await world.user("ines"), await world.user("sam")
    theirs, secret = await _post(world, sam, "theirs"), await _post(world, sam, "secret", visibility="direct")
    boost = (await world.client(ines).post(f"{STATUSES}/{theirs['id']}/reblog")).json()
    direct = await _post(world, ines, "direct", visibility="direct")

    answers = [await _pin(world, ines, status) for status in (theirs, boost, direct, secret)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 404]
    assert "someone else" in answers[0].json()["error"]
    assert "boost" in answers[1].json()["error"]
    assert "followers" in answers[2].json()["error"]
    assert (await _pin(world, ines, theirs, "unpin")).status_code == 404


async def test_a_pinned_post_for_followers_is_shown_to_them_alone(world: World) -> None:
    """On the profile as elsewhere, and never in the collection that peers read."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await _pin(world, ines, await _post(world, ines, "for followers", visibility="private"))
    await _pin(world, ines, await _post(world, ines, "for all #gel", visibility="unlisted"))

    served = await world.anybody.get(
        "/users/ines/collections/featured", headers={"accept": "application/activity+json"}
    )

    assert await _pinned(world, ines, sam) == ["<p>for all"] or len(await _pinned(world, ines, sam)) == 1
    assert len(await _pinned(world, ines, ines)) == 2
    collection = served.json()
    assert (collection["type"], collection["totalItems"]) == ("OrderedCollection", 1)
    [note] = collection["orderedItems"]
    assert (note["type"], note["attributedTo"]) == ("Note", ines.account.uri)
    assert "@context" not in note
    assert "Hashtag" in str(collection["@context"])


async def test_the_actor_names_its_pins(world: World) -> None:
    """The address that is served."""
    ines = await world.user("ines")

    actor = (await world.anybody.get("/users/ines", headers={"accept": "application/activity+json"})).json()

    assert actor["featured"] == f"{ines.account.uri}/collections/featured"


async def test_pinning_asks_for_its_own_scope(world: World) -> None:
    """As in Mastodon: it changes the account."""
    ines = await world.user("ines")
    one = await _post(world, ines, "one")
    token = await world.token(ines, "write:statuses")

    refused = await world.client(token).post(f"{STATUSES}/{one['id']}/pin")

    assert refused.status_code == 403
