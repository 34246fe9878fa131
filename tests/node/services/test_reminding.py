"""Reminders: once of each thing, by day, to the owner alone, in any app."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from node.services import accounts, acting, choosing, measuring, reminding
from node.services.choosing import Change
from node.services.defining import NewMeasure
from node.services.measuring import NewPoint
from node.store import tables
from node.store.unit import Snapshot, Unit
from tests.node.services import mails
from tests.node.services.loops import SLEPT, begun, learned, measure_of
from tests.node.services.mails import house, local
from tests.support.world import Person, World

FRIDAY = local(2026, 11, 20, 12)
FAR = date(2027, 3, 1)
NAP = NewMeasure(label="Naps", kind="process", form="count", every="day")


async def trying(world: World, *, due_on: date = FAR, **more: object) -> tuple[Person, int]:
    """Return somebody who tries something."""
    ines = await world.user("ines")
    return ines, await begun(world, ines, await learned(world, ines), **{"due_on": due_on, "day_zero_on": None, **more})


async def said(world: World) -> list[str]:
    """Return what reminders said, oldest first."""

    def find(snapshot: Snapshot) -> list[str]:
        voice = accounts.voice(snapshot)
        assert voice is not None
        s = tables.statuses
        return list(snapshot.conn.scalars(select(s.c.text).where(s.c.account_id == voice.id).order_by(s.c.id)))

    return await world.db.read(find)


async def days(world: World, count: int) -> list[str]:
    """Let days pass and return when something was said."""
    at: list[str] = []

    async def do() -> None:
        count = await world.db.write(reminding.remind)
        at.extend([f"{world.clock.now().astimezone(world.site.zone):%a %d %H}"] * count)

    await mails.days(world, count, do)
    return at


async def test_missing_numbers_are_asked_for_once_a_week(database_url: str, tmp_path: Path) -> None:
    """Each Monday at seven there is one post that counts the weeks, names the box and the answer."""
    async with house(database_url, tmp_path, FRIDAY) as world:
        _, action_id = await trying(world, measures=(SLEPT,))

        at = await days(world, 18)

        assert at == ["Mon 23 07", "Mon 30 07", "Mon 07 07"]
        first, second, third = await said(world)
        assert first.startswith("@ines “Fit soft-close lids.”\n\nThe number for the week of 16 November is missing.")
        assert f"{world.site.base_url}/actions/{action_id}/numbers?measure=" in first
        assert "&day=2026-11-16 or answer this with: !data 7/20" in first
        assert "Two weeks of numbers are missing, the last for the week of 23 November." in second
        assert "Three weeks of numbers are missing" in third


async def test_a_number_that_is_there_is_not_asked_for(database_url: str, tmp_path: Path) -> None:
    """Who entered last week hears nothing, and next week counts from there."""
    async with house(database_url, tmp_path, FRIDAY) as world:
        ines, action_id = await trying(world, measures=(SLEPT,))
        measure = await measure_of(world, action_id)
        await world.db.write(
            measuring.record_point, ines.id, measure.id, NewPoint(day=date(2026, 11, 18), entry="7/20")
        )

        at = await days(world, 11)

        assert at == ["Mon 30 07"]
        assert "The number for the week of 23 November is missing" in (await said(world))[0]


async def test_due_and_overdue_are_said_before_and_then_weekly_three_times(database_url: str, tmp_path: Path) -> None:
    """The day before at seven, then the day after and a week and two weeks later, then never again."""
    async with house(database_url, tmp_path, FRIDAY) as world:
        await trying(world, due_on=date(2026, 11, 25), measures=())

        at = await days(world, 30)

        assert at == ["Tue 24 07", "Thu 26 07", "Thu 03 07", "Thu 10 07"]
        first, *others = await said(world)
        assert "This is due tomorrow." in first
        assert all("This was due on 25 November." in one for one in others)


async def test_one_action_is_reminded_of_once_a_day_about_everything(database_url: str, tmp_path: Path) -> None:
    """A daily number, a weekly number and the day itself are one post."""
    async with house(database_url, tmp_path, FRIDAY) as world:
        await trying(world, due_on=date(2026, 11, 24), measures=(SLEPT, NAP))

        at = await days(world, 3)

        assert at == ["Sat 21 07", "Sun 22 07", "Mon 23 07"]
        last = (await said(world))[-1]
        assert ("due tomorrow" in last, "week of 16 November" in last, "for 22 November" in last) == (True,) * 3


async def test_nothing_is_said_at_night_nor_when_decided_muted_blocked_or_unwanted(
    database_url: str, tmp_path: Path
) -> None:
    """Whoever decided, mutes or blocks the voice, or wants no reminders, hears nothing."""
    async with house(database_url, tmp_path, FRIDAY) as world:
        people = [await world.user(name) for name in ("ana", "ben", "cid", "dan", "eve")]
        ids = [
            await begun(world, one, await learned(world, one), due_on=date(2026, 11, 21), day_zero_on=None)
            for one in people
        ]
        ana, ben, cid, dan, _ = people
        speaking = await world.db.read(accounts.voice)
        assert speaking is not None
        voice = speaking.id
        await world.db.write(acting.close, ana.id, ids[0], "abandon", "It did not help.")
        await world.client(ben).post(f"/api/v1/accounts/{voice}/mute")
        await world.client(cid).post(f"/api/v1/accounts/{voice}/block")
        await world.db.write(choosing.choose, dan.id, Change(reminders=False))

        world.clock.pass_time(hours=10)
        at_night = await world.db.write(reminding.remind)
        world.clock.pass_time(hours=11)
        in_the_morning = await world.db.write(reminding.remind)

        assert (at_night, in_the_morning) == (0, 1)
        assert [text.split()[0] for text in await said(world)] == ["@eve"]


async def test_a_reminder_is_a_direct_answer_to_the_action_that_stays_here(world: World) -> None:
    """It names its owner alone, is a mention in their app, and nothing is delivered anywhere."""
    ines, action_id = await trying(world, due_on=date(2026, 11, 26))

    await world.db.write(reminding.remind)

    told = (await world.client(ines).get("/api/v1/notifications")).json()
    posts = [one["status"] for one in told if one["type"] == "mention"]
    assert [(p["visibility"], p["in_reply_to_id"]) for p in posts] == [("direct", str(action_id))]
    assert [m["acct"] for m in posts[0]["mentions"]] == ["ines"]
    assert await world.db.read(addressed) == 0
    tom = await world.user("tom")
    assert (await world.client(tom).get(f"/api/v1/statuses/{posts[0]['id']}")).status_code == 404
    assert (await world.anybody.get(f"/api/v1/statuses/{posts[0]['id']}")).status_code == 404


def addressed(snapshot: Snapshot) -> int:
    return snapshot.conn.scalar(select(func.count()).select_from(tables.deliveries)) or 0


async def test_two_processes_say_it_once(world: World) -> None:
    """What is noted already is not said again, even by who found it before it was noted."""
    _, action_id = await trying(world, due_on=date(2026, 11, 26))

    def note(unit: Unit) -> None:
        row = unit.conn.execute(select(tables.actions.c.id).where(tables.actions.c.status_id == action_id)).scalar_one()
        values = {"action_id": row, "kind": "due", "on_day": date(2026, 11, 26), "created_at": unit.now}
        unit.conn.execute(insert(tables.reminders), values)

    await world.db.write(note)

    assert await world.db.write(reminding.remind) == 0
    assert await said(world) == []


async def test_many_are_reminded_in_bounded_steps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction says no more than its batch; the next goes on."""
    monkeypatch.setattr(reminding, "BATCH", 2)
    ines = await world.user("ines")
    learning_id = await learned(world, ines)
    for _ in range(5):
        await begun(world, ines, learning_id, due_on=date(2026, 11, 26), day_zero_on=None)

    counts = [await world.db.write(reminding.remind) for _ in range(4)]

    assert counts == [2, 2, 1, 0]
    assert len(await said(world)) == 5


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
async def test_days_are_those_of_the_hospital(database_url: str, tmp_path: Path, zone: str) -> None:
    """It is seven by its own clocks, wherever they stand."""
    place = ZoneInfo(zone)
    async with house(database_url, tmp_path, local(2026, 11, 20, 12, zone=place), timezone=place) as world:
        await trying(world, due_on=date(2026, 11, 24), measures=())

        at = await days(world, 4)

        assert at == ["Mon 23 07"]
