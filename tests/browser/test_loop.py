"""A person walks through a whole loop in Chromium, without script, and nothing of the pages is blocked or cut off."""

from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.conftest import Place
from tests.support.world import PASSWORD

pytestmark = pytest.mark.browser
TOPS = (10, 11, 9, 12, 10, 9, 11, 10, 10, 11, 15, 16, 16, 17, 17, 18)
LINES = "\n".join(f"{date(2026, 8, 3) + timedelta(weeks=week)} {top}/25" for week, top in enumerate(TOPS))


async def _enter(place: Place, page: Page, login: str, *, path: str = "/sign-in") -> None:
    await page.goto(f"{place.url}{path}")
    await page.get_by_label("E-mail or name").fill(login)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def _record(place: Place, page: Page) -> None:
    await page.goto(f"{place.url}/record")
    await page.get_by_label("I learned").fill("Bin lids wake patients. Soft-close lids let them sleep.")
    await page.locator("label").get_by_text("Anyone", exact=True).click()
    await page.get_by_role("button", name="Record for anyone", exact=True).click()


async def _try(page: Page) -> None:
    await page.get_by_role("link", name="We try this here").click()
    await page.get_by_label("I will").fill("Fit soft-close lids on ward 4B.")
    await page.get_by_label("by", exact=True).fill("2027-01-15")
    await page.get_by_label("starting on").fill("2026-10-12")
    await page.get_by_label("and count").fill("Patients who slept well")
    await page.get_by_label("As", exact=True).select_option("proportion-up")
    await page.get_by_role("button", name="Begin for anyone", exact=True).click()


async def _count(page: Page) -> None:
    await page.get_by_text("Another day, a note, or several at once").click()
    await page.get_by_label("Several, one a line").fill(LINES)
    await page.get_by_role("button", name="Save number").click()


async def _share(page: Page) -> None:
    await page.get_by_role("link", name="Decide and share").click()
    await page.locator("label").get_by_text("Adopt", exact=True).click()
    await page.get_by_label("In one sentence").fill("Patients sleep. Four euros a bin.")
    await page.get_by_role("button", name="Share for anyone", exact=True).click()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
async def test_a_loop_is_closed_by_hand_without_script(
    place: Place, chromium: Browser, width: int, height: int
) -> None:
    """Learn, do, share: on a phone and at a desk."""
    for name in ("ines", "omar"):
        await place.world.user(name, display_name=name.capitalize())
    context = await chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = await context.new_page()

    await _enter(place, page, "ines")
    await _record(place, page)
    loop = page.url
    await context.clear_cookies()
    await _enter(place, page, "omar", path=f"/sign-in?next={loop.removeprefix(place.url)}")
    await _try(page)
    await _count(page)
    finding = await page.locator(".finding").inner_text()
    await _share(page)

    assert "Shift" in finding
    assert await page.locator("h1").inner_text() == "Bin lids wake patients."
    for words in ("What we learned", "What we did", "Adopted. Patients sleep. Four euros a bin.", "40% → 66%"):
        assert await page.get_by_text(words, exact=True).or_(page.get_by_text(f"“{words}”")).first.is_visible()
    assert await page.get_by_role("img", name="Patients who slept well").is_visible()
    assert await page.locator(".lineage li").count() == 2


async def test_no_page_is_blocked_by_the_policy_or_wider_than_its_window(place: Place, chromium: Browser) -> None:
    """Down to 320 pixels, in light and in dark."""
    await place.world.user("ines", display_name="Ines")
    for width, scheme in ((320, "light"), (360, "dark"), (1280, "light")):
        context = await chromium.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]

        faults = await _walk(place, context)

        assert faults == []
        await context.close()


async def _walk(place: Place, context: BrowserContext) -> list[str]:
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    await _enter(place, page, "ines")
    await _record(place, page)
    loop = page.url
    for address in (loop, f"{loop}/try", *(place.url + path for path in PATHS)):
        await page.goto(address)
        await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{address} is wider than its window")
        if await page.evaluate("getComputedStyle(document.body).marginTop") != "0px":
            faults.append(f"{address} has lost its style sheet")
    return faults


PATHS = (
    "/today", "/home", "/home/house", "/loops", "/record", "/notifications", "/search?q=ines", "/more", "/about", "/@ines",
    "/bookmarks", "/settings/seen", "/settings/reading", "/settings/data",
)  # fmt: skip
