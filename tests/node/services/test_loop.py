"""The whole loop on one node: learned, begun, counted, decided and shared, as one thing that peers will believe."""

from typing import Any

from federation.records import Verified, verify
from node.services import charting, composing
from node.store import media, notifications, statuses
from node.store.lines import Page
from node.store.notifications import Wanted
from node.store.statuses import Status
from node.store.unit import Snapshot
from tests.node.services import loops
from tests.support.world import Person, World


async def status_of(world: World, status_id: int) -> Status:
    found = await world.db.read(statuses.by_id, status_id)
    assert found is not None
    return found


async def note_of(world: World, status_id: int) -> dict[str, Any]:
    status = await status_of(world, status_id)
    created = await world.db.read(composing.create, status)
    note: dict[str, Any] = created["object"]
    return note


async def kinds_told(world: World, person: Person) -> list[tuple[str, int]]:
    def look(snapshot: Snapshot) -> list[tuple[str, int]]:
        found = notifications.page(snapshot, person.id, Page(), Wanted())
        return [(one.kind, one.id) for one in found]

    return await world.db.read(look)


async def test_a_loop_is_three_notes_whose_records_a_peer_accepts_without_a_warning(world: World) -> None:
    """What we compose passes every rule by which we judge others."""
    ines, omar = await world.user("ines"), await world.user("omar")

    learned = await loops.learned(world, ines, question="What wakes patients?", answer="Bin lids.")
    begun = await loops.begun(world, omar, learned)
    await loops.counted(world, omar, begun)
    shared = await loops.shared(world, omar, begun)

    for status_id in (learned, begun, shared):
        note = await note_of(world, status_id)
        verdict = verify(note, activity=None, signer=note["attributedTo"])
        assert isinstance(verdict, Verified), verdict
        assert verdict.warnings == ()


async def test_a_loop_hangs_together_by_replies_a_quote_and_one_context(world: World) -> None:
    """An action answers its learning; a share answers the action, quotes the learning and is in the same conversation."""
    ines, omar = await world.user("ines"), await world.user("omar")
    learned = await loops.learned(world, ines)
    begun = await loops.begun(world, omar, learned)
    shared = await loops.shared(world, omar, begun)

    learning, action, share = [await note_of(world, status_id) for status_id in (learned, begun, shared)]

    assert action["inReplyTo"] == learning["id"]
    assert share["inReplyTo"] == action["id"]
    assert share["quote"] == learning["id"]
    assert learning["context"] == action["context"] == share["context"]
    assert learning["published"] < action["published"] < share["published"]


async def test_the_author_of_a_learning_hears_of_action_and_share_once_each(world: World) -> None:
    """Named in the Note and above it in the lineage is still one notification."""
    ines, omar = await world.user("ines"), await world.user("omar")
    learned = await loops.learned(world, ines)

    await loops.shared(world, omar, await loops.begun(world, omar, learned))

    assert [kind for kind, _ in await kinds_told(world, ines)] == ["mention", "mention", "reblog"]


async def test_a_share_waits_for_its_chart_and_goes_out_with_it(world: World) -> None:
    """The picture and its words are in the Note that is sent first."""
    omar = await world.user("omar")
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await loops.counted(world, omar, begun)
    shared = await loops.shared(world, omar, begun)
    assert await world.db.read(bodies_of, shared) == 0

    await charting.draw(world.db, world.node.workshop, world.blobs, shared)

    attached = (await note_of(world, shared))["attachment"]
    assert "Shift: all 6 weeks since the change are above the median before." in attached[0]["name"]
    assert attached[0]["mediaType"] == "image/png"
    assert await world.db.read(bodies_of, shared) == 1
    assert await world.db.read(waiting, shared) == ["chart"]


async def test_a_share_whose_chart_fails_goes_out_without_and_once(world: World) -> None:
    """A picture that cannot be drawn holds back nothing."""
    omar = await world.user("omar")
    begun = await loops.begun(world, omar, await loops.learned(world, omar))
    await loops.counted(world, omar, begun)
    shared = await loops.shared(world, omar, begun)

    await charting.release(world.db, shared)
    await charting.release(world.db, shared)

    assert await world.db.read(bodies_of, shared) == 1
    await charting.draw(world.db, world.node.workshop, world.blobs, shared)
    assert await world.db.read(bodies_of, shared) == 2  # the late picture goes as an Update
    assert len(await world.db.read(media.of_status, shared)) == 1


def bodies_of(snapshot: Snapshot, status_id: int) -> int:
    from sqlalchemy import func, select

    from node.store.tables import bodies

    return snapshot.conn.scalar(select(func.count()).where(bodies.c.status_id == status_id)) or 0


def waiting(snapshot: Snapshot, status_id: int) -> list[str]:
    from sqlalchemy import select

    from node.store.tables import jobs as table

    return sorted(snapshot.conn.scalars(select(table.c.kind).where(table.c.key.startswith(str(status_id)))))
