"""Brings old rows up to date after an update, by jobs that a migration asks for: rendered accounts, words to search in."""

from collections.abc import Callable
from typing import Final

from node.store import accounts, words
from node.store.database import Database
from node.store.unit import Unit

BATCH: Final = 200


async def render_accounts(db: Database) -> None:
    """Render every account anew; it may be begun again at any time."""
    await _through(db, lambda unit, after_id: accounts.render_some(unit, after_id=after_id, limit=BATCH))


async def keep_words(db: Database) -> None:
    """Keep the words of every post; it may be begun again at any time."""
    await _through(db, lambda unit, after_id: words.put_some(unit, after_id=after_id, limit=BATCH))


async def _through(db: Database, some: Callable[[Unit, int], int | None]) -> None:
    last: int | None = 0
    while last is not None:  # a few rows in each transaction
        last = await db.write(some, last)
