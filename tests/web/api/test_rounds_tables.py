"""Measures changed and tables of numbers over /api/rounds/v1: preview, save, undo, and an answer for everything wrong."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.support.world import Person, World
from tests.web.api.loops import V1, begun, counted, learned, ok, shared

WEEKS = "date,numerator,denominator,note\n2026-10-14,30,50,\n2026-10-21,,,no count\n2026-10-28,33,50,<b>course</b>\n"


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar", display_name="Omar Haddad")


async def _measure(world: World, person: Person, **more: Any) -> tuple[AsyncClient, str, str]:
    client = world.client(person)
    learning = await learned(client)
    action = await begun(client, learning["id"], **more)
    found = await ok(await client.get(f"{V1}/actions/{action['id']}/measures"))
    return client, action["id"], found[0]["measure"]["id"]


async def test_a_table_is_looked_at_saved_whole_and_taken_back_in_one_go(world: World, omar: Person) -> None:
    """Nothing is kept before the person says so; one undo puts all of it back."""
    client, _, measure = await _measure(world, omar)
    url, csv = f"{V1}/measures/{measure}/points", {"content-type": "text/csv"}
    await ok(await client.put(f"{url}/2026-10-15", json={"entry": "29/50"}))

    looked = await ok(await client.post(f"{url}/import?dry_run=true", content=WEEKS, headers=csv))
    untouched = await ok(await client.get(url))
    saved = await ok(await client.post(f"{url}/import", content=WEEKS, headers=csv))
    kept = await ok(await client.get(url))
    undone = await ok(await client.post(f"{url}/undo", json={"entered": saved["entered"]}))
    back = await ok(await client.get(url))

    assert [line["effect"] for line in looked["lines"]] == ["left-out", "replaces", "new", "new"]
    assert looked["lines"][1]["words"] == "Replaces 29/50."
    assert (looked["is_saved"], looked["count"], saved["is_saved"]) == (False, 3, True)
    assert [point["numerator"] for point in untouched] == [29]
    assert [(one["state"], one["numerator"]) for one in kept] == [("shown", 30), ("missing", None), ("shown", 33)]
    assert kept[2]["note"] == "<b>course</b>"
    assert undone["count"] == 3
    assert [point["numerator"] for point in back] == [29]


async def test_a_wrong_line_keeps_everything_out_and_is_named(world: World, omar: Person) -> None:
    """All or none: the message says which line and how many before it are fine."""
    client, _, measure = await _measure(world, omar)
    url = f"{V1}/measures/{measure}/points"
    rows = [
        {"day": "2026-10-14", "value": "30/50"},
        {"day": "2026-10-21", "value": "7/"},
    ]

    refused = await client.post(f"{url}/import", json={"rows": rows})

    assert refused.status_code == 422
    assert refused.json()["error"].startswith("Line 2: the denominator is missing.")
    assert await ok(await client.get(url)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-10-14 3/5\n2026-10-15 4/5", "Line 2: the same week as line 1. Keep one of them. Line 1 is fine."),
        ("2027-10-14 3/5", "Line 1: 14 October 2027 has not come yet. Enter it then."),
        ("1999-10-14 3/5", "Line 1: 14 October 1999 is too long ago. Check the year."),
        ("date,n,d\n03/04/2026,3,5", "Which day is 03/04/2026? Say so, then save."),
        ("", "There is no row."),
        ("hello", "Line 1: “hello” is not a day."),
    ],
)
async def test_what_cannot_be_saved_says_why(world: World, omar: Person, text: str, words: str) -> None:
    """Two numbers of one week, a day to come, a day nobody can tell."""
    client, _, measure = await _measure(world, omar)

    refused = await client.post(f"{V1}/measures/{measure}/points/import", json={"text": text})

    assert refused.status_code == 422
    assert refused.json()["error"].startswith(words)


async def test_a_million_rows_are_refused_before_they_are_read(world: World, omar: Person) -> None:
    """The stream ends where no chart could hold more."""
    client, _, measure = await _measure(world, omar)
    given = 0

    async def rows():
        nonlocal given
        for _ in range(1_000_000):
            given += 1
            yield b"2026-10-14,3,5\n" * 100

    refused = await client.post(
        f"{V1}/measures/{measure}/points/import", content=rows(), headers={"content-type": "text/csv"}
    )

    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    assert given < 1000


async def test_a_chart_baseline_and_phases_are_chosen_and_leave_with_the_share(world: World, omar: Person) -> None:
    """In periods, in the words of the record; a p chart by the rules of Making Data Count."""
    client, action, _ = await _measure(world, omar)
    measure = await counted(client, action)
    changes = {
        "chart": "p",
        "baseline": {"from_on": "2026-08-03", "to_on": "2026-10-11"},
        "phases": [{"starts_on": "2026-10-12", "why": "Soft lids"}],
    }

    detail = await ok(await client.patch(f"{V1}/measures/{measure}", json=changes))
    series = (await ok(await client.get(f"{V1}/actions/{action}/measures")))[0]
    share = await shared(client, action)

    assert (detail["chart"], detail["rules"], detail["charts"]) == ("p", "nhs-mdc", ["run", "p", "pprime", "xmr"])
    assert series["phases"] == [{"from_period": 0, "why": "Soft lids"}]
    assert series["baseline"] == {"from_period": -10, "to_period": -1}
    assert series["points"][0]["lower"] < series["points"][0]["centre"] < series["points"][0]["upper"]
    told = share["record"]["measures"][0]
    assert (told["chart"], told["rules"]) == ("p", "nhs-mdc")
    assert (
        told["baseline"],
        told["phases"],
    ) == ({"fromPeriod": -10, "toPeriod": -1}, [{"fromPeriod": 0, "why": "Soft lids"}])


async def test_a_prime_chart_stays_in_the_house(world: World, omar: Person) -> None:
    """The record knows none: what leaves is a run chart, computed anew."""
    client, action, _ = await _measure(world, omar)
    measure = await counted(client, action)
    await ok(await client.patch(f"{V1}/measures/{measure}", json={"chart": "pprime", "rules": "shewhart"}))

    here = (await ok(await client.get(f"{V1}/actions/{action}/measures")))[0]
    share = await shared(client, action)

    assert (here["chart"], here["rules"]) == ("pprime", "shewhart")
    told = share["record"]["measures"][0]
    assert (told["chart"], told["rules"]) == ("run", "perla-2011")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"form": "count"}, "form", "The kind of number is locked, because 16 numbers stand."),
        ({"every": "month"}, "every", "The period is locked, because 16 numbers stand."),
        ({"counted": "items"}, "counted", "What a number counts is locked, because 16 numbers stand."),
        ({"chart": "c"}, "chart", "A c chart does not fit this measure. These do: Run chart, p chart"),
        ({"chart": "pie"}, "chart", "“pie” is no chart."),
        ({"rules": "nhs-mdc"}, "rules", "These rules do not go with a Run chart."),
        ({"phases": [{"starts_on": "2026-10-12"}]}, "phases", "Say why a phase begins on 2026-10-12."),
        ({"phases": [{"starts_on": "2026-02-31", "why": "x"}]}, "phases", "31 February does not exist."),
        ({"baseline": {"from_on": "2026-10-12"}}, "baseline_to_on", "A baseline has a first and a last day."),
        ({"goal": "5 mg"}, "goal", "“5 mg” is not one number. Write 7.5."),
        ({"goal": 1e308}, "goal", "The number is above 1 000 000 000. Check it."),
        ({"label": ""}, "label", "The measure has no name. Say what you count."),
    ],
)
async def test_a_change_that_cannot_be_made_is_told_at_its_field(
    world: World, omar: Person, changes: dict[str, object], field: str, words: str
) -> None:
    """What numbers mean is locked by them; a chart must fit; a phase needs a reason."""
    client, action, _ = await _measure(world, omar)
    measure = await counted(client, action)

    refused = await client.patch(f"{V1}/measures/{measure}", json=changes)

    assert refused.status_code == 422
    assert refused.json()["error"].startswith(words)
    assert [field] == list(refused.json()["details"])


async def test_a_number_before_the_baseline_is_refused(world: World, omar: Person) -> None:
    """Alone and in a table."""
    client, _, measure = await _measure(world, omar)
    baseline = {"from_on": "2026-09-07", "to_on": "2026-10-11"}
    await ok(await client.patch(f"{V1}/measures/{measure}", json={"baseline": baseline}))
    url = f"{V1}/measures/{measure}/points"

    alone = await client.put(f"{url}/2026-08-31", json={"entry": "3/5"})
    table = await client.post(f"{url}/import", json={"text": "2026-08-31 3/5"})

    said = "is before the baseline, which begins on 7 September."
    assert [alone.status_code, table.status_code] == [422, 422]
    assert said in alone.json()["error"]
    assert said in table.json()["error"]


async def test_another_chart_is_looked_at_without_keeping_it(world: World, omar: Person) -> None:
    """`?chart=p` draws one; one that does not fit is refused."""
    client, action, _ = await _measure(world, omar)
    measure = await counted(client, action)

    drawn = await client.get(f"{V1}/measures/{measure}/chart.svg?chart=p")
    refused = await client.get(f"{V1}/measures/{measure}/chart.svg?chart=c")
    kept = await ok(await client.get(f"{V1}/measures/{measure}"))

    assert "p chart in percent." in drawn.text
    assert "Expected range" in drawn.text
    assert refused.status_code == 422
    assert kept["chart"] == "run"


async def test_what_belongs_to_somebody_else_may_not_be_changed(world: World, omar: Person) -> None:
    """Another person of the house may look and not write."""
    _, _, measure = await _measure(world, omar)
    other = world.client(await world.user("ines"))

    answers = [
        await other.patch(f"{V1}/measures/{measure}", json={"chart": "p"}),
        await other.post(f"{V1}/measures/{measure}/points/import", json={"text": "2026-10-14 3/5"}),
        await other.post(f"{V1}/measures/{measure}/points/undo", json={"entered": []}),
    ]

    assert all(answer.status_code in (403, 404) for answer in answers)


async def test_an_action_that_names_itself_as_its_parent_is_refused(world: World, omar: Person) -> None:
    """It does not exist yet when it is begun, and never becomes its own parent after that."""
    client, action, _ = await _measure(world, omar)

    changed = await client.patch(f"{V1}/actions/{action}", json={"based_on": action})
    loop = await ok(await client.get(f"{V1}/loops/{action}"))

    assert changed.status_code == 200
    assert all(edge["child"] != edge["parent"] for edge in loop["edges"])
