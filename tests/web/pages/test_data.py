"""One's own data on the pages: taken along, looked at, brought in, moved."""

from tests.contract.behaviours.people import far, follow, names, read
from tests.support.world import PASSWORD
from tests.web.api.test_accounts import ACCOUNTS
from tests.web.pages.browser import _seen, fields, origin

ACTOR = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://far.example/users/okapi1",
    "type": "Person",
    "preferredUsername": "Okapi1",
    "inbox": "https://far.example/users/okapi1/inbox",
}


async def bring(browser, data, **values):
    """Choose a file and press the button."""
    page = await browser.open("/settings/data")
    sent = fields(page.form("/settings/data/imports")) | values
    sent.pop("file", None)
    response = await browser.client.post(
        "/settings/data/imports",
        data=sent,
        files={"file": ("list.csv", data, "text/csv")},
        headers={"accept": "text/html", "origin": origin(browser.client)},
        follow_redirects=True,
    )
    return _seen(response)


async def test_what_one_has_can_be_taken_along(world, browser_of):
    """Every file of the list is a file, for its owner alone."""
    ines, sam = await world.user("ines"), await world.user("sam")
    await follow(world, ines, sam)
    browser = await browser_of(ines)

    page = await browser.open("/settings/data")
    files = [link for link in page.links() if "/files/" in link]
    got = [await browser.client.get(link) for link in files]
    guest = await world.client().get(files[0])

    assert (page.heading, len(files)) == ("Your data", 7)
    assert [one.status_code for one in got] == [200] * 7
    assert all(one.headers["content-disposition"].startswith("attachment") for one in got)
    assert all(one.headers["cache-control"] == "private, no-store" for one in got)
    assert "sam@ward.example" in got[0].text
    assert (guest.status_code, (await browser.client.get("/settings/data/files/passwd")).status_code) == (303, 404)
    assert "/settings/data" in (await browser.open("/more")).links()


async def test_a_list_is_looked_at_before_it_is_brought_in(world, browser_of):
    """Faults are named by line; only the button does something."""
    ines, sam = await world.user("ines"), await world.user("sam")
    browser = await browser_of(ines)

    shown = await bring(browser, b"sam\nno handle\n", kind="follows", mode="merge")
    before = await read(world, None, f"{ACCOUNTS}/{sam.id}/followers")
    begun = await browser.send(shown, shown.address, answer="start")
    await world.work()
    done = await browser.open(shown.address)

    assert ("1 line can be brought in" in shown.main, "Line 2:" in shown.main, before) == (True, True, [])
    assert ("Under way" in begun.main, "1 of 1 line done" in done.main) == (True, True)
    assert names(await read(world, None, f"{ACCOUNTS}/{sam.id}/followers")) == ["ines"]
    assert "1 of 1 done" in (await browser.open("/settings/data")).main


async def test_a_list_can_be_thrown_away(world, browser_of):
    """Nothing has happened, and nobody else's can be seen."""
    ines, sam = await world.user("ines"), await world.user("sam")
    browser, other = await browser_of(ines), await browser_of(sam)
    shown = await bring(browser, b"sam\n", kind="blocks", mode="overwrite")

    foreign = await other.open(shown.address)
    gone = await browser.send(shown, shown.address, answer="drop")

    assert ("taken away" in shown.main, foreign.status, gone.address) == (True, 404, "/settings/data")
    assert (await browser.open(shown.address)).status == 404


async def test_a_file_without_the_forms_token_does_nothing(world, browser_of):
    """As for every other form."""
    ines = await world.user("ines")
    browser = await browser_of(ines)

    shown = await bring(browser, b"sam\n", kind="blocks", csrf="wrong")

    assert shown.status == 403
    assert "Brought in lately" not in (await browser.open("/settings/data")).main


async def test_an_alias_is_added_by_its_handle_and_taken_away(world, browser_of):
    """Somebody who cannot be found is said at the field."""
    ines = await world.user("ines")
    await far(world)
    world.fetcher.documents[ACTOR["id"]] = ACTOR
    browser = await browser_of(ines)
    page = await browser.open("/settings/data")

    wrong = await browser.send(page, "/settings/data/aliases", alias="nobody@gone.example")
    added = await browser.send(page, "/settings/data/aliases", alias="okapi1@far.example")
    removed = await browser.send(added, "/settings/data/aliases", gone=ACTOR["id"])

    assert (wrong.status, "cannot be found" in wrong.main) == (422, True)
    assert (ACTOR["id"] in added.main, ACTOR["id"] in removed.main) == (True, False)


async def test_a_move_needs_the_password_and_the_alias_there(world, browser_of):
    """Then the account says where it went."""
    ines = await world.user("ines")
    await far(world)
    world.fetcher.documents[ACTOR["id"]] = ACTOR
    browser = await browser_of(ines)
    page = await browser.open("/settings/data")

    async def move(password):
        return await browser.send(page, "/settings/data/move", target="okapi1@far.example", password=password)

    wrong, early = await move("wrong"), await move(PASSWORD)
    world.fetcher.documents[ACTOR["id"]] = ACTOR | {"alsoKnownAs": ["https://ward.example/users/ines"]}
    moved = await move(PASSWORD)

    shown = await read(world, None, f"{ACCOUNTS}/{ines.id}")
    assert (wrong.status, early.status, moved.status) == (422, 422, 200)
    assert (shown["moved"]["acct"], "You moved to" in moved.main) == ("Okapi1@far.example", True)
