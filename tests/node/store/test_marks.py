"""What a reader did with a page's posts, asked for by a range and by the posts, and what is remembered of who reads."""

import pytest

from node.services import reading
from node.store import marks
from node.store.unit import Snapshot
from tests.support.world import World
from tests.web.api.test_statuses import post


async def test_a_page_is_marked_the_same_whether_its_posts_lie_near_or_far(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Favourited, boosted, muted, bookmarked, pinned; nothing for another reader."""
    ines, sam = await world.user("ines"), await world.user("sam")
    client = world.client(ines)
    ids = [int((await post(world, ines, f"number {n}"))["id"]) for n in range(6)]
    for one, act in zip(ids, ("favourite", "reblog", "mute", "bookmark", "pin"), strict=False):
        assert (await client.post(f"/api/v1/statuses/{one}/{act}")).status_code == 200

    def read(snapshot: Snapshot, reader: int) -> dict[int, int]:
        return {one: mark for one, mark in marks.read(snapshot, reader, ids).of.items() if one in ids}

    near = await world.db.read(read, ines.id)
    others = await world.db.read(read, sam.id)
    monkeypatch.setattr(marks, "NEAR", -1)
    far = await world.db.read(read, ines.id)

    did = (marks.FAVOURITED, marks.BOOSTED, marks.MUTED, marks.BOOKMARKED, marks.PINNED)
    assert near == far == dict(zip(ids, did, strict=False))
    assert others == {}


async def test_what_is_remembered_ends_with_the_next_write(world: World) -> None:
    """A token that is revoked is worth nothing at once, and a role that changes is another."""
    ines = await world.user("ines")
    client = world.client(ines)
    before = [(await client.get("/api/v1/timelines/home")).status_code for _ in range(2)]

    with world.db.engine.begin() as conn:
        conn.exec_driver_sql(f"UPDATE tokens SET revoked_at = 1 WHERE user_id = {ines.user_id}")

    assert before == [200, 200]
    assert (await client.get("/api/v1/timelines/home")).status_code == 401


async def test_a_read_is_remembered_until_something_is_written(world: World) -> None:
    """On SQLite it runs once; everywhere it gives what is there."""
    ines = await world.user("ines")
    runs: list[int] = []

    def statuses_count(snapshot: Snapshot) -> int:
        runs.append(1)
        return reading.account(snapshot, ines.id).statuses_count

    found = [await world.db.remembered("posts", statuses_count) for _ in range(3)]
    await post(world, ines)

    assert (found, await world.db.remembered("posts", statuses_count)) == ([0, 0, 0], 1)
    assert len(runs) == (2 if world.db.is_sqlite else 4)
