"""Timelines, profiles, tags and what is searched for, as pages show them."""

from urllib.parse import quote

import pytest

from node.services import following, posting, profiles
from node.services.posting import Draft
from node.services.profiles import ProfileEdit
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields
from tests.web.pages.writing import post

NASTY = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"'&"


async def test_home_shows_what_those_one_follows_wrote(world, browser, ines, omar):
    """And nothing of others."""
    lena = await world.user("lena")
    await world.db.write(following.follow, ines.id, omar.id)
    await post(world, omar, "Say the one worry first.")
    await post(world, lena, "Not for this page.")

    page = await browser.open("/home")

    assert (page.status, page.heading) == (200, "Home")
    assert "Say the one worry first." in page.main
    assert "Not for this page." not in page.main


async def test_an_empty_home_says_what_to_do(browser):
    """Heading, one sentence, one action."""
    page = await browser.open("/home")

    assert "Quiet here." in page.main
    assert "/search" in page.links()


async def test_this_hospital_shows_what_is_written_here_for_everybody(world, browser, omar):
    """Also by those one does not follow."""
    await post(world, omar, "Seen by all.")
    await post(world, omar, "Seen by few.", visibility="private")

    page = await browser.open("/home/house")

    assert "Seen by all." in page.main
    assert "Seen by few." not in page.main


async def test_a_long_timeline_is_read_page_by_page(world, browser, omar, ines):
    """Older and newer lead through all posts without a gap or a repeat."""
    await world.db.write(following.follow, ines.id, omar.id)
    for number in range(25):
        await post(world, omar, f"post number {number:02d}")

    first = await browser.open("/home")
    older = await browser.open(next(link for link in first.links() if "max_id" in link))
    back = await browser.open(next(link for link in older.links() if "min_id" in link))

    assert [f"{n:02d}" in first.main for n in (24, 5, 4)] == [True, True, False]
    assert ["post number 04" in older.main, "post number 05" in older.main] == [True, False]
    assert "post number 24" in back.main


async def test_texts_and_names_of_others_never_become_markup(world, browser, omar):
    """What somebody types is text, on every page that shows it."""
    mallory = await world.user("mallory", display_name=NASTY[:90])
    status_id = await post(world, mallory, NASTY, spoiler_text=NASTY)

    for path in ("/home/house", "/@mallory", f"/@mallory/{status_id}", "/search?q=" + NASTY.replace("&", "%26")):
        page = await browser.open(path)

        assert page.status == 200
        assert "<script" not in page.response.text
        assert "<img src=x" not in page.response.text


async def test_guests_see_public_pages_and_no_others(world, guest, ines):
    """What is for followers is not there for anybody else: the same answer as for what does not exist."""
    seen = await post(world, ines, "For everybody.")
    hidden = await post(world, ines, "For few.", visibility="private")

    profile = await guest.open("/@ines")

    assert "For everybody." in profile.main
    assert "For few." not in profile.main
    assert (await guest.open(f"/@ines/{seen}")).status == 200
    assert (await guest.open(f"/@ines/{hidden}")).status == 404
    assert (await guest.open("/@nobody")).status == 404
    assert (await guest.open(f"/@ines/{seen}0")).status == 404
    assert (await guest.open("/@ines/1e9")).status == 404


@pytest.mark.parametrize("path", ["/home", "/home/house", "/notifications", "/more"])
async def test_pages_of_ones_own_ask_a_guest_to_sign_in(guest, path):
    """And lead back afterwards."""
    page = await guest.open(path)

    assert page.heading == "Sign in"
    assert fields(page.form("/sign-in"))["next"] == path


async def test_a_name_in_another_case_or_with_our_host_leads_to_the_one_page(guest, ines):
    """One page has one address."""
    assert (await guest.open("/@INES")).address == "/@ines"
    assert (await guest.open("/@ines@ward.example")).address == "/@ines"


async def test_following_and_unfollowing_from_the_profile(browser, omar):
    """One button, and it says what happened."""
    profile = await browser.open("/@omar")
    followed = await browser.send(profile, "/@omar/follow")
    again = await browser.send(followed, "/@omar/follow")

    assert "You follow them now." in followed.main
    assert "followed by 1" in followed.main
    assert "You do not follow them any more." in again.main
    assert "You do not follow" not in (await browser.open("/@omar")).main


async def test_searching_finds_people_here_and_leads_own_links_to_their_page(world, browser, omar):
    """A name, an address, a tag, a link."""
    status_id = await post(world, omar, "Which hinge?")

    by_name = await browser.open("/search?q=@omar@ward.example")
    by_tag = await browser.open("/search?q=%23Sepsis")
    by_link = await browser.open(f"/search?q=https://ward.example/@omar/{status_id}")
    nothing = await browser.open("/search?q=@nobody@far.example")

    assert "/@omar" in by_name.links()
    assert "/tags/sepsis" in by_tag.links()
    assert by_link.address == f"/@omar/{status_id}"
    assert "Nothing found for" in nothing.main


async def test_guests_do_not_make_the_node_ask_elsewhere(world, guest):
    """A stranger cannot use us to knock at other doors."""
    await guest.open("/search?q=@anybody@far.example")
    await guest.open("/search?q=https://far.example/notes/1")

    assert world.fetcher.asked == []


@pytest.mark.parametrize("written", ["sepsis", "Sepsis", "\N{FULLWIDTH LATIN CAPITAL LETTER S}epsis"])
async def test_the_page_of_a_tag_shows_public_posts_with_it(world, guest, omar, written):
    """To anybody, however the tag is written."""
    await post(world, omar, "Trolley again. #Sepsis")

    page = await guest.open(f"/tags/{quote(written)}")

    assert (page.heading, "Trolley again." in page.main) == ("#sepsis", True)


async def test_link_from_another_place_leads_to_what_is_meant(browser):
    """WebFinger tells other places where their people can follow ours from: it ends in a search for it."""
    page = await browser.open("/authorize_interaction?uri=acct:omar@ward.example")

    assert (page.status, page.address) == (200, "/search?q=omar%40ward.example")


async def test_a_face_is_the_picture_that_is_ours(world, browser, ines):
    """At an address of this place, for oneself and for others; without one the initials."""
    before = await browser.open("/@ines")
    await world.db.write(profiles.edit_profile, ines.id, ProfileEdit(avatar=f"avatars/{ines.id}/a.png"))

    after = await browser.open("/@ines")

    pictures = [[one.get("src") for one in page.document.all("img")] for page in (before, after)]
    assert (pictures[0], set(pictures[1])) == ([], {f"/media/avatars/{ines.id}/a.png"})
    assert "IH" in before.main


async def test_a_wrong_method_is_a_page_in_words(browser):
    """Like every other failure, and with what is allowed."""
    response = await browser.client.delete("/home", headers={"accept": "text/html"})

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "This does not work that way" in response.text


async def test_a_post_of_the_house_says_so(world):
    """Colleagues read who can see it; nobody else reads anything."""
    asha = await world.user("asha")
    browser = Browser(world.anybody)
    await browser.sign_in("asha", PASSWORD)
    status_id = await world.db.write(posting.post, asha.id, Draft(text="For us", is_for_house=True))

    mine = await browser.client.get(f"/@asha/{status_id}")
    theirs = await world.anybody.get(f"/@asha/{status_id}")

    assert "Staff of St Mary" in mine.text
    assert theirs.status_code == 404
