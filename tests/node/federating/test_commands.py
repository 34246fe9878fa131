"""Commands between hospitals: what is tried here about their learning reaches them, and what came of it comes back."""

from typing import Any, Final

from federation.records.fields import LearningAction, LearningShare
from node.services import looping
from tests.support.network import Network

STATUSES: Final = "/api/v1/statuses"


async def test_learning_of_a_peer_is_tried_and_reported_back(network: Network) -> None:
    """By replies alone; the numbers stay, the aggregated series goes."""
    north, south = await network.node("north.example"), await network.node("south.example")
    asha, ben = await north.user("asha"), await south.user("ben")
    await south.follow(ben, "@asha@north.example")
    await network.settle()
    theirs, mine = north.world.client(asha), south.world.client(ben)
    learning = (await theirs.post(STATUSES, json={"status": "Gel by every bed is used.\n#learning"})).json()
    await network.settle()
    held = await south.held(learning["uri"])
    assert held is not None

    async def say(text: str, above: Any) -> str:
        sent = {"status": f"@asha@north.example {text}", "in_reply_to_id": str(above)}
        answer = await mine.post(STATUSES, json=sent)
        assert answer.status_code == 200, answer.text
        await network.settle()
        made: str = answer.json()["id"]
        return made

    begun = await say("!try in 12 weeks Gel by each bed here", held.id)
    at = begun
    for week in range(12):
        south.world.clock.pass_time(weeks=1 if week else 0)
        at = await say(f"!data {30 + week}/50", at)
    await say("!share adopt Gel by the bed works here too.", at)
    south.world.clock.pass_time(minutes=2)
    await network.settle()

    loop = await north.db.read(looping.loop_of, asha.id, int(learning["id"]))
    (doing,) = loop.elsewhere
    told = doing.shared
    assert isinstance(doing.action, LearningAction)
    assert (doing.action.title, doing.relation, doing.word) == ("Gel by each bed here", "adopts", "Kept")
    assert isinstance(told, LearningShare)
    assert told.sentence == "Gel by the bed works here too."
    assert len(told.measures[0].points) == 12
    notified = (await theirs.get("/api/v1/notifications")).json()
    assert {one["account"]["acct"] for one in notified if one["type"] == "mention"} == {"ben@south.example"}
    assert not any("!data" in one["status"]["content"] for one in notified if one["type"] == "mention")
