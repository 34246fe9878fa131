"""Files that no row names any more: removed by a job, so never before the commit, and never forgotten after it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from node.ports import Blobs
from node.store import accounts, cards, emojis, jobs, media
from node.store.database import Database
from node.store.unit import Snapshot, Unit

UNUSED_LIFE: Final = timedelta(hours=24)
BATCH: Final = 200
_FILES_A_JOB: Final = 20


def let_go(unit: Unit, keys: Iterable[str | None]) -> None:
    """Ask for the removal of files whose rows this transaction removes."""
    files = [key for key in dict.fromkeys(keys) if key]
    for start in range(0, len(files), _FILES_A_JOB):
        jobs.add(unit, "unblob", str(unit.new_id()), keys=files[start : start + _FILES_A_JOB])


def files_of(unit: Unit, status_id: int) -> None:
    """Let the files of a status go that is about to be removed."""
    let_go(unit, [key for file in media.of_status(unit, status_id) for key in file.blobs])


def sweep(unit: Unit) -> int:
    """Remove files that were in no post for a day; return how many. Call again while it is `BATCH`."""
    gone = media.remove_unused(unit, before=unit.now - UNUSED_LIFE, limit=BATCH)
    let_go(unit, [key for file in gone for key in file.blobs])
    return len(gone)


async def remove(db: Database, blobs: Blobs, keys: Sequence[str]) -> None:
    """Remove files, but for those that a row names after all: the same chart may hang on two posts."""
    for key in await db.read(_unnamed, keys):
        await blobs.delete(key)


def _unnamed(snapshot: Snapshot, keys: Sequence[str]) -> list[str]:
    named = (media.is_named, accounts.with_picture, cards.has_image, emojis.has_blob)
    return [key for key in keys if not any(one(snapshot, key) for one in named)]
