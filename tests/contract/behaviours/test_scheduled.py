"""What apps rely on about posts that wait for their time; each test is named by the behaviour it shows."""

from datetime import UTC, datetime, timedelta

from node.services import scheduling
from node.store import jobs, tables
from node.store.unit import Unit
from tests.contract.behaviours.posts import SCHEDULED, STATUSES, Json, file, post, refused, written
from tests.contract.entities import faults
from tests.support.world import Person, World


def later(world: World, **time: float) -> str:
    """Return a time from now as apps send it."""
    return f"{world.clock.now() + timedelta(**time):%Y-%m-%dT%H:%M:%S.000Z}"


async def waiting(world: World, who: Person) -> list[Json]:
    """Return the posts of somebody that wait."""
    found: list[Json] = (await world.client(who).get(SCHEDULED)).json()
    return found


async def test_STA_011_a_status_for_later_is_a_scheduled_status(world: World) -> None:
    """It is one, whole, and nothing is posted until its time; then it is posted as it was sent."""
    ines, ben = await world.user("ines"), await world.user("ben")
    above = await post(world, ben)
    image = await file(world, ines)

    made = await post(
        world,
        ines,
        "@ben soon",
        scheduled_at=later(world, hours=1),
        media_ids=[image],
        spoiler_text="Later",
        visibility="unlisted",
        in_reply_to_id=above["id"],
        language="de",
    )
    before = await written(world, ines)
    world.clock.pass_time(hours=1)
    await world.work()

    assert faults("ScheduledStatus", made) == []
    assert (made["params"]["text"], made["params"]["in_reply_to_id"]) == ("@ben soon", int(above["id"]))
    assert [one["id"] for one in made["media_attachments"]] == [image]
    assert before == []
    (status,) = await written(world, ines)
    assert (status["visibility"], status["spoiler_text"], status["language"]) == ("unlisted", "Later", "de")
    assert (status["in_reply_to_id"], status["media_attachments"][0]["id"]) == (above["id"], image)
    assert await waiting(world, ines) == []


async def test_a_scheduled_poll_lasts_from_its_publication(world: World) -> None:
    """Not from when it was written."""
    ines = await world.user("ines")
    poll = {"options": ["07:30", "08:00"], "expires_in": "3600", "multiple": "true"}

    made = await post(world, ines, "Huddle?", scheduled_at=later(world, days=2), poll=poll)
    world.clock.pass_time(days=2)
    await world.work()

    assert faults("ScheduledStatus", made) == []
    assert made["params"]["poll"]["expires_in"] == 3600
    (status,) = await written(world, ines)
    assert (status["poll"]["expired"], status["poll"]["multiple"]) == (False, True)


async def test_STA_012_less_than_five_minutes_ahead_is_refused(world: World) -> None:
    """And so is what is no time."""
    ines = await world.user("ines")

    codes = [
        await refused(world, ines, scheduled_at=at)
        for at in (later(world, minutes=4), "soon", "2026-13-40", later(world, days=4000))
    ]
    made = await post(world, ines, scheduled_at=later(world, minutes=5))

    assert codes == [422] * 4
    assert made["scheduled_at"] == later(world, minutes=5)
    assert await written(world, ines) == []


async def test_STA_013_a_time_in_the_past_publishes_at_once(world: World) -> None:
    """The answer is the status."""
    ines = await world.user("ines")

    made = await post(world, ines, scheduled_at=later(world, minutes=-1))

    assert faults("Status", made) == []
    assert len(await written(world, ines)) == 1


async def test_STA_014_at_most_25_a_day_and_300_in_total_wait(world: World) -> None:
    """Of one account; moving one within its day is no other one."""
    ines, ben = await world.user("ines"), await world.user("ben")
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for day in range(12):
        await world.db.write(_fill, ines.id, start + timedelta(days=day), 25 if day else 24)

    last = await post(world, ines, scheduled_at="2026-12-01T10:00:00Z")
    day_is_full = await refused(world, ines, scheduled_at="2026-12-02T10:00:00Z")
    all_is_full = await refused(world, ines, scheduled_at="2026-12-24T10:00:00Z")
    moved = await world.client(ines).put(f"{SCHEDULED}/{last['id']}", json={"scheduled_at": "2026-12-01T11:00:00Z"})
    into_full = await world.client(ines).put(f"{SCHEDULED}/{last['id']}", json={"scheduled_at": "2026-12-02T11:00:00Z"})

    assert (day_is_full, all_is_full) == (422, 422)
    assert (moved.status_code, into_full.status_code) == (200, 422)
    assert await refused(world, ben, scheduled_at="2026-12-02T10:00:00Z") == 200


def _fill(unit: Unit, account_id: int, due_at: datetime, number: int) -> None:
    rows = [
        {
            "id": unit.new_id(),
            "account_id": account_id,
            "due_at": due_at,
            "params": {"text": "Gel", "visibility": "public"},
            "created_at": unit.now,
        }
        for _ in range(number)
    ]
    unit.conn.execute(tables.scheduled.insert(), rows)


async def test_STA_015_scheduled_statuses_are_the_owners_to_list_move_and_cancel(world: World) -> None:
    """Nobody else finds them; what is cancelled is not posted, and its files are free again."""
    ines, ben = await world.user("ines"), await world.user("ben")
    image = await file(world, ines)
    made = await post(world, ines, scheduled_at=later(world, hours=1), media_ids=[image])
    other = await post(world, ines, "Other", scheduled_at=later(world, hours=2))
    path, mine, theirs = f"{SCHEDULED}/{made['id']}", world.client(ines), world.client(ben)
    when = {"scheduled_at": later(world, hours=3)}

    foreign = [await theirs.get(path), await theirs.put(path, json=when), await theirs.delete(path)]
    taken = await refused(world, ines, media_ids=[image])
    moved = await mine.patch(path, json=when)
    world.clock.pass_time(hours=2)
    await world.work()
    gone = await mine.delete(path)
    world.clock.pass_time(hours=2)
    await world.work()

    assert [answer.status_code for answer in foreign] == [404] * 3
    assert taken == 422
    assert (moved.status_code, moved.json()["scheduled_at"]) == (200, when["scheduled_at"])
    assert (gone.status_code, gone.json()) == (200, {})
    assert [one["content"] for one in await written(world, ines)] == ["<p>Other</p>"]
    assert (await mine.get(f"{SCHEDULED}/{other['id']}")).status_code == 404
    assert (await post(world, ines, media_ids=[image]))["media_attachments"][0]["id"] == image


async def test_scheduled_statuses_are_paged(world: World) -> None:
    """By id, the newest first, with links to both sides."""
    ines = await world.user("ines")
    made = [(await post(world, ines, scheduled_at=later(world, hours=n)))["id"] for n in (1, 2, 3)]
    client = world.client(ines)

    first = await client.get(SCHEDULED, params={"limit": 2})
    second = await client.get(first.links["next"]["url"])
    above = await client.get(SCHEDULED, params={"min_id": made[0], "limit": 1})

    assert [one["id"] for one in first.json()] == made[:0:-1]
    assert [one["id"] for one in second.json()] == made[:1]
    assert [one["id"] for one in above.json()] == [made[1]]


async def test_the_same_key_schedules_once_and_gives_the_post_afterwards(world: World) -> None:
    """A client that lost the answer asks again, before and after the time."""
    ines = await world.user("ines")
    client = world.client(ines)
    sent = {"status": "Gel", "scheduled_at": later(world, minutes=10)}

    async def again() -> Json:
        found: Json = (await client.post(STATUSES, json=sent, headers={"idempotency-key": "a key"})).json()
        return found

    first, second = await again(), await again()
    world.clock.pass_time(minutes=10)
    await world.work()
    third = await again()

    assert first == second
    assert faults("Status", third) == []
    assert [one["id"] for one in await written(world, ines)] == [third["id"]]


async def test_what_cannot_be_published_stays_with_its_author(world: World) -> None:
    """The post it answers is gone: nothing is posted, nobody is told, and its author finds it where it was."""
    ines, ben = await world.user("ines"), await world.user("ben")
    above = await post(world, ben)
    made = await post(world, ines, "@ben yes", in_reply_to_id=above["id"], scheduled_at=later(world, hours=1))
    await world.client(ben).delete(f"{STATUSES}/{above['id']}")

    world.clock.pass_time(hours=1)
    await world.work()

    assert await written(world, ines) == []
    assert [one["id"] for one in await waiting(world, ines)] == [made["id"]]
    assert (await world.client(ben).get("/api/v1/notifications")).json() == []


async def test_a_time_that_passed_while_the_node_was_down_is_made_up_for_once(world: World) -> None:
    """Two workers that find the same job post once."""
    ines = await world.user("ines")
    made = await post(world, ines, scheduled_at=later(world, hours=1))
    world.clock.pass_time(days=3)

    await scheduling.publish(world.db, int(made["id"]))
    await scheduling.publish(world.db, int(made["id"]))
    await world.work()

    assert len(await written(world, ines)) == 1


async def test_a_job_that_comes_before_its_time_waits(world: World) -> None:
    """It was moved while the job was under way: the job of the new time posts it."""
    ines = await world.user("ines")
    made = await post(world, ines, scheduled_at=later(world, hours=1))
    await world.client(ines).put(f"{SCHEDULED}/{made['id']}", json={"scheduled_at": later(world, hours=5)})
    world.clock.pass_time(hours=1)
    await world.db.write(_too_early, int(made["id"]))

    await world.work()

    assert await written(world, ines) == []
    assert len(await waiting(world, ines)) == 1


def _too_early(unit: Unit, scheduled_id: int) -> None:
    jobs.add(unit, "publish", "early", scheduled_id=scheduled_id)


async def test_scheduled_for_the_house_stays_inside(world: World) -> None:
    """As it was sent, so it is posted."""
    ines = await world.user("ines")

    made = await post(world, ines, scheduled_at=later(world, hours=1), local_only=True)
    world.clock.pass_time(hours=1)
    await world.work()

    assert faults("ScheduledStatus", made) == []
    assert (made["params"]["visibility"], made["params"]["local_only"]) == ("private", True)
    (status,) = await written(world, ines)
    assert (status["visibility"], status["local_only"]) == ("private", True)
