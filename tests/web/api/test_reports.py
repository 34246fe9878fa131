"""Reports by our own people."""

import pytest

from tests.support.network import Network
from tests.support.world import World


async def test_report_answers_what_was_reported(world: World) -> None:
    """The reported account stands in the answer, and a rule that was named makes it a violation."""
    ines, sam = await world.user("ines"), await world.user("sam")
    client = world.client(ines)
    post = (await world.client(sam).post("/api/v1/statuses", json={"status": "Buy shoes"})).json()
    sent = {"account_id": str(sam.id), "status_ids": [post["id"]], "comment": "An advert", "rule_ids": ["1"]}

    report = (await client.post("/api/v1/reports", json=sent)).json()

    said = (report["category"], report["comment"], report["status_ids"], report["target_account"]["username"])
    assert said == ("violation", "An advert", [post["id"]], "sam")
    assert report["action_taken"] is False


async def test_moderator_is_told(world: World) -> None:
    """Somebody looks at it."""
    ines, mod, sam = await world.user("ines"), await world.user("mod", role="moderator"), await world.user("sam")

    await world.client(ines).post("/api/v1/reports", json={"account_id": str(sam.id)})

    told = (await world.client(mod).get("/api/v1/notifications")).json()
    assert [(one["type"], one["account"]["username"]) for one in told] == [("admin.report", "ines")]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"account_id": "1"}, 404),
        ({"account_id": "me"}, 422),
        ({"account_id": "sam", "category": "rude"}, 422),
        ({"account_id": "sam", "comment": "x" * 1001}, 422),
        ({"account_id": "sam", "status_ids": ["own"]}, 404),
        ({"account_id": "sam", "status_ids": ["x"]}, 404),
    ],
)
async def test_report_that_cannot_be_is_refused(world: World, sent: dict[str, object], status: int) -> None:
    """Unknown accounts, posts of somebody else, unknown categories and too many words are said to be so."""
    ines, sam = await world.user("ines"), await world.user("sam")
    client = world.client(ines)
    own = (await client.post("/api/v1/statuses", json={"status": "Mine"})).json()["id"]
    named = {"me": str(ines.id), "sam": str(sam.id)}
    sent = {**sent, **({"account_id": named.get(str(sent["account_id"]), sent["account_id"])} if sent else {})}
    sent = {**sent, **({"status_ids": [own]} if sent.get("status_ids") == ["own"] else {})}

    answer = await client.post("/api/v1/reports", json=sent)

    assert (answer.status_code, "error" in answer.json()) == (status, True)


async def test_report_is_passed_on_by_the_server_when_wanted(network: Network) -> None:
    """The other server hears of account and post, and not from whom."""
    node = await network.node("ward.example")
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await node.follow(asha, okapi.handle)
    await network.settle()
    await okapi.sends(node, okapi.activity("Accept", okapi.peer.got("Follow")[0]))
    create = okapi.create("Buy shoes")
    await okapi.sends(node, create)
    held = await node.held(create["object"]["id"])
    assert held is not None
    sent = {"account_id": str(held.account_id), "status_ids": [str(held.id)], "comment": "An advert", "forward": True}

    report = (await node.world.client(asha).post("/api/v1/reports", json=sent)).json()
    await network.settle()

    (flag,) = okapi.peer.got("Flag")
    assert report["forwarded"] is True
    assert flag["actor"] == "https://ward.example/actor"
    assert (flag["object"], flag["content"]) == ([okapi.uri, held.uri], "An advert")
    assert "asha" not in str(flag)
