"""Quotes over the API: who may, what the entity says, who quotes a post, and taking it back."""

from typing import Any

import pytest

from node.services import following
from tests.contract.entities import faults
from tests.support.world import Person, World

STATUSES = "/api/v1/statuses"


async def post(world: World, who: Person, text: str = "Gel by every bed.", **more: Any) -> dict[str, Any]:
    """Post and return the Status."""
    response = await world.client(who).post(STATUSES, json={"status": text} | more)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


async def quoted(world: World, who: Person, status: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Quote a post and return the Status."""
    return await post(world, who, "Worth a look", quoted_status_id=status["id"], **more)


async def seen(world: World, who: Person, status: dict[str, Any]) -> dict[str, Any]:
    """Return a post as somebody sees it."""
    found: dict[str, Any] = (await world.client(who).get(f"{STATUSES}/{status['id']}")).json()
    return found


async def test_a_quote_of_a_colleague_is_shown_at_once(world: World) -> None:
    """QUO-001: whole entities, one step deep; the author is told and the count grows."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    second = await quoted(world, ben, first)

    third = await quoted(world, ines, second)

    inner = third["quote"]["quoted_status"]
    assert faults("Status", third) == []
    assert (third["quote"]["state"], inner["id"]) == ("accepted", second["id"])
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}
    assert (await seen(world, ines, first))["quotes_count"] == 1
    told = (await world.client(ines).get("/api/v1/notifications", params={"types[]": "quote"})).json()
    assert [(one["type"], one["status"]["id"]) for one in told] == [("quote", second["id"])]


async def test_a_quote_needs_no_words_and_survives_an_edit(world: World) -> None:
    """STA-001 and STA-031."""
    ines = await world.user("ines")
    first = await post(world, ines)
    made = await post(world, ines, "", quoted_status_id=first["id"])

    edited = await world.client(ines).put(f"{STATUSES}/{made['id']}", json={"status": ""})

    assert edited.status_code == 200
    assert edited.json()["quote"]["quoted_status"]["id"] == first["id"]


async def test_quoting_a_boost_quotes_what_was_boosted(world: World) -> None:
    """QUO-005."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    boost = (await world.client(ben).post(f"{STATUSES}/{first['id']}/reblog")).json()

    made = await quoted(world, ben, boost)

    assert made["quote"]["quoted_status"]["id"] == first["id"]


async def test_what_is_not_to_be_quoted_is_refused(world: World) -> None:
    """Nobody may, a direct post, one that is not seen, and somebody who is blocked."""
    ines, ben = await world.user("ines"), await world.user("ben")
    closed = await post(world, ines, quote_approval_policy="nobody")
    direct = await post(world, ines, "@ben psst", visibility="direct")
    hidden = await post(world, ines, visibility="private")
    public = await post(world, ines)
    await world.db.write(following.block, ben.id, ines.id)

    codes = []
    for one in (closed, direct, hidden, public, {"id": "99"}):
        sent = {"status": "Look", "quoted_status_id": one["id"]}
        codes.append((await world.client(ben).post(STATUSES, json=sent)).status_code)

    assert codes == [404, 404, 404, 404, 404]


async def test_ones_own_posts_may_be_quoted_but_no_wider(world: World) -> None:
    """QUO-007 and QUO-009: nobody else may, and followers-only stays so."""
    ines = await world.user("ines")
    closed = await post(world, ines, quote_approval_policy="nobody")
    hidden = await post(world, ines, visibility="private")

    made = [await quoted(world, ines, one) for one in (closed, hidden)]

    assert [(one["quote"]["state"], one["visibility"]) for one in made] == [
        ("accepted", "public"),
        ("accepted", "private"),
    ]


async def test_a_direct_post_names_whom_it_quotes(world: World) -> None:
    """QUO-006."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    client = world.client(ben)

    refused = await client.post(
        STATUSES, json={"status": "look", "visibility": "direct", "quoted_status_id": first["id"]}
    )
    made = await post(world, ben, "@ines look", visibility="direct", quoted_status_id=first["id"])

    assert (refused.status_code, made["quote"]["state"]) == (422, "accepted")


POLICIES = [
    ({}, {"automatic": ["public"], "manual": [], "current_user": "automatic"}),
    ({"quote_approval_policy": "followers"}, {"automatic": ["followers"], "manual": [], "current_user": "denied"}),
    ({"quote_approval_policy": "nobody"}, {"automatic": [], "manual": [], "current_user": "denied"}),
    ({"visibility": "unlisted"}, {"automatic": ["public"], "manual": [], "current_user": "automatic"}),
]


@pytest.mark.parametrize(("sent", "expected"), POLICIES)
async def test_the_entity_says_who_may_quote(world: World, sent: dict[str, Any], expected: dict[str, Any]) -> None:
    """QUO-014: for the author always, for a follower what is for followers."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines, **sent)

    before = (await seen(world, ben, made))["quote_approval"]
    await world.db.write(following.follow, ben.id, ines.id)
    after = (await seen(world, ben, made))["quote_approval"]["current_user"]

    assert before == expected
    assert (await seen(world, ines, made))["quote_approval"]["current_user"] == "automatic"
    assert after == ("denied" if sent.get("quote_approval_policy") == "nobody" else "automatic")


async def test_a_followers_only_post_is_for_nobody_to_quote(world: World) -> None:
    """QUO-011."""
    ines = await world.user("ines")

    made = await post(world, ines, visibility="private", quote_approval_policy="public")

    assert made["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}


async def test_the_policy_changes_without_an_edit(world: World) -> None:
    """QUO-012 and QUO-013: its own address, or an edit that says so; an edit without keeps it."""
    ines = await world.user("ines")
    made, client = await post(world, ines), world.client(ines)
    address = f"{STATUSES}/{made['id']}"

    changed = (await client.put(f"{address}/interaction_policy", json={"quote_approval_policy": "nobody"})).json()
    kept = (await client.put(address, json={"status": "Gel by every door"})).json()
    edited = (await client.put(address, json={"status": "Gel", "quote_approval_policy": "followers"})).json()
    wrong = await client.put(f"{address}/interaction_policy", json={"quote_approval_policy": "friends"})

    assert (changed["quote_approval"]["automatic"], changed["edited_at"]) == ([], None)
    assert (kept["quote_approval"]["automatic"], edited["quote_approval"]["automatic"]) == ([], ["followers"])
    assert wrong.status_code == 422


async def test_the_default_is_what_somebody_prefers(world: World) -> None:
    """STA-005 and ACC-008."""
    ines = await world.user("ines")
    client = world.client(ines)

    first = await post(world, ines)
    await client.patch("/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}})
    second = await post(world, ines)

    assert [one["quote_approval"]["automatic"] for one in (first, second)] == [["public"], ["followers"]]


async def test_who_quotes_a_post_is_listed_as_far_as_the_reader_sees_them(world: World) -> None:
    """QUO-019: newest first, in pages; a followers-only quote is not for strangers."""
    ines, ben, cleo = await world.user("ines"), await world.user("ben"), await world.user("cleo")
    first = await post(world, ines)
    made = [await quoted(world, ben, first) for _ in range(3)]
    await quoted(world, ben, first, visibility="private")
    client = world.client(cleo)

    page = await client.get(f"{STATUSES}/{first['id']}/quotes", params={"limit": 2})
    rest = await client.get(f"{STATUSES}/{first['id']}/quotes", params={"max_id": page.json()[-1]["id"]})

    found = [one["id"] for one in page.json() + rest.json()]
    assert found == [one["id"] for one in reversed(made)]
    assert 'rel="next"' in page.headers["link"]


async def test_only_the_quoted_author_takes_a_quote_back(world: World) -> None:
    """QUO-020: others 403; afterwards it is revoked for all, and stays so."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    made = await quoted(world, ben, first)
    address = f"{STATUSES}/{first['id']}/quotes/{made['id']}/revoke"

    refused = await world.client(ben).post(address)
    done = await world.client(ines).post(address)

    assert (refused.status_code, done.status_code) == (403, 200)
    assert done.json()["quote"] == {"state": "revoked", "quoted_status": None}
    assert 'class="quote-inline"' in done.json()["content"]
    assert (await seen(world, ines, first))["quotes_count"] == 0
    assert (await world.client(ben).get(f"{STATUSES}/{first['id']}/quotes")).json() == []


async def test_a_quote_that_is_deleted_is_counted_no_more(world: World) -> None:
    """And one whose quoted post is deleted says so."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first, other = await post(world, ines), await post(world, ines)
    gone, left = await quoted(world, ben, first), await quoted(world, ben, other)

    await world.client(ben).delete(f"{STATUSES}/{gone['id']}")
    await world.client(ines).delete(f"{STATUSES}/{other['id']}")

    assert (await seen(world, ines, first))["quotes_count"] == 0
    assert (await seen(world, ben, left))["quote"] == {"state": "deleted", "quoted_status": None}
