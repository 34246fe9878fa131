"""Search over the API: names, handles, addresses, hashtags, own words; peers are asked only when a user says so."""

from typing import Any

import pytest

from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

SEARCH = "/api/v2/search"


async def search(world: World, who: Person | None, q: str, **params: Any) -> dict[str, Any]:
    """Search and return what was found."""
    response = await world.client(who).get(SEARCH, params={"q": q} | params)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    assert faults("Search", found) == []
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [account["acct"] for account in found["accounts"]]


async def test_accounts_are_found_by_how_their_names_begin(world: World) -> None:
    """Username, any word of the shown name; wildcards are letters; the followed come first."""
    ines = await world.user("ines", display_name="Ines Okafor")
    await world.user("inga", display_name="100%_sure")
    inge = await world.user("inge")
    await world.client(ines).post(f"/api/v1/accounts/{inge.id}/follow")

    assert set(names(await search(world, None, "in"))) >= {"ines", "inga", "inge"}
    assert names(await search(world, ines, "@INg")) == ["inge", "inga"]
    assert names(await search(world, ines, "oka")) == ["ines"]
    assert names(await search(world, ines, "100%_")) == ["inga"]
    assert names(await search(world, ines, "%%")) == names(await search(world, ines, "__")) == []
    assert names(await search(world, ines, "in", type="accounts", limit=1, offset=1)) != []
    assert names(await search(world, ines, "ing", following="true")) == ["inge"]


@pytest.mark.parametrize(
    "q", ["@ines@ward.example", "ines@ward.example", "https://ward.example/@ines", "https://ward.example/users/ines"]
)
async def test_own_handles_and_addresses_need_nobody_else(world: World, q: str) -> None:
    """Resolved or not, for anybody."""
    ines = await world.user("ines")

    assert names(await search(world, ines, q, resolve="true")) == names(await search(world, None, q)) == ["ines"]
    assert world.fetcher.asked == []


async def test_own_posts_are_found_by_their_addresses_if_one_may_see_them(world: World) -> None:
    """The page and the id on the wire."""
    ines, sam = await world.user("ines"), await world.user("sam")
    shown, hidden = await post(world, ines), await post(world, ines, visibility="private")

    for status, wanted in ((shown, [shown["id"]]), (hidden, [])):
        for address in (status["url"], status["uri"]):
            found = await search(world, sam, address, resolve="true")
            assert [one["id"] for one in found["statuses"]] == wanted
    assert world.fetcher.asked == []


PEER = "https://lake.example"


def bea() -> dict[str, Any]:
    """Return a peer's actor."""
    uri = f"{PEER}/users/bea"
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": uri,
        "type": "Person",
        "preferredUsername": "bea",
        "name": "Bea",
        "inbox": f"{uri}/inbox",
        "url": f"{PEER}/@bea",
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nx\n"},
    }


def note(*, to: str = "https://www.w3.org/ns/activitystreams#Public") -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{PEER}/notes/1",
        "type": "Note",
        "attributedTo": f"{PEER}/users/bea",
        "content": "<p>Door knobs.</p>",
        "published": "2026-11-24T09:00:00Z",
        "to": [to],
    }


def wired(world: World) -> None:
    """Let a peer answer."""
    documents = world.fetcher.documents
    documents[f"{PEER}/.well-known/webfinger?resource=acct%3Abea%40lake.example"] = {
        "subject": "acct:bea@lake.example",
        "links": [{"rel": "self", "type": "application/activity+json", "href": f"{PEER}/users/bea"}],
    }
    documents[f"{PEER}/users/bea"] = bea()
    documents[f"{PEER}/notes/1"] = note()


async def test_handle_of_a_peer_is_resolved_once(world: World) -> None:
    """Not without being asked to; known afterwards without asking."""
    ines = await world.user("ines")
    wired(world)

    before = await search(world, ines, "@bea@lake.example")
    asked_before = list(world.fetcher.asked)
    found = await search(world, ines, "@bea@lake.example", resolve="true")
    world.fetcher.asked.clear()
    again = await search(world, None, "bea@LAKE.example")

    assert (names(before), asked_before) == ([], [])
    assert names(found) == names(again) == ["bea@lake.example"]
    assert world.fetcher.asked == []


async def test_addresses_of_a_peers_account_and_post_are_resolved(world: World) -> None:
    """A post comes with its author; a kind that is not wanted is not shown."""
    ines = await world.user("ines")
    wired(world)

    person = await search(world, ines, f"{PEER}/users/bea", resolve="true")
    posts = await search(world, ines, f"{PEER}/notes/1", resolve="true")
    unwanted = await search(world, ines, f"{PEER}/notes/1", resolve="true", type="accounts")

    assert names(person) == ["bea@lake.example"]
    assert [(one["content"], one["account"]["acct"]) for one in posts["statuses"]] == [
        ("<p>Door knobs.</p>", "bea@lake.example")
    ]
    assert unwanted["statuses"] == unwanted["accounts"] == []


@pytest.mark.parametrize(
    "q",
    [
        "@nobody@lake.example",
        f"{PEER}/nothing",
        f"{PEER}/notes/2",
        "http://lake.example/plain",
        "https://user:secret@lake.example/x",
        "https://127.0.0.1/x",
        "https://",
        "https://[",
        "https://ward.example/@nobody",
        "https://ward.example/@ines/99999999999999999999",
        "@x@" + "y" * 300 + ".example",
    ],
)
async def test_what_a_peer_does_wrong_is_an_empty_result(world: World, q: str) -> None:
    """Never a 500, never a 503."""
    ines = await world.user("ines")
    world.fetcher.documents[f"{PEER}/notes/2"] = {"id": f"{PEER}/notes/2", "type": "Note", "content": 7}

    found = await search(world, ines, q, resolve="true")

    assert (found["accounts"], found["statuses"]) == ([], [])


async def test_bad_searches_are_refused_in_words(world: World) -> None:
    """400 without words or with a negative cut, 401 for anybody who wants more than what is known."""
    ines = await world.user("ines")
    client, anybody = world.client(ines), world.anybody

    answers = [
        await client.get(SEARCH),
        await client.get(SEARCH, params={"q": "  "}),
        await client.get(SEARCH, params={"q": "x", "limit": -1}),
        await client.get(SEARCH, params={"q": "x", "offset": -1}),
        await client.get(SEARCH, params={"q": "x", "type": "things"}),
        await anybody.get(SEARCH, params={"q": "@bea@lake.example", "resolve": "true"}),
        await anybody.get(SEARCH, params={"q": "x", "type": "accounts", "offset": 5}),
        await client.get(SEARCH, params={"q": "x", "limit": "many"}),
    ]

    assert [one.status_code for one in answers] == [400, 400, 400, 400, 400, 401, 401, 422]
    assert all(one.json()["error"] for one in answers)
    assert world.fetcher.asked == []


async def test_hashtags_are_found_by_how_they_begin(world: World) -> None:
    """With # or without, the shortest first."""
    ines = await world.user("ines")
    await post(world, ines, "#handhygiene #hand #bed")

    found = await search(world, ines, "#Hand")

    assert [tag["name"] for tag in found["hashtags"]] == ["hand", "handhygiene"]
    assert found["hashtags"][0]["url"] == "https://ward.example/tags/hand"


async def test_account_search_is_for_users(world: World) -> None:
    """A list of accounts, resolved when asked."""
    ines = await world.user("ines")
    wired(world)
    place = "/api/v1/accounts/search"

    found = (await world.client(ines).get(place, params={"q": "bea@lake.example", "resolve": "1"})).json()

    assert [account["acct"] for account in found] == ["bea@lake.example"]
    assert (await world.anybody.get(place, params={"q": "bea"})).status_code == 401
