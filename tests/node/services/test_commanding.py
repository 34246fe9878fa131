"""Commands from any app: what each does, how it is answered, changed and taken back, and that nobody else gets one."""

import re
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from node.services import commanding
from node.store import commands, measures, tables
from node.store.commands import CommandRow
from node.store.unit import Snapshot
from tests.support.world import Person, World

LEARNED: Final = "Bin lids wake patients on our ward. Two bays got soft lids by accident.\n#learning"
Json = dict[str, Any]


class App:
    """What one person sees and types in an app."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person, self.client = world, person, world.client(person)

    async def post(self, text: str, above: Json | None = None, **more: Any) -> Json:
        """Post, as a reply or by itself, and let the node work."""
        sent = {"status": text, **more} | ({"in_reply_to_id": above["id"]} if above else {})
        answer = await self.client.post("/api/v1/statuses", json=sent)
        assert answer.status_code == 200, answer.text
        await self.world.work()
        made: Json = answer.json()
        return made

    async def edit(self, status: Json, text: str) -> None:
        """Change a post and let the node work."""
        answer = await self.client.put(f"/api/v1/statuses/{status['id']}", json={"status": text})
        assert answer.status_code == 200, answer.text
        await self.world.work()

    async def delete(self, status: Json) -> None:
        """Delete a post and let the node work."""
        assert (await self.client.delete(f"/api/v1/statuses/{status['id']}")).status_code == 200
        await self.world.work()

    async def answers(self, status: Json) -> list[Json]:
        """Return what the node said to a post, oldest first."""
        thread = (await self.client.get(f"/api/v1/statuses/{status['id']}/context")).json()
        return [one for one in thread["descendants"] if one["in_reply_to_id"] == status["id"]]

    async def answer(self, status: Json) -> str:
        """Return the words of the last thing that the node said to a post."""
        return words((await self.answers(status))[-1])

    async def says(self, text: str, above: Json | None = None, **more: Any) -> tuple[Json, str]:
        """Type a command and return its post and the answer."""
        made = await self.post(text, above, **more)
        return made, await self.answer(made)

    async def row(self, status: Json) -> CommandRow:
        """Return the row of a command."""
        row = await self.world.db.read(commands.of_status, int(status["id"]))
        assert row is not None
        return row

    async def record(self, status_id: int | str | None) -> Json:
        """Return the record of a post."""
        answer = await self.client.get(f"/api/rounds/v1/records/{status_id}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()["record"]
        return found

    async def points(self, status: Json) -> list[measures.Point]:
        """Return the numbers of the measure that a command saved something for."""
        measure_id = (await self.row(status)).measure_id
        assert measure_id is not None
        return await self.world.db.read(measures.points_of, measure_id)


def words(status: Json) -> str:
    """Return what a post says, as text."""
    return re.sub(r"<[^>]+>", "", status["content"].replace("<br />", "\n").replace("&quot;", '"')).strip()


@pytest.fixture
async def app(world: World) -> App:
    """Return the app of a nurse."""
    return App(world, await world.user("nurse"))


@pytest.fixture
async def learning(app: App) -> Json:
    """Return a learning that was posted from the app."""
    return await app.post(LEARNED)


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


async def _begun(app: App, learning: Json) -> Json:
    return await app.post("!try in 8 weeks Soft lids", learning)


async def test_number_of_another_day_with_a_note(app: App, learning: Json) -> None:
    """A day in words, a number that is left out, and why."""
    begun = await _begun(app, learning)

    made, said = await app.says("!data 7 of 20 last week left out: the pump broke", begun)

    (point,) = await app.points(made)
    assert (str(point.starts_on), point.numerator, point.state) == ("2026-11-16", 7, "excluded")
    assert point.note == "the pump broke"
    assert "week of 16 November: 7 of 20, left out." in said


async def test_single_number_makes_a_measure_in_its_unit(app: App, learning: Json) -> None:
    """What was typed first says what is counted, and another unit is refused in words."""
    begun = await _begun(app, learning)

    made, said = await app.says("!data minutes asleep 7,5 min", begun)
    _, refused = await app.says("!data 8 hours last week", begun)

    assert "Saved for “minutes asleep”" in said
    assert [point.value for point in await app.points(made)] == [7.5]
    assert "hours" in refused
    assert "min" in refused
    assert len(await app.points(made)) == 1


async def test_measure_is_defined_and_named(app: App, learning: Json) -> None:
    """With two measures a number says which; the beginning of a word of its name is enough."""
    begun = await _begun(app, learning)
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
    begun = await _begun(app, learning)

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


# ------------------------------------------------------------------ edits, deletions, undo


async def test_edited_number_is_changed(app: App, learning: Json) -> None:
    """The new number stands in place of the old one, once, and the answer says so."""
    made, _ = await app.says("!data 7/20", await _begun(app, learning))

    await app.edit(made, "!data 8/20 last week")

    assert [(str(one.starts_on), one.numerator) for one in await app.points(made)] == [("2026-11-16", 8)]
    assert "Changed, as you edited it." in await app.answer(made)


async def test_edit_that_cannot_be_read_leaves_what_was_done(app: App, learning: Json) -> None:
    """Nothing is lost by a slip."""
    made, _ = await app.says("!data 7/20", await _begun(app, learning))

    await app.edit(made, "!data 27/20")

    assert [one.numerator for one in await app.points(made)] == [7]
    assert "What it did before stands. 27 is more than 20 patients." in await app.answer(made)


async def test_edited_action_stays_the_same_action(app: App, learning: Json) -> None:
    """Its numbers and its address stay."""
    begun = await _begun(app, learning)
    made = await app.post("!data 7/20", begun)
    before = (await app.row(begun)).made_id

    await app.edit(begun, "!try 2027-02-01 Soft lids, and dim the light")

    row = await app.row(begun)
    record = await app.record(row.made_id)
    assert (row.made_id, record["title"], record["due"]) == (before, "Soft lids, and dim the light", "2027-02-01")
    assert len(await app.points(made)) == 1


async def test_edit_to_another_decision_shares_anew(app: App, learning: Json) -> None:
    """The same words are corrected; another decision is another share."""
    begun = await _begun(app, learning)
    told = await app.post("!share adopt It is quieter.", begun)
    first = (await app.row(told)).made_id

    await app.edit(told, "!share adopt It is much quieter.")
    assert (await app.record(first))["sentence"] == "It is much quieter."
    await app.edit(told, "!share abandon Nobody liked it.")

    second = (await app.row(told)).made_id
    assert second != first
    assert (await app.record(second))["decision"] == "abandon"
    assert (await app.client.get(f"/api/v1/statuses/{first}")).status_code == 404


async def test_edit_that_commands_nothing_takes_back(app: App, learning: Json) -> None:
    """A command that is none any more has done nothing."""
    begun = await _begun(app, learning)
    action_id = (await app.row(begun)).made_id

    await app.edit(begun, "I thought better of it")

    assert (await app.client.get(f"/api/v1/statuses/{action_id}")).status_code == 404
    assert "This commands nothing any more." in await app.answer(begun)


async def test_ordinary_post_does_not_become_a_command(app: App, learning: Json) -> None:
    """Others have it already, so a number in it would be theirs too."""
    said = await app.post("Seven of twenty", learning)

    answer = await app.client.put(f"/api/v1/statuses/{said['id']}", json={"status": "!data 7/20"})

    assert answer.status_code == 422
    assert "Write it as a reply of its own" in answer.json()["error"]


async def test_deleted_command_takes_back_what_it_did(app: App, learning: Json) -> None:
    """Of an action with a share the share goes first."""
    begun = await _begun(app, learning)
    told = await app.post("!share adopt It is quieter.", begun)
    action_id, share_id = (await app.row(begun)).made_id, (await app.row(told)).made_id

    await app.delete(told)
    assert (await app.client.get(f"/api/v1/statuses/{share_id}")).status_code == 404
    assert (await app.record(action_id))["status"] == "studying"
    await app.delete(begun)

    assert (await app.client.get(f"/api/v1/statuses/{action_id}")).status_code == 404


async def test_reply_below_the_answer_to_a_deleted_command_goes_on(app: App, learning: Json) -> None:
    """What stood between is gone; the thread is the same."""
    begun = await _begun(app, learning)
    made = await app.post("!data 7/20", begun)
    answer = (await app.answers(made))[-1]
    await app.delete(made)

    _, said = await app.says("!share adopt It is quieter.", answer)

    assert "Adopted, and shared" in said


async def test_deleted_command_with_a_share_leaves_its_action(app: App, learning: Json) -> None:
    """What cannot be taken back stands, and its author is told."""
    begun = await _begun(app, learning)
    await app.post("!share adopt It is quieter.", begun)
    action_id = (await app.row(begun)).made_id

    await app.delete(begun)

    told = (await app.client.get("/api/v1/notifications")).json()[0]["status"]
    assert (await app.record(action_id))["status"] == "closed"
    assert "You deleted !try, and what it did stands" in words(told)


async def test_undo_takes_back_step_by_step(app: App, learning: Json) -> None:
    """The newest first, each once, until nothing is left."""
    begun = await _begun(app, learning)
    made = await app.post("!data 7/20", begun)
    again = await app.post("!data 8/20", begun)
    told = await app.post("!share adapt It needs a lid.", begun)

    said = [(await app.says("!undo", learning))[1] for _ in range(5)]

    assert "The share is taken back and gone." in said[0]
    assert "is as it was before" in said[1]
    assert "The number for “Done” is taken back." in said[2]
    assert "“Soft lids” is taken back and gone." in said[3]
    assert "nothing of yours to take back" in said[4]
    assert [(await app.row(one)).state for one in (begun, made, again, told)] == ["undone"] * 4


async def test_undo_below_an_answer_takes_that_command_back(app: App, learning: Json) -> None:
    """Not the newest one."""
    begun = await _begun(app, learning)
    made = await app.post("!data 7/20 2026-11-10", begun)
    later = await app.post("!data 8/20", begun)

    await app.post("!undo", (await app.answers(made))[-1])

    assert [one.numerator for one in await app.points(later)] == [8]


async def test_undo_of_an_action_with_a_share_says_why_not(app: App, learning: Json) -> None:
    """The share stands on it."""
    begun = await _begun(app, learning)
    await app.post("!share adopt It is quieter.", begun)

    _, said = await app.says("!undo", begun)

    assert "Take the share back first" in said
    assert (await app.row(begun)).state == "done"


async def test_what_others_built_on_is_withdrawn(app: App, world: World, learning: Json) -> None:
    """It stays in the graph, marked, as their work names it."""
    begun = await _begun(app, learning)
    action_id = (await app.row(begun)).made_id
    ben = App(world, await world.user("ben"))
    await ben.post("!try friday the same in bay 3", {"id": str(action_id)})

    _, said = await app.says("!undo", begun)

    record = await app.record(action_id)
    assert "because others built on it" in said
    assert (record["status"], record["withdrawal"]["reason"]) == ("withdrawn", "mistaken")


async def test_measure_with_numbers_is_not_taken_back(app: App, learning: Json) -> None:
    """Its numbers first."""
    begun = await _begun(app, learning)
    defined = await app.post("!measure Falls balancing better down", begun)
    await app.post("!data 3/20", begun)

    _, kept = await app.says("!undo", defined)
    await app.post("!undo", learning)
    _, gone = await app.says("!undo", defined)

    assert "“Falls” has numbers." in kept
    assert "“Falls” is not counted any more." in gone


# ------------------------------------------------------------------ once, and in bounds


async def test_job_that_runs_twice_does_it_once(app: App, world: World, learning: Json) -> None:
    """A crash or a second worker repeats nothing."""
    begun = await _begun(app, learning)
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
    begun = await _begun(app, learning)
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
