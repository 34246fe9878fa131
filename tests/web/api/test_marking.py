"""A learning recorded from any app: an ordinary post with `#learning`."""

from typing import Any

import pytest

from tests.support.world import Person, World

TEXT = (
    "A catheter stays in because nobody asks. In most rounds it was not mentioned.\n"
    "Q: What is asked about every catheter?\n"
    "A: Why is it still in?\n"
    "Source: https://journal.example/rounds\n"
    "#learning #catheters"
)


@pytest.fixture
async def nurse(world: World) -> Person:
    """Return who posts."""
    return await world.user("nurse")


async def _post(world: World, person: Person, text: str, **more: str) -> dict[str, Any]:
    answer = await world.client(person).post("/api/v1/statuses", json={"status": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_post_with_the_mark_is_a_learning_in_its_authors_words(world: World, nurse: Person) -> None:
    """Text, source, question and answer are read out of the post; the post stays as it was typed."""
    status = await _post(world, nurse, TEXT)

    loop = (await world.client(nurse).get(f"/api/rounds/v1/records/{status['id']}")).json()
    record = loop["record"]
    assert status["learning_record"]["type"] == "Learning"
    assert record["title"] == "A catheter stays in because nobody asks."
    assert record["text"] == "In most rounds it was not mentioned."
    assert record["learnedFrom"] == {"kind": "article", "link": "https://journal.example/rounds"}
    assert (record["question"], record["answer"]) == ("What is asked about every catheter?", "Why is it still in?")
    assert record["topics"] == ["catheters"]
    assert "nobody asks" in status["content"]


async def test_institution_passes_a_marked_learning_on(world: World, nurse: Person) -> None:
    """Those who follow the hospital see it like one that was recorded on a page."""
    status = await _post(world, nurse, TEXT)

    boosts = (await world.client(nurse).get(f"/api/v1/statuses/{status['id']}/reblogged_by")).json()
    assert [one["username"] for one in boosts] == ["institution"]


async def test_post_without_the_mark_is_none(world: World, nurse: Person) -> None:
    """Nothing else makes a post a learning."""
    status = await _post(world, nurse, "I was learning a lot today #icu")

    assert "learning_record" not in status


async def test_marked_post_over_the_limits_stays_a_post_and_its_author_is_told(world: World, nurse: Person) -> None:
    """Nothing is lost and nothing is cut: a direct word says why."""
    status = await _post(world, nurse, "Too much. " + "Word after word. " * 60 + "#learning")

    told = (await world.client(nurse).get("/api/v1/notifications")).json()
    assert "learning_record" not in status
    assert [(one["type"], one["status"]["visibility"]) for one in told] == [("mention", "direct")]
    assert "more than 500" in told[0]["status"]["content"]


async def test_edit_of_a_marked_post_makes_the_record_anew(world: World, nurse: Person) -> None:
    """The next revision says what the post says now."""
    status = await _post(world, nurse, TEXT)

    changed = TEXT.replace("nobody asks", "nobody dares to ask")
    answer = await world.client(nurse).put(f"/api/v1/statuses/{status['id']}", json={"status": changed})

    kept = (await world.client(nurse).get(f"/api/rounds/v1/records/{status['id']}")).json()["record"]
    assert answer.status_code == 200
    assert (kept["revision"], kept["title"]) == (2, "A catheter stays in because nobody dares to ask.")


async def test_edit_that_is_no_learning_any_more_is_refused_and_changes_nothing(world: World, nurse: Person) -> None:
    """Words and record never part."""
    status = await _post(world, nurse, TEXT)

    client = world.client(nurse)
    answer = await client.put(f"/api/v1/statuses/{status['id']}", json={"status": "Too long. " + "word " * 300})

    assert answer.status_code == 422
    assert "more than 500" in answer.json()["error"]
    assert (await client.get(f"/api/v1/statuses/{status['id']}")).json()["content"] == status["content"]


async def test_direct_post_with_the_mark_stays_between_those_it_names(world: World, nurse: Person) -> None:
    """A private word is no record."""
    status = await _post(world, nurse, TEXT, visibility="direct")

    assert "learning_record" not in status


async def test_marked_learning_can_be_changed_and_withdrawn_on_its_page(world: World, nurse: Person) -> None:
    """From then on its words are composed from the record, as those of every other."""
    status = await _post(world, nurse, TEXT)
    client = world.client(nurse)

    changed = await client.patch(f"/api/rounds/v1/learnings/{status['id']}", json={"harm_level": "low"})
    why = {"reason": "mistaken", "explanation": "We counted the wrong ward."}
    taken = await client.post(f"/api/rounds/v1/learnings/{status['id']}/withdraw", json=why)

    assert (changed.status_code, taken.status_code) == (200, 200)
    shown = (await client.get(f"/api/v1/statuses/{status['id']}")).json()
    assert shown["content"].startswith("<p><strong>Withdrawn: We counted the wrong ward.")


async def test_mark_on_an_answer_to_a_private_record_tells_nobody_of_it(world: World, nurse: Person) -> None:
    """A public record never names what not everybody may know of."""
    private = await _post(world, nurse, TEXT, visibility="private")

    answer = await _post(world, nurse, "More of this. #learning", in_reply_to_id=private["id"], visibility="public")

    assert "learning_record" not in answer


async def test_mark_with_a_stranger_in_its_words_stays_a_post(world: World, nurse: Person) -> None:
    """Their name is shown shorter once they are found, and the record would say other words than the post."""
    status = await _post(world, nurse, "As @ben@far.example says, ask. #learning")

    assert "learning_record" not in status
