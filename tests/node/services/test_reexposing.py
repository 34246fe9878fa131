"""Re-exposure: what becomes a card, what is due, how it is answered, and what brings it forward."""

from datetime import UTC, datetime, timedelta

import pytest

from node.errors import Problem
from node.services import bookmarking, carding, following, learning, reexposing
from node.services.learning import LearningEdit, NewLearning
from node.services.reexposing import DueCard
from tests.node.services import loops
from tests.support.network import Network
from tests.support.world import Person, World


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Said")


async def due(world: World, person: Person, limit: int = 5) -> tuple[DueCard, ...]:
    return await world.db.read(reexposing.due, person.id, limit)


async def answer(world: World, person: Person, *grades: str) -> list[datetime | None]:
    """Answer the one card of somebody on the very days it is due; return when it comes again each time."""
    found = []
    for grade in grades:
        (card,) = await due(world, person)
        graded = await world.db.write(reexposing.grade, person.id, card.card_id, grade, "page")
        found.append(graded.due_at)
        if graded.due_at is not None:
            world.clock.pass_time(seconds=(graded.due_at - world.clock.now()).total_seconds())
    return found


async def test_what_one_learned_is_due_the_next_morning(world: World, ines: Person) -> None:
    """Not at once: one has just written it."""
    learned = await loops.learned(world, ines, question="What wakes patients?", answer="Bin lids.")
    at_once = await due(world, ines)

    world.clock.pass_time(hours=22)

    (card,) = await due(world, ines)
    assert at_once == ()
    assert (card.part.status_id, card.origin, card.question, card.answer) == (
        learned,
        "own",
        "What wakes patients?",
        "Bin lids.",
    )


async def test_answers_on_the_day_follow_fsrs_whatever_the_hour(world: World, ines: Person) -> None:
    """The first answer late in the evening, the next ones in the morning: days are days."""
    await loops.learned(world, ines)
    world.clock.pass_time(hours=36)
    first = world.clock.now()

    found = await answer(world, ines, "good", "again", "good", "hard", "easy")

    days = [one.date() for one in found if one is not None]
    assert [later - earlier for earlier, later in zip([first.date(), *days], days, strict=False)] == [
        timedelta(days=number) for number in (2, 1, 2, 5, 15)
    ]
    assert {one.hour for one in found if one is not None} == {7}


async def test_no_more_than_five_are_due_in_a_day(world: World, ines: Person) -> None:
    """Two minutes a day: what was answered today counts."""
    for number in range(7):
        await loops.learned(world, ines, f"Learning number {number}.")
    world.clock.pass_time(days=1)
    first = await due(world, ines)
    for card in first[:3]:
        await world.db.write(reexposing.grade, ines.id, card.card_id, "good", "page")
    left = await due(world, ines)
    world.clock.pass_time(days=1)

    assert (len(first), len(left), len(await due(world, ines))) == (5, 2, 4)


@pytest.mark.parametrize(("grade", "code"), [("maybe", "grade-unknown"), ("good", "card-not-due")])
async def test_an_answer_that_makes_no_sense_is_refused(world: World, ines: Person, grade: str, code: str) -> None:
    """An unknown word, and an answer before the day."""
    await loops.learned(world, ines)
    (card,) = await world.db.read(reexposing.cards, ines.id, limit=10)

    with pytest.raises(Problem) as refused:
        await world.db.write(reexposing.grade, ines.id, card.card_id, grade, "api")

    assert (refused.value.status, refused.value.code, refused.value.field) == (422, code, "grade")


async def test_the_card_of_somebody_else_is_not_there(world: World, ines: Person, omar: Person) -> None:
    """Seeing, answering and taking back alike."""
    await loops.learned(world, ines)
    (card,) = await world.db.read(reexposing.cards, ines.id, limit=10)

    for act in (
        lambda unit: reexposing.grade(unit, omar.id, card.card_id, "good", "api"),
        lambda unit: reexposing.ungrade(unit, omar.id, card.card_id),
    ):
        with pytest.raises(Problem) as refused:
            await world.db.write(act)
        assert refused.value.status == 404


async def test_an_answer_can_be_taken_back(world: World, ines: Person) -> None:
    """The card is due as before, and what was known of the memory too."""
    await loops.learned(world, ines)
    world.clock.pass_time(days=1)
    (before,) = await due(world, ines)
    await world.db.write(reexposing.grade, ines.id, before.card_id, "again", "page")

    after = await world.db.write(reexposing.ungrade, ines.id, before.card_id)

    assert after == before
    assert await due(world, ines) == (before,)
    with pytest.raises(Problem) as refused:
        await world.db.write(reexposing.ungrade, ines.id, before.card_id)
    assert refused.value.code == "nothing-to-undo"


async def test_what_is_retired_comes_back_only_when_asked_for(world: World, ines: Person) -> None:
    """Retiring a card says nothing about the learning, and can be undone."""
    learned = await loops.learned(world, ines)
    world.clock.pass_time(days=1)
    (card,) = await due(world, ines)
    await world.db.write(reexposing.grade, ines.id, card.card_id, "retire", "page")
    gone = await due(world, ines)
    record = await loops.record_of(world, learned)
    with pytest.raises(Problem) as refused:
        await world.db.write(reexposing.grade, ines.id, card.card_id, "good", "page")
    await world.db.write(reexposing.make, ines.id, learned)
    world.clock.pass_time(days=1)

    assert (gone, record.status, refused.value.code) == ((), "open", "card-retired")
    assert [one.card_id for one in await due(world, ines)] == [card.card_id]


async def test_undoing_retirement_brings_the_card_back(world: World, ines: Person) -> None:
    """With the same day as before."""
    await loops.learned(world, ines)
    world.clock.pass_time(days=1)
    (card,) = await due(world, ines)
    await world.db.write(reexposing.grade, ines.id, card.card_id, "retire", "page")

    assert await world.db.write(reexposing.ungrade, ines.id, card.card_id) == card


async def test_a_bookmarked_record_is_a_card_as_long_as_it_is_kept(world: World, ines: Person, omar: Person) -> None:
    """An ordinary post is none."""
    learned = await loops.learned(world, ines, visibility="public")
    await world.db.write(bookmarking.bookmark, omar.id, learned)
    world.clock.pass_time(days=1)
    (card,) = await due(world, omar)
    await world.db.write(bookmarking.unbookmark, omar.id, learned)

    assert (card.origin, card.part.author.username) == ("kept", "ines")
    assert await due(world, omar) == ()


async def test_what_one_tries_is_seen_again(world: World, ines: Person, omar: Person) -> None:
    """The learning that an action begins from, not the action."""
    learned = await loops.learned(world, ines, visibility="public")
    await loops.begun(world, omar, learned)
    world.clock.pass_time(days=1)

    (card,) = await due(world, omar)
    assert (card.origin, card.part.status_id) == ("tried", learned)


async def test_learnings_of_those_one_follows_come_one_a_day(world: World, ines: Person, omar: Person) -> None:
    """The newest first, and rounds that are made twice give no more."""
    await world.db.write(following.follow, omar.id, ines.id)
    old, new = [await loops.learned(world, ines, f"Number {n}.", visibility="public") for n in (1, 2)]
    await loops.make_round(world.db)
    await loops.make_round(world.db)
    world.clock.pass_time(days=1)
    first = [card.part.status_id for card in await due(world, omar)]
    await loops.make_round(world.db)
    world.clock.pass_time(days=1)

    assert first == [new]
    assert {card.part.status_id for card in await due(world, omar)} == {old, new}


async def test_nothing_new_is_introduced_while_five_are_due(world: World, ines: Person, omar: Person) -> None:
    """What waits comes first; what is older than a month does not come at all."""
    await world.db.write(following.follow, omar.id, ines.id)
    await loops.learned(world, ines, visibility="public")
    for number in range(5):
        await loops.learned(world, omar, f"Own number {number}.")
    world.clock.pass_time(days=1)
    await loops.make_round(world.db)
    busy = await world.db.read(reexposing.cards, omar.id, limit=10)
    for card in busy:
        await world.db.write(reexposing.grade, omar.id, card.card_id, "easy", "page")
    world.clock.pass_time(days=31)
    for card in await due(world, omar):
        await world.db.write(reexposing.grade, omar.id, card.card_id, "retire", "page")
    await loops.make_round(world.db)

    assert len(busy) == len(await world.db.read(reexposing.cards, omar.id, limit=10)) == 5


async def test_many_people_are_gone_through_in_parts(
    world: World, ines: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction is for some of them."""
    monkeypatch.setattr(carding, "BATCH", 1)
    people = [await world.user(name) for name in ("ada", "bo", "cy")]
    for person in people:
        await world.db.write(following.follow, person.id, ines.id)
    await loops.learned(world, ines, visibility="public")

    await loops.make_round(world.db)

    assert [len(await world.db.read(reexposing.cards, one.id, limit=10)) for one in people] == [1, 1, 1]


@pytest.mark.parametrize(("decision", "reason"), [("adopt", "result"), ("abandon", "stopped")])
async def test_a_result_in_the_lineage_makes_the_card_due(
    world: World, ines: Person, omar: Person, decision: str, reason: str
) -> None:
    """Also one that says that it did not work; its own author is not asked."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned)
    world.clock.pass_time(days=1)
    (card,) = await due(world, ines)
    await world.db.write(reexposing.grade, ines.id, card.card_id, "easy", "page")
    world.clock.pass_time(days=2)
    quiet = await due(world, ines)
    shared = await loops.shared(world, omar, begun, decision=decision, decision_reason="Because.")

    (brought,) = await due(world, ines)
    assert quiet == ()
    assert (brought.reason, brought.because and brought.because.status_id) == (reason, shared)
    assert [one.reason for one in await due(world, omar)] == [None]


async def test_what_was_answered_today_is_brought_forward_to_tomorrow(world: World, ines: Person, omar: Person) -> None:
    """Nothing is asked twice a day."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, omar, learned)
    world.clock.pass_time(days=1)
    (card,) = await due(world, ines)
    await world.db.write(reexposing.grade, ines.id, card.card_id, "easy", "page")
    await loops.shared(world, omar, begun)

    today = await due(world, ines)
    world.clock.pass_time(hours=24)

    assert today == ()
    assert [one.reason for one in await due(world, ines)] == ["result"]


async def test_a_record_that_was_taken_back_says_so_once(world: World, ines: Person, omar: Person) -> None:
    """Whatever one answers, it is not asked again."""
    learned = await loops.learned(world, ines, visibility="public")
    await world.db.write(bookmarking.bookmark, omar.id, learned)
    await world.db.write(learning.withdraw, ines.id, learned, reason="mistaken", explanation="The count was wrong.")

    (card,) = await due(world, omar)
    graded = await world.db.write(reexposing.grade, omar.id, card.card_id, "good", "page")

    assert (card.is_withdrawn, card.answer) == (True, "The count was wrong.")
    assert graded.due_at is None
    assert await due(world, omar) == ()


async def test_what_one_may_not_see_any_more_is_not_shown(world: World, ines: Person, omar: Person) -> None:
    """Nor answered."""
    await world.db.write(following.follow, omar.id, ines.id)
    learned = await loops.learned(world, ines, visibility="private")
    await world.db.write(bookmarking.bookmark, omar.id, learned)
    world.clock.pass_time(days=1)
    (card,) = await due(world, omar)
    await world.db.write(following.unfollow, omar.id, ines.id)

    assert await due(world, omar) == ()
    with pytest.raises(Problem) as refused:
        await world.db.write(reexposing.grade, omar.id, card.card_id, "good", "page")
    assert refused.value.status == 404


async def test_knowing_better_replaces_the_card(world: World, ines: Person) -> None:
    """A learning that supersedes an older one of one's own takes its place."""
    old = await loops.learned(world, ines)
    new = NewLearning(text="It was the corridor light.", based_on=old, relation="supersedes")
    newer = await world.db.write(learning.record, ines.id, new)
    world.clock.pass_time(days=1)

    assert [card.part.status_id for card in await due(world, ines)] == [newer]


async def test_a_learning_marked_in_an_app_is_a_card_with_its_question(world: World, ines: Person) -> None:
    """`#learning`, `Q:` and `A:` are enough."""
    said = "#learning Bin lids wake patients.\nQ: What wakes patients?\nA: Bin lids."
    await world.client(ines).post("/api/v1/statuses", data={"status": said, "visibility": "public"})
    world.clock.pass_time(days=1)

    (card,) = await due(world, ines)
    assert (card.question, card.answer) == ("What wakes patients?", "Bin lids.")


async def test_an_edited_learning_keeps_its_card(world: World, ines: Person) -> None:
    """The question is that of today."""
    learned = await loops.learned(world, ines)
    await world.db.write(learning.edit, ines.id, learned, LearningEdit(question="Why do they wake?"))
    world.clock.pass_time(days=1)

    assert [card.question for card in await due(world, ines)] == ["Why do they wake?"]


async def test_the_day_is_that_of_the_hospital(world: World, ines: Person) -> None:
    """The morning after is at seven there."""
    await loops.learned(world, ines)
    (card,) = await world.db.read(reexposing.cards, ines.id, limit=10)

    assert card.due_at == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)


async def test_a_result_of_a_peer_makes_the_card_due_here(network: Network) -> None:
    """The ward learned it, the clinic stopped trying it: the ward hears why the next time it looks."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    ines, omar = await ward.user("ines"), await clinic.user("omar")
    await clinic.follow(omar, "@ines@ward.example")
    await network.settle()
    learned = (await ward.status(await loops.learned(ward.world, ines, visibility="public"))).uri
    await network.settle()
    held = await clinic.held(learned)
    assert held is not None
    begun = await loops.begun(clinic.world, omar, held.id)
    await loops.shared(clinic.world, omar, begun, decision="abandon", decision_reason="Too loud.")
    await network.settle()

    (card,) = await ward.db.read(reexposing.due, ines.id)
    assert (card.reason, card.because and card.because.origin) == ("stopped", "clinic.example")
