"""Timelines, profiles, threads, reactions and notifications as pages show them."""

from urllib.parse import quote

import pytest

from node.services import following, polling, posting, profiles, reacting
from node.services.polling import NewPoll
from node.services.posting import Draft
from node.services.profiles import ProfileEdit
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields

NASTY = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"'&"


@pytest.fixture
async def ines(world):
    """Return a nurse."""
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world):
    """Return a doctor."""
    return await world.user("omar", display_name="Omar Said")


@pytest.fixture
async def browser(world, ines):
    """Return a browser in which Ines has signed in."""
    made = Browser(world.client())
    await made.sign_in(ines.email, PASSWORD)
    return made


async def _post(world, person, text, **more):
    return await world.db.write(posting.post, person.id, Draft(text=text, **more))


async def test_home_shows_what_those_one_follows_wrote(world, browser, ines, omar):
    """And nothing of others."""
    lena = await world.user("lena")
    await world.db.write(following.follow, ines.id, omar.id)
    await _post(world, omar, "Say the one worry first.")
    await _post(world, lena, "Not for this page.")

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
    await _post(world, omar, "Seen by all.")
    await _post(world, omar, "Seen by few.", visibility="private")

    page = await browser.open("/home/house")

    assert "Seen by all." in page.main
    assert "Seen by few." not in page.main


async def test_a_long_timeline_is_read_page_by_page(world, browser, omar, ines):
    """Older and newer lead through all posts without a gap or a repeat."""
    await world.db.write(following.follow, ines.id, omar.id)
    for number in range(25):
        await _post(world, omar, f"post number {number:02d}")

    first = await browser.open("/home")
    older = await browser.open(next(link for link in first.links() if "max_id" in link))
    back = await browser.open(next(link for link in older.links() if "min_id" in link))

    assert [f"{n:02d}" in first.main for n in (24, 5, 4)] == [True, True, False]
    assert ["post number 04" in older.main, "post number 05" in older.main] == [True, False]
    assert "post number 24" in back.main


async def test_texts_and_names_of_others_never_become_markup(world, browser, omar):
    """What somebody types is text, on every page that shows it."""
    mallory = await world.user("mallory", display_name=NASTY[:90])
    status_id = await _post(world, mallory, NASTY, spoiler_text=NASTY)

    for path in ("/home/house", "/@mallory", f"/@mallory/{status_id}", "/search?q=" + NASTY.replace("&", "%26")):
        page = await browser.open(path)

        assert page.status == 200
        assert "<script" not in page.response.text
        assert "<img src=x" not in page.response.text


async def test_guests_see_public_pages_and_no_others(world, guest, ines):
    """What is for followers is not there for anybody else: the same answer as for what does not exist."""
    seen = await _post(world, ines, "For everybody.")
    hidden = await _post(world, ines, "For few.", visibility="private")

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


async def test_a_thread_shows_what_came_before_and_after(world, browser, ines, omar):
    """In the order in which it was said."""
    first = await _post(world, omar, "Which hinge?")
    second = await _post(world, ines, "Soft-close.", reply_to_id=first)
    await _post(world, omar, "Thank you.", reply_to_id=second)

    page = await browser.open(f"/@ines/{second}")

    places = [page.main.index(text) for text in ("Which hinge?", "Soft-close.", "Thank you.")]
    assert places == sorted(places)


async def test_answering_from_the_page(world, browser, omar):
    """The answer names who is answered, so that they hear of it."""
    status_id = await _post(world, omar, "Which hinge?")
    page = await browser.open(f"/@omar/{status_id}")

    typed = fields(page.form(f"/@omar/{status_id}"))["text"]
    after = await browser.send(page, f"/@omar/{status_id}", text=f"{typed}Soft-close.")

    assert typed == "@omar "
    assert "Soft-close." in after.main
    assert "Answered." in after.main


async def test_a_refused_answer_keeps_every_character(world, browser, omar):
    """Text that is too long is not cut and not lost."""
    status_id = await _post(world, omar, "Which hinge?")
    page = await browser.open(f"/@omar/{status_id}")
    long = " é\n" + "x" * 5001 + " "

    refused = await browser.send(page, f"/@omar/{status_id}", text=long)

    assert refused.status == 422
    assert refused.title.startswith("Error: ")
    assert fields(refused.form(f"/@omar/{status_id}"))["text"] == long


async def test_boosting_and_thanking_toggle(world, browser, omar):
    """Each button takes back what it did."""
    status_id = await _post(world, omar, "Which hinge?")
    url = f"/@omar/{status_id}"

    boosted = await browser.send(await browser.open(url), f"{url}/boost")
    thanked = await browser.send(boosted, f"{url}/favourite")
    neither = await browser.send(await browser.send(thanked, f"{url}/boost"), f"{url}/favourite")

    assert "Take back boost, 1 boosts" in thanked.main
    assert "Take back thanks, 1 thanks" in thanked.main
    assert "Boost, 0 boosts" in neither.main


async def test_after_a_reaction_one_is_back_where_one_was(world, browser, omar):
    """On the timeline, not on the post."""
    status_id = await _post(world, omar, "Which hinge?")
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
    status_id = await _post(world, ines, "Mine.")
    await world.db.write(following.follow, ines.id, omar.id)
    await world.db.write(reacting.boost, omar.id, status_id)

    page = await browser.open("/home")

    assert page.main.count("Mine.") >= 1
    assert "Omar Said boosted" in page.main


async def test_what_needs_an_answer_stands_first(world, browser, ines, omar):
    """Questions before thanks."""
    status_id = await _post(world, ines, "Soft-close bins.")
    await world.db.write(reacting.favourite, omar.id, status_id)
    await _post(world, omar, "@ines Which hinge?", reply_to_id=status_id)
    await world.db.write(following.follow, omar.id, ines.id)

    page = await browser.open("/notifications")

    places = [page.main.index(t) for t in ("Needs an answer", "Which hinge?", "Good to know", "thanked you for")]
    assert places == sorted(places)
    assert "follows you now" in page.main


async def test_a_request_to_follow_is_answered_where_it_is_told(world, browser, ines, omar):
    """Yes and no stand beside the question."""
    await world.db.write(profiles.edit_profile, ines.id, ProfileEdit(is_locked=True))
    await world.db.write(following.follow, omar.id, ines.id)
    asked = await browser.open("/notifications")

    answered = await browser.send(asked, f"/notifications/requests/{omar.id}", answer="accept")

    assert "asks to follow you" in asked.main
    assert "They follow you now." in answered.main
    assert "followed by 1" in (await browser.open("/@ines")).main


async def test_searching_finds_people_here_and_leads_own_links_to_their_page(world, browser, omar):
    """A name, an address, a tag, a link."""
    status_id = await _post(world, omar, "Which hinge?")

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
    await _post(world, omar, "Trolley again. #Sepsis")

    page = await guest.open(f"/tags/{quote(written)}")

    assert (page.heading, "Trolley again." in page.main) == ("#sepsis", True)


async def test_link_from_another_place_leads_to_what_is_meant(browser):
    """WebFinger tells other places where their people can follow ours from: it ends in a search for it."""
    page = await browser.open("/authorize_interaction?uri=acct:omar@ward.example")

    assert (page.status, page.address) == (200, "/search?q=omar%40ward.example")


async def _named_twice(world, ines, omar):
    for number in range(2):
        await _post(world, omar, f"@ines {number}")
    client = world.client(ines)
    return client, [one["id"] for one in (await client.get("/api/v1/notifications")).json()]


async def test_bell_counts_until_the_notifications_are_opened(world, browser, ines, omar):
    """On every page; opening them is reading them, for apps too."""
    client, _ = await _named_twice(world, ines, omar)

    pages = [await browser.open(path) for path in ("/home", "/notifications", "/home")]

    bells = [[one.text for one in page.document.all("span") if one.get("class") == "count"] for page in pages]
    unread = (await client.get("/api/v1/notifications/unread_count")).json()
    assert (bells, unread) == ([["2 new", "2 new"], [], []], {"count": 0})


async def test_older_notifications_do_not_move_the_marker_back(world, browser, ines, omar):
    """What was read stays read."""
    client, (newest, _) = await _named_twice(world, ines, omar)

    await browser.open("/notifications")
    await _post(world, omar, "@ines 3")
    await browser.open(f"/notifications?max_id={newest}")

    shown = (await client.get("/api/v1/markers", params={"timeline[]": "notifications"})).json()
    assert shown["notifications"]["last_read_id"] == newest


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


async def test_a_quoted_post_stands_inside_the_one_that_quotes_it(world, browser, ines, omar):
    """With its author and a way to it; of one with a warning only the warning."""
    await world.db.write(following.follow, ines.id, omar.id)
    open_id = await _post(world, ines, "Gel by every bed")
    warned_id = await _post(world, ines, "Something grim", spoiler_text="Burns")
    for quoted_id in (open_id, warned_id):
        await _post(world, omar, "Worth a look", quote_of_id=quoted_id)

    page = await browser.open("/home")

    assert '<blockquote><p><a href="/@ines/' in page.response.text
    assert "Gel by every bed" in page.main
    assert page.main.count("Something grim") == 1


async def test_one_votes_on_the_page_and_sees_how_it_stands(world, browser, omar):
    """One of several with a press; afterwards the numbers, and no form any more."""
    asked = NewPoll(options=("Leek", "<b>Lentil"), lasts_s=600)
    status_id = await _post(world, omar, "Which soup?", poll=asked)
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
    url = f"/@omar/{await _post(world, omar, 'Which soups?', poll=asked)}"

    voted = await browser.send(await browser.open(url), f"{url}/vote", **{"choice-0": "0", "choice-2": "2"})

    assert " ".join(voted.main.split()).count("(your vote)") == 2


async def test_the_end_of_a_poll_stands_among_the_news(world, browser, ines, omar):
    """For those who asked and those who voted."""
    asked = NewPoll(options=("Leek", "Lentil"), lasts_s=600)
    status_id = await _post(world, omar, "Which soup?", poll=asked)
    await world.db.write(polling.vote, ines.id, status_id, [0])
    world.clock.pass_time(minutes=11)
    await world.work()

    page = await browser.open("/notifications")

    assert "asked, and the poll is over:" in page.main


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
