"""A command stays here: whatever audience, names, hashtags or quotes it is sent with, no other server and no colleague gets it."""

from typing import Any, Final

import pytest
from sqlalchemy import select

from federation.loose import PUBLIC
from node.store import tables
from node.store.unit import Snapshot
from tests.support.network import Network

STATUSES: Final = "/api/v1/statuses"
ACTIVITY: Final = {"accept": "application/activity+json"}
NUMBER: Final = "7777/8888"
Json = dict[str, Any]
COMMANDS: Final = (
    f"!data {NUMBER}",
    f"@okapi@masto.example @heron@nowhere.example @ben !data {NUMBER} #gel",
    f"@okapi@masto.example !dta {NUMBER}",
    f"！data zwergspinne {NUMBER}",
    f"!share adopt{NUMBER}",
    f"!undo {NUMBER}",
    f"!help {NUMBER}",
    f"!measure {NUMBER}",
    f"!try zwergspinne {NUMBER}",
)


def _sent(snapshot: Snapshot) -> list[tuple[int | None, str]]:
    d, b = tables.deliveries, tables.bodies
    rows = snapshot.conn.execute(select(b.c.status_id, b.c.body).join(d, d.c.body_id == b.c.id))
    return [(row[0], row[1]) for row in rows]


def _told(snapshot: Snapshot) -> list[int]:
    n = tables.notifications
    return [row[0] for row in snapshot.conn.execute(select(n.c.status_id).where(n.c.status_id.is_not(None)))]


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct", None, "house"])
async def test_command_reaches_nobody(network: Network, visibility: str | None) -> None:
    """No delivery, no notification, no page, no list and no search of anybody else shows one, edited or deleted."""
    ward = await network.node("ward.example")
    asha, ben = await ward.user("asha"), await ward.user("ben")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(ward, okapi.follow(asha.account.uri))
    await network.settle()
    create = okapi.create("From afar", to=[PUBLIC, asha.account.uri])
    await okapi.sends(ward, create)
    await network.settle()
    theirs = await ward.held(create["object"]["id"])
    assert theirs is not None
    app, other = ward.world.client(asha), ward.world.client(ben)
    learning = (await app.post(STATUSES, json={"status": "Gel by every bed is used.\n#learning"})).json()
    begun = (await app.post(STATUSES, json={"status": "!try in 2 weeks gel", "in_reply_to_id": learning["id"]})).json()
    await network.settle()
    chosen: Json = {"local_only": True} if visibility == "house" else {"visibility": visibility} if visibility else {}

    made: list[Json] = []
    for parent in (learning["id"], str(theirs.id), begun["id"], None):
        for text in COMMANDS:
            if parent is None and "!dta" in text:
                continue  # by itself it is an ordinary post
            if parent == str(theirs.id) and "!dta" in text:
                continue  # below a post that is no record too
            sent = {"status": text, "in_reply_to_id": parent, "quoted_status_id": learning["id"], **chosen}
            answer = await app.post(STATUSES, json={name: value for name, value in sent.items() if value})
            assert answer.status_code == 200, answer.text
            made.append(answer.json())
    await network.settle()
    for status in made[:4]:
        answer = await app.put(f"{STATUSES}/{status['id']}", json={"status": f"@okapi@masto.example @ben {NUMBER}"})
        assert answer.status_code == 200, answer.text
    await network.settle()

    ids = {int(one["id"]) for one in [*made, begun]}
    assert [one for one in made if one["visibility"] != "direct" or one["mentions"] or one["tags"]] == []
    assert [status_id for status_id, _ in await ward.db.read(_sent) if status_id in ids] == []
    assert [body for _, body in await ward.db.read(_sent) if NUMBER in body] == []
    assert ids.isdisjoint(await ward.db.read(_told))
    for status in made:
        assert (await other.get(f"{STATUSES}/{status['id']}")).status_code == 404
        assert (await ward.world.anybody.get(status["uri"], headers=ACTIVITY)).status_code in (401, 404)
        assert (await app.post(f"{STATUSES}/{status['id']}/reblog")).status_code in (403, 404, 422)
    for path in ("timelines/home", "timelines/public", "timelines/tag/gel", f"accounts/{asha.id}/statuses"):
        assert ids.isdisjoint(int(one["id"]) for one in (await other.get(f"/api/v1/{path}")).json())
    found = (await other.get("/api/v2/search", params={"q": "zwergspinne", "type": "statuses"})).json()
    assert ids.isdisjoint(int(one["id"]) for one in found["statuses"])
    for status in made:
        assert (await app.delete(f"{STATUSES}/{status['id']}")).status_code == 200
    await network.settle()
    assert [body for _, body in await ward.db.read(_sent) for one in made if one["uri"] in body] == []


async def test_scheduled_command_reaches_nobody(network: Network) -> None:
    """Nor does one that waits for its time; what it makes is for whom its author chose."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(ward, okapi.follow(asha.account.uri))
    await network.settle()
    app = ward.world.client(asha)
    learning = (await app.post(STATUSES, json={"status": "Gel by every bed is used.\n#learning"})).json()
    sent = {"status": "!try in 2 weeks gel 7777", "in_reply_to_id": learning["id"], "visibility": "unlisted"}
    answer = await app.post(STATUSES, json=sent | {"scheduled_at": "2026-11-25T10:00:00Z"})
    assert answer.status_code == 200, answer.text

    ward.world.clock.pass_time(hours=2)
    await network.settle()

    mine = (await app.get(f"/api/v1/accounts/{asha.id}/statuses")).json()
    seen = {one["visibility"]: one for one in mine if "gel 7777" in one["content"]}
    assert set(seen) == {"direct", "unlisted"}
    assert seen["direct"]["id"] not in {str(status_id) for status_id, _ in await ward.db.read(_sent)}


@pytest.mark.parametrize(
    "text", [f"!dta {NUMBER}", f"#gel !data {NUMBER}", f"> !data {NUMBER}", f"\uff01\uff44ata {NUMBER}"]
)
async def test_slip_below_the_talk_about_a_learning_reaches_nobody(network: Network, text: str) -> None:
    """Whatever stands around it or was mistyped: the thread is that of a loop, so the number stays here."""
    ward = await network.node("ward.example")
    asha, ben = await ward.user("asha"), await ward.user("ben")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(ward, okapi.follow(asha.account.uri))
    await network.settle()
    app, other = ward.world.client(asha), ward.world.client(ben)
    learning = (await app.post(STATUSES, json={"status": "Gel by every bed is used.\n#learning"})).json()
    talk = (await other.post(STATUSES, json={"status": "How many?", "in_reply_to_id": learning["id"]})).json()

    sent = await app.post(STATUSES, json={"status": text, "in_reply_to_id": talk["id"], "visibility": "public"})
    await network.settle()

    assert sent.json()["visibility"] == "direct"
    assert (await other.get(f"{STATUSES}/{sent.json()['id']}")).status_code == 404
    assert [body for _, body in await ward.db.read(_sent) if NUMBER in body] == []
    assert [request for request in network.wire.sent if NUMBER.encode() in request.content] == []
