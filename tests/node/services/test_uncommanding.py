"""Commands from any app that are changed, deleted or undone: what they did is changed or taken back with them."""

from tests.node.services.typing_commands import App, Json, words
from tests.support.world import World


async def test_edited_number_is_changed(app: App, learning: Json) -> None:
    """The new number stands in place of the old one, once, and the answer says so."""
    made, _ = await app.says("!data 7/20", await app.begin(learning))

    await app.edit(made, "!data 8/20 last week")

    assert [(str(one.starts_on), one.numerator) for one in await app.points(made)] == [("2026-11-16", 8)]
    assert "Changed, as you edited it." in await app.answer(made)


async def test_edit_that_cannot_be_read_leaves_what_was_done(app: App, learning: Json) -> None:
    """Nothing is lost by a slip."""
    made, _ = await app.says("!data 7/20", await app.begin(learning))

    await app.edit(made, "!data 27/20")

    assert [one.numerator for one in await app.points(made)] == [7]
    assert "What it did before stands. 27 is more than 20 patients." in await app.answer(made)


async def test_edited_action_stays_the_same_action(app: App, learning: Json) -> None:
    """Its numbers and its address stay."""
    begun = await app.begin(learning)
    made = await app.post("!data 7/20", begun)
    before = (await app.row(begun)).made_id

    await app.edit(begun, "!try 2027-02-01 Soft lids, and dim the light")

    row = await app.row(begun)
    record = await app.record(row.made_id)
    assert (row.made_id, record["title"], record["due"]) == (before, "Soft lids, and dim the light", "2027-02-01")
    assert len(await app.points(made)) == 1


async def test_edit_to_another_decision_shares_anew(app: App, learning: Json) -> None:
    """The same words are corrected; another decision is another share."""
    begun = await app.begin(learning)
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
    begun = await app.begin(learning)
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
    begun = await app.begin(learning)
    told = await app.post("!share adopt It is quieter.", begun)
    action_id, share_id = (await app.row(begun)).made_id, (await app.row(told)).made_id

    await app.delete(told)
    assert (await app.client.get(f"/api/v1/statuses/{share_id}")).status_code == 404
    assert (await app.record(action_id))["status"] == "studying"
    await app.delete(begun)

    assert (await app.client.get(f"/api/v1/statuses/{action_id}")).status_code == 404


async def test_reply_below_the_answer_to_a_deleted_command_goes_on(app: App, learning: Json) -> None:
    """What stood between is gone; the thread is the same."""
    begun = await app.begin(learning)
    made = await app.post("!data 7/20", begun)
    answer = (await app.answers(made))[-1]
    await app.delete(made)

    _, said = await app.says("!share adopt It is quieter.", answer)

    assert "Adopted, and shared" in said


async def test_deleted_command_with_a_share_leaves_its_action(app: App, learning: Json) -> None:
    """What cannot be taken back stands, and its author is told."""
    begun = await app.begin(learning)
    await app.post("!share adopt It is quieter.", begun)
    action_id = (await app.row(begun)).made_id

    await app.delete(begun)

    told = (await app.client.get("/api/v1/notifications")).json()[0]["status"]
    assert (await app.record(action_id))["status"] == "closed"
    assert "You deleted !try, and what it did stands" in words(told)


async def test_undo_takes_back_step_by_step(app: App, learning: Json) -> None:
    """The newest first, each once, until nothing is left."""
    begun = await app.begin(learning)
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
    begun = await app.begin(learning)
    made = await app.post("!data 7/20 2026-11-10", begun)
    later = await app.post("!data 8/20", begun)

    await app.post("!undo", (await app.answers(made))[-1])

    assert [one.numerator for one in await app.points(later)] == [8]


async def test_undo_of_an_action_with_a_share_says_why_not(app: App, learning: Json) -> None:
    """The share stands on it."""
    begun = await app.begin(learning)
    await app.post("!share adopt It is quieter.", begun)

    _, said = await app.says("!undo", begun)

    assert "Take the share back first" in said
    assert (await app.row(begun)).state == "done"


async def test_what_others_built_on_is_withdrawn(app: App, world: World, learning: Json) -> None:
    """It stays in the graph, marked, as their work names it."""
    begun = await app.begin(learning)
    action_id = (await app.row(begun)).made_id
    ben = App(world, await world.user("ben"))
    await ben.post("!try friday the same in bay 3", {"id": str(action_id)})

    _, said = await app.says("!undo", begun)

    record = await app.record(action_id)
    assert "because others built on it" in said
    assert (record["status"], record["withdrawal"]["reason"]) == ("withdrawn", "mistaken")


async def test_measure_with_numbers_is_not_taken_back(app: App, learning: Json) -> None:
    """Its numbers first."""
    begun = await app.begin(learning)
    defined = await app.post("!measure Falls balancing better down", begun)
    await app.post("!data 3/20", begun)

    _, kept = await app.says("!undo", defined)
    await app.post("!undo", learning)
    _, gone = await app.says("!undo", defined)

    assert "“Falls” has numbers." in kept
    assert "“Falls” is not counted any more." in gone
