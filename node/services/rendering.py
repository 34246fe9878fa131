"""Renders the parts of old accounts anew after an update that changed what a part says; a job that a migration asks for."""

from typing import Final

from node.store import accounts
from node.store.database import Database
from node.store.unit import Unit

BATCH: Final = 200


async def render_accounts(db: Database) -> None:
    """Bring every part up to date, a few in each transaction; it may be begun again at any time."""
    last: int | None = 0
    while last is not None:
        last = await db.write(_some, last)


def _some(unit: Unit, after_id: int) -> int | None:
    return accounts.render_some(unit, after_id=after_id, limit=BATCH)
