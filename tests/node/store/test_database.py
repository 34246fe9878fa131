"""Transactions: what is undone, what is shared, what is answered when the database cannot."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from node.errors import Problem, place_of
from node.events import StatusReady
from node.social.site import Site
from node.store import tables
from node.store.columns import to_ms
from node.store.database import Database
from node.store.ids import IdMaker, IdTaken
from node.store.unit import Snapshot, Unit, Wake
from tests.support.clock import FrozenClock
from tests.support.databases import SqliteTemplates
from tests.support.world import HOST

SITE = Site(HOST, HOST, f"https://{HOST}", "St Mary's")
Make = Callable[..., Database]


@pytest.fixture
def make(database_url: str) -> Iterator[Make]:
    """Return what opens the test's database, on each kind."""
    opened: list[Database] = []

    def open_one(react: Callable[[Unit, object], None] = lambda unit, event: None) -> Database:
        opened.append(Database(database_url, site=SITE, clock=FrozenClock(), react=react, threads=2, synchronous="OFF"))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


def add_tag(unit: Unit, name: str) -> str:
    unit.conn.execute(tables.tags.insert().values(id=unit.new_id(), name=name))
    return name


def tag_names(snapshot: Snapshot) -> list[str]:
    return sorted(snapshot.conn.scalars(select(tables.tags.c.name)))


async def test_write_that_raises_leaves_nothing(make: Make) -> None:
    """A unit's own error undoes what it wrote and comes out unchanged."""
    database = make()

    def add_and_fail(unit: Unit) -> None:
        add_tag(unit, "sepsis")
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await database.write(add_and_fail)

    assert await database.read(tag_names) == []


async def test_failing_unit_in_a_group_does_not_touch_its_neighbours(make: Make) -> None:
    """Units that are committed together stand or fall each by itself."""
    database = make()

    def fail(unit: Unit) -> None:
        add_tag(unit, "lost")
        raise LookupError("no")

    results = await asyncio.gather(
        database.write(add_tag, "a"), database.write(fail), database.write(add_tag, "b"), return_exceptions=True
    )

    assert [r if isinstance(r, str) else type(r).__name__ for r in results] == ["a", "LookupError", "b"]
    assert await database.read(tag_names) == ["a", "b"]


async def test_many_writers_at_once_all_get_their_own_value(make: Make) -> None:
    """Answers are not mixed up between callers that wait together."""
    database = make()

    names = await asyncio.gather(*(database.write(add_tag, f"tag{n}") for n in range(100)))

    assert [f"tag{n}" for n in range(100)] == names
    assert len(await database.read(tag_names)) == 100


async def test_wake_is_said_after_the_commit_and_once(make: Make) -> None:
    """What a unit asks for is heard only when its rows are there to be read."""
    database = make()
    heard: list[Wake] = []
    database.on_wake = heard.append

    def ask_twice(unit: Unit) -> None:
        unit.after_commit(Wake("jobs"))
        unit.after_commit(Wake("jobs"))

    await database.write(ask_twice)

    assert [Wake("jobs")] == heard


async def test_wake_of_a_failed_unit_is_not_said(make: Make) -> None:
    """A unit that is undone asks for nothing."""
    database = make()
    heard: list[Wake] = []
    database.on_wake = heard.append

    def ask_and_fail(unit: Unit) -> None:
        unit.after_commit(Wake("jobs"))
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(ask_and_fail)

    assert heard == []


async def test_reactions_run_in_the_same_transaction(make: Make) -> None:
    """What follows from an event is undone together with it."""

    def react(unit: Unit, _event: object) -> None:
        add_tag(unit, "followed")

    database = make(react)

    def happen_and_fail(unit: Unit) -> None:
        unit.record(StatusReady(1))
        assert tag_names(unit) == ["followed"]
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(happen_and_fail)

    assert await database.read(tag_names) == []


async def test_reactions_that_call_each_other_without_end_are_stopped(make: Make) -> None:
    """Three levels are enough for every rule we have; more is a fault of ours and says so."""

    def react(unit: Unit, event: object) -> None:
        unit.record(StatusReady(1))

    database = make(react)

    with pytest.raises(RuntimeError, match="StatusReady"):
        await database.write(lambda unit: unit.record(StatusReady(1)))


async def test_audit_row_is_written_with_the_act(make: Make) -> None:
    """Who did what is kept in the act's own transaction."""
    database = make()

    await database.write(lambda unit: unit.audit(actor="account:1", act="case.recall", object="case:4", reason="legal"))

    rows = await database.read(lambda s: s.conn.execute(select(tables.audit.c.act, tables.audit.c.detail)).all())
    assert [tuple(row) for row in rows] == [("case.recall", {"reason": "legal"})]


async def test_logged_error_never_holds_what_people_wrote(make: Make) -> None:
    """A statement's parameters may be a patient's story; what is logged of an error has none of it."""
    database = make()
    story = "a secret story"
    await database.write(add_tag, story)

    with pytest.raises(IntegrityError) as caught:
        await database.write(add_tag, story)

    assert story not in place_of(caught.value)
    assert "test_database" in place_of(caught.value)


async def test_locked_database_is_answered_with_503_and_nothing_is_lost(
    sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    """While another process holds the write lock a writer waits, then is told to come back; afterwards all is well."""
    url = sqlite_templates.migrated(tmp_path)
    database = Database(url + "?timeout=0.05", site=SITE, clock=FrozenClock(), react=lambda u, e: None)
    other = sqlite3.connect(tmp_path / "rounds.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(Problem) as caught:
        await database.write(add_tag, "waits")

    other.execute("ROLLBACK")
    other.close()
    assert (caught.value.status, caught.value.code) == (503, "busy")
    assert await database.write(add_tag, "again") == "again"
    assert await database.read(tag_names) == ["again"]
    database.close()


async def test_full_disk_is_answered_with_503_and_leaves_no_half_written_group(
    sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    """When the file cannot grow, every unit of the group fails, none is half there, and reads go on."""
    database = Database(sqlite_templates.migrated(tmp_path), site=SITE, clock=FrozenClock(), react=lambda u, e: None)
    await database.write(add_tag, "before")

    def fill(unit: Unit) -> None:
        pages = unit.conn.execute(text("PRAGMA page_count")).scalar()
        unit.conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        for number in range(5000):
            add_tag(unit, f"{number}" + "x" * 500)

    with pytest.raises(Problem) as caught:
        await database.write(fill)

    assert caught.value.status == 503
    assert await database.read(tag_names) == ["before"]
    database.close()


def test_ids_grow_within_a_millisecond_and_when_the_clock_jumps_back() -> None:
    """An id is greater than every earlier one of the process, whatever the clock does."""
    clock = FrozenClock()
    ids = IdMaker(seed=0xFFFD)

    made = [ids.new(clock.now()) for _ in range(6)]
    clock.pass_time(hours=-2)
    made += [ids.new(clock.now()) for _ in range(3)]

    assert made == sorted(set(made))


def test_id_sorts_at_its_instant() -> None:
    """A peer's post takes its place by the time it was published."""
    now = FrozenClock().now()

    made = IdMaker().at(now)

    assert made >> 16 == to_ms(now)


async def test_unit_is_tried_again_when_another_process_made_the_same_id(make: Make) -> None:
    """An id that is taken costs a second try, whether the database refuses it or the insertion passes over it."""
    database = make()
    taken = await database.write(lambda unit: unit.new_id())
    ids = iter([taken, taken + 1])

    def add(unit: Unit) -> None:
        unit.conn.execute(tables.tags.insert().values(id=next(ids), name=f"tag{taken}"))

    def pass_over(unit: Unit) -> None:
        unit.ensure_free(tables.tags, next(ids))

    await database.write(lambda unit: unit.conn.execute(tables.tags.insert().values(id=taken, name="first")))
    await database.write(add)
    ids = iter([taken, taken + 2])
    await database.write(pass_over)

    assert await database.read(tag_names) == ["first", f"tag{taken}"]
    assert next(ids, None) is None


async def test_id_that_stays_taken_is_an_error(make: Make) -> None:
    """A unit that cannot get on is given up after a few tries, with nothing written."""
    database = make()
    await database.write(lambda unit: unit.conn.execute(tables.tags.insert().values(id=7, name="first")))

    def add(unit: Unit) -> None:
        add_tag(unit, "undone")
        unit.ensure_free(tables.tags, 7)

    with pytest.raises(IdTaken):
        await database.write(add)

    assert await database.read(tag_names) == ["first"]


async def test_fault_of_ours_is_not_called_a_busy_database(make: Make) -> None:
    """A statement that is wrong comes out as what it is, not as an invitation to try again."""
    database = make()

    with pytest.raises(DBAPIError):
        await database.write(lambda unit: unit.conn.execute(text("SELEKT 1")))
    with pytest.raises(DBAPIError):
        await database.read(lambda snapshot: snapshot.conn.execute(text("SELEKT 1")))

    assert await database.write(add_tag, "a") == "a"
