"""Plans, measures and tables of numbers by hand, without script."""

import pytest

from node.services import beginning, learning
from node.services.beginning import NewAction
from node.services.learning import NewLearning
from node.store import measures
from tests.node.services.loops import DAY_ZERO, DUE, SLEPT, counted, measure_of
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields

NASTY = "<script>alert(1)</script>"


@pytest.fixture
async def omar(world):
    """Return a doctor who tries something."""
    return await world.user("omar", display_name="Omar Said")


async def _browser(world, person):
    made = Browser(world.client())
    await made.sign_in(person.email, PASSWORD)
    return made


async def _begun(world, person):
    learned = await world.db.write(learning.record, person.id, NewLearning(text="Bin lids wake patients."))
    new = NewAction(based_on=learned, change="Fit soft lids.", due_on=DUE, day_zero_on=DAY_ZERO, measures=(SLEPT,))
    return await world.db.write(beginning.begin, person.id, new)


async def test_a_table_is_seen_line_by_line_saved_and_undone(world, omar):
    """Paste, look, save, undo: four pages, nothing kept before the third."""
    action = await _begun(world, omar)
    measure = await measure_of(world, action)
    browser, url = await _browser(world, omar), f"/measures/{measure.id}/table"

    seen = await browser.send(await browser.open(url), url, table=f"2026-10-14;30;50;{NASTY}\n2026-10-21;31;50")
    before = await browser.open(f"/actions/{action}/numbers")
    saved = await browser.send(seen, url, step="save")
    after = await browser.open(f"/actions/{action}/numbers")
    await browser.send(saved, f"{url}/undo")
    undone = await browser.open(f"/actions/{action}/numbers")

    assert "2 numbers to save" in seen.main
    assert "30 of 50" in seen.main
    assert NASTY in seen.main
    assert "No numbers yet" in before.main
    assert "Saved: 2 numbers" in saved.main
    assert "Too early: 2 weeks, needs 10." in after.main
    assert "No numbers yet" in undone.main


async def test_a_wrong_line_is_told_and_the_text_stays(world, omar):
    """Nothing typed is lost, and there is no button to save it."""
    action = await _begun(world, omar)
    measure = await measure_of(world, action)
    browser, url = await _browser(world, omar), f"/measures/{measure.id}/table"
    typed = "2026-10-14;30;50\n2026-10-21;60;50"

    seen = await browser.send(await browser.open(url), url, table=typed)

    assert "1 line is wrong" in seen.main
    assert "60 is more than 50 patients. Check both numbers." in seen.main
    assert "Save 1" not in seen.main
    assert typed in fields(seen.form(url))["table"]


async def test_the_plan_can_be_edited_and_the_prediction_locks(world, omar):
    """Everything that was said can be said better; a prediction only before the first number."""
    action = await _begun(world, omar)
    browser, url = await _browser(world, omar), f"/actions/{action}/plan"

    page = await browser.open(url)
    await browser.send(
        page, url, aim_what="Sleep", aim_whom="ward 4", steps="Order lids\n\nFit lids", setting="surgical ward"
    )
    saved = await browser.open(f"/actions/{action}/numbers")
    await counted(world, omar, action)
    locked = await browser.open(url)

    assert "Sleep, ward 4" in saved.main
    assert "Order lids" in saved.main
    assert "The prediction is locked, because numbers are in." in locked.main
    assert "prediction" not in fields(locked.form(url))


async def test_a_plan_with_an_impossible_day_comes_back_as_typed(world, omar):
    """The message stands at the field."""
    action = await _begun(world, omar)
    browser, url = await _browser(world, omar), f"/actions/{action}/plan"

    page = await browser.send(await browser.open(url), url, due="2027-02-31", setting="ward")

    assert page.status == 422
    assert "31 February does not exist. The last day is the 28th." in page.main
    assert (fields(page.form(url))["due"], fields(page.form(url))["setting"]) == ("2027-02-31", "ward")


async def test_chart_baseline_and_phases_are_chosen_on_a_page_and_drawn(world, omar):
    """A p chart with its expected range, a phase with its reason, rules named under it."""
    action = await _begun(world, omar)
    measure_id = await counted(world, omar, action)
    browser, url = await _browser(world, omar), f"/measures/{measure_id}/edit"

    looked = await browser.open(f"/actions/{action}/numbers?chart=p")
    page = await browser.send(await browser.open(url), url, chart="p", phases="2026-10-12 Soft lids")
    refused = await browser.send(await browser.open(url), url, phases="2026-10-12")

    assert "p chart. Rules of Making Data Count." in looked.main
    assert "p chart. Rules of Making Data Count." in page.main
    assert "Soft lids" in page.main
    assert refused.status == 422
    assert "Say why a phase begins on 2026-10-12." in refused.main


async def test_a_reminder_asks_for_one_field(world, omar):
    """Measure, day and the last denominator are offered: only the numerator is typed."""
    action = await _begun(world, omar)
    measure_id = await counted(world, omar, action)
    measure = await measure_of(world, action)
    browser, url = await _browser(world, omar), f"/actions/{action}/numbers"

    page = await browser.open(f"{url}?measure={measure.key}&day=2026-11-23")
    offered = fields(page.form(url))
    await browser.send(page, url, numerator="36")
    points = await world.db.read(measures.points_of, measure_id)

    assert (offered["denominator"], offered["day"], offered["numerator"]) == ("50", "2026-11-23", "")
    assert (points[-1].numerator, points[-1].denominator) == (36, 50)


async def test_one_more_thing_can_be_counted(world, omar):
    """A balancing measure, say, in two fields."""
    action = await _begun(world, omar)
    browser, url = await _browser(world, omar), f"/actions/{action}/measures"

    page = await browser.send(await browser.open(url), url, label="Falls at night", count="count-down")

    assert "Falls at night" in page.main


async def test_an_adapted_action_leads_to_its_next_cycle(world, omar):
    """One link, with the plan carried on; then both cycles name each other."""
    action = await _begun(world, omar)
    browser, url = await _browser(world, omar), f"/actions/{action}/decide"
    await browser.send(await browser.open(f"/actions/{action}/plan"), f"/actions/{action}/plan", plan="If ten, dim.")
    await browser.send(await browser.open(url), url, decision="adapt", sentence="Quieter, but the doors slam.")

    decided = await browser.open(f"/actions/{action}/numbers")
    page = await browser.open(f"/loops/{action}/try")
    offered = fields(page.form(f"/loops/{action}/try"))
    begun = await browser.send(page, f"/loops/{action}/try", change="Soft doors.", due=DUE.isoformat())
    before = await browser.open(f"/actions/{action}/numbers")

    assert f"/loops/{action}/try" in decided.links()
    assert offered["plan"] == "If ten, dim."
    assert "the cycle before" in begun.main
    assert "the next cycle" in before.main
