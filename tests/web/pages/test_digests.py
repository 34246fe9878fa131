"""The week as a page and a feed, the choice of how it comes, and the link that ends its mails."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

from node.services import mailing
from tests.node.services.loops import begun, learned

PAGE = "/settings/digest"
API = "/api/rounds/v1/preferences"
ATOM = "{http://www.w3.org/2005/Atom}"
MARKER = "Zanzibar bed nine"


async def trying(world, person):
    """Let somebody try one thing in the open and one for themselves alone, both due."""
    open_id = await learned(world, person, f"Lids wake patients. {MARKER}")
    await begun(world, person, open_id, change=f"Fit <soft> & quiet lids. {MARKER}", due_on=date(2026, 11, 27))
    hidden = await learned(world, person, f"{MARKER} is known.", visibility="direct")
    await begun(world, person, hidden, change=f"Ask {MARKER}.", visibility="direct", due_on=date(2026, 11, 27))


async def test_the_week_says_what_waits_and_what_to_do_when_nothing_does(world, browser_of):
    """One's own titles are all there; a fresh person is told where to begin."""
    ines, tom = await world.user("ines"), await world.user("tom")
    await trying(world, ines)

    full, empty = [await (await browser_of(one)).open("/digest") for one in (ines, tom)]

    assert ("Fit &lt;soft&gt; &amp; quiet lids" in full.response.text, f"Ask {MARKER}" in full.response.text) == (
        True,
        True,
    )
    assert ("Nothing waits for you" in empty.main, "/record" in empty.links()) == (True, True)


async def test_what_is_chosen_is_kept_on_the_page_and_over_the_api(world, browser_of):
    """Both say the same; a wrong day is refused at its field and by name."""
    ines = await world.user("ines")
    browser, client = await browser_of(ines), world.client(ines)
    usual = (await client.get(API)).json()

    page = await browser.open(PAGE)
    saved = await browser.send(page, PAGE, digest_day="3", reminders="", recall_posts="1")
    told = (await client.get(API)).json()
    refused = await browser.send(saved, PAGE, digest_day="9")
    patched = (await client.patch(API, json={"reminders": True, "digest": "none"})).json()
    wrong = await client.patch(API, json={"digest_day": 7})

    names = ("digest", "digest_day", "reminders", "recall_posts", "can_mail", "feed_url")
    assert [usual[name] for name in names] == ["mail", 0, True, True, False, None]
    assert [told[name] for name in names] == ["mail", 3, False, True, False, None]
    assert (refused.status, wrong.status_code) == (422, 422)
    assert [patched[name] for name in names[:3]] == ["none", 3, True]


async def test_the_feed_is_valid_and_holds_titles_of_what_is_open(world, browser_of):
    """One entry for the week that began on Monday; what is for few is named by nothing of it, and nothing is kept."""
    ines = await world.user("ines")
    await trying(world, ines)
    browser = await browser_of(ines)

    await browser.send(await browser.open(PAGE), f"{PAGE}/feed")
    address = (await world.client(ines).get(API)).json()["feed_url"]
    answer = await world.anybody.get(address)

    root = ElementTree.fromstring(answer.text)
    (entry,) = root.findall(f"{ATOM}entry")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    for element in (root, entry):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    updated = datetime.fromisoformat(entry.findtext(f"{ATOM}updated", ""))
    assert updated == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert entry.findtext(f"{ATOM}id", "").endswith("#digest-2026-11-23")
    assert "Fit &lt;soft&gt; &amp; quiet lids" in entry.findtext(f"{ATOM}content", "")
    assert MARKER not in answer.text


async def test_an_old_or_invented_address_of_a_feed_shows_nothing(world):
    """A renewed address ends the one before; no key and a long one are no address."""
    ines = await world.user("ines")
    client = world.client(ines)
    old = (await client.post(f"{API}/feed")).json()["feed_url"]
    new = (await client.post(f"{API}/feed")).json()["feed_url"]

    statuses = [
        (await world.anybody.get(address)).status_code
        for address in (new, old, "/digest.atom", "/digest.atom?key=", f"/digest.atom?key={'a' * 500}")
    ]

    assert statuses == [200, 404, 404, 404, 404]


async def test_one_click_ends_the_mails_signed_out_and_a_look_ends_nothing(world):
    """As a mail program sends it, of either kind of form and from anywhere; a page asks first."""
    ines = await world.user("ines")
    await world.db.write(mailing.ensure_secret)
    address = await world.db.read(ending, ines.user_id)
    client = world.anybody
    chosen = world.client(ines)

    asked = await client.get(address)
    before = (await chosen.get(API)).json()["digest"]
    done = await client.post(
        address, data={"List-Unsubscribe": "One-Click"}, headers={"origin": "https://mail.example"}
    )
    after = (await chosen.get(API)).json()["digest"]
    again = await client.post(address, files={"List-Unsubscribe": (None, "One-Click")})
    forged = await client.post(address[:-3] + "abc", data={"List-Unsubscribe": "One-Click"})

    assert (asked.status_code, before, done.status_code, after) == (200, "mail", 200, "none")
    assert (again.status_code, forged.status_code) == (200, 404)


def ending(snapshot, user_id):
    from node.store import digests

    habits = digests.present(snapshot, user_id)
    assert habits is not None
    return mailing.ending_url(snapshot, habits)
