"""A stopped trial reaches whoever is still trying, within one delivery of each node, whoever follows whom."""

from dataclasses import dataclass

import pytest

from node.services import fetching, sharing
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.world import Person

REASON = "The carts block the corridor."


@dataclass(frozen=True)
class Four:
    """Ada learned; Ben and Cleo adopt it; Dora adopts Cleo's, and neither she nor Cleo follows or knows Ben."""

    network: Network
    stations: dict[str, Station]
    people: dict[str, Person]
    ids: dict[str, int]

    async def knows(self, name: str, uri: str) -> bool:
        return await self.stations[name].held(uri) is not None

    async def told(self, name: str, kind: str = "mention") -> int:
        return await self.stations[name].count(self.people[name], kind)


@pytest.fixture
async def four(network: Network) -> Four:
    names = ("ada", "ben", "cleo", "dora")
    stations = {name: await network.node(f"{name}.example") for name in names}
    people = {name: await station.user(name) for name, station in stations.items()}
    made = Four(network, stations, people, {})
    learned = await loops.learned(stations["ada"].world, people["ada"], visibility="public")
    root = (await stations["ada"].status(learned)).uri
    for name in ("ben", "cleo"):
        await _adopt(made, name, root)
    cleos = (await stations["cleo"].status(made.ids["cleo"])).uri
    await _adopt(made, "dora", cleos)
    return made


async def _adopt(four: Four, name: str, uri: str) -> None:
    station = four.stations[name]
    above = await fetching.thread(station.db, station.fetcher, uri, site=station.site)
    four.ids[name] = await loops.begun(station.world, four.people[name], above, visibility="public")
    await four.network.settle()


async def _stop(four: Four, name: str) -> tuple[int, str]:
    station = four.stations[name]
    told = {"decision": "abandon", "decision_reason": REASON, "sentence": "It did not work.", "visibility": "public"}
    shared = await loops.shared(station.world, four.people[name], four.ids[name], **told)
    return shared, (await station.status(shared)).uri


async def test_stopped_trial_reaches_every_open_action_of_its_lineage(four: Four) -> None:
    """Ben tells Ada, whose learning it was; her node passes it on to Cleo and Dora, and each of them is told once."""
    before = {name: await four.told(name) for name in ("cleo", "dora")}

    _, uri = await _stop(four, "ben")
    for name in ("ben", "ada", "cleo", "dora"):
        await four.network.settle([f"{name}.example"])

    assert [await four.knows(name, uri) for name in ("ada", "cleo", "dora")] == [True, True, True]
    assert [await four.told(name) - before[name] for name in ("cleo", "dora")] == [1, 1]


async def test_result_is_passed_on_as_it_came_and_once(four: Four) -> None:
    """With its author's proof, so that nobody has to be asked whether it is true; two nodes send nothing in circles."""
    _, uri = await _stop(four, "ben")
    await four.network.settle()
    asked = [request for request in four.network.wire.sent if str(request.url) == uri]
    posts = [
        r
        for r in four.network.wire.sent
        if r.method == "POST" and uri.encode() in r.content and b'"Create"' in r.content
    ]

    assert asked == []
    assert len(posts) <= 6
    received = [r.url.host for r in posts]
    assert set(received) == {"ada.example", "cleo.example", "dora.example"}


async def test_withdrawn_result_reaches_them_too(four: Four) -> None:
    """What is taken back is news for those who read it."""
    shared, uri = await _stop(four, "ben")
    await four.network.settle()

    ben = four.stations["ben"]
    taken = {"reason": "data-error", "explanation": "Counted twice."}
    await ben.db.write(sharing.withdraw, four.people["ben"].id, shared, **taken)
    await four.network.settle()

    held = await four.stations["dora"].held(uri)
    assert held is not None
    assert held.content_html.startswith("<p><strong>Withdrawn: Counted twice.</strong></p>")
    assert await four.told("dora", "update") == 1


async def test_result_that_is_not_for_everybody_goes_to_nobody_more(four: Four) -> None:
    """Followers only is followers only."""
    ben = four.stations["ben"]
    told = {"decision": "abandon", "decision_reason": REASON, "sentence": "It did not work.", "visibility": "private"}
    shared = await loops.shared(ben.world, four.people["ben"], four.ids["ben"], **told)
    uri = (await ben.status(shared)).uri
    await four.network.settle()

    assert [await four.knows(name, uri) for name in ("cleo", "dora")] == [False, False]
