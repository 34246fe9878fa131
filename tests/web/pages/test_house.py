"""Posts for this hospital alone, on pages: written, shown as such, read by colleagues, and never beyond."""

import pytest

from node.services import posting
from node.services.posting import Draft
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields


@pytest.fixture
async def omar(world):
    """Return a doctor who does not follow her, nor she him."""
    return await world.user("omar", display_name="Omar Said")


async def _browser(world, person):
    made = Browser(world.client())
    await made.sign_in(person.email, PASSWORD)
    return made


def _audiences(page):
    return [field.get("value") for field in page.document.all("input") if field.get("name") == "audience"]


async def test_what_one_writes_may_stay_in_the_house(world, guest, ines, omar):
    """A plain post that colleagues read among what is written here, and nobody else anywhere."""
    browser = await _browser(world, ines)

    made = await browser.send(await browser.open("/record"), "/record", text="Lot B is closed.", audience="house")
    read = await (await _browser(world, omar)).open("/home/house")

    assert made.address.startswith("/@ines/")
    assert "It stays in this hospital." in made.main
    assert "Staff of St Mary's" in made.main
    assert "Lot B is closed." in read.main
    assert "Lot B is closed." not in (await guest.open("/@ines")).main
    assert (await guest.open(made.address)).status == 404


async def test_nothing_is_preselected_that_leaves_less_than_before(world, ines):
    """The house stands first, and followers stay the choice that is made for nobody."""
    page = await (await _browser(world, ines)).open("/record")

    assert _audiences(page) == ["house", "private", "unlisted", "public"]
    assert fields(page.form("/record"))["audience"] == "private"


@pytest.mark.parametrize("more", [{"change": "Park elsewhere."}, {"source": "A sign"}, {"sentence": "It worked."}])
async def test_a_loop_cannot_stay_in_the_house_and_nothing_typed_is_lost(world, ines, more):
    """Its record would go to nobody; the page says so."""
    browser = await _browser(world, ines)

    page = await browser.send(
        await browser.open("/record"), "/record", text="Lot B is closed.", audience="house", **more
    )

    assert page.status == 422
    assert "A loop is meant to travel." in page.main
    assert fields(page.form("/record"))["text"].strip() == "Lot B is closed."
    assert "Lot B" not in (await browser.open("/@ines")).main


async def test_an_empty_box_is_refused(world, ines):
    """As everywhere."""
    browser = await _browser(world, ines)

    page = await browser.send(await browser.open("/record"), "/record", text=" ", audience="house")

    assert page.status == 422
    assert "Write what you learned." in page.main


async def test_what_begins_from_a_post_of_the_house_may_stay_there(world, ines, omar):
    """It quotes the post; wider than those named it cannot become."""
    status_id = await world.db.write(posting.post, omar.id, Draft(text="Lot B is closed.", is_for_house=True))
    browser = await _browser(world, ines)

    page = await browser.open(f"/record?from={status_id}")
    made = await browser.send(page, "/record", text="So I take the bus.", audience="house", source_kind="")

    assert _audiences(page) == ["house", "direct"]
    assert "So I take the bus." in made.main
    assert "Lot B is closed." in made.main


async def test_a_form_that_is_sent_twice_makes_one_post(world, ines):
    """The second press leads to the first post."""
    browser = await _browser(world, ines)
    page = await browser.open("/record")

    first = await browser.send(page, "/record", text="Lot B is closed.", audience="house")
    second = await browser.send(page, "/record", text="Lot B is closed.", audience="house")

    assert first.address == second.address
