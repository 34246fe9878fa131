"""Threads as pages show them, and what one does there: answer, boost, thank, quote, vote."""

from node.services import following, reacting
from node.services.polling import NewPoll
from tests.web.pages.browser import fields
from tests.web.pages.writing import post


async def test_a_thread_shows_what_came_before_and_after(world, browser, ines, omar):
    """In the order in which it was said."""
    first = await post(world, omar, "Which hinge?")
    second = await post(world, ines, "Soft-close.", reply_to_id=first)
    await post(world, omar, "Thank you.", reply_to_id=second)

    page = await browser.open(f"/@ines/{second}")

    places = [page.main.index(text) for text in ("Which hinge?", "Soft-close.", "Thank you.")]
    assert places == sorted(places)


async def test_answering_from_the_page(world, browser, omar):
    """The answer names who is answered, so that they hear of it."""
    status_id = await post(world, omar, "Which hinge?")
    page = await browser.open(f"/@omar/{status_id}")

    typed = fields(page.form(f"/@omar/{status_id}"))["text"]
    after = await browser.send(page, f"/@omar/{status_id}", text=f"{typed}Soft-close.")

    assert typed == "@omar "
    assert "Soft-close." in after.main
    assert "Answered." in after.main


async def test_a_refused_answer_keeps_every_character(world, browser, omar):
    """Text that is too long is not cut and not lost."""
    status_id = await post(world, omar, "Which hinge?")
    page = await browser.open(f"/@omar/{status_id}")
    long = " é\n" + "x" * 5001 + " "

    refused = await browser.send(page, f"/@omar/{status_id}", text=long)

    assert refused.status == 422
    assert refused.title.startswith("Error: ")
    assert fields(refused.form(f"/@omar/{status_id}"))["text"] == long


async def test_boosting_and_thanking_toggle(world, browser, omar):
    """Each button takes back what it did."""
    status_id = await post(world, omar, "Which hinge?")
    url = f"/@omar/{status_id}"

    boosted = await browser.send(await browser.open(url), f"{url}/boost")
    thanked = await browser.send(boosted, f"{url}/favourite")
    neither = await browser.send(await browser.send(thanked, f"{url}/boost"), f"{url}/favourite")

    assert "Take back boost, 1 boosts" in thanked.main
    assert "Take back thanks, 1 thanks" in thanked.main
    assert "Boost, 0 boosts" in neither.main


async def test_after_a_reaction_one_is_back_where_one_was(world, browser, omar):
    """On the timeline, not on the post."""
    status_id = await post(world, omar, "Which hinge?")
    page = await browser.open("/home/house")
    data = fields(page.form(f"/@omar/{status_id}/boost"))

    here = {"referer": f"{world.site.base_url}/home/house"}
    there = {"referer": "https://evil.example/home"}
    first = await browser.client.post(f"/@omar/{status_id}/boost", data=data, headers=here)
    second = await browser.client.post(f"/@omar/{status_id}/boost", data=data, headers=there)

    assert first.headers["location"] == "/home/house"
    assert second.headers["location"] == f"/@omar/{status_id}"


async def test_a_boost_and_its_original_stand_on_one_page(world, browser, ines, omar):
    """Each with an anchor of its own."""
    status_id = await post(world, ines, "Mine.")
    await world.db.write(following.follow, ines.id, omar.id)
    await world.db.write(reacting.boost, omar.id, status_id)

    page = await browser.open("/home")

    assert page.main.count("Mine.") >= 1
    assert "Omar Said boosted" in page.main


async def test_a_quoted_post_stands_inside_the_one_that_quotes_it(world, browser, ines, omar):
    """With its author and a way to it; of one with a warning only the warning."""
    await world.db.write(following.follow, ines.id, omar.id)
    open_id = await post(world, ines, "Gel by every bed")
    warned_id = await post(world, ines, "Something grim", spoiler_text="Burns")
    for quoted_id in (open_id, warned_id):
        await post(world, omar, "Worth a look", quote_of_id=quoted_id)

    page = await browser.open("/home")

    assert '<blockquote><p><a href="/@ines/' in page.response.text
    assert "Gel by every bed" in page.main
    assert page.main.count("Something grim") == 1


async def test_one_votes_on_the_page_and_sees_how_it_stands(world, browser, omar):
    """One of several with a press; afterwards the numbers, and no form any more."""
    asked = NewPoll(options=("Leek", "<b>Lentil"), lasts_s=600)
    status_id = await post(world, omar, "Which soup?", poll=asked)
    url = f"/@omar/{status_id}"

    page = await browser.open(url)
    nothing = await browser.send(page, f"{url}/vote")
    voted = await browser.send(page, f"{url}/vote", choice="1")
    again = await browser.open(url)

    assert "<b>Lentil" in page.main
    assert nothing.status == 422
    assert "100 % <b>Lentil (your vote)" in " ".join(voted.main.split())
    assert "1 person voted so far." in again.main
    assert f"{url}/vote" not in [form.get("action") for form in again.document.all("form")]


async def test_any_of_several_can_be_ticked(world, browser, omar):
    """Each box is a choice of its own."""
    asked = NewPoll(options=("Leek", "Lentil", "Tomato"), lasts_s=600, is_multiple=True)
    url = f"/@omar/{await post(world, omar, 'Which soups?', poll=asked)}"

    voted = await browser.send(await browser.open(url), f"{url}/vote", **{"choice-0": "0", "choice-2": "2"})

    assert " ".join(voted.main.split()).count("(your vote)") == 2
