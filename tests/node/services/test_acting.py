"""Beginning and changing actions: what may change when, who may see, and in which state numbers leave one."""

from datetime import date, timedelta

import pytest

from node.errors import Problem
from node.services import acting, beginning, learning, measuring
from node.services.acting import ActionEdit
from node.services.beginning import NewAction
from node.services.learning import LearningEdit, NewLearning
from node.services.measuring import NewPoint
from node.store import statuses
from tests.node.services import loops
from tests.support.world import Person, World

TODAY = date(2026, 11, 25)


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar")


async def state_of(world: World, status_id: int) -> str:
    return str((await loops.record_of(world, status_id)).status)


async def enter(world: World, who: Person, begun: int, day: date, entry: str = "30/50") -> measuring.Entered:
    measure = await loops.measure_of(world, begun)
    return await world.db.write(measuring.record_point, who.id, measure.id, NewPoint(day=day, entry=entry))


async def test_numbers_move_an_action_on(world: World, omar: Person) -> None:
    """Before day 0 it stays planned, with the first number since then it is doing, on its day it is studied."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar), due_on=TODAY + timedelta(days=7))

    await enter(world, omar, begun, loops.DAY_ZERO - timedelta(days=7))
    before = await state_of(world, begun)
    await enter(world, omar, begun, loops.DAY_ZERO)
    doing = await state_of(world, begun)
    world.clock.pass_time(days=7)
    await enter(world, omar, begun, TODAY + timedelta(days=7))

    assert (before, doing, await state_of(world, begun)) == ("planned", "doing", "studying")
    assert (await loops.record_of(world, begun)).revision == 3


async def test_a_prediction_is_locked_once_numbers_are_in(world: World, omar: Person) -> None:
    """It may be changed before, and not after."""
    begun = await loops.begun(
        world, omar, await loops.learned(world, omar), day_zero_on=TODAY, prediction="Ten points up"
    )
    await world.db.write(acting.edit, omar.id, begun, ActionEdit(prediction="Five points up"))
    await enter(world, omar, begun, TODAY)

    with pytest.raises(Problem) as refused:
        await world.db.write(acting.edit, omar.id, begun, ActionEdit(prediction="Twenty points up"))

    assert refused.value.text == (
        "The prediction is locked since 25 November, because numbers are in. Add a note instead."
    )
    record = await loops.record_of(world, begun)
    assert (record.prediction, record.predicted_on) == ("Five points up", "2026-11-25")


async def test_a_day_that_has_not_come_takes_no_number(world: World, omar: Person) -> None:
    """Nor does one of long ago."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))

    for day, code in (
        (TODAY + timedelta(days=1), "day-future"),
        (date(1990, 1, 1), "day-past"),
        (date(2001, 1, 1), "day-far"),
    ):
        with pytest.raises(Problem, match=code):
            await enter(world, omar, begun, day)


async def test_a_decided_action_takes_no_more_numbers(world: World, omar: Person) -> None:
    """The next cycle does."""
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await world.db.write(acting.close, omar.id, begun, "adopt")

    with pytest.raises(Problem, match="state-refused"):
        await enter(world, omar, begun, TODAY)
    with pytest.raises(Problem, match="state-refused"):
        await world.db.write(acting.edit, omar.id, begun, ActionEdit(title="Other lids"))


async def test_an_action_is_never_wider_than_what_it_begins_from(world: World, omar: Person) -> None:
    """Its address must not tell of a post that others may not know."""
    mine = await loops.learned(world, omar, visibility="private")
    begun = await loops.begun(world, omar, mine)

    with pytest.raises(Problem) as refused:
        await loops.begun(world, omar, mine, visibility="public")

    found = await world.db.read(statuses.by_id, begun)
    assert found is not None
    assert found.visibility == "private"
    assert refused.value.field == "visibility"


async def test_what_is_not_for_somebody_cannot_be_built_upon(world: World, omar: Person) -> None:
    """The same answer as for what is not there."""
    hidden = await loops.learned(world, omar, visibility="direct")
    ines = await world.user("ines")

    for based_on in (hidden, 99, "https://nowhere.example/1"):
        with pytest.raises(Problem, match="parent-unknown"):
            await world.db.write(
                beginning.begin, ines.id, NewAction(based_on=based_on, change="Lids", due_on=loops.DUE)
            )


async def test_events_tell_their_month_and_not_their_day(world: World, omar: Person) -> None:
    """Days of events could be added up from day 0."""
    between = loops.NewMeasure(label="Days since the last fall", form="time-between", counted="events")
    begun = await loops.begun(world, omar, await loops.learned(world, omar), measures=(between,))

    record = await loops.record_of(world, begun)

    assert record.day_zero == "2026-10"
    assert record.measures[0].every == "event"


async def test_a_box_becomes_title_and_text(world: World, omar: Person) -> None:
    """The first sentence is the title; what people typed is all there."""
    record = await loops.record_of(world, await loops.learned(world, omar))

    assert record.title == "Bin lids wake patients on our ward."
    assert record.text == "Two bays got soft lids by accident, and nobody noticed."


@pytest.mark.parametrize(
    ("typed", "kind", "expected"),
    [
        ("10.1136/bmjqs-2026-1", "article", {"doi": "10.1136/bmjqs-2026-1"}),
        ("https://doi.org/10.1136/bmjqs-2026-1", "article", {"doi": "10.1136/bmjqs-2026-1"}),
        ("PMID: 4620592", "article", {"pmid": "4620592"}),
        ("https://Guide.example/Sleep", "article", {"link": "https://guide.example/Sleep"}),
        ("Night shift handover", "own-observation", {"label": "Night shift handover"}),
    ],
)
async def test_a_source_is_read_as_what_it_is(
    world: World, omar: Person, typed: str, kind: str, expected: dict[str, str]
) -> None:
    """A DOI, a PMID, a link or a name, in one box."""
    record = await loops.record_of(world, await loops.learned(world, omar, source=typed))

    source = record.learned_from
    found = {name: value for name in ("doi", "pmid", "link", "label") if (value := getattr(source, name)) is not None}
    assert (source.kind, found) == (kind, expected)


async def test_a_learning_is_parked_and_taken_up_again_by_revisions(world: World, omar: Person) -> None:
    """Each is an Update with a higher revision; an edit that changes nothing is none."""
    learned = await loops.learned(world, omar)

    await world.db.write(learning.edit, omar.id, learned, LearningEdit(state="parked"))
    parked = await loops.record_of(world, learned)
    await world.db.write(learning.edit, omar.id, learned, LearningEdit(state="parked"))
    await world.db.write(learning.edit, omar.id, learned, LearningEdit(state="open", topics=("Sleep",)))
    opened = await loops.record_of(world, learned)

    assert (parked.status, parked.revision) == ("parked", 2)
    assert (opened.status, opened.revision, opened.topics) == ("open", 3, ("Sleep",))


async def test_a_change_by_a_moderator_is_audited(world: World, omar: Person) -> None:
    """A person sees who did what to which thing."""
    from sqlalchemy import select

    from node.store.tables import audit

    mona = await world.user("mona", role="moderator")
    learned = await loops.learned(world, omar)
    found = await world.db.read(statuses.by_id, learned)
    assert found is not None

    await world.db.write(
        learning.withdraw, mona.id, learned, reason="privacy", explanation="It named a room and a night."
    )

    rows = await world.db.read(
        lambda snapshot: snapshot.conn.execute(
            select(audit.c.actor, audit.c.object).where(audit.c.act == "record.change")
        ).all()
    )
    assert [tuple(row) for row in rows] == [(f"account:{mona.id}", found.uri)]


async def test_who_usually_posts_to_followers_records_for_followers(world: World, omar: Person) -> None:
    """The preference holds for records too, unless something else is said."""
    await world.client(omar).patch("/api/v1/accounts/update_credentials", json={"source": {"privacy": "private"}})

    usual = await world.db.write(learning.record, omar.id, NewLearning(text="Lids."))
    open_to_all = await world.db.write(learning.record, omar.id, NewLearning(text="Lids.", visibility="public"))

    found = [await world.db.read(statuses.by_id, one) for one in (usual, open_to_all)]
    assert [one.visibility for one in found if one] == ["private", "public"]
