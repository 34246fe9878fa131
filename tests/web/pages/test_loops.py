"""The loop by hand, without script: record, try, count, decide, and see it as one thing."""

from datetime import date, timedelta

import pytest

from node.services import following, learning
from node.services.learning import NewLearning
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields

TOPS = (10, 11, 9, 12, 10, 9, 11, 10, 10, 11, 15, 16, 16, 17, 17, 18)
NASTY = "<script>alert(1)</script> \"'&"


@pytest.fixture
async def ines(world):
    """Return a nurse who has learned something."""
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world):
    """Return a doctor who will try it."""
    return await world.user("omar", display_name="Omar Said")


async def _browser(world, person):
    made = Browser(world.client())
    await made.sign_in(person.email, PASSWORD)
    return made


async def _learned(world, person, text="Bin lids wake patients. They slam at night.", **more):
    new = NewLearning(text=text, visibility=more.pop("visibility", "public"), **more)
    return await world.db.write(learning.record, person.id, new)


def _lines(count=16):
    first = date(2026, 8, 3)
    return "\n".join(f"{first + timedelta(weeks=week)} {top}/25" for week, top in enumerate(TOPS[:count]))


async def _tried(world, browser, learned, **more):
    page = await browser.open(f"/loops/{learned}/try")
    typed = {"change": "Fit soft-close lids.", "due": "2027-01-15", "day_zero": "2026-10-12", "label": "Slept well"}
    return await browser.send(page, f"/loops/{learned}/try", **(typed | {"count": "proportion-up"} | more))


async def test_one_sentence_is_enough_to_record(world, ines):
    """Everything else can wait."""
    browser = await _browser(world, ines)

    page = await browser.open("/record")
    after = await browser.send(page, "/record", text="Bin lids wake patients.")

    assert (after.status, after.heading) == (200, "Bin lids wake patients.")
    assert after.address.startswith("/loops/")
    assert "Nobody has tried it yet" in after.main
    assert "Recorded." in after.main


async def test_recording_proposes_no_wider_audience_than_ones_followers(world, ines):
    """What cannot be called back is chosen, never proposed."""
    browser = await _browser(world, ines)

    form = (await browser.open("/record")).form("/record")

    assert fields(form)["audience"] == "private"
    assert "Copies cannot be called back." in form.text


async def test_all_three_stages_are_recorded_at_once_or_not_at_all(world, ines):
    """A learning without the action that was typed with it would be half a thought."""
    browser = await _browser(world, ines)
    page = await browser.open("/record")
    whole = {"text": "Bin lids wake patients.", "change": "Fit soft-close lids.", "due": "2026-12-01"}

    refused = await browser.send(page, "/record", **whole, decision="adopt", sentence="x" * 301)
    empty = await browser.open("/loops")
    done = await browser.send(refused, "/record", decision="adopt", sentence="They sleep.")

    assert (refused.status, refused.title[:7]) == (422, "Error: ")
    assert fields(refused.form("/record"))["change"] == "Fit soft-close lids."
    assert "No loops yet" in empty.main
    assert "Adopted. They sleep." in done.main


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x", "change": "y", "due": "2027-02-31"}, "due"),
        ({"text": "x", "change": "y"}, "due"),
        ({"text": "x", "due": "2027-02-01"}, "change"),
        ({"text": "x", "sentence": "It works."}, "change"),
        ({"text": "x", "answer": "y"}, "question"),
        ({"text": "x", "source": "https://bad host/", "source_kind": "article"}, "source"),
        ({"text": "x", "change": "y", "due": "2027-02-01", "count": "count-up"}, "label"),
        ({"text": "x", "change": "y", "due": "2027-02-01", "decision": "abandon", "sentence": ""}, "sentence"),
    ],
)
async def test_a_refused_record_points_at_its_field_and_keeps_all(world, ines, typed, field):
    """The summary leads to the field, and every box holds what was typed."""
    browser = await _browser(world, ines)
    page = await browser.open("/record")

    refused = await browser.send(page, "/record", **typed)

    form = refused.form("/record")
    assert refused.status == 422
    assert f"#{field}" in refused.links()
    assert {name: fields(form)[name] for name in typed if name != "decision"} == {
        name: value for name, value in typed.items() if name != "decision"
    }


async def test_a_form_that_is_sent_twice_counts_once(world, ines):
    """A second click on a slow line makes no second learning."""
    browser = await _browser(world, ines)
    page = await browser.open("/record")

    first = await browser.send(page, "/record", text="Bin lids wake patients.")
    second = await browser.send(page, "/record", text="Bin lids wake patients.")

    assert first.address == second.address


async def test_the_whole_loop_by_hand(world, ines, omar):
    """Learn, do, share: what the node is for."""
    learned = await _learned(world, ines)
    browser = await _browser(world, omar)

    begun = await _tried(world, browser, learned)
    action = begun.address.split("/")[2]
    counted = await browser.send(begun, f"/actions/{action}/numbers", lines=_lines())
    decide = await browser.open(f"/actions/{action}/decide")
    loop = await browser.send(
        decide, f"/actions/{action}/decide", decision="adopt", sentence="They sleep.", audience="public"
    )

    assert "Begun." in begun.main
    assert "Shift" in counted.main
    assert "checked" not in str(
        [box.attributes for box in decide.document.all("input") if box.get("name") == "decision"]
    )
    assert loop.heading == "Bin lids wake patients."
    for words in ("What we learned", "Fit soft-close lids.", "Adopted. They sleep.", "Shift", "Where else", "→"):
        assert words in loop.main
    assert [chart.get("role") for chart in loop.document.all("svg") if chart.get("role") == "img"][1:] == ["img"]


async def test_ones_loops_say_what_is_open_and_what_came_of_them(world, ines, omar):
    """With the next step beside each."""
    learned = await _learned(world, ines)
    browser = await _browser(world, omar)
    action = (await _tried(world, browser, learned)).address.split("/")[2]

    open_page = await browser.open("/loops")
    world.clock.pass_time(days=60)
    await browser.sign_in(omar.email, PASSWORD)
    late = await browser.open("/loops")

    assert "Decide by 15 January 2027" in open_page.main
    assert f"/actions/{action}/numbers" in open_page.links()
    assert "9 days overdue" in late.main


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"numerator": "22", "denominator": "20"}, "22 is more than 20 patients. Check both numbers."),
        ({"numerator": "7"}, "The denominator is missing."),
        ({"numerator": "x", "denominator": "20"}, "is not a number"),
        ({"numerator": ""}, "The number is missing."),
        ({"numerator": "7", "denominator": "20", "day": "2027-11-01"}, "has not come yet"),
        ({"numerator": "7", "denominator": "20", "left_out": "1"}, "Say why this one is left out."),
        (
            {"lines": "2026-09-07 13/26\n2026-09-14 15/\n"},
            "Line 2: The denominator is missing. Write 7/20. Line 1 is fine.",
        ),
        ({"numerator": "7", "denominator": "20", "lines": "2026-09-07 13/26"}, "only one of them"),
    ],
)
async def test_a_refused_number_says_what_to_do_and_saves_nothing(world, ines, omar, typed, words):
    """With the value in the words, at the field and in the summary."""
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, await _learned(world, ines))
    url = begun.address

    refused = await browser.send(begun, url, **typed)

    assert refused.status == 422
    assert refused.main.count(words) == 2
    kept = fields(refused.form(url))
    assert {name: kept[name] for name in typed} == typed
    assert "No numbers yet" in (await browser.open(url)).main


async def test_a_number_left_out_stays_to_be_seen_with_its_reason(world, ines, omar):
    """Leaving something out is shown, not hidden."""
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, await _learned(world, ines))

    saved = await browser.send(
        begun, begun.address, numerator="2", denominator="20", left_out="1", note="Tray empty on Sunday"
    )

    assert "left out: Tray empty on Sunday" in saved.main


async def test_the_prediction_is_asked_before_the_first_number_and_locked_after(world, ines, omar):
    """A prediction after the fact is none."""
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, await _learned(world, ines), day_zero="2026-11-30")
    action = begun.address.removesuffix("/numbers")

    said = await browser.send(begun, f"{action}/prediction", prediction="Ten points up.")
    saved = await browser.send(said, begun.address, numerator="7", denominator="20")

    assert "“Ten points up.”" in said.main
    assert f"{action}/prediction" not in [form.get("action") for form in saved.document.all("form")]


@pytest.mark.parametrize(("reason", "told"), [("", "No change."), ("Single rooms already.", "Single rooms already.")])
async def test_abandoning_takes_one_sentence_and_is_shown_like_a_success(world, ines, omar, reason, told):
    """Not working is news; the sentence is why, unless more is said."""
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, await _learned(world, ines))
    action = begun.address.split("/")[2]
    decide = await browser.open(f"/actions/{action}/decide")

    refused = await browser.send(decide, f"/actions/{action}/decide", decision="abandon", reason=reason)
    typed = {"decision": "abandon", "sentence": "No change.", "reason": reason}
    done = await browser.send(refused, f"/actions/{action}/decide", **typed)

    assert (refused.status, "#sentence" in refused.links()) == (422, True)
    assert fields(refused.form(f"/actions/{action}/decide"))["reason"] == reason
    assert "Abandoned. No change." in done.main
    assert told in done.main


async def test_nobody_else_enters_numbers_or_decides(world, ines, omar):
    """Seeing is not changing; and what is not there says nothing more."""
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, await _learned(world, ines))
    action = begun.address.removesuffix("/numbers")
    other = await _browser(world, ines)

    assert (await other.open(f"{action}/numbers")).status == 403
    assert (await other.open(f"{action}/decide")).status == 403
    assert (await other.open("/actions/1/numbers")).status == 404
    assert (await other.open("/actions/x/numbers")).status == 404
    assert (await other.open("/loops/1")).status == 404
    assert (await other.open("/loops/1/try")).status == 404


async def test_guests_see_public_loops_only_and_no_way_to_change_them(world, guest, ines):
    """The open web reads along."""
    public = await _learned(world, ines)
    private = await _learned(world, ines, visibility="private")

    shown = await guest.open(f"/loops/{public}")

    assert shown.status == 200
    assert [form.get("action") for form in shown.document.all("form")] == []
    assert f"/loops/{public}/try" not in shown.links()
    assert (await guest.open(f"/loops/{private}")).status == 404


async def test_what_begins_from_a_narrow_circle_stays_in_it(world, ines, omar):
    """Nobody hears of a learning by way of the action that names it."""
    await world.db.write(following.follow, omar.id, ines.id)
    learned = await _learned(world, ines, visibility="private")
    browser = await _browser(world, omar)

    form = (await browser.open(f"/loops/{learned}/try")).form(f"/loops/{learned}/try")

    offered = [box.get("value") for box in form.all("input") if box.get("name") == "audience"]
    assert offered == ["direct"]


async def test_typed_markup_is_text_on_every_page_of_a_loop(world, ines, omar):
    """Titles, changes, labels, notes, sentences."""
    learned = await _learned(world, ines, text=f"{NASTY} {NASTY}", source=NASTY, question=NASTY, answer=NASTY)
    browser = await _browser(world, omar)
    begun = await _tried(
        world, browser, learned, change=NASTY, label=NASTY[:80], prediction="", plan=NASTY, setting=NASTY
    )
    action = begun.address.split("/")[2]
    await browser.send(begun, begun.address, numerator="7", denominator="20", note=NASTY)
    decide = await browser.open(f"/actions/{action}/decide")
    loop = await browser.send(
        decide,
        f"/actions/{action}/decide",
        decision="abandon",
        sentence=NASTY,
        reason=NASTY,
        learned=NASTY,
        modifications=NASTY,
    )

    for page in (begun, decide, loop, await browser.open("/loops"), await browser.open("/home")):
        assert page.status == 200
        assert "<script" not in page.response.text


async def test_the_author_hears_that_the_idea_is_tried_and_what_came_of_it(world, ines, omar):
    """The loop closes where it began."""
    learned = await _learned(world, ines)
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, learned)
    action = begun.address.split("/")[2]
    decide = await browser.open(f"/actions/{action}/decide")
    await browser.send(decide, f"/actions/{action}/decide", decision="adopt", sentence="They sleep.")

    told = await (await _browser(world, ines)).open("/notifications")

    assert "Omar Said tries your idea" in told.main
    assert "reports: adopted" in told.main
    assert "Good to know" in told.main
    assert "Needs an answer" not in told.main


async def test_cards_of_a_loop_say_their_stage_and_lead_to_it(world, ines, omar):
    """Learned, Doing, Reports: the verb comes first."""
    learned = await _learned(world, ines)
    browser = await _browser(world, omar)
    begun = await _tried(world, browser, learned)

    page = await browser.open("/home/house")

    assert "Learned Bin lids wake patients." in page.main
    assert f"/loops/{learned}" in page.links()
    assert f"/loops/{learned}/try" in page.links()
    assert begun.status == 200
