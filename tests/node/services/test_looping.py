"""What a loop is made of: where it begins, what belongs to it, and what a reader may not see."""

import subprocess
import sys

import msgspec
import pytest

from node.errors import Problem
from node.services import looping, posting, tending
from node.services.posting import Draft
from node.store import records
from node.store.unit import Unit
from tests.node.services import loops
from tests.support.world import Person, World


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar")


async def test_a_loop_may_begin_with_an_ordinary_post(world: World, ines: Person, omar: Person) -> None:
    """Then its root is the action, and what it answers is a post like any other."""
    post = await world.db.write(posting.post, ines.id, Draft(text="The lids slam again."))
    begun = await loops.begun(world, omar, post)

    loop = await world.db.read(looping.loop_of, omar.id, begun)

    assert (loop.id, loop.learning) == (begun, None)
    assert [branch.doing.part.status_id for branch in loop.branches] == [begun]
    assert loop.doings[0].relation == "inspired-by"
    assert ["The lids slam again." in line for line in loop.talk] == [True]


async def test_a_post_without_a_record_has_no_loop(world: World, ines: Person) -> None:
    """The same answer as for nothing."""
    post = await world.db.write(posting.post, ines.id, Draft(text="The lids slam again."))

    for status_id in (post, 99):
        with pytest.raises(Problem, match="not-found"):
            await world.db.read(looping.loop_of, ines.id, status_id)


async def test_any_part_of_a_loop_leads_to_the_whole(world: World, ines: Person, omar: Person) -> None:
    """A loop is named by its root, wherever one comes from; the page is about the part that was asked for."""
    learned = await loops.learned(world, ines)
    first = await loops.begun(world, omar, learned)
    world.clock.pass_time(minutes=5)
    second = await loops.begun(world, ines, learned)
    shared = await loops.shared(world, omar, first)

    found = [await world.db.read(looping.loop_of, omar.id, part) for part in (learned, first, second, shared)]

    assert {loop.id for loop in found} == {learned}
    assert [loop.focus.part.status_id if loop.focus else None for loop in found] == [second, first, second, first]


async def test_what_a_reader_may_not_see_is_not_in_the_loop(world: World, ines: Person, omar: Person) -> None:
    """Neither the action for few, nor what was said about it."""
    learned = await loops.learned(world, ines)
    hidden = await loops.begun(world, omar, learned, visibility="private")
    await world.db.write(
        posting.post, omar.id, Draft(text="Only for followers", reply_to_id=hidden, visibility="private")
    )
    await world.db.write(posting.post, omar.id, Draft(text="For everybody", reply_to_id=learned))

    loop, own = [await world.db.read(looping.loop_of, who, learned) for who in (None, omar.id)]

    assert (loop.doings, loop.edges) == ((), ())
    assert loop.standing == "captured"
    assert len(loop.talk) == 1
    assert len(own.doings) == 1
    assert len(own.talk) == 2


async def test_my_loops_are_those_in_which_i_have_a_part(world: World, ines: Person, omar: Person) -> None:
    """Each once, open ones first, with what is due next."""
    closed, opened = await loops.learned(world, ines), await loops.learned(world, ines, text="Pumps beep at night.")
    await loops.shared(world, omar, await loops.begun(world, omar, closed))
    begun = await loops.begun(world, omar, opened)

    omars = await world.db.read(tending.my_loops, omar.id)
    ineses = await world.db.read(tending.my_loops, ines.id)

    assert [(one.id, one.is_open, one.action_status_id) for one in omars] == [
        (opened, True, begun),
        (closed, False, None),
    ]
    assert omars[0].due_on == loops.DUE
    assert {one.id for one in ineses} == {closed, opened}


async def test_the_lineage_of_a_record_is_public_or_nothing(world: World, ines: Person, omar: Person) -> None:
    """A private branch changes no hash, or nodes that cannot know it would disagree."""
    learned = await loops.learned(world, ines)
    uri = (await world.db.read(looping.part_of, None, learned)).uri
    alone = await world.db.read(looping.lineage_of, uri)

    await loops.begun(world, omar, learned, visibility="private")

    assert (await world.db.read(looping.lineage_of, uri)).hash == alone.hash
    assert [node.state for node in alone.graph.nodes] == ["known"]


async def test_a_deleted_action_stays_in_the_lineage_as_gone(world: World, ines: Person, omar: Person) -> None:
    """What was built on it still says so."""
    learned = await loops.learned(world, ines)
    begun = await loops.begun(world, omar, learned)
    begun_uri = (await world.db.read(looping.part_of, None, begun)).uri
    adopted = await loops.begun(world, ines, begun)
    adopted_uri = (await world.db.read(looping.part_of, None, adopted)).uri

    await world.db.write(posting.delete, omar.id, begun)

    found = await world.db.read(looping.lineage_of, adopted_uri)
    assert {node.uri: node.state for node in found.graph.nodes} == {begun_uri: "gone", adopted_uri: "known"}


async def test_a_deleted_private_action_is_not_named_in_the_lineage(world: World, ines: Person, omar: Person) -> None:
    """Its tombstone would tell everybody that it was there."""
    learned = await loops.learned(world, ines)
    begun = await loops.begun(world, omar, learned, visibility="private")
    begun_uri = (await world.db.read(looping.part_of, omar.id, begun)).uri
    cited = await loops.learned(world, ines, text="Pumps beep at night.")
    cited_uri = (await world.db.read(looping.part_of, None, cited)).uri
    await world.db.write(_point_to, cited, begun_uri)

    await world.db.write(posting.delete, omar.id, begun)

    found = await world.db.read(looping.lineage_of, cited_uri)
    assert {node.uri: node.state for node in found.graph.nodes} == {begun_uri: "unknown", cited_uri: "known"}


def _point_to(unit: Unit, status_id: int, parent_uri: str) -> None:
    """Let a record say that it goes back to another, however its author came to know of it."""
    kept = records.of_status(unit, status_id)
    assert kept is not None
    values = msgspec.structs.asdict(kept)
    values["record"] = {**kept.record, "basedOn": parent_uri, "relation": "inspired-by"}
    del values["account_id"]
    records.keep(unit, values, [records.Edge(kept.uri, parent_uri, "inspired-by")])


def test_a_serving_node_does_not_load_what_draws_pictures() -> None:
    """The picture is drawn in another process; this one stays small."""
    code = "import sys, web, node.services.working; sys.exit('PIL' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_what_others_made_of_my_learning_counts_in_my_loops(world: World, ines: Person, omar: Person) -> None:
    """Nobody is told that nobody tried what a colleague has decided already."""
    learned = await loops.learned(world, ines)
    begun = await loops.begun(world, omar, learned)
    (trying,) = await world.db.read(tending.my_loops, ines.id)

    await loops.shared(world, omar, begun)
    (decided,) = await world.db.read(tending.my_loops, ines.id)

    assert (trying.is_open, trying.ring.doing, trying.action_status_id) == (True, "now", None)
    assert (decided.is_open, decided.ring.shared, len(decided.tried)) == (False, "done", 2)


async def test_news_tell_a_decided_try_by_its_result(world: World, ines: Person, omar: Person) -> None:
    """One thing that happened is one piece of news, and a result is not pushed down by the try it came from."""
    begun = await loops.begun(world, omar, await loops.learned(world, ines))
    before = await world.db.read(tending.news, ines.id)

    await loops.shared(world, omar, begun, decision="abandon", sentence="No change.", decision_reason="New bins.")
    after = await world.db.read(tending.news, ines.id)

    assert [[one.part.kind for one in told] for told in (before, after)] == [["action"], ["share"]]
