"""Three people with little time: how many things each must touch, type and fill in for a loop, counted in Chromium.

The budget: capture at most 3 interactions; from there to an action 2 more fields; a number 1 field; a share 2 fields; the
whole loop at most 60 seconds of typing at 40 words a minute (200 characters) and at most 5 inputs that are needed.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page

from node.services import learning
from node.services.learning import NewLearning
from tests.browser.conftest import Place
from tests.support.world import PASSWORD

pytestmark = pytest.mark.browser
CHARS_IN_60_S = 200


@dataclass
class Hand:
    """A person's hand on one page: every field that is filled in and everything that is touched is counted."""

    page: Page
    interactions: int = 0
    fields: list[str] = field(default_factory=list)
    chars: int = 0

    async def fill(self, where: Locator, text: str) -> None:
        """Go to a field and type."""
        await where.fill(text)
        self.interactions += 1
        self.fields.append(await where.get_attribute("name") or "")
        self.chars += len(text)

    async def choose(self, where: Locator, name: str) -> None:
        """Choose one of some."""
        await where.check(force=True)  # its label lies above it, and does the same
        self.interactions += 1
        self.fields.append(name)

    async def press(self, where: Locator) -> None:
        """Press a button or follow a link."""
        await where.click()
        self.interactions += 1

    def lap(self) -> "Hand":
        """Return what was counted so far, and begin to count anew."""
        done = Hand(self.page, self.interactions, self.fields, self.chars)
        self.interactions, self.fields, self.chars = 0, [], 0
        return done


async def _enter(place: Place, chromium: Browser, name: str, *, width: int, height: int) -> Hand:
    person = await place.world.user(name, display_name=name.capitalize())
    context = await chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = await context.new_page()
    await _sign_in(place, page, person.email)
    return Hand(page)


async def _sign_in(place: Place, page: Page, login: str) -> None:
    await page.goto(f"{place.url}/sign-in")
    await page.get_by_label("E-mail or name").fill(login)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def test_a_nurse_with_a_phone_closes_a_loop_step_by_step(place: Place, chromium: Browser) -> None:
    """Over three weeks, from Today, one thing at a time."""
    hand = await _enter(place, chromium, "ines", width=360, height=740)
    page = hand.page

    await hand.fill(page.get_by_label("What did you learn?"), "Bin lids wake patients at night.")
    await hand.press(page.get_by_role("button", name="Record", exact=True))
    capture = hand.lap()

    await page.get_by_role("link", name="We try this here").click()
    await hand.fill(page.get_by_label("I will"), "Fit soft-close lids on ward 4B.")
    await hand.fill(
        page.get_by_label("by", exact=True), (place.world.clock.now() + timedelta(days=21)).date().isoformat()
    )
    await page.get_by_role("button", name="Begin for my followers").click()
    action = hand.lap()

    await hand.fill(page.locator("#numerator"), "7/20")
    await page.get_by_role("button", name="Save number").click()
    first = hand.lap()
    place.world.clock.pass_time(days=14)
    await _sign_in(place, page, "ines")
    await hand.fill(page.get_by_label("So many"), "13")
    await page.get_by_role("button", name="Save number").click()
    number = hand.lap()

    await page.get_by_role("link", name="Decide and share").click()
    await hand.choose(page.get_by_role("radio", name="Adopt"), "decision")
    await hand.fill(page.get_by_label("In one sentence"), "Patients sleep. Four euros a bin.")
    await page.get_by_role("button", name="Share for my followers").click()
    share = hand.lap()

    assert capture.interactions <= 3
    assert action.fields == ["change", "due"]
    assert first.fields == number.fields == ["numerator"]
    assert share.fields == ["decision", "sentence"]
    whole = (capture, action, first, number, share)
    assert sum(part.chars for part in whole) <= CHARS_IN_60_S
    assert await page.locator("h1").inner_text() == "Bin lids wake patients at night."
    assert await page.get_by_text("“Adopted. Patients sleep. Four euros a bin.”").is_visible()


async def test_a_doctor_at_a_desk_records_a_whole_loop_from_one_page(place: Place, chromium: Browser) -> None:
    """What is already over: learned, done, come to, with five inputs and one button."""
    hand = await _enter(place, chromium, "omar", width=1280, height=800)
    page = hand.page

    await hand.press(page.get_by_role("link", name="Record", exact=True).first)
    await hand.fill(page.get_by_label("I learned"), "Cannulas stay in because nobody looks.")
    await hand.fill(page.get_by_label("I will"), "Ask at handover.")
    await hand.fill(page.get_by_label("by", exact=True), "2027-01-15")
    await page.get_by_text("It came to...").click()
    await hand.choose(page.get_by_role("radio", name="Abandon"), "decision")
    await hand.fill(page.get_by_label("In one sentence"), "Handover got longer and nobody looked.")
    await hand.press(page.get_by_role("button", name="Record for my followers"))

    assert len(hand.fields) <= 5
    assert hand.chars <= CHARS_IN_60_S
    assert await page.get_by_text("“Abandoned. Handover got longer and nobody looked.”").is_visible()
    for heading in ("What we learned", "What we did", "What came of it"):
        assert await page.get_by_role("heading", name=heading).is_visible()


async def test_a_quality_lead_takes_an_idea_over_with_the_keyboard_alone(place: Place, chromium: Browser) -> None:
    """No mouse, no script: what a colleague learned becomes an action with what is proposed already."""
    ines = await place.world.user("ines", display_name="Ines")
    new = NewLearning(text="Bin lids wake patients at night.", visibility="public")
    learned = await place.world.db.write(learning.record, ines.id, new)
    hand = await _enter(place, chromium, "chloe", width=1280, height=800)
    page = hand.page
    await page.goto(f"{place.url}/loops/{learned}")

    await _tab_to(page, "We try this here")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/try")
    await _tab_to(page, "", name="change")
    await page.keyboard.type("Soft-close lids on two wards first.")
    await _tab_to(page, "Begin")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/numbers")

    assert await page.locator("h1").inner_text() == "Soft-close lids on two wards first."


async def _tab_to(page: Page, words: str, *, name: str = "") -> None:
    """Press Tab until the thing with these words, or the field with this name, has the focus."""
    script = "() => [document.activeElement.innerText || '', document.activeElement.name || '']"
    for _ in range(80):
        await page.keyboard.press("Tab")
        text, field_name = await page.evaluate(script)
        if (name and field_name == name) or (words and text.strip().startswith(words)):
            return
    raise AssertionError(f"no Tab leads to {words or name}")
