"""What apps rely on when they search."""

from typing import Any

import pytest

from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import Person, World

SEARCH = "/api/v2/search"


async def post(world: World, who: Person, text: str, **more: Any) -> dict[str, Any]:
    response = await world.client(who).post("/api/v1/statuses", json={"status": text, **more})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def found(world: World, who: Person, query: str, **more: Any) -> list[str]:
    answer = (await world.client(who).get(SEARCH, params={"q": query, "type": "statuses", **more})).json()
    return [one["id"] for one in answer["statuses"]]


async def test_SEA_001_without_words_it_is_400(world: World) -> None:
    """An empty query too."""
    client = world.client(await world.user("ines"))

    codes = [(await client.get(SEARCH, params=query)).status_code for query in ({}, {"q": ""}, {"q": "  "})]

    assert codes == [400, 400, 400]


async def test_SEA_002_anybody_may_neither_resolve_nor_page(world: World) -> None:
    """Without a token that is 401, and a plain search is not."""
    queries: list[dict[str, str | bool]] = [{"q": "ines", "resolve": True}, {"q": "ines", "offset": "1"}, {"q": "ines"}]

    codes = [(await world.anybody.get(SEARCH, params=query)).status_code for query in queries]

    assert codes == [401, 401, 200]


async def test_SEA_003_three_lists_are_always_there(world: World) -> None:
    """Also when nothing is found."""
    answer = (await world.client(await world.user("ines")).get(SEARCH, params={"q": "zzz"})).json()

    assert (answer["accounts"], answer["statuses"], answer["hashtags"]) == ([], [], [])
    assert faults("Search", answer) == []


async def test_SEA_004_a_type_limits_and_lets_offset_count(world: World) -> None:
    """Without a type every list begins at its beginning."""
    ines = await world.user("ines")
    first, second = await post(world, ines, "Trolley one"), await post(world, ines, "Trolley two")
    client = world.client(ines)

    typed = (await client.get(SEARCH, params={"q": "trolley", "type": "statuses", "offset": 1})).json()
    untyped = (await client.get(SEARCH, params={"q": "trolley", "offset": 1})).json()

    assert [one["id"] for one in typed["statuses"]] == [first["id"]]
    assert [one["id"] for one in untyped["statuses"]] == [second["id"], first["id"]]
    assert typed["accounts"] == []


async def test_SEA_005_following_keeps_those_who_are_followed(world: World) -> None:
    """Others of the same name are left out."""
    ines, anna, annika = await world.user("ines"), await world.user("anna"), await world.user("annika")
    client = world.client(ines)
    await client.post(f"/api/v1/accounts/{anna.id}/follow")

    answer = (await client.get(SEARCH, params={"q": "ann", "following": True})).json()

    assert [one["id"] for one in answer["accounts"]] == [str(anna.id)]
    assert annika.id != anna.id


async def test_SEA_006_an_address_is_resolved_to_the_one_thing_there(network: Network) -> None:
    """A post of another server that nobody here has seen."""
    ward, far = await network.node("ward.example"), await network.node("far.example")
    ines, otto = await ward.user("ines"), await far.user("otto")
    status = await far.post(otto, "Soft bin lids let patients sleep")

    answer = (await ward.world.client(ines).get(SEARCH, params={"q": status.uri, "resolve": True})).json()

    assert [one["uri"] for one in answer["statuses"]] == [status.uri]
    assert (answer["accounts"], answer["hashtags"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("lid", {"lids"}),
        ("LIDS", {"lids"}),
        ("bins", set()),
        ("bin lids", {"lids"}),
        ('"lids bin"', set()),
        ('"bin lids"', {"lids"}),
        ("ward -bin", {"cafe"}),
        ("cafe", {"cafe"}),
        ("CAFÉ", {"cafe"}),
        ("hinted", {"cw"}),
        ("breakfast", {"poll"}),
        ("has:poll", {"poll"}),
        ("ward -has:poll", {"lids", "cafe"}),
        ("is:sensitive", {"cw"}),
        ("from:me lids", {"lids"}),
        ("from:@fred lids", set()),
        ("language:de", {"german"}),
        ("before:2020-01-01 ward", set()),
        ("after:2020-01-01 café", {"cafe"}),
        ("'; DROP TABLE statuses; --", set()),
        ('" OR 1=1', set()),
        ("NEAR(bin lids)", set()),
    ],
)
async def test_posts_are_found_by_words_phrases_and_operators(world: World, query: str, wanted: set[str]) -> None:
    """On both databases alike: without case and accents, by how a word begins, in warnings and polls too."""
    ines = await world.user("ines")
    await world.user("fred")
    poll = {"options": ["breakfast", "lunch"], "expires_in": 3600}
    posts = {
        "lids": await post(world, ines, "Ward: soft bin lids"),
        "cafe": await post(world, ines, "The café of the ward"),
        "cw": await post(world, ines, "A thing", spoiler_text="Hinted at"),
        "poll": await post(world, ines, "When?", poll=poll),
        "german": await post(world, ines, "Leise Deckel", language="de"),
    }

    ids = await found(world, ines, query)

    assert {name for name, one in posts.items() if one["id"] in ids} == wanted


async def test_an_edited_post_is_found_by_what_it_says_now(world: World) -> None:
    """And a deleted one no more."""
    ines = await world.user("ines")
    one = await post(world, ines, "Trolley")
    await world.client(ines).put(f"/api/v1/statuses/{one['id']}", json={"status": "Handcart"})

    edited = (await found(world, ines, "trolley"), await found(world, ines, "handcart"))
    await world.client(ines).delete(f"/api/v1/statuses/{one['id']}")

    assert (*edited, await found(world, ines, "handcart")) == ([], [one["id"]], [])


async def test_posts_of_one_account_are_found_alone_and_page(world: World) -> None:
    """Together with ids of both ends; an account that does not exist has none."""
    ines, ben = await world.user("ines"), await world.user("ben")
    mine = [await post(world, ines, f"trolley {number}") for number in range(4)]
    theirs = await post(world, ben, "trolley of Ben")

    by_ben = await found(world, ines, "trolley", account_id=str(ben.id))
    by_me = await found(world, ines, "trolley", account_id=str(ines.id), min_id=mine[0]["id"], max_id=mine[3]["id"])
    by_nobody = [await found(world, ines, "trolley", account_id=one) for one in ("12", "abc", "9" * 30)]

    assert by_ben == [theirs["id"]]
    assert by_me == [mine[2]["id"], mine[1]["id"]]
    assert by_nobody == [[], [], []]


async def test_of_peers_those_are_found_who_let_it_or_whose_posts_were_kept(network: Network) -> None:
    """A stranger who does not want to be found is found only in what one has kept."""
    ward, far = await network.node("ward.example"), await network.node("far.example")
    ines, otto = await ward.user("ines"), await far.user("otto")
    await ward.follow(ines, "otto@far.example")
    await network.settle()
    status = await far.post(otto, "Soft trolley wheels")
    await network.settle()
    held = await ward.held(status.uri)
    assert held is not None

    before = await found(ward.world, ines, "trolley")
    await ward.world.client(ines).post(f"/api/v1/statuses/{held.id}/bookmark")
    kept = await found(ward.world, ines, "trolley")
    in_library = await found(ward.world, ines, "in:library trolley")

    assert (before, kept, in_library) == ([], [str(held.id)], [str(held.id)])
