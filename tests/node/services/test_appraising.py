"""The measures of the network as they come out of the rows: records of ours and of peers, numbers, cards, units."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from node.errors import Problem
from node.learning import metrics
from node.learning.metrics import Appraised
from node.services import appraising, learning, measuring, nudging, posting, staffing
from node.services.appraising import Report
from node.services.measuring import NewPoint
from node.store import accounts, statuses
from node.store.statuses import Status
from tests.node.services import loops
from tests.support.network import Network
from tests.support.world import Person, World

NAMES = ("ines", "omar", "tom", "ruth", "li")
STAYS = timedelta(days=10)


async def _report(world: World, scope: str = "node") -> Report:
    known = await appraising.know(world.db)
    return await appraising.report(world.db, world.node.workshop, scope, known)


async def _row(world: World, key: str, scope: str = "node") -> Appraised:
    report = await _report(world, scope)
    return next(row for row in report.rows if row.definition.key == key)


def _last(row: Appraised) -> tuple[date, int | None, int | None, float | None]:
    assert row.last is not None, row.finding
    day, point = row.last
    return day, point.numerator, point.denominator, point.value


async def _loop(world: World, person: Person, **how: Any) -> int:
    """Record, begin ten days later, count five days later, share five days later; return the action's status id."""
    source = await loops.learned(world, person, f"What {person.account.username} saw. On our ward.")
    world.clock.pass_time(days=10)
    due = (world.clock.now() + timedelta(days=8)).date()
    begun = await loops.begun(world, person, source, due_on=due, day_zero_on=None, **how)
    world.clock.pass_time(days=5)
    await world.db.write(measuring.record, person.id, begun, NewPoint(entry="12/20"))
    world.clock.pass_time(days=5)
    await loops.shared(world, person, begun)
    return begun


async def test_whole_loops_come_out_of_the_rows(world: World) -> None:
    """Five people go the whole way one after the other, a sixth learns only; each number is known by hand."""
    people = [await world.user(name) for name in NAMES]
    for person in people:
        await _loop(world, person)
    await loops.learned(world, await world.user("eva"))
    world.clock.pass_time(days=220)

    rows = {row.definition.key: row for row in (await _report(world)).rows}

    assert (_total(rows["closed"]), _total(rows["days-to-action"])) == (100.0, 10.0)
    assert (_total(rows["days-to-number"]), _total(rows["days-to-share"])) == (5.0, 10.0)
    assert [_sums(rows[key]) for key in ("acted", "full-loops", "stopped")] == [(5, 6), (5, 6), (0, 5)]
    assert rows["adoptions"].points == ()


def _sums(row: Appraised) -> tuple[int, int]:
    return sum(p.numerator or 0 for p in row.points), sum(p.denominator or 0 for p in row.points)


def _total(row: Appraised) -> float:
    if row.definition.form == "proportion":
        hits, size = _sums(row)
        return 100 * hits / size
    values = {point.value for point in row.points if point.state == "shown"}
    assert len(values) == 1
    return values.pop() or 0.0


async def test_a_unit_counts_its_own_people_and_hides_a_few(world: World) -> None:
    """A ward of five beside five others shows its numbers; a team of three shows none, the house shows all."""
    ward = await world.db.write(staffing.make, "Ward 3", by="test")
    team = await world.db.write(staffing.make, "Team", by="test")
    people = [await world.user(name) for name in (*NAMES, "ann", "ben", "cem", "dot", "edo")]
    for person in people:
        await loops.learned(world, person)
    for person in people[:5]:
        await world.db.write(staffing.choose, person.id, ward)
    for person in people[5:8]:
        await world.db.write(staffing.choose, person.id, team)
    world.clock.pass_time(days=60)

    rows = [await _row(world, "acted", scope) for scope in ("unit:ward-3", "unit:team", "node")]

    assert [row.hidden for row in rows] == ["", "few", ""]
    assert [_sums(row) for row in rows] == [(0, 5), (0, 0), (0, 10)]


async def test_no_unit_can_be_taken_from_another_or_from_what_lies_around_it(world: World) -> None:
    """What the shown units leave over of one another and of the house is nobody, or five people and more."""
    division = await world.db.write(staffing.make, "Division", by="test")
    wards = [await world.db.write(staffing.make, f"Ward {n}", by="test", parent=division) for n in range(2)]
    clinic = await world.db.write(staffing.make, "Clinic", by="test")
    people = [await world.user(f"nurse{n}") for n in range(23)]
    for person in people:
        await loops.learned(world, person)
    for place, first, last in ((wards[0], 0, 5), (wards[1], 5, 11), (division, 11, 13), (clinic, 13, 18)):
        for person in people[first:last]:
            await world.db.write(staffing.choose, person.id, place)
    world.clock.pass_time(days=60)

    scopes = [f"unit:{slug}" for slug in (division, *wards, clinic)]
    rows = [await _row(world, "acted", scope) for scope in scopes]

    assert [row.hidden for row in rows] == ["", "few", "", ""]
    assert [_sums(row) for row in rows] == [(0, 13), (0, 0), (0, 6), (0, 5)]


async def test_an_unknown_scope_is_refused(world: World) -> None:
    """A unit that is not there is 404, a word that is no scope is said at the field."""
    for scope, status in (("unit:nowhere", 404), ("people", 422), ("unit:", 404)):
        with pytest.raises(Problem) as refused:
            await _report(world, scope)
        assert status == refused.value.status


async def test_a_withdrawn_record_counts_for_nothing(world: World) -> None:
    """What was taken back is not in any number."""
    people = [await world.user(name) for name in (*NAMES, "eva")]
    made = [await loops.learned(world, person) for person in people]
    await world.db.write(
        learning.withdraw, people[5].id, made[5], reason="mistaken", explanation="It was another ward."
    )
    world.clock.pass_time(days=60)

    assert _sums(await _row(world, "acted")) == (0, 5)


async def test_two_hospitals_see_each_others_public_words(network: Network) -> None:
    """An idea of the one is tried at the other: an adoption for the first, and for the second one among all the others."""
    here, there = await network.node("linden.example"), await network.node("kestrel.example")
    people = [await here.user(name) for name in NAMES]
    ruth = await there.user("ruth")
    for person in people:
        await there.follow(ruth, f"{person.account.username}@linden.example")
    await network.settle()
    learned = [await loops.learned(here.world, person, f"An idea of {person.account.username}.") for person in people]
    await network.settle()
    network.clock.pass_time(hours=1)
    for status_id in learned:
        status = await here.status(status_id)
        await loops.begun(there.world, ruth, status.uri, relation="adopts")
    await network.settle()
    network.clock.pass_time(days=40)

    ours = await _row(here.world, "adoptions")
    theirs = await _row(there.world, "adoptions", "peers")

    assert [point.numerator for point in ours.points if point.numerator] == [5.0]
    assert [point.numerator for point in theirs.points if point.numerator] == [5.0]
    assert {"few", "unknown"} == {
        (await _row(there.world, "acted")).hidden or "few",
        (await _row(there.world, "reach", "peers")).hidden,
    }


async def test_no_report_says_who(world: World) -> None:
    """Neither names nor ids nor titles are in what comes out."""
    people = [await world.user(name) for name in NAMES]
    for person in people:
        await _loop(world, person)
    world.clock.pass_time(days=60)

    told = msgspec.json.encode(await _report(world)).decode()

    for person in people:
        assert f"{person.account.username} saw" not in told
        assert f"/{person.account.username}" not in told
        assert str(person.id) not in told


# ------------------------------------------------------------------ stuck


@pytest.fixture
async def stuck(world: World) -> tuple[Person, Person, int]:
    """Return an owner, a colleague, and an action five weeks old whose day is past."""
    ines, omar = await world.user("ines"), await world.user("omar")
    source = await loops.learned(world, ines)
    due = (world.clock.now() + timedelta(days=20)).date()
    begun = await loops.begun(world, ines, source, due_on=due, day_zero_on=None)
    world.clock.pass_time(days=35)
    return ines, omar, begun


async def test_a_loop_is_stuck_without_a_number_for_four_weeks(world: World, stuck: tuple[Person, Person, int]) -> None:
    """Its day is past and nothing came; a number sets it free, a decision too."""
    ines, omar, begun = stuck
    before = await world.db.read(nudging.stuck, omar.id, "node")
    await world.db.write(measuring.record, ines.id, begun, NewPoint(entry="3/20"))

    assert [(begun, 15, False, True)] == [(s.status_id, s.days_late, s.has_numbers, s.may_nudge) for s in before]
    assert await world.db.read(nudging.stuck, omar.id, "node") == ()
    world.clock.pass_time(days=29)
    assert [one.has_numbers for one in await world.db.read(nudging.stuck, omar.id, "node")] == [True]


async def test_a_colleague_nudges_once_a_week(world: World, stuck: tuple[Person, Person, int]) -> None:
    """The owner gets a direct post from the voice of this node with the loop's address and no name; then a week of peace."""
    _ines, omar, begun = stuck

    post_id = await world.db.write(nudging.nudge, omar.id, begun)
    with pytest.raises(Problem) as again:
        await world.db.write(nudging.nudge, omar.id, begun)
    shown = await world.db.read(nudging.stuck, omar.id, "node")

    post = await world.db.read(statuses.by_id, post_id)
    voice = await world.db.read(accounts.by_uri, world.site.recall_actor_uri)
    assert isinstance(post, Status)
    assert voice is not None
    assert ("direct", voice.id) == (post.visibility, post.account_id)
    assert f"/loops/{begun}" in post.content_html
    assert "omar" not in post.content_html
    assert again.value.code == "nudged-already"
    assert [one.may_nudge for one in shown] == [False]
    world.clock.pass_time(days=7, minutes=1)
    assert post_id != await world.db.write(nudging.nudge, omar.id, begun)


async def test_nobody_nudges_about_what_is_not_for_them(world: World, stuck: tuple[Person, Person, int]) -> None:
    """One's own is said to be one's own; what is not stuck, not there or not to be seen is 404."""
    ines, omar, begun = stuck
    source = await world.db.write(posting.post, ines.id, posting.Draft(text="Quiet.", visibility="private"))
    due = (world.clock.now() + timedelta(days=20)).date()
    hidden = await loops.begun(world, ines, source, due_on=due, day_zero_on=None)
    world.clock.pass_time(days=35)
    codes = []

    for who, what in ((ines, begun), (omar, hidden), (omar, source), (omar, 99)):
        with pytest.raises(Problem) as refused:
            await world.db.write(nudging.nudge, who.id, what)
        codes.append(refused.value.code)

    assert codes == ["own-loop", "not-found", "not-found", "not-found"]
    assert [begun] == [one.status_id for one in await world.db.read(nudging.stuck, omar.id, "node")]


def test_months_of_the_window_are_twenty_four() -> None:
    """Two years, as the pages say."""
    assert metrics.MONTHS == 24
