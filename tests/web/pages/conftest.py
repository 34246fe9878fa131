"""A node with its pages, and browsers that visit it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.world import PASSWORD, Person, World, make_world
from tests.web.pages.browser import Browser


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a node; pages do not know which database is below, so one kind is enough."""
    made = await make_world(sqlite_url, tmp_path)
    yield made
    await made.close()


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
