"""How one reads: chosen on a page, asked for by apps."""

from tests.contract.behaviours.people import read

PAGE = "/settings/reading"
PREFERENCES = "/api/v1/preferences"


async def test_what_is_chosen_on_the_page_is_what_apps_are_told(world, browser_of):
    """Until then as for everybody; what one posts with stays as it was."""
    ines = await world.user("ines")
    browser = await browser_of(ines)
    before = await read(world, ines, PREFERENCES)

    page = await browser.open(PAGE)
    saved = await browser.send(page, PAGE, media="hide_all", opens_warnings="1")
    after = await read(world, ines, PREFERENCES)
    again = await browser.send(saved, PAGE, media="show_all", opens_warnings="", plays_gifs="1")
    last = await read(world, ines, PREFERENCES)

    reading = ("reading:expand:media", "reading:expand:spoilers", "reading:autoplay:gifs")
    told = [tuple(one[name] for name in reading) for one in (before, after, last)]
    assert told == [("default", False, False), ("hide_all", True, False), ("show_all", False, True)]
    assert {name: value for name, value in last.items() if name not in reading} == {
        name: value for name, value in before.items() if name not in reading
    }
    assert (saved.address, again.status, "/settings/reading" in (await browser.open("/more")).links()) == (
        PAGE,
        200,
        True,
    )


async def test_an_unknown_choice_is_refused(world, browser_of):
    """And nothing is kept of it."""
    ines = await world.user("ines")
    browser = await browser_of(ines)

    refused = await browser.send(await browser.open(PAGE), PAGE, media="loud")

    assert refused.status == 422
    assert (await read(world, ines, PREFERENCES))["reading:expand:media"] == "default"
