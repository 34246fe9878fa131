"""Who else saw this and what a source is called, over the API; what a post from any app was learned from."""

from typing import Any

import pytest

from node.services import learning, posting
from node.services.learning import NewLearning
from node.services.posting import Draft
from tests.support.world import Person, World

V1 = "/api/rounds/v1"
CATHETER = "A catheter stays in because nobody asks. Ask about it on the morning round."


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines")


@pytest.fixture
async def omar(world: World) -> Person:
    return await world.user("omar")


async def _record(world: World, person: Person, status_id: int | str) -> dict[str, Any]:
    found: dict[str, Any] = (await world.client(person).get(f"{V1}/records/{status_id}")).json()["record"]
    return found


async def _learned(world: World, person: Person, text: str, **more: Any) -> int:
    return await world.db.write(learning.record, person.id, NewLearning(text=text, **{"visibility": "public", **more}))


async def test_records_that_are_alike_come_with_their_reasons(world: World, ines: Person, omar: Person) -> None:
    """For a record, and for a text that is not sent yet."""
    mine, theirs = await _learned(world, ines, CATHETER), await _learned(world, omar, f"Again: {CATHETER}")
    client = world.client(ines)

    found = (await client.get(f"{V1}/records/{mine}/alike")).json()
    typed = (await client.get(f"{V1}/alike", params={"text": "catheter on our round"})).json()

    assert [(one["record"]["id"], one["is_same_source"]) for one in found] == [(str(theirs), False)]
    assert found[0]["reasons"] == ["Both speak of Ask, asks, catheter, morning"]
    assert {one["record"]["id"] for one in typed} == {str(mine), str(theirs)}


async def test_what_is_hidden_answers_as_if_it_were_not_there(world: World, ines: Person, omar: Person) -> None:
    """And nothing is told without a token."""
    hidden = await _learned(world, omar, CATHETER, visibility="private")

    answers = [
        await world.client(ines).get(f"{V1}/records/{hidden}/alike"),
        await world.client(ines).get(f"{V1}/records/99/alike"),
        await world.anybody.get(f"{V1}/records/{hidden}/alike"),
        await world.anybody.get(f"{V1}/alike", params={"text": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 401, 401]


async def test_source_says_what_it_is_called_when_that_is_known(world: World, ines: Person) -> None:
    """Asking makes the node ask, once."""
    address = "https://api.crossref.org/works/10.1000%2Fxyz?mailto=it%40ward.example"
    world.fetcher.documents[address] = {"message": {"title": ["Soft lids"]}}
    client = world.client(ines)

    first = (await client.get(f"{V1}/sources", params={"q": "doi:10.1000/xyz"})).json()
    await world.work()
    second = (await client.get(f"{V1}/sources", params={"q": "https://doi.org/10.1000/XYZ"})).json()
    other = await client.get(f"{V1}/sources", params={"q": "nothing"})

    assert (first["state"], second["state"], second["title"]) == ("waiting", "found", "Soft lids")
    assert other.status_code == 404


async def test_learning_names_the_post_that_taught_it_or_builds_on_its_record(
    world: World, ines: Person, omar: Person
) -> None:
    """A plain post is a source; a record is a place in the lineage."""
    post = await world.db.write(posting.post, omar.id, Draft(text="The lids slam.", visibility="public"))
    record = await _learned(world, omar, "Lids wake people.")
    client = world.client(ines)

    from_post = (await client.post(f"{V1}/learnings", json={"text": "Lids.", "learned_from": str(post)})).json()
    from_record = (await client.post(f"{V1}/learnings", json={"text": "Lids.", "learned_from": str(record)})).json()
    both = {"text": "Lids, see 10.1000/xyz", "learned_from": str(post)}
    with_doi = (await client.post(f"{V1}/learnings", json=both)).json()

    uri = world.site.status_uri("omar", post)
    assert from_post["record"]["learnedFrom"] == {"kind": "peer-post", "ref": uri}
    assert "basedOn" not in from_post["record"]
    assert from_record["record"]["basedOn"] == world.site.status_uri("omar", record)
    assert "learnedFrom" not in from_record["record"]
    assert with_doi["record"]["learnedFrom"] == {"kind": "article", "doi": "10.1000/xyz", "ref": uri}


async def test_public_learning_never_names_a_private_post(world: World, ines: Person) -> None:
    """Not by a field, and not by an answer from an app; a source of one's own is one's own."""
    private = await world.db.write(posting.post, ines.id, Draft(text="Lids slam.", visibility="private"))
    client = world.client(ines)

    refused = await client.post(
        f"{V1}/learnings", json={"text": "Lids.", "learned_from": str(private), "visibility": "public"}
    )
    unknown = await client.post(f"{V1}/learnings", json={"text": "Lids.", "learned_from": "99"})

    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert unknown.json()["details"].keys() == {"learned_from"}


async def test_marked_answer_to_somebodys_post_was_learned_from_it(world: World, ines: Person, omar: Person) -> None:
    """From any app; an answer to oneself is no source, and a typed one comes first."""
    post = await world.db.write(posting.post, omar.id, Draft(text="The lids slam.", visibility="public"))
    own = await world.db.write(posting.post, ines.id, Draft(text="The lids slam.", visibility="public"))

    made = []
    for text, parent in (("Lids wake people.", post), ("Lids.", own), ("Lids.\ndoi:10.1000/xyz", post)):
        sent = {"status": f"{text} \n#learning", "in_reply_to_id": str(parent), "visibility": "public"}
        made.append((await world.client(ines).post("/api/v1/statuses", json=sent)).json()["id"])

    records = [await _record(world, ines, one) for one in made]
    assert [one.get("learnedFrom") for one in records] == [
        {"kind": "peer-post", "ref": world.site.status_uri("omar", post)},
        None,
        {"kind": "article", "doi": "10.1000/xyz"},
    ]


async def test_marked_public_answer_to_a_private_post_names_nothing(world: World, ines: Person, omar: Person) -> None:
    """It is a learning all the same."""
    private = await world.db.write(posting.post, omar.id, Draft(text="@ines Lids slam.", visibility="direct"))
    sent = {"status": "Lids wake people. #learning", "in_reply_to_id": str(private), "visibility": "public"}

    made = (await world.client(ines).post("/api/v1/statuses", json=sent)).json()

    assert "learnedFrom" not in await _record(world, ines, made["id"])


@pytest.mark.parametrize(
    ("typed", "source", "text"),
    [
        ("Gel works.\nhttps://doi.org/10.1000/xyz\nWe tried. #learning", {"doi": "10.1000/xyz"}, None),
        ("Gel works.\nWe tried.\nPMID 123456\n#learning", {"pmid": "123456"}, "We tried."),
        ("#learning\narXiv:2101.00001v2\nGel works.", {"link": "https://arxiv.org/abs/2101.00001v2"}, None),
        ("Gel works (10.1000/xyz). #learning", {"doi": "10.1000/xyz"}, None),
    ],
)
async def test_source_is_found_anywhere_in_a_marked_post(
    world: World, ines: Person, typed: str, source: dict[str, str], text: str | None
) -> None:
    """Without a line that says so; on a line of its own it does not stand in the words as well."""
    status = (await world.client(ines).post("/api/v1/statuses", json={"status": typed})).json()

    record = await _record(world, ines, status["id"])
    assert record["learnedFrom"] == {"kind": "article"} | source
    assert "Gel works" in record["title"]
    if text is not None:
        assert record["text"] == text


async def test_change_keeps_the_part_of_the_source_that_is_not_changed(world: World, ines: Person) -> None:
    """Another kind or name leaves the DOI; another source takes the name away; an empty one everything."""
    made = await _learned(world, ines, "Gel works.", source="10.1000/xyz", source_label="Our club")
    client = world.client(ines)
    seen = []

    for changes in ({"source_kind": "guideline"}, {"source": "PMID 123456"}, {"source": ""}):
        await client.patch(f"{V1}/learnings/{made}", json=changes)
        seen.append((await _record(world, ines, made)).get("learnedFrom"))

    assert seen == [
        {"kind": "guideline", "doi": "10.1000/xyz", "label": "Our club"},
        {"kind": "guideline", "pmid": "123456"},
        None,
    ]
