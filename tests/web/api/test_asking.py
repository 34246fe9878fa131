"""Re-exposure in any Mastodon app: @recall asks by a poll, a vote grades the card, and nothing of it leaves the house."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from node.services import choosing, following, reexposing, tending
from node.services.choosing import Change
from node.store import recall_cards
from tests.node.services import loops
from tests.support.network import Network
from tests.support.world import Person, World, make_world

LABELS = ["Again", "Hard", "Good", "Easy", "Do it", "Retire"]
QUESTION = {"question": "What wakes patients at night?", "answer": "Slamming bin lids."}


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


async def told(world: World, person: Person) -> list[dict[str, Any]]:
    """Return the direct posts somebody got, the newest first."""
    found = (await world.client(person).get("/api/v1/notifications", params={"types[]": "mention"})).json()
    return [one["status"] for one in found]


async def asked(world: World, person: Person, **more: Any) -> dict[str, Any]:
    """Let somebody learn something and be asked about it the next day."""
    await loops.learned(world, person, **(QUESTION | more))
    world.clock.pass_time(days=1)
    await loops.make_round(world.db)
    return (await told(world, person))[0]


async def vote(world: World, person: Person, post: dict[str, Any], label: str) -> Any:
    choice = str(LABELS.index(label))
    client = world.client(person)
    return await client.post(f"/api/v1/polls/{post['poll']['id']}/votes", data={"choices[]": choice})


async def test_what_is_due_is_asked_by_a_direct_post_with_a_poll(world: World, ines: Person) -> None:
    """The question and the grades, and not a word of the answer."""
    post = await asked(world, ines)

    assert (post["account"]["acct"], post["visibility"]) == ("recall", "direct")
    assert [one["username"] for one in post["mentions"]] == ["ines"]
    assert [one["title"] for one in post["poll"]["options"]] == LABELS
    assert (post["poll"]["multiple"], post["poll"]["expired"]) == (False, False)
    assert QUESTION["question"] in post["content"]
    assert "Slamming" not in post["content"]


@pytest.mark.parametrize(("label", "days"), [("Again", 1), ("Hard", 1), ("Good", 2), ("Easy", 8), ("Do it", 2)])
async def test_a_vote_grades_the_card_and_the_answer_follows(world: World, ines: Person, label: str, days: int) -> None:
    """With the day on which it comes again."""
    post = await asked(world, ines)

    voted = await vote(world, ines, post, label)

    (card,) = await world.db.read(reexposing.cards, ines.id, limit=5)
    reply = (await told(world, ines))[0]
    assert (voted.status_code, voted.json()["voted"], voted.json()["expired"]) == (200, True, True)
    assert card.due_at.date() - world.clock.now().date() == timedelta(days=days)
    assert (reply["in_reply_to_id"], reply["visibility"]) == (post["id"], "direct")
    assert "Slamming bin lids." in reply["content"]
    assert f"again on {card.due_at.day} {card.due_at:%B}" in reply["content"]
    assert ("!try" in reply["content"]) == (label == "Do it")


async def test_retiring_by_a_vote_says_how_it_comes_back(world: World, ines: Person) -> None:
    """And nothing is asked any more."""
    post = await asked(world, ines)
    await vote(world, ines, post, "Retire")
    reply = (await told(world, ines))[0]
    world.clock.pass_time(days=30)
    await loops.make_round(world.db)

    assert "Retired" in reply["content"]
    assert len(await told(world, ines)) == 2


async def test_one_vote_is_one_answer(world: World, ines: Person) -> None:
    """The poll is over with it."""
    post = await asked(world, ines)
    await vote(world, ines, post, "Good")

    again = await vote(world, ines, post, "Easy")

    assert again.status_code == 422
    assert len(await told(world, ines)) == 2


async def test_what_was_answered_on_the_page_closes_the_question(world: World, ines: Person) -> None:
    """A vote that comes later counts for nothing, and nobody is told that a poll is over."""
    post = await asked(world, ines)
    (card,) = await world.db.read(reexposing.due, ines.id)
    await world.db.write(reexposing.grade, ines.id, card.card_id, "good", "page")

    late = await vote(world, ines, post, "Again")
    world.clock.pass_time(days=8)
    await world.work()

    assert late.status_code == 422
    kinds = {one["type"] for one in (await world.client(ines).get("/api/v1/notifications")).json()}
    assert "poll" not in kinds


async def test_a_question_left_unanswered_is_asked_anew_when_its_poll_is_over(world: World, ines: Person) -> None:
    """After seven days, on the next day at the earliest; the old poll takes no vote."""
    post = await asked(world, ines)
    for _ in range(6):
        world.clock.pass_time(days=1)
        await loops.make_round(world.db)
    before = len(await told(world, ines))
    world.clock.pass_time(days=1, hours=1)
    await world.work()
    await loops.make_round(world.db)

    assert (before, len(await told(world, ines))) == (1, 2)
    assert (await vote(world, ines, post, "Good")).status_code == 422


async def test_rounds_that_are_made_twice_ask_once(world: World, ines: Person) -> None:
    """However many processes make them."""
    await asked(world, ines)
    await loops.make_round(world.db)

    assert len(await told(world, ines)) == 1


async def test_at_most_five_questions_wait_for_an_answer(world: World, ines: Person) -> None:
    """Days without an answer bring no more of them."""
    for number in range(8):
        await loops.learned(world, ines, f"Learning number {number}.")
    for _ in range(3):
        world.clock.pass_time(days=1)
        await loops.make_round(world.db)

    assert len(await told(world, ines)) == 5


async def test_at_most_five_are_asked_in_a_day(world: World, ines: Person) -> None:
    """Answering quickly brings no more of them either."""
    for number in range(8):
        await loops.learned(world, ines, f"Learning number {number}.")
    world.clock.pass_time(days=1)
    await loops.make_round(world.db)
    for post in await told(world, ines):
        await vote(world, ines, post, "Easy")
    await loops.make_round(world.db)

    assert len([post for post in await told(world, ines) if post["poll"]]) == 5


@pytest.mark.parametrize(("hours", "count"), [(12, 0), (21, 0), (22, 1), (34, 1), (35, 0)])
async def test_nobody_is_asked_at_night(world: World, ines: Person, hours: int, count: int) -> None:
    """From seven to eight in the evening, by the clock of the hospital; it is nine in the morning now."""
    await loops.learned(world, ines)
    world.clock.pass_time(hours=hours)
    await loops.make_round(world.db)

    assert len(await told(world, ines)) == count


@pytest.mark.parametrize("act", ["mute", "block"])
async def test_who_mutes_or_blocks_recall_is_not_asked(world: World, ines: Person, act: str) -> None:
    """There is no other way to say it in an app."""
    client = world.client(ines)
    recall = (await client.get("/api/v1/accounts/lookup", params={"acct": "recall"})).json()
    await client.post(f"/api/v1/accounts/{recall['id']}/{act}")
    await loops.learned(world, ines)
    world.clock.pass_time(days=1)
    await loops.make_round(world.db)

    found = await world.db.read(recall_cards.page, ines.id, limit=5)
    assert [card.poll_id for card in found] == [None]


async def test_who_switched_it_off_is_not_asked(world: World, ines: Person) -> None:
    """Their cards stay on the page."""
    await world.db.write(choosing.choose, ines.id, Change(recall_posts=False))
    await loops.learned(world, ines)
    world.clock.pass_time(days=1)
    await loops.make_round(world.db)

    assert await told(world, ines) == []
    assert len(await world.db.read(reexposing.due, ines.id)) == 1


async def test_names_and_markup_in_a_question_are_only_text(world: World, ines: Person) -> None:
    """Nobody else is named by what a learning asks, and nothing is marked by it."""
    omar = await world.user("omar")
    post = await asked(world, ines, question="Did @omar say <b>#learning</b>?")

    assert [one["username"] for one in post["mentions"]] == ["ines"]
    assert "&lt;b&gt;" in post["content"]
    assert await told(world, omar) == []
    assert await world.db.read(reexposing.cards, omar.id, limit=5) == ()


async def test_what_is_tried_below_the_answer_begins_from_the_learning(world: World, ines: Person) -> None:
    """As the answer to "Do it" says: reply with `!try`."""
    post = await asked(world, ines)
    await vote(world, ines, post, "Do it")
    reply = (await told(world, ines))[0]
    (card,) = await world.db.read(reexposing.cards, ines.id, limit=5)
    said = {"status": "@recall !try 2026-12-20 Fit soft lids", "in_reply_to_id": reply["id"], "visibility": "direct"}

    await world.client(ines).post("/api/v1/statuses", data=said)
    await world.work()

    (loop,) = await world.db.read(tending.my_loops, ines.id)
    assert (loop.id, loop.ring.doing) == (card.part.status_id, "now")


async def test_the_poll_of_another_asks_about_no_card(world: World, ines: Person) -> None:
    """A vote in an ordinary poll is a vote."""
    poll = {"status": "Lids?", "poll[options][]": ["Yes", "No"], "poll[expires_in]": "3600"}
    omar = await world.user("omar")
    post = (await world.client(omar).post("/api/v1/statuses", data=poll)).json()

    voted = await vote(world, ines, post, "Again")

    assert voted.status_code == 200
    assert await told(world, ines) == []


async def test_nothing_of_it_leaves_the_node(network: Network) -> None:
    """A peer that follows everybody gets neither question nor vote nor answer, and none is served to anybody."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    ines, omar = await ward.user("ines"), await clinic.user("omar")
    for handle in ("@ines@ward.example", "@recall@ward.example"):
        await clinic.follow(omar, handle)
    await network.settle()
    await ward.db.write(following.follow, ines.id, (await ward.find("@omar@clinic.example")).id)
    await loops.learned(ward.world, ines, visibility="public", **QUESTION)
    await network.settle()
    before = len(network.wire.sent)

    network.clock.pass_time(days=1)
    await loops.make_round(ward.db)
    post = (await told(ward.world, ines))[0]
    await vote(ward.world, ines, post, "Good")
    network.clock.pass_time(minutes=10)
    await network.settle()

    sent = network.wire.sent[before:]
    assert [str(one.url) for one in sent if one.method == "POST" or b"Slamming" in one.content] == []
    assert (await ward.world.anybody.get(f"/api/v1/statuses/{post['id']}")).status_code in (401, 404)
    assert (await ward.world.anybody.get(post["uri"], headers={"accept": "application/activity+json"})).status_code in (
        401,
        404,
    )


@pytest.mark.parametrize(("hours", "count"), [(20, 0), (21, 1), (33, 1), (34, 0)])
async def test_the_hours_are_those_of_the_hospital(sqlite_url: str, tmp_path: Path, hours: int, count: int) -> None:
    """It is ten in the morning in Berlin now: seven is 21 hours away, eight in the evening 34."""
    world = await make_world(sqlite_url, tmp_path, timezone=ZoneInfo("Europe/Berlin"))
    person = await world.user("ines")
    await loops.learned(world, person)
    world.clock.pass_time(hours=hours)
    await loops.make_round(world.db)

    assert len(await told(world, person)) == count
    await world.close()
