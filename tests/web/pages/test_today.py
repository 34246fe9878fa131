"""Today, as somebody sees it who comes to the ward: what is due, what is new, and a box for a thought."""

from datetime import timedelta

import pytest

from node.services import beginning, learning, sharing
from node.services.beginning import NewAction
from node.services.defining import NewMeasure
from node.services.learning import NewLearning
from node.services.sharing import NewShare
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser


@pytest.fixture
async def ines(world):
    """Return a nurse."""
    return await world.user("ines", display_name="Ines Halloran")


async def _browser(world, person):
    made = Browser(world.client())
    await made.sign_in(person.email, PASSWORD)
    return made


async def _begun(world, person, learning_id, change="Fit soft-close lids."):
    today = world.clock.now().date()
    new = NewAction(
        based_on=learning_id,
        change=change,
        due_on=today + timedelta(days=30),
        day_zero_on=today - timedelta(days=21),
        measures=(NewMeasure(label="Slept well"),),
    )
    return await world.db.write(beginning.begin, person.id, new)


async def _learned(world, person):
    return await world.db.write(
        learning.record, person.id, NewLearning(text="Bin lids wake patients.", visibility="public")
    )


async def test_today_is_where_one_comes_in_and_says_what_to_do_first(world, ines):
    """Nothing is due: one box, and what it is for."""
    browser = Browser(world.client())

    page = await browser.sign_in(ines.email, PASSWORD)

    assert (page.address, page.heading) == ("/today", "Today")
    assert "Good moment to write down one thing you learned." in page.main
    assert "A loop begins with one sentence" in page.main


async def test_a_thought_is_recorded_from_today_with_one_field(world, ines):
    """For one's followers unless more is chosen."""
    browser = await _browser(world, ines)

    after = await browser.send(await browser.open("/today"), "/record", text="Bin lids wake patients.")

    assert after.address.startswith("/loops/")
    assert "Followers" in after.main


async def test_a_refused_thought_keeps_what_was_typed(world, ines):
    """On the page for recording, with what is wrong."""
    browser = await _browser(world, ines)

    after = await browser.send(await browser.open("/today"), "/record", text="One. " + "x" * 600)

    assert after.status == 422
    assert "x" * 600 in after.main
    assert "are more than 500" in after.main


async def test_the_number_of_last_week_is_saved_with_one_field(world, ines):
    """The whole is offered as it was last time."""
    browser = await _browser(world, ines)
    action = await _begun(world, ines, await _learned(world, ines))
    world.clock.pass_time(days=14)
    await browser.sign_in(ines.email, PASSWORD)
    first = await browser.open("/today")
    await browser.send(first, f"/actions/{action}/numbers", numerator="13", denominator="26")
    world.clock.pass_time(days=7)
    await browser.sign_in(ines.email, PASSWORD)

    page = await browser.open("/today")
    after = await browser.send(page, f"/actions/{action}/numbers", numerator="15")
    then = await browser.open("/today")

    assert "Last time 13 of 26" in page.main
    assert "Saved." in after.main
    assert f"/actions/{action}/numbers" not in [form.get("action") for form in then.document.all("form")]


async def test_what_others_made_of_my_idea_is_news_good_or_not(world, ines):
    """A stopped trial stands there as a kept one would, with its sentence."""
    omar = await world.user("omar", display_name="Omar Said")
    browser = await _browser(world, ines)
    learned = await _learned(world, ines)
    action = await _begun(world, omar, learned)
    trying = await browser.open("/today")
    new = NewShare(action_id=action, decision="abandon", sentence="The lids broke.", decision_reason="They broke.")
    await world.db.write(sharing.share, omar.id, new)

    told = await browser.open("/today")
    world.clock.pass_time(days=20)
    await browser.sign_in(ines.email, PASSWORD)
    later = await browser.open("/today")

    assert "Trying your idea" in trying.main
    assert "Tried, stopped" in told.main
    assert "The lids broke." in told.main
    assert "News" not in later.main


async def test_open_loops_stand_on_today_with_what_is_late(world, ines):
    """The first five, and a link to all."""
    browser = await _browser(world, ines)
    for _ in range(6):
        await _learned(world, ines)
    await _begun(world, ines, await _learned(world, ines))
    world.clock.pass_time(days=33)

    page = await browser.sign_in(ines.email, PASSWORD)

    assert "3 days overdue" in page.main
    assert "All 7" in page.main


async def test_what_is_worth_seeing_again_is_answered_on_today(world, ines):
    """The question, the answer behind it, and four grades; then it is gone until it is due again."""
    await _learned(world, ines)
    world.clock.pass_time(days=1)
    browser = Browser(world.client())
    page = await browser.sign_in(ines.email, PASSWORD)
    (card,) = [form for form in page.document.all("form") if form.get("action").startswith("/recall/")]

    await browser.send(page, card.get("action"), grade="good")
    then = await browser.open("/today")

    assert "One thing is worth seeing again." in page.main
    assert "Nothing is due." in then.main
