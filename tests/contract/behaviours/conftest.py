"""People whom many of these tests are about."""

import pytest

from tests.support.world import Person, World


@pytest.fixture
async def ines(world: World) -> Person:
    """Return the one whom it is about."""
    return await world.user("ines")


@pytest.fixture
async def sam(world: World) -> Person:
    """Return a colleague of hers."""
    return await world.user("sam")
