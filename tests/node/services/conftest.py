"""An app through which a nurse types commands, and a learning that they are about."""

import pytest

from tests.node.services.typing_commands import LEARNED, App, Json
from tests.support.world import World


@pytest.fixture
async def app(world: World) -> App:
    """Return the app of a nurse."""
    return App(world, await world.user("nurse"))


@pytest.fixture
async def learning(app: App) -> Json:
    """Return a learning that was posted from the app."""
    return await app.post(LEARNED)
