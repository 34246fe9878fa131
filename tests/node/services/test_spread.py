"""Three hospitals and one loop: who hears of what, and that every node draws the same lineage."""

from dataclasses import dataclass

import pytest

from node.learning.lineage import hash_of
from node.services import learning, looping
from node.services.looping import Loop
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.world import Person


@dataclass(frozen=True)
class Three:
    """Ines recorded, Omar at the clinic tried and shared, Wen at the lake follows the clinic's institution and tries too."""

    network: Network
    ward: Station
    clinic: Station
    lake: Station
    ines: Person
    omar: Person
    wen: Person
    learning_uri: str
    action_uri: str
    share_uri: str
    adoption_uri: str

    async def loop(self, station: Station, who: Person | None) -> Loop:
        root = await station.held(self.learning_uri)
        assert root is not None
        return await station.db.read(looping.loop_of, who.id if who else None, root.id)


async def here(station: Station, uri: str) -> int:
    found = await station.held(uri)
    assert found is not None, f"{station.site.host} does not know {uri}"
    return found.id


@pytest.fixture
async def three(network: Network) -> Three:
    ward, clinic, lake = [await network.node(f"{name}.example") for name in ("ward", "clinic", "lake")]
    ines, omar, wen = await ward.user("ines"), await clinic.user("omar"), await lake.user("wen")
    await clinic.follow(omar, "@ines@ward.example")
    await lake.follow(wen, "@institution@clinic.example")
    await network.settle()
    learned = (await ward.status(await loops.learned(ward.world, ines))).uri
    await network.settle()
    begun = await loops.begun(clinic.world, omar, await here(clinic, learned))
    await loops.counted(clinic.world, omar, begun)
    shared = await loops.shared(clinic.world, omar, begun)
    action, share = (await clinic.status(begun)).uri, (await clinic.status(shared)).uri
    await network.settle()
    adopted = await loops.begun(lake.world, wen, await here(lake, share), measures=None)
    adoption = (await lake.status(adopted)).uri
    await network.settle()
    return Three(network, ward, clinic, lake, ines, omar, wen, learned, action, share, adoption)


async def test_all_three_hospitals_give_the_same_lineage(three: Three) -> None:
    """Each rebuilds the graph from what it received, with clocks that stand still."""
    found = [
        await station.db.read(looping.lineage_of, three.learning_uri)
        for station in (three.ward, three.clinic, three.lake)
    ]

    assert {one.hash for one in found} == {hash_of(found[0].graph)}
    assert [(edge.child, edge.parent, edge.kind) for edge in found[0].graph.edges] == sorted(
        [
            (three.action_uri, three.learning_uri, "adopts"),
            (three.share_uri, three.learning_uri, "inspired-by"),
            (three.share_uri, three.action_uri, "reports-on"),
            (three.adoption_uri, three.share_uri, "adopts"),
        ]
    )


async def test_the_loop_looks_alike_where_it_began_and_where_it_was_done(three: Three) -> None:
    """Learning, action, share and chart are one thing on both nodes, to staff and to anybody."""
    for station, who in (
        (three.ward, three.ines),
        (three.clinic, three.omar),
        (three.ward, None),
        (three.clinic, None),
    ):
        loop = await three.loop(station, who)

        assert loop.learning is not None
        assert loop.learning.title == "Bin lids wake patients on our ward."
        assert [(doing.word, doing.part.uri) for doing in loop.doings] == [
            ("Kept", three.action_uri),
            ("Trying", three.adoption_uri),
        ]
        kept = loop.doings[0]
        assert kept.share is not None
        assert kept.share.uri == three.share_uri
        assert kept.series[0].finding == (
            "Shift: all 6 weeks since the change are above the median before. 42% before, 65% after: improved."
        )
        assert [branch.doing.part.uri for branch in loop.branches] == [three.action_uri]
        assert [below.doing.part.uri for below in loop.branches[0].below] == [three.adoption_uri]


async def test_where_else_names_the_other_hospitals_only(three: Three) -> None:
    """A node's own work is not elsewhere."""
    at_ward, at_clinic = await three.loop(three.ward, three.ines), await three.loop(three.clinic, three.omar)

    assert [(doing.part.origin, doing.part.place) for doing in at_ward.elsewhere] == [
        ("clinic.example", "St Mary's"),  # as its institution calls itself, which every node of these tests does alike
        ("lake.example", "St Mary's"),
    ]
    assert [doing.part.origin for doing in at_clinic.elsewhere] == ["lake.example"]


async def test_everybody_above_hears_of_each_step_once(three: Three) -> None:
    """Ines of the action, the share and the adoption; Omar of the adoption."""
    assert await three.ward.count(three.ines, "mention") == 3
    assert await three.clinic.count(three.omar, "mention") == 1


async def test_an_adoption_counts_the_same_way_under_the_same_key(three: Three) -> None:
    """Definitions are taken over, numbers are not."""
    wens = (await three.loop(three.lake, three.wen)).doings[1]

    assert [measure.key for measure in wens.action.measures] == ["patients-who-slept-well"]
    assert wens.action.measures[0].points == ()
    assert wens.relation == "adopts"


async def test_a_share_that_reaches_a_follower_of_the_institution_has_its_chart(three: Three) -> None:
    """The institution passes a share on when the picture is there, and not before."""
    line = await three.lake.shown(three.wen, three.share_uri)

    assert line is not None
    assert '"type":"image"' in line.json
    assert "Run chart: Patients who slept well, by week." in line.json


async def test_a_withdrawn_learning_is_marked_everywhere_and_those_below_are_told(three: Three) -> None:
    """It stays in the graph, its text begins with why, and the hash is the same again."""
    learned = await here(three.ward, three.learning_uri)
    await three.ward.db.write(
        learning.withdraw, three.ines.id, learned, reason="mistaken", explanation="It was the trolley."
    )
    await three.network.settle()

    loop = await three.loop(three.clinic, three.omar)
    hashes = {
        (await station.db.read(looping.lineage_of, three.learning_uri)).hash for station in (three.ward, three.clinic)
    }

    assert loop.root.state == "withdrawn"
    assert loop.root.withdrawal is not None
    assert loop.root.withdrawal.explanation == "It was the trolley."
    held = await three.clinic.held(three.learning_uri)
    assert held is not None
    assert held.content_html.startswith("<p><strong>Withdrawn: It was the trolley.</strong></p>")
    assert len(hashes) == 1
    assert await three.clinic.count(three.omar, "update") == 1
