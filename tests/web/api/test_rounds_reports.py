"""Reports, licences and citations over /api/rounds/v1."""

import pytest

from tests.web.api import loops
from tests.web.api.loops import V1, ok


@pytest.fixture
async def omar(world):
    return await world.user("omar", display_name="Omar Said")


async def _shared(client, **more):
    learned = await loops.learned(client, visibility="public")
    begun = await loops.begun(client, learned["id"], visibility="public")
    await loops.counted(client, begun["id"])
    return await loops.shared(client, begun["id"], visibility="public", **more)


async def test_a_report_is_given_as_json_with_a_source_for_each_sentence(world, omar):
    """The same to anybody on the web, for what anybody may read."""
    shared = await _shared(world.client(omar))

    report = await ok(await world.anybody.get(f"{V1}/loops/{shared['id']}/report"))

    assert [section["item"] for section in report["sections"]] == list(range(1, 19))
    assert report["filled"] >= 12
    assert all(one["source"]["url"] for section in report["sections"] for one in section["sentences"])
    assert report["licence"] == "CC BY 4.0"


async def test_an_item_is_written_by_its_author_alone(world, omar):
    """Others are refused, and unknown items named."""
    ines = await world.user("ines")
    shared = await _shared(world.client(omar))
    path = f"{V1}/loops/{shared['id']}/report"

    written = await ok(await world.client(omar).put(f"{path}/ethics", json={"text": "Not human subjects research."}))
    refused = [
        (await client.put(f"{path}/{item}", json={"text": "x"})).status_code
        for client, item in ((world.client(ines), "ethics"), (world.client(omar), "results"), (world.anybody, "ethics"))
    ]

    ethics = next(section for section in written["sections"] if section["key"] == "ethics")
    assert ethics["typed"] == "Not human subjects research."
    assert refused == [403, 422, 401]


async def test_a_public_share_names_its_report(world, omar):
    """On the same origin, where everybody may read it."""
    client = world.client(omar)
    shared = await _shared(client)
    learned = await loops.learned(client, visibility="private")
    begun = await loops.begun(client, learned["id"], visibility="private")
    hidden = await loops.shared(client, begun["id"], visibility="private")

    address = shared["record"]["report"]
    answer = await world.anybody.get(address.removeprefix(world.site.base_url), headers={"accept": "text/html"})

    assert answer.status_code == 200
    assert "report" not in hidden["record"]


@pytest.mark.parametrize(
    ("sent", "kept"), [(None, "CC BY 4.0"), ("CC0 1.0", "CC0 1.0"), ("All rights reserved", "All rights reserved")]
)
async def test_a_public_record_has_a_licence_that_is_told_as_text(world, omar, sent, kept):
    """It is beside the record and in its post, and no field of the record."""
    made = await loops.learned(world.client(omar), visibility="public", licence=sent)
    status = await ok(await world.anybody.get(f"/api/v1/statuses/{made['id']}"))

    assert made["licence"] == kept
    assert f"Licence: {kept}" in status["content"]
    assert "licence" not in made["record"]


async def test_a_licence_stays_when_the_record_changes(world, omar):
    """A correction does not take it away."""
    client = world.client(omar)
    made = await loops.learned(client, visibility="public", licence="CC0 1.0")

    changed = await ok(await client.patch(f"{V1}/learnings/{made['id']}", json={"title": "Lids slam"}))
    status = await ok(await client.get(f"/api/v1/statuses/{made['id']}"))

    assert changed["licence"] == "CC0 1.0"
    assert "Licence: CC0 1.0" in status["content"]


async def test_what_is_not_for_everybody_has_no_licence_and_no_citation(world, omar):
    """Neither in the answer nor in the post."""
    client = world.client(omar)
    made = await loops.learned(client, visibility="private", licence="CC0 1.0")
    status = await ok(await client.get(f"/api/v1/statuses/{made['id']}"))

    answers = [await client.get(f"{V1}/records/{made['id']}/citation.{form}") for form in ("bib", "ris")]

    assert (made["licence"], made["citation"]) == (None, "")
    assert "Licence" not in status["content"]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_an_unknown_licence_is_refused_at_its_field(world, omar):
    """With those that there are."""
    sent = {"text": "x", "visibility": "public", "licence": "MIT"}

    answer = await world.client(omar).post(f"{V1}/learnings", json=sent)

    assert answer.status_code == 422
    assert list(answer.json()["details"]) == ["licence"]


async def test_a_marked_post_keeps_its_words_and_has_the_usual_licence(world, omar):
    """The author's text is not changed; the licence stands beside the record."""
    client = world.client(omar)
    posted = await ok(await client.post("/api/v1/statuses", json={"status": "Bin lids wake us. #learning"}))

    kept = await ok(await client.get(f"{V1}/records/{posted['id']}"))

    assert kept["licence"] == "CC BY 4.0"
    assert "Licence" not in posted["content"]


async def test_a_record_is_cited_as_line_bibtex_and_ris(world, omar):
    """What everybody may read can be cited by everybody."""
    made = await loops.learned(world.client(omar), visibility="public")

    bib, ris = [await world.anybody.get(f"{V1}/records/{made['id']}/citation.{form}") for form in ("bib", "ris")]

    assert made["citation"] == f"Said O (2026). Bin lids wake patients. St Mary's. {made['url']}"
    assert "author = {{Omar Said}}" in bib.text
    assert f"UR  - {made['url']}\r\n" in ris.text


async def test_a_share_is_quoted_like_any_post(world, omar):
    """By another person, with the share inside."""
    ines = await world.user("ines")
    shared = await _shared(world.client(omar))

    quote = await ok(
        await world.client(ines).post(
            "/api/v1/statuses", json={"status": "Read this", "quoted_status_id": shared["id"]}
        )
    )

    assert quote["quote"]["state"] == "accepted"
    assert quote["quote"]["quoted_status"]["id"] == shared["id"]
