"""/api/rounds/v1 as a client sees it: a loop from the first word to the chart, and an answer for everything wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from node.services import delivering
from tests.support.network import Network
from tests.support.world import Person, World
from tests.web.api.loops import V1, begun, counted, learned, ok, shared, week

Weeks = Callable[[httpx.AsyncClient, str], Awaitable[None]]


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Haddad")


async def test_a_loop_can_be_made_and_read_through_the_api(world: World, omar: Person) -> None:
    """Learning, action, sixteen numbers, share: then one loop with its finding, for anybody."""
    client = world.client(omar)
    learning = await learned(client)
    action = await begun(client, learning["id"])
    measure_id = await counted(client, action["id"])
    share = await shared(client, action["id"])

    loop = await ok(await world.anybody.get(f"{V1}/loops/{share['id']}"))

    assert loop["id"] == learning["id"]
    assert loop["title"] == "Bin lids wake patients."
    assert loop["ring"] == {"learned": "done", "doing": "done", "shared": "done", "label": "Learned, done and shared"}
    assert [one["word"] for one in loop["actions"]] == ["Kept"]
    assert loop["actions"][0]["series"][0]["finding"].startswith("Shift: all 6 weeks since the change")
    assert loop["actions"][0]["series"][0]["before"] == 42
    assert len(await ok(await client.get(f"{V1}/measures/{measure_id}/points"))) == 16


async def test_a_form_is_as_good_as_json(world: World, omar: Person) -> None:
    """Pages without script and `curl -d` send forms."""
    client = world.client(omar)

    learning = await ok(await client.post(f"{V1}/learnings", data={"text": "Lids.", "topics[]": ["sleep", "noise"]}))
    action = await ok(
        await client.post(
            f"{V1}/actions",
            data={
                "based_on": learning["id"],
                "change": "Soft lids",
                "due_on": "15.1.2027",
                "measures[][label]": "Slept well",
                "measures[][form]": "continuous",
            },
        )
    )

    assert learning["record"]["topics"] == ["sleep", "noise"]
    assert action["record"]["due"] == "2027-01-15"
    assert action["record"]["measures"][0]["form"] == "continuous"


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"text": ""}, "text", "Nothing is written yet. One sentence is enough."),
        ({"text": "A lesson.", "answer": "Yes."}, "question", "There is an answer and no question."),
        ({"text": "A lesson.", "harm_level": "bad"}, "harm_level", "“bad” is no level of harm."),
        ({"text": "A lesson.", "visibility": "circle"}, "visibility", "“circle” is no audience."),
        ({"text": "A lesson.", "based_on": "99"}, "based_on", "What this begins from is not here, or not for you."),
        ({"text": "Short. " + "x" * 501}, "text", "501 characters after the first sentence are more than 500."),
        ({"text": "A lesson.", "source": "https://not a place/"}, "source", "This link cannot be used."),
    ],
)
async def test_a_learning_that_cannot_be_recorded_says_what_to_do(
    world: World, omar: Person, body: dict[str, str], field: str, words: str
) -> None:
    """422 with a sentence at the field."""
    answer = await world.client(omar).post(f"{V1}/learnings", json=body)

    assert answer.status_code == 422
    assert answer.json()["error"].startswith(words)
    assert list(answer.json()["details"]) == [field]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"due_on": "2027-02-31"}, "due_on", "31 February does not exist. The last day is the 28th."),
        ({"due_on": "2020-01-01"}, "due_on", "1 January 2020 is past. Choose today or a later day."),
        ({"due_on": "2050-01-01"}, "due_on", "2050 is more than ten years away. Check the date."),
        ({"due_on": "soon"}, "due_on", "“soon” is not a day. Write it as 2027-01-15."),
        ({"day_zero_on": "1999-01-01"}, "day_zero_on", "1999 is more than ten years away. Check the date."),
        ({"prediction": "Ten points up"}, "prediction", "The prediction is locked since 12 October"),
        ({"relation": "likes"}, "relation", "“likes” is no relation."),
        ({"change": ""}, "change", "Nothing is written yet."),
        ({"measures": [{"label": " "}]}, "label", "The measure has no name. Say what you count."),
    ],
)
async def test_an_action_that_cannot_be_begun_says_what_to_do(
    world: World, omar: Person, change: dict[str, Any], field: str, words: str
) -> None:
    """422 with a sentence at the field, impossible days by name."""
    client = world.client(omar)
    learning = await learned(client)
    body = {"based_on": learning["id"], "change": "Lids", "due_on": "2027-01-15", "day_zero_on": "2026-10-12"}

    answer = await client.post(f"{V1}/actions", json=body | change)

    assert answer.status_code == 422, answer.text
    assert answer.json()["error"].startswith(words)
    assert list(answer.json()["details"]) == [field]


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("22/20", "entry-numerator-above-denominator", "22 is more than 20 patients. Check both numbers."),
        ("7/", "entry-denominator-missing", "The denominator is missing. Write 7/20."),
        ("seven", "entry-unreadable", "“seven” is not a number. Write 7/20 or 7.5."),
    ],
)
async def test_a_number_that_cannot_be_is_refused_in_words(
    world: World, omar: Person, entry: str, code: str, words: str
) -> None:
    """The words are those of the page."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    measures = await ok(await client.get(f"{V1}/actions/{action['id']}/measures"))
    path = f"{V1}/measures/{measures[0]['measure']['id']}/points/{week(0)}"

    answer = await client.put(path, json={"entry": entry})

    assert (answer.status_code, answer.json()["code"], answer.json()["error"]) == (422, code, words)


async def test_what_was_entered_can_be_undone_by_sending_what_stood_there(world: World, omar: Person) -> None:
    """A number of the same week replaces the one before, which comes back with the answer."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    measures = await ok(await client.get(f"{V1}/actions/{action['id']}/measures"))
    points = f"{V1}/measures/{measures[0]['measure']['id']}/points"
    first = await ok(await client.put(f"{points}/2026-10-13", json={"numerator": 30, "denominator": 50}))

    second = await ok(await client.put(f"{points}/2026-10-15", json={"entry": "3 of 50"}))
    removed = await ok(await client.delete(f"{points}/2026-10-12"))

    assert first["previous"] is None
    assert second["starts_on"] == "2026-10-12"
    assert second["previous"]["numerator"] == 30
    assert removed["point"] is None
    assert await ok(await client.get(points)) == []


async def test_a_number_without_a_measure_makes_one(world: World, omar: Person) -> None:
    """`7/20` on the first day is enough; a second measure must be named."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"], measures=[])

    await ok(await client.post(f"{V1}/actions/{action['id']}/points", json={"entry": "7/20"}))
    await ok(await client.post(f"{V1}/actions/{action['id']}/measures", json={"label": "Falls", "form": "count"}))
    unclear = await client.post(f"{V1}/actions/{action['id']}/points", json={"entry": "2"})
    named = await client.post(f"{V1}/actions/{action['id']}/points", json={"entry": "2", "measure": "falls"})

    measures = await ok(await client.get(f"{V1}/actions/{action['id']}/measures"))
    assert [(one["measure"]["label"], one["measure"]["form"]) for one in measures] == [
        ("Done", "proportion"),
        ("Falls", "count"),
    ]
    assert unclear.json()["error"] == "Say which one you counted: Done, Falls."
    assert named.json()["point"]["numerator"] == 2


async def test_numbers_are_for_people_of_the_house_and_entered_by_their_owner(world: World, omar: Person) -> None:
    """The web sees none, a colleague sees and does not change, a moderator may."""
    client, colleague = world.client(omar), world.client(await world.user("ines"))
    moderator = world.client(await world.user("mona", role="moderator"))
    action = await begun(client, (await learned(client))["id"])
    measure_id = await counted(client, action["id"])
    path = f"{V1}/measures/{measure_id}/points"

    assert (await world.anybody.get(path)).status_code == 401
    assert (await colleague.get(path)).status_code == 200
    assert (await colleague.put(f"{path}/{week(0)}", json={"entry": "1/50"})).status_code == 403
    assert (await moderator.put(f"{path}/{week(0)}", json={"entry": "31/50"})).status_code == 200
    assert (await ok(await world.anybody.get(f"{V1}/loops/{action['id']}")))["actions"][0]["series"] == []
    assert len((await ok(await colleague.get(f"{V1}/loops/{action['id']}")))["actions"][0]["series"][0]["points"]) == 16


async def test_tokens_are_those_of_the_mastodon_api_and_scopes_say_rounds(world: World, omar: Person) -> None:
    """No token 401, a scope that is not enough 403, an unknown id 404."""
    reader = world.client(await world.token(omar, "read:rounds"))

    assert (await world.anybody.get(f"{V1}/loops")).status_code == 401
    assert (await world.anybody.post(f"{V1}/learnings", json={"text": "Hi"})).status_code == 401
    assert (await reader.post(f"{V1}/learnings", json={"text": "Hi"})).status_code == 403
    assert (await reader.get(f"{V1}/loops/99")).status_code == 404
    assert (await reader.get(f"{V1}/loops")).json() == []


async def test_a_private_learning_is_not_there_for_others(world: World, omar: Person) -> None:
    """404, the same as for nothing."""
    learning = await learned(world.client(omar), visibility="direct")
    colleague = world.client(await world.user("ines"))

    for client in (world.anybody, colleague):
        assert (await client.get(f"{V1}/loops/{learning['id']}")).status_code == 404
        assert (await client.get(f"{V1}/lineage", params={"uri": learning["uri"]})).status_code == 404
    assert (await colleague.post(f"{V1}/actions", json={"based_on": learning["id"], "due_on": "2027-01-15"})).json()[
        "details"
    ].keys() == {"based_on"}


async def test_the_same_idempotency_key_records_once(world: World, omar: Person) -> None:
    """A client that lost the answer asks again."""
    client = world.client(omar)
    headers = {"idempotency-key": "one"}

    first = await ok(await client.post(f"{V1}/learnings", json={"text": "Lids."}, headers=headers))
    again = await ok(await client.post(f"{V1}/learnings", json={"text": "Lids."}, headers=headers))

    assert first["id"] == again["id"]


async def test_charts_are_served_as_svg_and_png(world: World, omar: Person) -> None:
    """The one of a share for anybody, the one of a measure for people of the house."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    measure_id = await counted(client, action["id"])
    share = await shared(client, action["id"])
    chart = f"{V1}/records/{share['id']}/charts/patients-who-slept-well"

    drawn = await world.anybody.get(f"{chart}.svg")

    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert (await client.get(f"{V1}/measures/{measure_id}/chart.png")).content.startswith(b"\x89PNG")
    assert (await client.get(f"{chart}.png")).content.startswith(b"\x89PNG")
    assert (await world.anybody.get(f"{chart}.png")).status_code == 401
    assert (await world.anybody.get(f"{chart}.gif")).status_code == 404


async def test_what_is_due_is_the_number_of_last_week_and_the_day_that_has_come(world: World, omar: Person) -> None:
    """A reminder names the measure and the week; a past day is overdue."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"], due_on="2026-12-20")
    assert await ok(await client.get(f"{V1}/due")) == []

    world.clock.pass_time(days=28)
    due = (await ok(await client.get(f"{V1}/due")))[0]

    assert due["action_id"] == action["id"]
    assert due["is_overdue"] is True
    assert due["numbers"][0]["starts_on"] == "2026-12-14"


async def test_adapting_begins_the_next_cycle_with_the_same_measures(world: World, omar: Person) -> None:
    """The next action is based on the one before, and counts on."""
    client = world.client(omar)
    first = await begun(client, (await learned(client))["id"])
    await ok(await client.post(f"{V1}/actions/{first['id']}/decide", json={"decision": "adapt"}))

    second = await ok(
        await client.post(
            f"{V1}/actions", json={"based_on": first["id"], "change": "Dim the corridor", "due_on": "2027-02-01"}
        )
    )

    assert second["record"]["cycle"] == 2
    assert second["record"]["relation"] == "adapts"
    assert [measure["key"] for measure in second["record"]["measures"]] == ["patients-who-slept-well"]
    loop = await ok(await client.get(f"{V1}/loops/{second['id']}"))
    assert [one["word"] for one in loop["actions"]] == ["Adapted", "Trying"]
    assert loop["branches"] == [
        {"action_id": first["id"], "below": [{"action_id": second["id"], "below": []}]},
    ]


async def test_a_decision_can_be_taken_back_until_it_is_shared(world: World, omar: Person) -> None:
    """Undo, and then no more."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    path = f"{V1}/actions/{action['id']}"

    await ok(await client.post(f"{path}/decide", json={"decision": "stop", "decision_reason": "No time."}))
    reopened = await ok(await client.post(f"{path}/reopen"))
    await shared(client, action["id"])
    refused = await client.post(f"{path}/reopen")

    assert reopened["state"] == "studying"
    assert "decision" not in reopened["record"]
    assert refused.json()["error"] == "What came of this action is shared. Withdraw the share first."


async def test_abandoning_needs_a_reason_and_is_then_as_good_as_a_success(world: World, omar: Person) -> None:
    """A negative result is a result."""
    client = world.client(omar)
    action = await begun(client, (await learned(client))["id"])
    body = {"action_id": action["id"], "decision": "abandon", "sentence": "Nobody slept better."}

    refused = await client.post(f"{V1}/shares", json=body)
    share = await ok(await client.post(f"{V1}/shares", json=body | {"decision_reason": "The lids broke."}))

    assert refused.status_code == 422
    assert refused.json()["error"] == "Abandon needs a reason. One sentence saves the next hospital the same try."
    assert share["record"]["decisionReason"] == "The lids broke."
    assert (await ok(await client.get(f"{V1}/actions/{action['id']}")))["word"] == "Stopped"


async def test_a_withdrawn_record_says_why_first_and_stays_so(world: World, omar: Person) -> None:
    """It is marked everywhere and cannot be changed any more."""
    client = world.client(omar)
    learning = await learned(client)
    path = f"{V1}/learnings/{learning['id']}"

    gone = await ok(
        await client.post(f"{path}/withdraw", json={"reason": "mistaken", "explanation": "It was the trolley."})
    )

    assert gone["state"] == "withdrawn"
    status = await ok(await client.get(f"/api/v1/statuses/{learning['id']}"))
    assert status["content"].startswith("<p><strong>Withdrawn: It was the trolley.</strong></p>")
    assert (await client.patch(path, json={"setting": "ward"})).status_code == 422
    assert (await client.post(f"{path}/withdraw", json={"reason": "other", "explanation": "x"})).status_code == 422


async def test_author_sees_how_far_a_post_got(network: Network) -> None:
    """Each server with its state and its last error; nobody else sees it."""
    node = await network.node("ward.example")
    asha, ben = await node.user("asha"), await node.user("ben")
    okapi = network.peer("masto.example").actor("okapi")
    await okapi.sends(node, okapi.follow(asha.account.uri))
    await network.settle()
    network.answer("masto.example", 500)
    post = await node.post(asha, "Gel by every bed")
    path = f"/api/rounds/v1/posts/{post.id}/deliveries"

    await delivering.drain(node.db, node.deliverer)

    (row,) = (await node.world.client(asha).get(path)).json()
    assert (row["host"], row["state"], row["attempts"]) == ("masto.example", "waiting", 1)
    assert "500" in row["last_error"]
    assert (await node.world.client(ben).get(path)).status_code == 404
