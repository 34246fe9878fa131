"""Posts as Chromium shows them: filters that unfold, films that play under the policy, long names that fit, without script of ours."""

import pytest
from playwright.async_api import Browser, Page

from node.services import announcing, filtering, following, posting, selecting
from node.services.announcing import Words
from node.services.filtering import FilterWanted, KeywordWanted
from node.services.posting import Draft
from tests.browser.conftest import Place
from tests.support import films
from tests.support.world import PASSWORD

pytestmark = pytest.mark.browser
LONG = "Dr. Maximiliane-Wilhelmina von Hohenstaufen-Werdenberg, Intensivmedizin"


async def _enter(place: Place, page: Page, login: str) -> None:
    await page.goto(f"{place.url}/sign-in")
    await page.get_by_label("E-mail or name").fill(login)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def _write(place: Place) -> None:
    """Let Ines follow somebody with a long name, who wrote of all kinds of things, and filter some of it."""
    world = place.world
    ines, other = await world.user("ines", display_name="Ines"), await world.user("long", display_name=LONG)
    await world.db.write(following.follow, ines.id, other.id)
    sent = {"file": ("a.mp4", films.film(), "video/mp4")}
    made = await world.client(other).post("/api/v2/media", files=sent, data={"description": "A turn"})
    await world.work()
    for text, media_ids in (
        ("A spider in the sluice room.", ()),
        ("W" * 200, ()),
        ("How we turn.", (int(made.json()["id"]),)),
    ):
        await world.db.write(posting.post, other.id, Draft(text=text, media_ids=media_ids))
    words = [KeywordWanted(text="spider")]
    wanted = FilterWanted(title="Eight legs " * 6, contexts=("home",), action="warn", keywords=words)
    await world.db.write(filtering.create, ines.id, wanted)
    await world.db.write(selecting.create, ines.id, selecting.Draft(title="L" * 80))
    await world.db.write(announcing.publish, Words(text="No network on Sunday."), by="test")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_everything_fits_and_nothing_is_blocked(place: Place, chromium: Browser, width: int) -> None:
    """Whatever names, words, filters and lists are like."""
    await _write(place)
    page = await chromium.new_page(viewport={"width": width, "height": 800})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    await _enter(place, page, "ines")

    for path in ("/home", "/home/house", "/@long", "/settings/seen", "/record"):
        await page.goto(f"{place.url}{path}")
        await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{path} is wider than its window")

    assert faults == []


async def test_a_filtered_post_unfolds_by_keyboard_without_script(place: Place, chromium: Browser) -> None:
    """Its words are hidden until then, and the key stands on something that is seen."""
    await _write(place)
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await _enter(place, page, "ines")
    await page.goto(f"{place.url}/home")
    words, offer = page.get_by_text("A spider in the sluice room."), page.get_by_text("Show anyway")

    before = await words.is_visible()
    await page.locator("summary", has_text="Eight legs").focus()
    await page.keyboard.press("Enter")

    assert not before
    assert await words.is_visible()
    assert not await offer.is_visible()


async def test_a_film_of_ours_is_played_on_the_page(place: Place, chromium: Browser) -> None:
    """It is asked for when somebody plays it, and not before."""
    await _write(place)
    page = await chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    await _enter(place, page, "ines")
    await page.goto(f"{place.url}/home")
    before = list(asked)

    await page.evaluate("document.querySelector('video').play()")

    assert "media" not in before
    assert "media" in asked
    assert await page.evaluate("document.querySelector('video').readyState > 0")


async def test_what_is_for_the_house_is_chosen_read_and_announced_by_hand(place: Place, chromium: Browser) -> None:
    """The button says for whom; announcements go away when they are read."""
    await _write(place)
    context = await chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await _enter(place, page, "ines")
    await page.goto(f"{place.url}/home")

    await page.get_by_role("button", name="I read this").click()
    told = await page.get_by_text("No network on Sunday.").count()
    await page.goto(f"{place.url}/record")
    await page.get_by_label("I learned").fill("Lot B is closed.")
    await page.locator("label").get_by_text("Only this hospital", exact=True).click()
    await page.get_by_role("button", name="Record for this hospital", exact=True).click()

    assert told == 0
    assert await page.get_by_text("Recorded. It stays in this hospital.").is_visible()
    assert await page.locator("article").get_by_text("Staff of St Mary's").is_visible()
