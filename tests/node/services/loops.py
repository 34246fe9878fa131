"""A loop as the tests of learning, acting, measuring and sharing need it: who records, and sixteen weeks of numbers."""

from datetime import date, timedelta
from typing import Any, Final

from node.services import beginning, learning, measuring, recording, sharing, ticking
from node.services.beginning import NewAction
from node.services.defining import NewMeasure
from node.services.learning import NewLearning
from node.services.measuring import NewPoint
from node.services.sharing import NewShare
from node.store import actions, measures
from node.store.database import Database
from node.store.unit import Snapshot
from tests.support.world import Person, World

DAY_ZERO: Final = date(2026, 10, 12)
DUE: Final = date(2027, 1, 15)
BEFORE: Final = (20, 22, 21, 19, 23, 20, 22, 21, 20, 22)
AFTER: Final = (30, 32, 31, 33, 34, 35)
SLEPT: Final = NewMeasure(label="Patients who slept well", kind="outcome", form="proportion", unit="%")
BINS: Final = "Bin lids wake patients on our ward. Two bays got soft lids by accident, and nobody noticed."
LIDS: Final = "Fit soft-close lids. All 14 bins, and dim the corridor."


async def learned(world: World, person: Person, text: str = BINS, **more: Any) -> int:
    return await world.db.write(learning.record, person.id, NewLearning(text=text, **more))


async def begun(world: World, person: Person, based_on: int | str, **more: Any) -> int:
    new: dict[str, Any] = {"change": LIDS, "due_on": DUE, "day_zero_on": DAY_ZERO, "measures": (SLEPT,)} | more
    return await world.db.write(beginning.begin, person.id, NewAction(based_on=based_on, **new))


async def measure_of(world: World, action_status_id: int, place: int = 0) -> measures.Measure:
    def find(snapshot: Snapshot) -> measures.Measure:
        row = actions.of_status(snapshot, action_status_id)
        assert row is not None
        return measures.of_action(snapshot, row.id)[place]

    return await world.db.read(find)


async def counted(
    world: World,
    person: Person,
    action_status_id: int,
    before: tuple[int, ...] = BEFORE,
    after: tuple[int, ...] = AFTER,
) -> int:
    """Enter a number for each week around day 0, of 50 patients each; return the measure's id."""
    measure = await measure_of(world, action_status_id)
    weeks = [*((-len(before) + place, number) for place, number in enumerate(before)), *enumerate(after)]
    for week, number in weeks:
        new = NewPoint(day=DAY_ZERO + timedelta(weeks=week, days=2), entry=f"{number}/50")
        await world.db.write(measuring.record_point, person.id, measure.id, new)
    return measure.id


async def shared(world: World, person: Person, action_status_id: int, **more: Any) -> int:
    new: dict[str, Any] = {"decision": "adopt", "sentence": "It is quieter, and four euros a bin."} | more
    return await world.db.write(sharing.share, person.id, NewShare(action_id=action_status_id, **new))


async def record_of(world: World, status_id: int) -> Any:
    kept = await world.db.read(recording.kept_of, status_id)
    return recording.typed(kept)


async def make_round(db: Database) -> None:
    """Let new cards come and questions be asked, as every hour."""
    steps = tuple(step for step in ticking.HOURLY if step.name in ("new cards", "questions"))
    done = await ticking.tick(db, steps)
    assert [one.fault for one in done] == [None, None]
