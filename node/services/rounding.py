"""The round that a node makes every hour for its people: what comes to them without their asking.

Each step is a transaction for some people at a time; it says after whom to go on. A step may be repeated at any time.
"""

from collections.abc import Callable
from typing import Final

from node.services import asking, carding
from node.store.database import Database
from node.store.unit import Unit

Step = Callable[[Unit, int], int | None]
STEPS: Final[tuple[Step, ...]] = (carding.introduce, asking.ask)


async def go(db: Database) -> None:
    """Make the round now."""
    for step in STEPS:
        after: int | None = 0
        while after is not None:
            after = await db.write(step, after)
