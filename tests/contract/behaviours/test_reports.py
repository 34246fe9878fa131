"""What apps rely on about reports; each test is named by the behaviour it shows."""

from typing import Any

import httpx
import pytest

from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import World


async def _report(client: httpx.AsyncClient, **sent: Any) -> httpx.Response:
    return await client.post("/api/v1/reports", json=sent)


@pytest.mark.parametrize("category", ["spam", "legal", "violation", "other"])
async def test_REP_001_a_report_returns_whom_it_is_about_and_why(world: World, category: str) -> None:
    """The whole Report, with the account and the posts."""
    other = await world.user("sam")
    ines, sam = world.client(await world.user("ines")), world.client(other)
    post = (await sam.post("/api/v1/statuses", json={"status": "Buy shoes"})).json()["id"]

    report = (
        await _report(ines, account_id=str(other.id), status_ids=[post], category=category, comment="Look")
    ).json()

    assert faults("Report", report) == []
    assert (report["category"], report["comment"], report["status_ids"]) == (category, "Look", [post])
    assert (report["target_account"]["username"], report["action_taken"], report["forwarded"]) == ("sam", False, False)


async def test_REP_002_naming_rules_makes_it_a_violation(world: World) -> None:
    """Whatever category was sent; a rule that is none is refused. Moderators see which."""
    ines, mod, other = await world.user("ines"), await world.user("mod", role="moderator"), await world.user("sam")
    client = world.client(ines)
    rules = [rule["id"] for rule in (await world.anybody.get("/api/v1/instance/rules")).json()]

    form = {"account_id": str(other.id), "category": "spam", "rule_ids[]": rules[:2]}
    report = (await client.post("/api/v1/reports", data=form)).json()
    refused = [await _report(client, account_id=str(other.id), rule_ids=[one]) for one in ("77", "x")]

    [told] = (await world.client(mod).get("/api/v1/notifications")).json()
    assert (report["category"], report["rule_ids"]) == ("violation", rules[:2])
    assert [one.status_code for one in refused] == [422, 422]
    assert told["report"] == report


async def test_REP_003_posts_and_collections_must_be_of_whom_it_is_about(world: World) -> None:
    """Those of somebody else are not there; the account's own are named in the answer."""
    ines, other = await world.user("ines"), await world.user("sam")
    client, sam = world.client(ines), world.client(other)
    made = {}
    for name, who in (("own", client), ("theirs", sam)):
        post = (await who.post("/api/v1/statuses", json={"status": "Hello"})).json()["id"]
        sent = {"name": "Wards", "description": "", "sensitive": False, "discoverable": True}
        answer = await who.post("/api/v1/collections", json=sent)
        made[name] = (post, answer.json()["collection"]["id"])

    (post, collection), (own_post, own_collection) = made["theirs"], made["own"]
    right = await _report(client, account_id=str(other.id), status_ids=[post], collection_ids=[collection])
    wrong = [
        await _report(client, account_id=str(other.id), status_ids=[own_post]),
        await _report(client, account_id=str(other.id), collection_ids=[own_collection]),
        await _report(client, account_id=str(other.id), collection_ids=["x"]),
    ]

    assert (right.json()["status_ids"], right.json()["collection_ids"]) == ([post], [collection])
    assert [one.status_code for one in wrong] == [404] * 3


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_REP_004_a_report_goes_to_the_other_server_if_that_is_wanted(network: Network, is_wanted: bool) -> None:
    """It hears of the account and not of who reported it."""
    node = await network.node("ward.example")
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    target = await node.find(okapi.handle)
    client = node.world.client(asha)

    report = (await _report(client, account_id=str(target.id), comment="An advert", forward=is_wanted)).json()
    await network.settle()

    flags = [(flag["actor"], flag["content"]) for flag in okapi.peer.got("Flag")]
    assert report["forwarded"] is is_wanted
    assert flags == ([("https://ward.example/actor", "An advert")] if is_wanted else [])
