"""Who else saw this? What is found alike, why, and for whom."""

import pytest

from node.services import learning, posting, rendering, resembling
from node.services.learning import LearningEdit, NewLearning
from node.services.posting import Draft
from node.services.resembling import Alike
from node.store import statuses, tables, terms
from node.store.unit import Unit
from tests.node.services import loops
from tests.support.network import Network
from tests.support.world import Person, World

CATHETER = "A catheter stays in because nobody asks. Ask about it on the morning round."


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar")


async def _alike(world: World, person: Person | None, status_id: int) -> tuple[Alike, ...]:
    return await world.db.read(resembling.alike, person.id if person else None, status_id)


async def test_same_article_is_the_best_reason(world: World, ines: Person, omar: Person) -> None:
    """However each wrote its DOI, and whatever each says of it."""
    mine = await loops.learned(world, ines, f"{CATHETER}\ndoi:10.1000/ABC", visibility="public")
    words = await loops.learned(world, omar, "Catheter question on our morning round.", visibility="public")
    source = await loops.learned(
        world, omar, "Something else.\nhttps://doi.org/10.1000/abc", visibility="public", source_label=None
    )

    found = await _alike(world, ines, mine)

    assert [one.part.status_id for one in found] == [source, words]
    assert [one.is_same_source for one in found] == [True, False]
    assert found[0].reasons == ("The same article: 10.1000/abc",)
    assert found[1].reasons == ("Both speak of catheter, morning, round",)


async def test_one_common_word_says_nothing(world: World, ines: Person, omar: Person) -> None:
    """Two texts about anything share a word."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    await loops.learned(world, omar, "The morning is cold.", visibility="public")

    assert await _alike(world, ines, mine) == ()


async def test_topic_is_shown_as_it_was_written(world: World, ines: Person, omar: Person) -> None:
    """And counts for more than a word, together with one."""
    mine = await loops.learned(world, ines, "Gel works.", topics=("Händehygiene",), visibility="public")
    await loops.learned(world, omar, "Gel is cold.", topics=("handehygiene",), visibility="public")

    assert [one.reasons for one in await _alike(world, ines, mine)] == [("Both speak of Händehygiene, Gel",)]


async def test_what_a_reader_may_not_see_is_never_named(world: World, ines: Person, omar: Person) -> None:
    """Nor to anybody on the web, nor when the record asked about is hidden itself."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    hidden = await loops.learned(world, omar, f"Again: {CATHETER}", visibility="private")

    assert [await _alike(world, who, mine) for who in (ines, None)] == [(), ()]
    assert [one.part.status_id for one in await _alike(world, omar, mine)] == [hidden]
    assert await _alike(world, ines, hidden) == ()


async def test_own_loop_is_left_out_and_another_stands_once(world: World, ines: Person, omar: Person) -> None:
    """An action says the same as its learning; that is no news."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    await loops.begun(world, ines, mine, change=CATHETER)
    world.clock.pass_time(minutes=1)
    theirs = await loops.learned(world, omar, f"We say: {CATHETER}", visibility="public")
    world.clock.pass_time(minutes=1)
    tried = await loops.begun(world, omar, theirs, change=CATHETER)

    found = await _alike(world, ines, mine)

    assert len(found) == 1
    assert found[0].part.status_id in (theirs, tried)


async def test_terms_follow_revisions_and_go_with_the_status(world: World, ines: Person, omar: Person) -> None:
    """What is no longer said is no longer found."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    theirs = await loops.learned(world, omar, f"Again: {CATHETER}", visibility="public")

    await world.db.write(learning.edit, omar.id, theirs, LearningEdit(title="Falls at night", text=""))
    after = await _alike(world, ines, mine)
    kept = await world.db.read(terms.of_status, theirs)
    await world.db.write(posting.delete, omar.id, theirs)

    assert after == ()
    assert kept == {"word:falls", "word:night"}
    assert await world.db.read(terms.of_status, theirs) == set()


async def test_withdrawn_records_are_left_out(world: World, ines: Person, omar: Person) -> None:
    """Nobody is shown what was taken back."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    theirs = await loops.learned(world, omar, f"Again: {CATHETER}", visibility="public")

    await world.db.write(learning.withdraw, omar.id, theirs, reason="mistaken", explanation="It was another ward.")

    assert await _alike(world, ines, mine) == ()


async def test_word_that_too_many_records_have_is_skipped(
    world: World, ines: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would cost much and say nothing; a source counts however many have it."""
    monkeypatch.setattr(terms, "MOST_COUNTED", 1)
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    await loops.learned(world, omar, f"Again: {CATHETER}", visibility="public")

    assert await _alike(world, ines, mine) == ()


async def test_text_that_is_being_typed_finds_who_saw_it_already(world: World, ines: Person, omar: Person) -> None:
    """By its source or its words; a text of nothing finds nothing."""
    theirs = await loops.learned(world, omar, f"{CATHETER}\nPMID 12345678", visibility="public")

    by_words = await world.db.read(resembling.alike_text, ines.id, "catheters? a CATHETER on each round")
    by_source = await world.db.read(resembling.alike_text, ines.id, "see pubmed.example or pmid:12345678")
    nothing = [await world.db.read(resembling.alike_text, ines.id, typed) for typed in ("", "the and", "\x00" * 9)]

    assert [one.part.status_id for one in (*by_words, *by_source)] == [theirs, theirs]
    assert by_words[0].reasons == ("Both speak of CATHETER, round",)
    assert by_source[0].reasons == ("The same article: PMID 12345678",)
    assert nothing == [(), (), ()]


async def test_records_of_before_are_found_after_an_update(world: World, ines: Person, omar: Person) -> None:
    """A job keeps the terms of what is there already, and may be begun again."""
    mine = await loops.learned(world, ines, CATHETER, visibility="public")
    await loops.learned(world, omar, f"Again: {CATHETER}", visibility="public")
    await world.db.write(_forget)
    before = await _alike(world, ines, mine)

    await rendering.keep_terms(world.db)
    await rendering.keep_terms(world.db)

    assert before == ()
    assert len(await _alike(world, ines, mine)) == 1


def _forget(unit: Unit) -> None:
    unit.conn.execute(tables.record_terms.delete())


async def test_peers_are_found_and_find_us(network: Network) -> None:
    """Without asking anybody: what was received is enough."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    ines, omar = await ward.world.user("ines"), await clinic.world.user("omar")
    await clinic.follow(omar, "ines@ward.example")
    await network.settle()
    theirs = await ward.db.write(learning.record, ines.id, NewLearning(text=CATHETER, visibility="public"))
    await network.settle()
    mine = await clinic.db.write(learning.record, omar.id, NewLearning(text=f"Now: {CATHETER}", visibility="public"))
    asked = len(network.wire.sent)

    found = await clinic.db.read(resembling.alike, omar.id, mine)

    assert [one.part.uri for one in found] == [ward.site.status_uri("ines", theirs)]
    assert len(network.wire.sent) == asked


async def test_a_post_without_a_record_has_nothing_alike(world: World, ines: Person) -> None:
    """And none is made of it."""
    post = await world.db.write(posting.post, ines.id, Draft(text=CATHETER))

    assert await world.db.read(statuses.by_id, post) is not None
    assert await _alike(world, ines, post) == ()
