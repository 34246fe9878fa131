"""Re-exposure over /api/rounds/v1: due cards, answers, undo, and cards of records that one chooses."""

from typing import Any

import jsonschema
import pytest

from tests.support.world import Person, World
from tests.web.api.loops import V1, learned, ok

QUESTION = {"question": "What wakes patients?", "answer": "Bin lids.", "visibility": "public"}


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines", display_name="Ines Halloran")


async def card_of(world: World, person: Person) -> Any:
    """Let somebody learn something and return the card when it is due."""
    await learned(world.client(person), **QUESTION)
    world.clock.pass_time(days=1)
    return (await ok(await world.client(person).get(f"{V1}/recall")))[0]


async def test_due_cards_hold_no_answer_unless_it_is_asked_for(world: World, ines: Person) -> None:
    """An app can show the question first."""
    card = await card_of(world, ines)

    (whole,) = await ok(await world.client(ines).get(f"{V1}/recall", params={"with_answer": "true"}))
    assert (card["question"], card["answer"], card["record"]) == ("What wakes patients?", None, None)
    assert "Bin lids." not in str(card)
    assert (whole["answer"], whole["record"]["record"]["answer"]) == ("Bin lids.", "Bin lids.")
    assert (await ok(await world.client(ines).get(f"{V1}/recall/{card['id']}")))["answer"] == "Bin lids."


async def test_a_card_is_answered_taken_back_and_retired(world: World, ines: Person) -> None:
    """Each answer says what it led to."""
    client = world.client(ines)
    card = await card_of(world, ines)
    path = f"{V1}/recall/{card['id']}"

    graded = await ok(await client.post(f"{path}/grade", json={"grade": "do"}))
    again = await client.post(f"{path}/grade", json={"grade": "good"})
    back = await ok(await client.post(f"{path}/undo"))
    retired = await ok(await client.delete(path))
    listed = await ok(await client.get(f"{V1}/recall/cards"))

    assert (graded["due_at"], graded["next"]) == (
        "2026-11-28T07:00:00Z",
        f"https://ward.example/loops/{card['record_id']}/try",
    )
    assert (again.status_code, again.json()["code"]) == (422, "card-not-due")
    assert (back["due_at"], retired["due_at"]) == (card["due_at"], None)
    assert [one["retired"] for one in listed] == [True]


async def test_a_record_becomes_a_card_when_somebody_chooses_it(world: World, ines: Person) -> None:
    """Twice is once; what is no record, or not visible, is not there."""
    omar = await world.user("omar")
    client = world.client(omar)
    record = await learned(world.client(ines), **QUESTION)
    post = (await client.post("/api/v1/statuses", data={"status": "Hello"})).json()

    made = [await ok(await client.post(f"{V1}/records/{record['id']}/recall")) for _ in range(2)]
    none = await client.post(f"{V1}/records/{post['id']}/recall")

    assert [one["origin"] for one in made] == ["kept", "kept"]
    assert made[0]["id"] == made[1]["id"]
    assert none.status_code == 404


async def test_all_cards_come_in_parts(world: World, ines: Person) -> None:
    """The newest first; `max_id` asks for those before."""
    client = world.client(ines)
    made = [await learned(client, text=f"Learning number {number}.") for number in range(3)]

    first = await ok(await client.get(f"{V1}/recall/cards", params={"limit": 2}))
    rest = await ok(await client.get(f"{V1}/recall/cards", params={"max_id": first[-1]["id"]}))

    assert [one["record_id"] for one in (*first, *rest)] == [one["id"] for one in reversed(made)]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/grade"), ("POST", "/undo"), ("DELETE", "")])
async def test_the_card_of_somebody_else_is_not_there(world: World, ines: Person, method: str, path: str) -> None:
    """404, as for none at all."""
    omar = await world.user("omar")
    card = await card_of(world, ines)

    answer = await world.client(omar).request(method, f"{V1}/recall/{card['id']}{path}", json={"grade": "good"})

    assert answer.status_code == 404


async def test_it_needs_the_scopes_of_the_loop(world: World, ines: Person) -> None:
    """Reading is not answering, and nobody in particular has no cards."""
    card = await card_of(world, ines)
    reader = world.client(await world.token(ines, "read:rounds"))

    assert (await world.anybody.get(f"{V1}/recall")).status_code == 401
    assert (await reader.get(f"{V1}/recall")).status_code == 200
    assert (await reader.post(f"{V1}/recall/{card['id']}/grade", json={"grade": "good"})).status_code == 403


async def test_answers_are_what_the_document_says(world: World, ines: Person) -> None:
    """The OpenAPI document is true of them."""
    client = world.client(ines)
    card = await card_of(world, ines)
    document = await ok(await world.anybody.get(f"{V1}/openapi.json"))
    for method, template, path in (
        ("get", "/recall", "/recall"),
        ("get", "/recall/cards", "/recall/cards"),
        ("get", "/recall/{id}", f"/recall/{card['id']}"),
        ("post", "/recall/{id}/grade", f"/recall/{card['id']}/grade"),
        ("post", "/recall/{id}/undo", f"/recall/{card['id']}/undo"),
        ("delete", "/recall/{id}", f"/recall/{card['id']}"),
    ):
        answer = await client.request(method, V1 + path, json={"grade": "good"})

        schema = document["paths"][V1 + template][method]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(await ok(answer), schema | {"components": document["components"]})
