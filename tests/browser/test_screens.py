"""The pages of the loop as pictures: that they can be taken, and with ROUNDS_SCREENS=FOLDER they are written there."""

import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from tests.browser.story import Story, told, window
from tests.support.databases import SqliteTemplates
from tests.support.network import Network

pytestmark = pytest.mark.browser
SIZES: Final = ((360, 740), (1280, 800))
COLOURS: Final = 256
FEW: Final = 12  # an empty page has fewer


@pytest.fixture
async def story(sqlite_templates: SqliteTemplates, tmp_path: Path) -> AsyncIterator[Story]:
    """Return the story of three hospitals."""
    network = Network(sqlite_templates.migrated, tmp_path)
    yield await told(network)
    await network.close()


@pytest.fixture
async def long_story(sqlite_templates: SqliteTemplates, tmp_path: Path) -> AsyncIterator[Story]:
    """Return the story with a year before it, so that the network has something to say."""
    network = Network(sqlite_templates.migrated, tmp_path)
    yield await told(network, months_before=12)
    await network.close()


async def test_every_picture_of_the_documents_can_be_taken(long_story: Story, chromium: Browser) -> None:
    """The loop, Today, an idea across hospitals and the network, on a phone and at a desk."""
    story = long_story
    for width, height in SIZES:
        async with window(story, chromium, story.ines, viewport={"width": width, "height": height}) as page:
            for name, address in story.pages.items():
                answer = await page.goto(address)
                taken = Image.open(BytesIO(await page.screenshot()))

                assert answer is not None
                assert (name, 200) == (name, answer.status)
                assert (width, height) == taken.size
                assert len(taken.convert("RGB").getcolors(width * height) or ()) > FEW, f"{name} is empty"
                _keep(taken, f"{name}-{width}")


async def test_a_loop_is_printed_on_two_pages(story: Story, chromium: Browser) -> None:
    """With its chart, its numbers and where else it was tried; without navigation and buttons."""
    async with window(story, chromium, story.ines) as page:
        await page.goto(story.pages["loop"])
        await page.emulate_media(media="print")

        printed = await page.pdf(format="A4")

        assert 1 <= printed.count(b"/Type /Page\n") <= 2
        assert not await page.get_by_role("navigation", name="Main").first.is_visible()
        assert not await page.get_by_role("link", name="We try this here").is_visible()


async def test_a_stopped_trial_has_the_place_of_one_that_was_kept(story: Story, chromium: Browser) -> None:
    """In the news and across hospitals it is as wide and as high a card, and says why."""
    async with window(story, chromium, story.ines, viewport={"width": 1280, "height": 800}) as page:
        await page.goto("/today")
        widths = {chip: await _width(page, "article.card", chip) for chip in ("Tried, kept", "Tried, stopped")}
        why = await page.get_by_text("The bins are new already").first.is_visible()
        await page.goto(story.pages["idea"])
        figures = {chip: await _width(page, "figure", chip) for chip in ("Kept", "Stopped")}

        assert widths["Tried, kept"] == widths["Tried, stopped"]
        assert figures["Kept"] == figures["Stopped"]
        assert why


async def _width(page: Page, css: str, words: str) -> float:
    box = await page.locator(css).filter(has_text=words).first.bounding_box()
    assert box is not None
    return box["width"]


def _keep(taken: Image.Image, name: str) -> None:
    """Write a picture where the environment says, small."""
    folder = os.environ.get("ROUNDS_SCREENS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        small = taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(Path(folder) / f"{name}.png", optimize=True)
