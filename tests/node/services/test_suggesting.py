"""What one could count, and one cycle after the other."""

import pytest

from federation.records.fields import LearningAction
from node.services import acting, looping, suggesting
from node.services.acting import NewAim
from node.store import tables
from tests.node.services.loops import DUE, begun, counted, learned, measure_of, shared
from tests.support.world import Person, World


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


async def test_measures_of_the_same_lineage_come_before_common_ones(world: World, ines: Person) -> None:
    """Who counts the same can be compared; five at most, nothing required."""
    learning = await learned(world, ines)
    empty = await world.db.read(suggesting.suggested, ines.id, learning)
    await begun(world, ines, learning)

    offered = await world.db.read(suggesting.suggested, ines.id, learning)

    assert 5 == len(empty) == len(offered)
    assert [one.place for one in empty] == [None] * 5
    assert offered[0].definition.label == "Patients who slept well"
    assert offered[0].place is not None
    assert "event" not in {one.new.every for one in offered}


async def test_the_next_cycle_goes_on_with_what_nobody_typed_anew(world: World, ines: Person) -> None:
    """Aim, plan, steps, setting and measures are carried on; the prediction is asked for again."""
    learning = await learned(world, ines)
    first = await begun(
        world,
        ines,
        learning,
        aim=NewAim(what="Sleep", whom="ward 4"),
        plan="If it is ten, then we dim.",
        steps=("Order lids", "Fit lids"),
        setting="surgical ward",
    )
    await counted(world, ines, first)
    await shared(world, ines, first, decision="adapt", sentence="Better, and the doors are louder now.")
    second = await begun(world, ines, first, change="Soft doors", measures=None, setting="")

    part = await world.db.read(looping.part_of, ines.id, second)
    before = await world.db.read(acting.cycles_of, ines.id, first)
    after = await world.db.read(acting.cycles_of, ines.id, second)

    record = part.record
    assert isinstance(record, LearningAction)
    assert record.aim is not None
    assert (
        record.aim.what,
        record.plan,
        record.steps,
        record.setting,
    ) == ("Sleep", "If it is ten, then we dim.", ("Order lids", "Fit lids"), None)
    assert (2, None, DUE.isoformat()) == (record.cycle, record.prediction, record.due)
    assert (await measure_of(world, first)).key == (await measure_of(world, second)).key
    assert (None, (second,)) == (before.previous_id, before.next_ids)
    assert (first, ()) == (after.previous_id, after.next_ids)


async def test_an_action_that_says_it_goes_on_from_itself_has_no_cycle(world: World, ines: Person) -> None:
    """However such a row came about, no page runs in a circle."""
    action = await begun(world, ines, await learned(world, ines))
    part = await world.db.read(looping.part_of, ines.id, action)

    def bend(unit):
        t = tables.actions
        unit.conn.execute(t.update().where(t.c.status_id == action).values(based_on_uri=part.uri, relation="adapts"))

    await world.db.write(bend)

    cycles = await world.db.read(acting.cycles_of, ines.id, action)

    assert (cycles.previous_id, cycles.next_ids) == (None, ())
