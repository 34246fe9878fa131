"""Commands from any app: what each does, how it is answered, once and within bounds, and that nobody else gets one."""

import pytest
from sqlalchemy import func, select

from node.services import commanding
from node.store import tables
from node.store.unit import Snapshot
from tests.node.services.typing_commands import App, Json, words
from tests.support.world import World


async def test_whole_loop_is_told_by_replies(app: App, learning: Json) -> None:
    """A learning, an action, twelve numbers and a share, and no page was opened."""
    begun, said = await app.says("!try next friday Fit soft lids. All 14 bins.", learning)
    assert "You will try “Fit soft lids.” by Friday" in said
    assert "Reply !undo to take it back." in said

    at: Json = begun
    for week in range(12):
        app.world.clock.pass_time(weeks=1 if week else 0)
        at, said = await app.says(f"!data {week + 3}/20", (await app.answers(at))[-1])
        assert "Saved for “Done”, week of" in said
    assert len(await app.points(at)) == 12
    told, said = await app.says("!share adopt It is quieter, and four euros a bin.", at)

    assert "Adopted, and shared: “Fit soft lids.”. Anyone can see it." in said
    action, share = await app.record((await app.row(begun)).made_id), await app.record((await app.row(told)).made_id)
    assert (action["status"], action["decision"], action["basedOn"]) == ("closed", "adopt", learning["uri"])
    assert share["sentence"] == "It is quieter, and four euros a bin."
    assert len(share["measures"][0]["points"]) == 12


# ------------------------------------------------------------------ what is saved


async def test_number_of_another_day_with_a_note(app: App, learning: Json) -> None:
    """A day in words, a number that is left out, and why."""
    begun = await app.begin(learning)

    made, said = await app.says("!data 7 of 20 last week left out: the pump broke", begun)

    (point,) = await app.points(made)
    assert (str(point.starts_on), point.numerator, point.state) == ("2026-11-16", 7, "excluded")
    assert point.note == "the pump broke"
    assert "week of 16 November: 7 of 20, left out." in said


async def test_single_number_makes_a_measure_in_its_unit(app: App, learning: Json) -> None:
    """What was typed first says what is counted, and another unit is refused in words."""
    begun = await app.begin(learning)

    made, said = await app.says("!data minutes asleep 7,5 min", begun)
    _, refused = await app.says("!data 8 hours last week", begun)

    assert "Saved for “minutes asleep”" in said
    assert [point.value for point in await app.points(made)] == [7.5]
    assert "hours" in refused
    assert "min" in refused
    assert len(await app.points(made)) == 1


async def test_measure_is_defined_and_named(app: App, learning: Json) -> None:
    """With two measures a number says which; the beginning of a word of its name is enough."""
    begun = await app.begin(learning)
    _, said = await app.says("!measure Patients who slept well (outcome) better up", begun)
    await app.says("!measure Falls balancing better down", begun)

    _, unclear = await app.says("!data 7/20", begun)
    _, named = await app.says("!data slept 7/20", begun)
    _, single = await app.says("!data Falls 3", begun)

    assert "counts “Patients who slept well” now (outcome, better up)" in said
    assert "Say which one you counted: “Patients who slept well”, “Falls”." in unclear
    assert "Saved for “Patients who slept well”" in named
    assert "Saved for “Falls”, week of 23 November: 3." in single


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("!data 22/20", "22 is more than 20 patients. Check both numbers."),
        ("!data 7/20 31.2.2026", "31 February does not exist. The last day is the 28th."),
        ("!data 7/20 3/4/2026", "can be 3 April 2026 or 4 March 2026"),
        ("!data 7/20 2027-01-15", "has not come yet"),
        ("!data", "The number is missing."),
        ("!data 7/20 min", "is so many of all, not min"),
        ("!measure Falls better down", "The kind is missing"),
        ("!share adopt", "The sentence is missing."),
        ("!share perhaps it works", "“perhaps” is no decision."),
        ("!try move the trolley", "does not begin with a day"),
        ("!try yesterday move the trolley", "is past"),
        ("!dta 7/20", "Did you mean !data?"),
    ],
)
async def test_refusal_is_said_in_words_and_nothing_is_saved(app: App, learning: Json, typed: str, said: str) -> None:
    """Every error comes back as a direct reply that says what is wrong."""
    begun = await app.begin(learning)

    made, answer = await app.says(typed, begun)

    row = await app.row(made)
    assert said in answer
    assert (row.state, row.made_id, row.measure_id) == ("refused", None, None)


async def test_command_that_answers_nothing_is_told_where_to_write(app: App) -> None:
    """Without a thread only help can be given."""
    _, lost = await app.says("!try friday soft lids")
    made, first = await app.says("@recall !help", visibility="direct")

    texts = [words(one) for one in await app.answers(made)]
    assert "Write it as a reply to a learning" in lost
    assert "!try DATE what you will do" in first or "!try DATE what you will do" in texts[0]
    assert len(texts) == 2
    assert all(len(text) <= 520 for text in texts)


async def test_post_without_a_record_can_be_tried(app: App, world: World) -> None:
    """What somebody says in passing is enough to begin from."""
    ben = await world.user("ben")
    said = (await world.client(ben).post("/api/v1/statuses", json={"status": "We dim the corridor at nine."})).json()

    made = await app.post("!try friday dim the corridor", said)

    record = await app.record((await app.row(made)).made_id)
    assert (record["basedOn"], record["relation"]) == (said["uri"], "inspired-by")


# ------------------------------------------------------------------ once, and in bounds


async def test_job_that_runs_twice_does_it_once(app: App, world: World, learning: Json) -> None:
    """A crash or a second worker repeats nothing."""
    begun = await app.begin(learning)
    made = await app.post("!data 7/20", begun)

    for status in (begun, made):
        await commanding.carry_out(world.db, int(status["id"]))

    assert [len(await app.answers(status)) for status in (begun, made)] == [2, 1]
    assert await world.db.read(_count_actions) == 1


def _count_actions(snapshot: Snapshot) -> int:
    return snapshot.conn.scalar(select(func.count()).select_from(tables.actions)) or 0


async def test_command_that_waited_through_a_crash_is_done_later(app: App, world: World, learning: Json) -> None:
    """Its row waits with its job."""
    sent = {"status": "!try friday soft lids", "in_reply_to_id": learning["id"]}
    made = (await app.client.post("/api/v1/statuses", json=sent)).json()
    assert (await app.row(made)).state == "waiting"

    world.clock.pass_time(hours=1)
    await world.work()

    assert (await app.row(made)).state == "done"


async def test_too_many_commands_are_refused_and_that_is_said_once(app: App, world: World, learning: Json) -> None:
    """Sixty in an hour; afterwards one word, then silence, and an hour later again."""
    begun = await app.begin(learning)
    for _ in range(58):
        await app.client.post("/api/v1/statuses", json={"status": "!undo", "in_reply_to_id": begun["id"]})
    last = await app.post("!measure One process better up", begun)
    over, said = await app.says("!measure Two process better up", begun)
    silent = await app.post("!measure Three process better up", begun)
    world.clock.pass_time(hours=1, seconds=1)
    later, _ = await app.says("!measure Four process better up", learning)

    assert "More than 60 commands in an hour" in said
    assert [(await app.row(one)).state for one in (over, silent)] == ["refused", "refused"]
    assert await app.answers(silent) == []
    assert (await app.row(last)).account_id == (await app.row(later)).account_id
