"""A node with its pages, and browsers that visit it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.support.world import PASSWORD, Person, World, make_world
from tests.web.pages.browser import Browser


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a node; pages do not know which database is below, so one kind is enough."""
    made = await make_world(sqlite_url, tmp_path)
    yield made
    await made.close()


@pytest.fixture
def picture(world: World) -> Callable[[Person], Awaitable[int]]:
    """Return what uploads a picture of a whiteboard for a person and gives its id."""

    async def upload(person: Person) -> int:
        held = BytesIO()
        Image.new("RGB", (64, 48), "teal").save(held, "PNG")
        sent = {"file": ("a.png", held.getvalue(), "image/png")}
        made = await world.client(person).post("/api/v2/media", files=sent, data={"description": "A whiteboard"})
        return int(made.json()["id"])

    return upload


@pytest.fixture
async def ines(world: World) -> Person:
    """Return a nurse."""
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world: World) -> Person:
    """Return a doctor."""
    return await world.user("omar", display_name="Omar Said")


@pytest.fixture
async def browser(world: World, ines: Person) -> Browser:
    """Return a browser in which Ines has signed in."""
    made = Browser(world.client())
    await made.sign_in(ines.email, PASSWORD)
    return made


@pytest.fixture
def guest(world: World) -> Browser:
    """Return a browser of nobody."""
    return Browser(world.client())


@pytest.fixture
def browser_of(world: World) -> Callable[[Person], "object"]:
    """Return what gives a browser in which a person has signed in."""

    async def enter(person: Person) -> Browser:
        browser = Browser(world.client())
        assert (await browser.sign_in(person.email, PASSWORD)).status in (200, 404)
        return browser

    return enter
