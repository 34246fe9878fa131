"""Worth seeing again, by hand and without script: the question, the answer folded away, the grades, and Undo."""

import pytest

from node.services import bookmarking, learning, reexposing
from tests.node.services import loops
from tests.web.pages.browser import fields


@pytest.fixture
async def card(world, ines):
    """Return a card of Ines that is due."""
    await loops.learned(world, ines, question="What wakes patients?", answer="Bin lids.\nAnd light.")
    world.clock.pass_time(days=1)
    return (await world.db.read(reexposing.due, ines.id))[0]


async def test_the_question_stands_before_the_answer(browser, card):
    """The answer is folded away; the form proposes nothing."""
    page = await browser.open("/recall")
    form = page.form(f"/recall/{card.card_id}")

    (heading,) = form.all("h2")
    (answer,) = form.all("details")
    buttons = [button.get("value") for button in form.all("button")]
    assert heading.text == "What wakes patients?"
    assert "Bin lids." in answer.text
    assert "open" not in answer.attributes
    assert buttons == ["again", "hard", "good", "easy", "do", "changed", "retire"]
    assert "grade" not in fields(form)


async def test_each_answer_says_in_how_many_days_it_comes_again(browser, card):
    """Before one chooses; what was known better comes later."""
    page = await browser.open("/recall")

    said = {button.get("value"): button.text for button in page.form(f"/recall/{card.card_id}").all("button")}

    assert [said[grade].rpartition(", ")[2] for grade in ("again", "hard", "good", "easy")] == [
        "1 day",
        "1 day",
        "2 days",
        "8 days",
    ]


async def test_an_answer_says_when_it_comes_again_and_can_be_undone(browser, card):
    """The card stands there again after Undo."""
    page = await browser.open("/recall")

    after = await browser.send(page, f"/recall/{card.card_id}", grade="good")
    back = await browser.send(after, f"/recall/{card.card_id}/undo")

    assert "Saved. You see it again on 28 November." in after.main
    assert "Nothing to see again today" in after.main
    assert back.form(f"/recall/{card.card_id}")


async def test_retiring_says_that_nobody_else_is_told(browser, card):
    """And it is gone from the page."""
    after = await browser.send(await browser.open("/recall"), f"/recall/{card.card_id}", grade="retire")

    assert "Retired." in after.main
    assert "Nothing to see again yet" in after.main


@pytest.mark.parametrize(("grade", "heading"), [("do", "We try this here"), ("changed", "Record")])
async def test_acting_on_it_leads_to_where_one_acts(browser, card, grade, heading):
    """To the action that begins from it, and to the box for what is known now."""
    after = await browser.send(await browser.open("/recall"), f"/recall/{card.card_id}", grade=grade)

    assert (after.status, str(card.part.status_id) in after.address) == (200, True)
    assert after.heading.startswith(heading)


async def test_a_form_that_is_sent_twice_counts_once(world, ines, browser, card):
    """The second time it leads to the same page."""
    page = await browser.open("/recall")
    await browser.send(page, f"/recall/{card.card_id}", grade="easy")
    twice = await browser.send(page, f"/recall/{card.card_id}", grade="easy")

    (held,) = await world.db.read(reexposing.cards, ines.id, limit=5)
    assert (twice.status, held.reviews) == (200, 1)
    assert "Saved." in twice.main


async def test_the_page_says_what_to_do_first(browser):
    """Before there is anything."""
    page = await browser.open("/recall")

    assert "Nothing to see again yet" in page.main
    assert "/record" in page.links()


async def test_five_are_enough_for_a_day(world, ines, browser):
    """The rest waits, and the page says so."""
    for number in range(6):
        await loops.learned(world, ines, f"Learning number {number}.")
    world.clock.pass_time(days=1)
    page = await browser.open("/recall")
    for one in await world.db.read(reexposing.due, ines.id):
        page = await browser.send(page, f"/recall/{one.card_id}", grade="good")

    assert "1 more can wait until tomorrow." in page.main


async def test_a_result_and_a_withdrawal_are_said(world, ines, omar, browser_of):
    """A result with who shared it; of what was taken back, why, and no grades."""
    learned = await loops.learned(world, ines, visibility="public")
    begun = await loops.begun(world, ines, learned)
    await world.db.write(bookmarking.bookmark, omar.id, learned)
    world.clock.pass_time(days=1)
    await loops.shared(world, ines, begun, decision="abandon", decision_reason="Too loud.")
    browser = await browser_of(omar)
    told = await browser.open("/recall")
    await world.db.write(learning.withdraw, ines.id, learned, reason="mistaken", explanation="We counted wrong.")
    taken = await browser.open("/recall")

    (form,) = [form for form in taken.document.all("form") if form.get("action").startswith("/recall/")]
    assert "St Mary's stopped trying it" in told.main
    assert "We counted wrong." in form.text
    assert [button.get("value") for button in form.all("button")] == ["retire"]


async def test_the_card_of_somebody_else_is_not_there(omar, browser_of, card):
    """Neither to answer nor to undo, and no word of it on the page."""
    browser = await browser_of(omar)
    page = await browser.open(f"/recall?done={card.card_id}")
    token = {"csrf": fields((await browser.open("/settings/reading")).form("/settings/reading"))["csrf"]}
    headers = {"origin": str(browser.client.base_url).rstrip("/"), "accept": "text/html"}

    answers = [
        await browser.client.post(path, data=token | {"grade": "good"}, headers=headers)
        for path in (f"/recall/{card.card_id}", f"/recall/{card.card_id}/undo")
    ]

    assert [one.status_code for one in answers] == [404, 404]
    assert "Saved" not in page.main


async def test_texts_of_others_are_only_text(world, ines, browser):
    """In the question, the answer and the name."""
    nasty = "<script>alert(1)</script> \"'&"
    await loops.learned(world, ines, question=nasty, answer=nasty)
    world.clock.pass_time(days=1)

    page = await browser.open("/recall")

    assert nasty in page.main
    assert "<script" not in page.response.text


@pytest.mark.parametrize("done", ["x", "-1", "99999999999999999999", "7"])
async def test_nonsense_in_the_address_is_passed_over(browser, done):
    """Whoever edits the address gets the page."""
    assert (await browser.open(f"/recall?done={done}")).status == 200


async def test_what_is_known_now_replaces_ones_own_learning(world, ines, browser, card):
    """With its source; the older card is not asked any more."""
    page = await browser.send(await browser.open("/recall"), f"/recall/{card.card_id}", grade="changed")

    after = await browser.send(page, "/record", text="It was the light.", source="10.1000/light")

    made = await loops.record_of(world, int(after.address.rpartition("/")[2]))
    old = await world.db.read(reexposing.card, ines.id, card.card_id)
    assert "Replaces" in page.main
    assert (made.relation, made.based_on, made.learned_from.doi) == ("supersedes", card.part.uri, "10.1000/light")
    assert old.is_retired


async def test_what_is_known_now_contradicts_the_learning_of_somebody_else(world, ines, omar, browser_of):
    """Their learning stays as it is, and both stand in the lineage."""
    learned = await loops.learned(world, ines, visibility="public")
    await world.db.write(bookmarking.bookmark, omar.id, learned)
    world.clock.pass_time(days=1)
    browser = await browser_of(omar)
    (card,) = await world.db.read(reexposing.due, omar.id)
    page = await browser.send(await browser.open("/recall"), f"/recall/{card.card_id}", grade="changed")

    after = await browser.send(page, "/record", text="It was the light.")

    made = await loops.record_of(world, int(after.address.rpartition("/")[2]))
    assert (made.relation, made.based_on) == ("contradicts", card.part.uri)
