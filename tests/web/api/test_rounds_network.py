"""Beginning from what lies on another server: by its address, known here or not."""

from tests.node.services import loops
from tests.support.network import Network
from web.api.rounds.openapi import START


async def test_an_action_may_begin_from_a_post_that_was_not_known_here(network: Network) -> None:
    """Its address is enough; the post is fetched, and its author is told."""
    ward, lake = await network.node("ward.example"), await network.node("lake.example")
    ines, wen = await ward.user("ines"), await lake.user("wen")
    learned = await ward.status(await loops.learned(ward.world, ines))

    answer = await lake.world.client(wen).post(
        f"{START}/actions", json={"based_on": learned.uri, "change": "Lids", "due_on": "2027-01-15"}
    )
    await network.settle()

    assert answer.status_code == 200, answer.text
    assert answer.json()["record"]["basedOn"] == learned.uri
    assert answer.json()["record"]["relation"] == "adopts"
    assert await ward.count(ines, "mention") == 1


async def test_an_address_that_leads_nowhere_is_refused_in_words(network: Network) -> None:
    """A peer that does not answer, and a post of our own that is not there."""
    lake = await network.node("lake.example")
    client = lake.world.client(await lake.user("wen"))

    for address in ("https://nowhere.example/notes/1", "https://lake.example/users/wen/statuses/1"):
        answer = await client.post(
            f"{START}/actions", json={"based_on": address, "change": "Lids", "due_on": "2027-01-15"}
        )

        assert answer.status_code == 422
        assert answer.json()["code"] == "parent-unknown"
