"""Files that nothing names any more go, and never before what named them is gone for good."""

import pytest
from sqlalchemy import select

from node.services import posting, tidying
from node.services.posting import Draft
from node.store import media, tables
from node.store.unit import Snapshot, Unit
from tests.support.world import Person, World
from tests.web.api.test_media import upload


async def posted(world: World, who: Person, text: str = "Gel", files: int = 1) -> int:
    ids = tuple([int((await upload(world, who)).json()["id"]) for _ in range(files)])
    return await world.db.write(posting.post, who.id, Draft(text=text, media_ids=ids))


def jobs_of(snapshot: Snapshot) -> list[str]:
    return list(snapshot.conn.scalars(select(tables.jobs.c.kind)))


async def test_files_of_a_deleted_post_go_after_the_commit(world: World) -> None:
    """The transaction leaves a job; the job removes the files."""
    ines = await world.user("ines")
    status_id = await posted(world, ines, files=2)

    await world.db.write(posting.delete, ines.id, status_id)
    waiting, before = await world.db.read(jobs_of), len(world.blobs.kept)
    await world.work()

    assert (waiting, before, len(world.blobs.kept)) == (["unblob"], 4, 0)


async def test_deletion_that_fails_removes_no_file(world: World) -> None:
    """The job is undone with everything else."""
    ines = await world.user("ines")
    status_id = await posted(world, ines)

    def fail(unit: Unit) -> None:
        posting.delete(unit, ines.id, status_id)
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await world.db.write(fail)
    await world.work()

    assert (await world.db.read(jobs_of), len(world.blobs.kept)) == ([], 2)


async def test_file_that_a_row_still_names_is_kept(world: World) -> None:
    """The same picture may stand under two rows; it goes with the last one."""
    ines = await world.user("ines")
    first, second = await posted(world, ines), await posted(world, ines, "Again")
    one = (await world.db.read(media.of_status, first))[0]

    def share(unit: Unit) -> None:
        other = media.of_status(unit, second)[0]
        media.change(unit, other.id, blob=one.blob, preview_blob=one.preview_blob)

    await world.db.write(share)
    await world.db.write(posting.delete, ines.id, first)
    await world.work()
    was_kept = one.blob in world.blobs.kept
    await world.db.write(posting.delete, ines.id, second)
    await world.work()

    assert (was_kept, one.blob in world.blobs.kept) == (True, False)


async def test_unused_files_go_after_a_day_and_not_before(world: World) -> None:
    """Those of posts stay; one that a post let go has its day from then on."""
    ines = await world.user("ines")
    status_id = await posted(world, ines)
    await upload(world, ines)
    world.clock.pass_time(hours=20)
    let_go = await posted(world, ines, "Other")
    world.clock.pass_time(hours=4)
    early = await world.db.write(tidying.sweep)
    await world.db.write(posting.edit, ines.id, let_go, Draft(text="Other"))
    world.clock.pass_time(hours=23)
    first = await world.db.write(tidying.sweep)
    world.clock.pass_time(hours=2)

    second = await world.db.write(tidying.sweep)
    await world.work()

    left = await world.db.read(media.of_status, status_id)
    assert (early, first, second) == (0, 1, 1)
    assert sorted(world.blobs.kept) == sorted([str(left[0].blob), str(left[0].preview_blob)])


async def test_sweep_takes_a_bounded_number_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker asks again while a batch was full."""
    monkeypatch.setattr(tidying, "BATCH", 2)
    ines = await world.user("ines")
    for _ in range(3):
        await upload(world, ines)
    world.clock.pass_time(hours=25)

    swept = [await world.db.write(tidying.sweep) for _ in range(3)]
    await world.work()

    assert (swept, world.blobs.kept) == ([2, 1, 0], {})
