"""A record is kept once a version, and what a peer says of its own numbers is compared with them."""

from msgspec.structs import replace

from federation.records.compose import as_document
from federation.records.fields import LearningShare
from node.services import keeping
from node.store import records, statuses
from node.store.unit import Unit
from tests.node.services import loops
from tests.support.world import World


def offer(unit: Unit, status_id: int, record: LearningShare) -> list[str]:
    """Keep a version as one that a peer sent, and return the doubts it is kept with."""
    status = statuses.by_id(unit, status_id)
    assert status is not None
    assert keeping.keep(unit, status, record, raw=as_document(record))
    kept = records.of_status(unit, status_id)
    assert kept is not None
    return list(kept.warnings)


async def test_a_peers_figures_that_do_not_follow_from_its_points_are_doubted(world: World) -> None:
    """Its own figures pass; another median before the change is noted as N4, and the record counts all the same."""
    omar = await world.user("omar")
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await loops.counted(world, omar, begun)
    shared = await loops.shared(world, omar, begun)
    told = await loops.record_of(world, shared)
    measure = told.measures[0]

    honest = replace(told, revision=told.revision + 1)
    boastful = replace(told, revision=told.revision + 2, measures=(replace(measure, before=measure.before - 20),))

    assert await world.db.write(offer, shared, honest) == []
    assert await world.db.write(offer, shared, boastful) == ["N4"]
