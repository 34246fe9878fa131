"""A thread is asked for by one at a time, rests, and is forgotten when it has rested for long."""

from datetime import timedelta

from node.store import backfills
from node.store.unit import Unit
from tests.support.world import World

ROOT = "https://masto.example/users/okapi/statuses/1"
REST = timedelta(hours=6)


def _begin(unit: Unit) -> bool:
    return backfills.begin(unit, ROOT, rest=REST)


async def test_a_thread_rests_between_two_askings(world: World) -> None:
    """Of two who open it at once one asks."""
    first, second = await world.db.write(_begin), await world.db.write(_begin)
    world.clock.pass_time(hours=6)

    assert (first, second, await world.db.write(_begin)) == (True, False, True)


async def test_what_was_found_adds_up_and_tries_end_with_success(world: World) -> None:
    """A run that was whole begins the count of tries anew."""
    await world.db.write(_begin)
    later = world.clock.now() + REST

    tries = [
        await world.db.write(backfills.end, ROOT, found=2, next_at=later, is_whole=is_whole)
        for is_whole in (False, False, True)
    ]

    held = await world.db.read(backfills.of, ROOT)
    assert held is not None
    assert (tries, held.found, held.done_at) == ([1, 2, 0], 6, world.clock.now())


async def test_a_thread_is_forgotten_after_its_rest_alone(world: World) -> None:
    """One that is still to be asked for again stays."""
    await world.db.write(_begin)
    begun = world.clock.now()
    world.clock.pass_time(days=40)

    await world.db.write(backfills.sweep, before=begun)
    kept = await world.db.read(backfills.of, ROOT)
    await world.db.write(backfills.sweep, before=begun + timedelta(days=10))

    assert kept is not None
    assert await world.db.read(backfills.of, ROOT) is None
