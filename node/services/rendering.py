"""Brings old rows up to date after an update, by jobs that a migration asks for: rendered accounts, words to search in,
terms of records.

A job does so many rows, a few in each transaction, and asks for the next job: none outlives its lease on a big database.
"""

from collections.abc import Callable
from typing import Final

from node.services import resembling
from node.store import accounts, jobs, words
from node.store.database import Database
from node.store.unit import Unit

BATCH: Final = 200
BATCHES: Final = 50  # in one job

Some = Callable[[Unit, int], int | None]


async def render_accounts(db: Database, after_id: int = 0) -> None:
    """Render accounts anew, those after an id; it may be begun again at any time."""
    await _through(db, _render, after_id, kind="render", of="accounts")


async def keep_words(db: Database, after_id: int = 0) -> None:
    """Keep the words of posts, those after an id; it may be begun again at any time."""
    await _through(db, _keep, after_id, kind="words", of="statuses")


async def keep_terms(db: Database, after_id: int = 0) -> None:
    """Keep by what records are found alike, those after an id; it may be begun again at any time."""
    await _through(db, resembling.keep_some, after_id, kind="terms", of="records")


def _render(unit: Unit, after_id: int) -> int | None:
    return accounts.render_some(unit, after_id=after_id, limit=BATCH)


def _keep(unit: Unit, after_id: int) -> int | None:
    return words.put_some(unit, after_id=after_id, limit=BATCH)


async def _through(db: Database, some: Some, after_id: int, *, kind: str, of: str) -> None:
    for _ in range(BATCHES):
        last = await db.write(some, after_id)
        if last is None:
            return
        after_id = last
    await db.write(_go_on, kind, of, after_id)


def _go_on(unit: Unit, kind: str, of: str, after_id: int) -> None:
    jobs.add(unit, kind, f"{of}:{after_id}", after_id=after_id)
