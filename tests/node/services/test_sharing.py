"""What leaves with a share: small numbers never, corrections no more than before, and the size a record may have."""

import json
from datetime import timedelta

import pytest

from federation.records.series import has_small_number
from node.errors import Problem
from node.services import acting, charting, looping, measuring, posting, sharing
from node.services.defining import NewMeasure
from node.services.measuring import NewPoint
from node.services.sharing import NewShare, ShareEdit
from node.store.unit import Snapshot
from tests.node.services import loops
from tests.support.world import Person, World

SMALL = (1, 2, 3, 4, 46, 47, 48, 49, 20, 0)  # of 50: numerators and complements of 1 to 4
FALLS = NewMeasure(label="Falls", kind="balancing", form="count", better="down")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar")


def bodies(snapshot: Snapshot) -> list[str]:
    from sqlalchemy import select

    from node.store.tables import bodies

    return list(snapshot.conn.scalars(select(bodies.c.body)))


async def test_small_numbers_leave_in_no_way(world: World, omar: Person) -> None:
    """Not in the record, the text, the picture's words, what is sent, or what anybody on the web reads."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await loops.counted(world, omar, begun, before=SMALL)
    shared = await loops.shared(world, omar, begun)
    await charting.draw(world.db, world.node.workshop, world.blobs, shared)

    record = await loops.record_of(world, shared)
    points = {point.period: point for point in record.measures[0].points}
    sent = [json.loads(body) for body in await world.db.read(bodies)]
    anybody = await world.anybody.get(f"/api/rounds/v1/loops/{shared}")

    assert not has_small_number(record.measures[0])
    assert [points[period].state for period in range(-10, -2)] == ["suppressed"] * 8
    assert [points[period].numerator for period in (-2, -1, 0)] == [20, 0, 30]
    told = [one["object"]["learningRecord"]["measures"][0] for one in sent if "LearningShare" in json.dumps(one)]
    assert [point.get("numerator") for point in told[-1]["points"]][:8] == [None] * 8
    series = anybody.json()["actions"][0]["series"][0]
    assert [point["numerator"] for point in series["points"]][:8] == [None] * 8
    assert [point["value"] for point in series["points"]][:8] == [None] * 8


async def test_a_running_action_sends_definitions_and_no_numbers(world: World, omar: Person) -> None:
    """Points stay on this node until somebody shares."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))

    await loops.counted(world, omar, begun)

    record = await loops.record_of(world, begun)
    assert [(measure.key, measure.points, measure.before) for measure in record.measures] == [
        ("patients-who-slept-well", (), None)
    ]
    assert not any('"points"' in body for body in await world.db.read(bodies))


async def test_small_centres_of_a_count_are_left_out(world: World, omar: Person) -> None:
    """Two falls a week before and three after point at persons."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar), measures=(FALLS,))
    measure = await loops.measure_of(world, begun)
    for week, falls in enumerate((2, 0, 0, 3, 0, 0, 7, 0, 0, 0, 0, 0), -6):
        day = loops.DAY_ZERO + timedelta(weeks=week)
        await world.db.write(measuring.record_point, omar.id, measure.id, NewPoint(day=day, entry=str(falls)))

    record = await loops.record_of(world, await loops.shared(world, omar, begun))

    assert not has_small_number(record.measures[0])
    assert [point.state for point in record.measures[0].points].count("suppressed") == 2


async def test_a_correction_keeps_hidden_what_was_hidden(world: World, omar: Person) -> None:
    """Two versions side by side give no more away than one."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await loops.counted(world, omar, begun, before=SMALL)
    shared = await loops.shared(world, omar, begun)
    first = (await loops.record_of(world, shared)).measures[0].points

    await world.db.write(
        sharing.correct, omar.id, shared, ShareEdit(sentence="It is much quieter.", learned="Oil them.")
    )

    corrected = await loops.record_of(world, shared)
    assert (corrected.status, corrected.revision) == ("corrected", 2)
    assert corrected.sentence == "It is much quieter."
    assert corrected.measures[0].points == first


async def test_an_excluded_number_is_told_with_its_reason_and_not_computed(world: World, omar: Person) -> None:
    """It stays to be seen."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    measure_id = await loops.counted(world, omar, begun)
    day = loops.DAY_ZERO + timedelta(weeks=5)
    await world.db.write(measuring.exclude, omar.id, measure_id, day, "Ward closed for two days")

    record = await loops.record_of(world, await loops.shared(world, omar, begun))

    last = record.measures[0].points[-1]
    assert (last.state, last.note, last.numerator) == ("excluded", "Ward closed for two days", 35)
    assert record.measures[0].after == 64


async def test_a_long_history_is_cut_to_what_a_record_may_hold(world: World, omar: Person) -> None:
    """The latest points leave; the others stay here."""
    daily = [NewMeasure(label=f"Measure {number}", every="day") for number in range(3)]
    begun = await loops.begun(world, omar, await loops.learned(world, omar), measures=tuple(daily))
    for place in range(3):
        measure = await loops.measure_of(world, begun, place)
        for day in range(130):
            new = NewPoint(day=loops.DAY_ZERO + timedelta(days=day - 100), entry="123/456")
            await world.db.write(measuring.record_point, omar.id, measure.id, new)

    record = await loops.record_of(world, await loops.shared(world, omar, begun))

    assert {len(measure.points) for measure in record.measures} == {60}
    assert record.measures[0].points[-1].period == 29


async def test_an_action_is_shared_once(world: World, omar: Person) -> None:
    """A second share would count one result twice; after a withdrawal there may be another."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    shared = await loops.shared(world, omar, begun)

    with pytest.raises(Problem, match="shared-already"):
        await loops.shared(world, omar, begun)
    await world.db.write(sharing.withdraw, omar.id, shared, reason="data-error", explanation="We counted beds.")
    again = await loops.shared(world, omar, begun, sentence="Now by patients.")

    loop = await world.db.read(looping.loop_of, omar.id, again)
    assert [(one.state, one.status_id) for one in loop.doings[0].shares] == [
        ("withdrawn", shared),
        ("published", again),
    ]
    assert loop.doings[0].share is not None
    assert loop.doings[0].share.status_id == again


async def test_a_share_needs_a_decision_and_a_sentence(world: World, omar: Person) -> None:
    """Everything else may be missing, numbers too."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))

    for decision, sentence, field in (
        ("", "Good.", "decision"),
        ("adopt", " ", "sentence"),
        ("maybe", "Good.", "decision"),
    ):
        with pytest.raises(Problem) as refused:
            await world.db.write(
                sharing.share, omar.id, NewShare(action_id=begun, decision=decision, sentence=sentence)
            )
        assert refused.value.field == field

    record = await loops.record_of(world, await loops.shared(world, omar, begun))
    assert record.measures[0].points == ()
    assert record.decision == "adopt"


async def test_a_share_of_somebody_elses_action_is_refused(world: World, omar: Person) -> None:
    """Nobody reports a result in another's name."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    ines = await world.user("ines")

    with pytest.raises(Problem) as refused:
        await loops.shared(world, ines, begun)

    assert refused.value.status == 403


@pytest.mark.parametrize("is_deleted", [False, True])
async def test_a_share_after_one_taken_back_keeps_hidden_what_was_hidden(
    world: World, omar: Person, is_deleted: bool
) -> None:
    """Others may still hold the first: a number that changed by a few since then would be told by the difference."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    measure = await loops.counted(world, omar, begun, before=SMALL)
    first = await loops.shared(world, omar, begun)
    sent = (await loops.record_of(world, first)).measures[0].points
    if is_deleted:
        await world.db.write(posting.delete, omar.id, first)
    else:
        await world.db.write(sharing.withdraw, omar.id, first, reason="data-error", explanation="Two weeks were wrong.")
    await world.db.write(acting.reopen, omar.id, begun)
    for week, entry in ((-10, "30/50"), (0, "31/50")):  # once 1 and hidden; once 30
        new = NewPoint(day=loops.DAY_ZERO + timedelta(weeks=week, days=2), entry=entry)
        await world.db.write(measuring.record_point, omar.id, measure, new)

    second = await loops.shared(world, omar, begun)

    assert (await loops.record_of(world, second)).measures[0].points == sent
