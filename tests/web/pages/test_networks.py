"""The pages of the institution: does the loop connect, what is stuck, units, and where one works."""

from datetime import timedelta

import pytest

from node.services import beginning, learning, staffing
from node.services.beginning import NewAction
from node.services.learning import NewLearning
from tests.support.world import Person, World

NAMES = ("ann", "ben", "cem", "dot", "edo")


async def _learned(world: World, person: Person, text: str = "Bin lids wake patients.") -> int:
    return await world.db.write(learning.record, person.id, NewLearning(text=text))


async def _begun(world: World, person: Person, learned: int) -> int:
    due = (world.clock.now() + timedelta(days=20)).date()
    return await world.db.write(
        beginning.begin, person.id, NewAction(based_on=learned, change="Soft lids.", due_on=due)
    )


async def test_the_network_says_twelve_things_and_never_who(world: World, browser, ines: Person) -> None:
    """Each row has its heading, its number, its chart and what is counted; names are nowhere on the page."""
    for name in NAMES:
        person = await world.user(name, display_name=f"Person {name}")
        await _begun(world, person, await _learned(world, person))
    world.clock.pass_time(days=70)
    await browser.sign_in(ines.email, "correct horse battery")

    page = await browser.open("/network")

    assert page.status == 200
    assert page.response.text.count("<figcaption>") == 12
    assert "100% (5 of 5)" in page.response.text
    assert 'role="img"' in page.response.text
    assert "Person" not in page.response.text
    assert "/network.csv?scope=node" in page.links()


async def test_an_empty_network_says_what_to_do_first(browser) -> None:
    """And that no loop is stuck."""
    page = await browser.open("/network")

    assert "Nothing to compare yet" in page.response.text
    assert "No loop is stuck." in page.response.text


async def test_a_stuck_loop_is_reminded_of_from_the_page(world: World, browser, ines: Person, omar: Person) -> None:
    """One press; the page says so, and offers it no more for a week."""
    begun = await _begun(world, omar, await _learned(world, omar))
    world.clock.pass_time(days=40)
    await browser.sign_in(ines.email, "correct horse battery")

    page = await browser.open("/network")
    sent = await browser.send(page, f"/network/stuck/{begun}/nudge")

    assert f"/loops/{begun}" in page.links()
    assert "Reminded." in sent.response.text
    assert f"/network/stuck/{begun}/nudge" not in sent.response.text


@pytest.mark.parametrize(
    ("scope", "status"), [("people", 422), ("unit:nowhere", 404), ("peers", 200), ("unit:ward", 200)]
)
async def test_a_scope_is_one_or_is_refused(world: World, browser, scope: str, status: int) -> None:
    """All the others and a unit are; stuck loops of others are not ours to see."""
    await world.db.write(staffing.make, "Ward", by="test")

    page = await browser.open(f"/network?scope={scope}")

    assert status == page.status
    assert (scope == "unit:ward") == ("Stuck loops" in page.response.text)


async def test_files_hold_the_same_numbers(world: World, browser, ines: Person) -> None:
    """CSV and FHIR, for those who are signed in alone."""
    for name in NAMES:
        await _learned(world, await world.user(name))
    world.clock.pass_time(days=70)
    await browser.sign_in(ines.email, "correct horse battery")

    csv = await browser.client.get("/network.csv")
    fhir = await browser.client.get("/network/fhir?scope=node")
    nobody = await world.client().get("/network.csv")

    assert (
        "node,1,acted,Learnings that became an action within 30 days,2026-11,0,5,0.0,%,shown" in csv.text.splitlines()
    )
    assert tuple(answer.headers["content-type"].partition(";")[0] for answer in (csv, fhir)) == (
        "text/csv",
        "application/fhir+json",
    )
    assert sum(one["resource"]["resourceType"] == "Measure" for one in fhir.json()["entry"]) == 12
    assert nobody.status_code == 303


async def test_one_says_where_one_works_and_the_unit_shows_its_loops(
    world: World, browser, ines: Person, omar: Person
) -> None:
    """Chosen on the page of settings; what a colleague keeps for followers is not on the page of the unit."""
    await world.db.write(staffing.make, "Ward 3", by="test")
    empty = await browser.open("/units/ward-3")
    work = await browser.open("/settings/work")
    saved = await browser.send(work, "/settings/work", unit="ward-3")
    await world.db.write(staffing.choose, omar.id, "ward-3")
    await _learned(world, ines, "Soft lids help.")
    await _begun(world, omar, await _learned(world, omar, "Doors slam at night."))
    await world.db.write(
        learning.record, omar.id, NewLearning(text="Only for those who follow me.", visibility="private")
    )

    page = await browser.open("/units/ward-3")
    listed = await browser.open("/units")

    assert "No loops here yet" in empty.response.text
    assert "Saved." in saved.response.text
    assert "2 people work here" in page.response.text
    assert ("Soft lids help." in page.response.text, "Doors slam at night." in page.response.text) == (True, True)
    assert "Only for those who follow me." not in page.response.text
    assert "You work in Ward 3." in listed.response.text
    assert (await browser.open("/units/nowhere")).status == 404


async def test_a_unit_that_is_gone_is_refused_with_the_form(world: World, browser) -> None:
    """What was chosen is said at the field."""
    await world.db.write(staffing.make, "Ward 3", by="test")
    await world.db.write(staffing.make, "Ward 4", by="test")
    page = await browser.open("/settings/work")
    await world.db.write(staffing.remove, "ward-3", by="test")

    refused = await browser.send(page, "/settings/work", unit="ward-3")

    assert (refused.status, "There is no unit" in refused.response.text) == (422, True)


async def test_without_units_the_pages_say_how_to_begin(browser) -> None:
    """Both the list and the setting."""
    for path in ("/units", "/settings/work"):
        assert "No units yet" in (await browser.open(path)).response.text
