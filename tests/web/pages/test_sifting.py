"""What filters make of posts on pages: left out, behind a warning, or with their pictures folded."""

import pytest

from node.services import filtering, following
from node.services.filtering import FilterWanted, KeywordWanted
from tests.web.pages.writing import post

EVERYWHERE = ("home", "notifications", "public", "thread", "account")


@pytest.fixture
async def ines(world):
    """Return a nurse who does not want to read about spiders."""
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world, ines):
    """Return a doctor whom she follows."""
    made = await world.user("omar", display_name="Omar Said")
    await world.db.write(following.follow, ines.id, made.id)
    return made


async def _filter(world, person, action, contexts=EVERYWHERE, title="Eight legs"):
    wanted = FilterWanted(title=title, contexts=contexts, action=action, keywords=[KeywordWanted(text="spider")])
    await world.db.write(filtering.create, person.id, wanted)


def _folded(page):
    return [part for part in page.document.all("details") if "Eight legs" in next(part.all("summary")).text]


async def test_a_filter_that_warns_folds_the_post_wherever_it_holds(world, browser, ines, omar):
    """With the filter's title, and with the way to read it all the same."""
    status_id = await post(world, omar, "A spider in the sluice room. #ward")
    await post(world, omar, "Nothing of the kind. #ward")
    await _filter(world, ines, "warn")

    for path in ("/home", "/home/house", "/tags/ward", "/@omar", f"/@omar/{status_id}"):
        page = await browser.open(path)

        (folded,) = _folded(page)
        assert "Show anyway" in next(folded.all("summary")).text
        assert "A spider in the sluice room." in folded.text
        assert "open" not in folded.attributes


async def test_a_filter_that_hides_leaves_the_post_out(world, browser, ines, omar):
    """In timelines, on profiles and among the answers; the post that somebody opens by its address is shown."""
    above = await post(world, omar, "What runs there?")
    status_id = await post(world, omar, "A spider in the sluice room. #ward", reply_to_id=above)
    await _filter(world, ines, "hide")

    for path in ("/home", "/home/house", "/tags/ward", "/@omar", f"/@omar/{above}"):
        assert "sluice room" not in (await browser.open(path)).main, path
    assert "sluice room" in (await browser.open(f"/@omar/{status_id}")).main


async def test_a_filter_holds_only_where_its_owner_said(world, browser, ines, omar):
    """One for home leaves profiles as they are."""
    await post(world, omar, "A spider in the sluice room.")
    await _filter(world, ines, "hide", contexts=("home",))

    assert "sluice room" not in (await browser.open("/home")).main
    assert "sluice room" in (await browser.open("/@omar")).main


async def test_nobodys_own_posts_are_filtered(world, browser, ines):
    """What one wrote is found again."""
    await post(world, ines, "I met a spider.")
    await _filter(world, ines, "hide")

    assert "I met a spider." in (await browser.open("/home")).main
    assert "I met a spider." in (await browser.open("/@ines")).main


async def test_others_and_guests_see_what_one_filters(world, guest, ines, omar):
    """A filter is its owner's alone."""
    await post(world, omar, "A spider in the sluice room.")
    await _filter(world, ines, "hide")

    assert "sluice room" in (await guest.open("/@omar")).main


async def test_what_a_quote_shows_is_filtered_too(world, browser, ines, omar):
    """The words of the quoted post stay away; that there is one is said."""
    lena = await world.user("lena", display_name="Lena")
    quoted = await post(world, lena, "A spider in the sluice room.")
    await post(world, omar, "My view of it", quote_of_id=quoted)
    await _filter(world, ines, "warn", contexts=("home",))

    page = await browser.open("/home")

    assert "My view of it" in page.main
    assert "Filtered: Eight legs" in page.main
    assert "sluice room" not in page.main


async def test_a_notification_says_that_it_is_filtered(world, browser, ines, omar):
    """And the post of one that is hidden is not told at all."""
    await post(world, omar, "@ines have you seen the spider?")
    await _filter(world, ines, "warn")

    told = (await browser.open("/notifications")).main
    await _filter(world, ines, "hide", title="Legs")
    after = (await browser.open("/notifications")).main

    assert "Filtered: Eight legs" in told
    assert "have you seen" not in told
    assert "Omar Said" not in after


async def test_a_filter_that_blurs_folds_the_pictures_alone(world, browser, ines, omar, picture):
    """The words stay readable."""
    await post(world, omar, "A spider in the sluice room.", media_ids=(await picture(omar),))
    await _filter(world, ines, "blur")

    page = await browser.open("/home")

    (folded,) = _folded(page)
    assert [image.get("alt") for image in folded.all("img")] == ["A whiteboard"]
    assert "sluice room" not in folded.text
    assert "A spider in the sluice room." in page.main
