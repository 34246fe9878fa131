"""What the node says to its own people, and for how long it keeps it."""

from datetime import timedelta

from node.services import accounts, posting, voicing
from node.services.posting import Draft
from node.store import statuses
from node.store.unit import Snapshot, Unit
from tests.support.world import Person, World


async def _say(world: World, to: Person, text: str) -> int:
    said = await world.db.write(voicing.say, to.id, text)
    assert said is not None
    return said


async def test_what_was_said_long_ago_goes_a_few_at_a_time(world: World) -> None:
    """And nothing else: neither what was said lately, nor what people say."""
    ines = await world.user("ines")
    old = [await _say(world, ines, f"Number {number}.") for number in range(voicing.BATCH + 1)]
    hers = await world.db.write(posting.post, ines.id, Draft(text="@ines a note to myself", visibility="direct"))
    world.clock.pass_time(seconds=voicing.KEPT.total_seconds() + 1)
    new = await _say(world, ines, "Number last.")

    counts = [await world.db.write(voicing.sweep) for _ in range(3)]

    left = [status_id for status_id in (*old, hers, new) if await world.db.read(statuses.by_id, status_id)]
    assert (counts, left) == ([voicing.BATCH, 1, 0], [hers, new])


async def test_what_the_institution_says_is_kept(world: World) -> None:
    """Where a person has the name of the voice, the institution speaks, and its posts are not ours to remove."""
    ines = await world.user("ines")

    def take_the_name(unit: Unit) -> None:
        unit.conn.exec_driver_sql("UPDATE accounts SET kind = 'person' WHERE username = 'recall'")

    def who(snapshot: Snapshot) -> str:
        speaker = accounts.voice(snapshot)
        return "" if speaker is None else speaker.username

    await world.db.write(take_the_name)
    said = await _say(world, ines, "Welcome.")
    world.clock.pass_time(seconds=(voicing.KEPT + timedelta(days=1)).total_seconds())

    assert await world.db.write(voicing.sweep) == 0
    assert await world.db.read(who) == "institution"
    assert await world.db.read(statuses.by_id, said) is not None
