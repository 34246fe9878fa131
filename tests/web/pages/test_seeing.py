"""What I see: what one follows, filters and keeps away is listed and ended; bookmarks, lists and announcements are read."""

from datetime import timedelta

import pytest

from node.services import accounts, announcing, bookmarking, filtering, following, posting, selecting, shunning, tagging
from node.services.accounts import NewUser
from node.services.announcing import Words
from node.services.filtering import FilterWanted, KeywordWanted
from node.services.posting import Draft
from node.services.reading import Page
from tests.support.world import PASSWORD, key_pair
from tests.web.pages.browser import Browser, fields, origin

NASTY = "<b>bold</b>"


@pytest.fixture
async def omar(world):
    """Return a doctor."""
    return await world.user("omar", display_name=NASTY)


@pytest.fixture
async def newcomer(world):
    """Return somebody who signed up and waits."""
    kept = await world.node.door.passwords.hash(PASSWORD)
    new = NewUser("noor", "noor@ward.example", kept, key_pair(0), "Noor", is_approved=False)
    return await world.db.write(accounts.create_user, new)


async def _everything(world, ines, omar):
    """Let Ines follow, list, filter, mute, block and shun one of each."""
    lena, db = await world.user("lena", display_name="Lena"), world.db
    wanted = FilterWanted(
        title=NASTY, contexts=("home", "thread"), action="hide", keywords=[KeywordWanted(text="goal")]
    )
    await db.write(tagging.follow, ines.id, "sepsis")
    await db.write(selecting.create, ines.id, selecting.Draft(title="Night shift"))
    await db.write(filtering.create, ines.id, wanted)
    await db.write(following.mute, ines.id, omar.id)
    await db.write(following.block, ines.id, lena.id)
    await db.write(shunning.block, ines.id, "loud.example")


async def _press(browser, page, what):
    """Press the button that ends the one of a kind."""
    form = next(f for f in page.document.all("form") if fields(f).get("what") == what)
    headers = {"accept": "text/html", "origin": origin(browser.client)}
    answer = await browser.client.post("/settings/seen", data=fields(form), headers=headers)
    assert answer.status_code == 303
    return await browser.open("/settings/seen")


async def test_everything_that_decides_what_one_sees_stands_on_one_page(world, browser, ines, omar):
    """In words, with names of others as text."""
    await _everything(world, ines, omar)

    page = await browser.open("/settings/seen")

    said = ("#sepsis", "Night shift", NASTY, "Left out of home, threads. “goal”.", "@omar", "Lena", "loud.example")
    assert [words for words in said if words not in page.main] == []
    assert "<b>bold" not in page.response.text


@pytest.mark.parametrize(
    ("what", "none"),
    [
        ("tag", "You follow no hashtag."),
        ("list", "You have no list."),
        ("filter", "You have no filter."),
        ("mute", "You mute nobody."),
        ("block", "You block nobody."),
        ("server", "You block no server."),
    ],
)
async def test_each_of_them_is_ended_by_its_button(world, browser, ines, omar, what, none):
    """And only that one: the others stay."""
    await _everything(world, ines, omar)
    before = await browser.open("/settings/seen")

    after = await _press(browser, before, what)

    assert none not in before.main
    assert none in after.main
    assert len([f for f in after.document.all("form") if f.get("action") == "/settings/seen"]) == 5


async def test_what_cannot_be_brought_back_is_not_deleted_by_one_press(world, browser, ines, omar):
    """The buttons for filters and lists stand folded."""
    await _everything(world, ines, omar)

    page = await browser.open("/settings/seen")

    folded = {fields(form)["what"] for part in page.document.all("details") for form in part.all("form")}
    assert folded == {"filter", "list"}


async def test_a_mute_that_ends_by_itself_says_when(world, browser, ines, omar):
    """With the day."""
    await world.db.write(following.mute, ines.id, omar.id, lasts_s=int(timedelta(days=3).total_seconds()))

    page = await browser.open("/settings/seen")

    assert "Until " in page.main


async def test_a_page_of_many_says_that_there_are_more(world, browser, ines):
    """And where to find them all."""
    for number in range(81):
        await world.db.write(shunning.block, ines.id, f"loud{number}.example")

    page = await browser.open("/settings/seen")

    assert "There are more." in page.main
    assert len([f for f in page.document.all("form") if f.get("action") == "/settings/seen"]) == 80


@pytest.mark.parametrize(
    "sent", [{"what": "everything", "which": "1"}, {"what": "filter", "which": "x"}, {"what": "list"}]
)
async def test_nonsense_ends_nothing(browser, sent):
    """What was never on the page is not there."""
    page = await browser.open("/more")
    token = fields(page.form("/sign-out"))["csrf"]

    answer = await browser.client.post("/settings/seen", data={"csrf": token, **sent}, headers={"accept": "text/html"})

    assert answer.status_code == 404


async def test_nobody_ends_what_is_somebody_elses(world, browser, ines, omar):
    """A filter of another person is not there."""
    wanted = FilterWanted(title="Theirs", contexts=("home",), action="hide")
    made = await world.db.write(filtering.create, omar.id, wanted)
    token = fields((await browser.open("/more")).form("/sign-out"))["csrf"]

    sent = {"csrf": token, "what": "filter", "which": made["id"]}
    answer = await browser.client.post("/settings/seen", data=sent, headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert len(await world.db.read(filtering.every, omar.id)) == 1


async def test_bookmarks_are_set_read_and_taken_away_on_pages(world, browser, ines, omar):
    """With the ribbon below a post."""
    status_id = await world.db.write(posting.post, omar.id, Draft(text="Keep this."))
    path = f"/@omar/{status_id}/bookmark"

    kept = await browser.send(await browser.open(f"/@omar/{status_id}"), path)
    shown = await browser.open("/bookmarks")
    gone = await browser.send(shown, path)
    after = await browser.open("/bookmarks")

    assert "Bookmarked." in kept.main
    assert "Keep this." in shown.main
    assert "Bookmark removed." in gone.main
    assert "Nothing bookmarked." in after.main
    assert await world.db.read(bookmarking.page, ines.id, Page()) == []


async def test_a_list_is_read_as_a_page_by_its_owner_alone(world, browser, ines, omar):
    """It shows what those in it wrote."""
    await world.db.write(following.follow, ines.id, omar.id)
    made = await world.db.write(selecting.create, ines.id, selecting.Draft(title="Night shift"))
    theirs = await world.db.write(selecting.create, omar.id, selecting.Draft(title="Theirs"))
    await world.db.write(selecting.add, ines.id, int(made.id), [omar.id])
    await world.db.write(posting.post, omar.id, Draft(text="A quiet night."))

    page = await browser.open(f"/lists/{made.id}")

    assert (page.status, page.heading) == (200, "Night shift")
    assert "A quiet night." in page.main
    assert (await browser.open(f"/lists/{theirs.id}")).status == 404


@pytest.mark.parametrize("path", ["/today", "/home"])
async def test_an_announcement_stands_where_one_comes_in_until_it_is_read(world, browser, path):
    """Then for this person no more."""
    made = await world.db.write(announcing.publish, Words(text=f"No network on Sunday. {NASTY}"), by="test")

    told = await browser.open(path)
    after = await browser.send(told, f"/announcements/{made}/dismiss")

    assert f"No network on Sunday. {NASTY}" in told.main
    assert "No network" not in after.main
    assert "Read. It is not shown to you again." in after.main
    assert "No network" not in (await browser.open(path)).main


@pytest.mark.parametrize("path", ["/today", "/home"])
async def test_who_waits_to_be_let_in_is_said_to_the_team_alone(world, browser, newcomer, path):
    """With how many."""
    await world.user("mara", role="moderator")
    team = Browser(world.client())
    await team.sign_in(f"mara@{world.site.host}", PASSWORD)

    assert "1 person waits to be let in." in (await team.open(path)).main
    assert "to be let in" not in (await browser.open(path)).main


@pytest.mark.parametrize("path", ["/settings/seen", "/bookmarks", "/lists/1"])
async def test_these_pages_ask_a_guest_to_sign_in(guest, path):
    """They are of somebody."""
    assert (await guest.open(path)).address.startswith("/sign-in")
