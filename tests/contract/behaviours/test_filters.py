"""What apps rely on about filters; each test is named by the behaviour it shows."""

from typing import Any

import httpx
import pytest

from node.store.unit import Publish
from tests.contract.entities import faults
from tests.contract.pictures import picture
from tests.support.world import World


async def _filter(client: httpx.AsyncClient, *words: str, **sent: Any) -> dict[str, Any]:
    keywords = [{"keyword": word, "whole_word": sent.pop("whole_word", True)} for word in words]
    body = {"title": "Not today", "context": ["home"], "keywords_attributes": keywords} | sent
    answer = await client.post("/api/v2/filters", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _post(client: httpx.AsyncClient, **sent: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/statuses", json=sent)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _matches(client: httpx.AsyncClient, status_id: str) -> list[tuple[Any, Any]]:
    status = (await client.get(f"/api/v1/statuses/{status_id}")).json()
    return [(one["keyword_matches"], one["status_matches"]) for one in status["filtered"]]


@pytest.mark.parametrize(
    "sent",
    [
        {"context": ["home"]},
        {"title": "", "context": ["home"]},
        {"title": "x" * 257, "context": ["home"]},
        {"title": "Falls"},
        {"title": "Falls", "context": []},
        {"title": "Falls", "context": ["kitchen"]},
        {"title": "Falls", "context": ["home", "kitchen"]},
    ],
)
async def test_FIL_001_a_filter_needs_a_title_and_a_context(world: World, sent: dict[str, Any]) -> None:
    """Without either, or with a word that is no context, nothing is made."""
    ines = world.client(await world.user("ines"))

    answer = await ines.post("/api/v2/filters", json=sent)

    assert answer.status_code == 422
    assert (await ines.get("/api/v2/filters")).json() == []


async def test_FIL_002_an_action_is_one_of_three(world: World) -> None:
    """Each of them is kept, warn when none is said; another word is refused."""
    ines = world.client(await world.user("ines"))

    kept = [(await _filter(ines, filter_action=one))["filter_action"] for one in ("warn", "hide", "blur")]
    usual = (await _filter(ines))["filter_action"]
    refused = await ines.post("/api/v2/filters", json={"title": "x", "context": ["home"], "filter_action": "shout"})

    assert (kept, usual, refused.status_code) == (["warn", "hide", "blur"], "warn", 422)


async def test_FIL_003_keywords_are_added_changed_and_removed_in_one_call(world: World) -> None:
    """JSON and forms alike; the answer is the whole filter."""
    ines = world.client(await world.user("ines"))
    made = await _filter(ines, "falls", "beds")
    falls, beds = (one["id"] for one in made["keywords"])

    form = {
        "keywords_attributes[0][id]": falls,
        "keywords_attributes[0][keyword]": "stumbles",
        "keywords_attributes[1][id]": beds,
        "keywords_attributes[1][_destroy]": "true",
        "keywords_attributes[2][keyword]": "lifts",
        "keywords_attributes[2][whole_word]": "false",
    }
    changed = (await ines.put(f"/api/v2/filters/{made['id']}", data=form)).json()

    kept = [(one["keyword"], one["whole_word"]) for one in changed["keywords"]]
    assert kept == [("stumbles", True), ("lifts", False)]
    assert faults("Filter", changed) == []
    assert (changed["title"], changed["context"]) == ("Not today", ["home"])


async def test_FIL_004_every_change_is_published(world: World) -> None:
    """Open apps fetch the filters anew, whatever about them changed."""
    person = await world.user("ines")
    ines, post = world.client(person), (await _post(world.client(await world.user("sam")), status="Hello"))
    said: list[Publish] = []
    world.db.on_publish = said.append
    made = await _filter(ines, "falls")
    keyword = (await ines.post(f"/api/v2/filters/{made['id']}/keywords", json={"keyword": "beds"})).json()
    marked = (await ines.post(f"/api/v2/filters/{made['id']}/statuses", json={"status_id": post["id"]})).json()
    await ines.put(f"/api/v2/filters/keywords/{keyword['id']}", json={"keyword": "bed"})
    await ines.delete(f"/api/v2/filters/keywords/{keyword['id']}")
    await ines.delete(f"/api/v2/filters/statuses/{marked['id']}")
    await ines.put(f"/api/v2/filters/{made['id']}", json={"title": "Other"})
    await ines.delete(f"/api/v2/filters/{made['id']}")

    told = [one.to for one in said if one.topic == "filters_changed"]
    assert told == [(person.id,)] * 8


async def test_FIL_005_a_status_says_which_filters_it_matches(world: World) -> None:
    """With the filter, the words that were found and the posts it names; a guest is told nothing."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    made = await _filter(ines, "falls", filter_action="hide")
    spoken, named = await _post(sam, status="Two FALLS tonight"), await _post(sam, status="Nothing else")
    await ines.post(f"/api/v2/filters/{made['id']}/statuses", json={"status_id": named["id"]})

    page = {one["id"]: one for one in (await ines.get("/api/v1/timelines/public")).json()}
    guest = (await world.anybody.get(f"/api/v1/statuses/{spoken['id']}")).json()

    [hit], [mark] = page[spoken["id"]]["filtered"], page[named["id"]]["filtered"]
    assert (hit["keyword_matches"], hit["status_matches"]) == (["FALLS"], None)
    assert (mark["keyword_matches"], mark["status_matches"]) == (None, [named["id"]])
    brief = {"id": made["id"], "title": "Not today", "context": ["home"], "expires_at": None, "filter_action": "hide"}
    assert brief == hit["filter"] == mark["filter"]
    assert faults("FilterResult", hit) + faults("FilterResult", mark) == []
    assert "filtered" not in guest


async def test_FIL_006_a_boost_matches_as_what_it_boosts(world: World) -> None:
    """Both the boost and the post in it say so."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    await _filter(ines, "falls")
    post = await _post(sam, status="Two falls tonight")
    boost = (await sam.post(f"/api/v1/statuses/{post['id']}/reblog")).json()

    shown = (await ines.get(f"/api/v1/statuses/{boost['id']}")).json()

    found = [one["filtered"][0]["keyword_matches"] for one in (shown, shown["reblog"])]
    assert found == [["falls"], ["falls"]]


async def test_FIL_007_text_warning_poll_and_descriptions_are_searched(world: World) -> None:
    """In whatever case; markup is not."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    file = {"file": ("a.png", picture(), "image/png")}
    image = (await sam.post("/api/v2/media", files=file, data={"description": "A FALLS chart"})).json()
    poll = {"options": ["Fewer falls", "More"], "expires_in": 3600}
    posts = [
        await _post(sam, status="FALLS &amp; beds"),
        await _post(sam, status="Read on", spoiler_text="Falls"),
        await _post(sam, status="Which?", poll=poll),
        await _post(sam, status="See", media_ids=[image["id"]]),
        await _post(sam, status="#handover"),
    ]
    await _filter(ines, "falls")
    await _filter(ines, "href", "mention", "span")

    found = [await _matches(ines, post["id"]) for post in posts]

    assert [[match[0] for match in one] for one in found] == [[["FALLS"]], [["Falls"]], [["falls"]], [["FALLS"]], []]


@pytest.mark.parametrize(
    ("keyword", "is_whole", "text", "is_found"),
    [
        ("fall", True, "A fall.", True),
        ("fall", True, "Waterfalls", False),
        ("fall", False, "Waterfalls", True),
        ("#fall", True, "so#fall", True),
        ("#fall", True, "#falls", False),
        ("fall!", True, "fall!!", True),
        ("fall!", True, "nightfall!", False),
        ("Stürze", True, "STÜRZE heute", True),
        ("a.b", True, "a-b", False),
        ("two words", True, "two words", True),
    ],
)
async def test_FIL_008_a_whole_word_ends_only_where_it_has_letters(
    world: World, keyword: str, is_whole: bool, text: str, is_found: bool
) -> None:
    """At an end that is no letter nothing has to end."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    await _filter(ines, keyword, whole_word=is_whole)
    post = await _post(sam, status=text)

    found = await _matches(ines, post["id"])

    assert bool(found) is is_found


async def test_FIL_009_an_expired_filter_is_listed_and_matches_nothing(world: World) -> None:
    """Until somebody lets it last longer."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    made = await _filter(ines, "falls", expires_in=3600)
    post = await _post(sam, status="Two falls")
    before = await _matches(ines, post["id"])
    world.clock.pass_time(seconds=3601)

    after, listed = await _matches(ines, post["id"]), (await ines.get("/api/v2/filters")).json()
    await ines.put(f"/api/v2/filters/{made['id']}", json={"expires_in": None})
    again = await _matches(ines, post["id"])

    assert (len(before), after, [one["id"] for one in listed], len(again)) == (1, [], [made["id"]], 1)


async def test_FIL_010_own_posts_match_too(world: World) -> None:
    """What to do about it is the app's decision."""
    ines = world.client(await world.user("ines"))
    await _filter(ines, "falls")

    post = await _post(ines, status="My falls")

    assert [one["keyword_matches"] for one in post["filtered"]] == [["falls"]]


async def test_FIL_011_filters_of_another_are_not_there(world: World) -> None:
    """Neither the filter nor what is in it can be read, changed or removed."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    post = await _post(sam, status="Hello")
    made = await _filter(sam, "falls")
    keyword = made["keywords"][0]["id"]
    marked = (await sam.post(f"/api/v2/filters/{made['id']}/statuses", json={"status_id": post["id"]})).json()["id"]
    whole, word, one = (
        f"/api/v2/filters/{made['id']}",
        f"/api/v2/filters/keywords/{keyword}",
        "/api/v2/filters/statuses/",
    )
    body = {"title": "x", "context": ["home"], "keyword": "x", "phrase": "x", "status_id": post["id"]}

    calls = [
        ("GET", whole),
        ("PUT", whole),
        ("DELETE", whole),
        ("GET", f"{whole}/keywords"),
        ("POST", f"{whole}/keywords"),
    ]
    calls += [
        ("GET", f"{whole}/statuses"),
        ("POST", f"{whole}/statuses"),
        ("GET", word),
        ("PUT", word),
        ("DELETE", word),
    ]
    calls += [("GET", f"{one}{marked}"), ("DELETE", f"{one}{marked}")]
    calls += [(method, f"/api/v1/filters/{keyword}") for method in ("GET", "PUT", "DELETE")]
    found = [
        (await ines.request(method, path, json=None if method == "GET" else body)).status_code for method, path in calls
    ]
    own = await _filter(ines)
    stolen = await ines.put(
        f"/api/v2/filters/{own['id']}", json={"keywords_attributes": [{"id": keyword, "keyword": "x"}]}
    )

    assert found == [404] * len(calls)
    assert stolen.status_code == 404
    assert (await sam.get(whole)).json()["keywords"] == made["keywords"]


async def test_FIL_012_the_first_version_is_one_keyword(world: World) -> None:
    """Irreversible is what the second version calls hide; what one makes the other shows."""
    ines = world.client(await world.user("ines"))
    form = {"phrase": "falls", "context[]": ["home", "thread"], "irreversible": "true", "whole_word": "1"}

    made = (await ines.post("/api/v1/filters", data=form)).json()
    several = await _filter(ines, "beds", "lifts")
    listed = (await ines.get("/api/v1/filters")).json()
    newer = (await ines.get("/api/v2/filters")).json()[0]
    await ines.delete(f"/api/v1/filters/{made['id']}")

    assert faults("V1::Filter", made) == []
    assert (made["phrase"], made["irreversible"], made["whole_word"]) == ("falls", True, True)
    assert [one["phrase"] for one in listed] == ["falls", "beds", "lifts"]
    assert (newer["title"], newer["filter_action"], newer["keywords"][0]["id"]) == ("falls", "hide", made["id"])
    assert [one["id"] for one in (await ines.get("/api/v2/filters")).json()] == [several["id"]]


async def test_FIL_013_the_first_version_does_not_change_what_several_keywords_share(world: World) -> None:
    """Its own keyword it may change; with one keyword in the filter, everything."""
    ines = world.client(await world.user("ines"))
    shared, single = await _filter(ines, "beds", "lifts"), await _filter(ines, "falls")
    bed, fall = shared["keywords"][0]["id"], single["keywords"][0]["id"]

    refused = await ines.put(f"/api/v1/filters/{bed}", json={"phrase": "bed", "context": ["public"]})
    kept = (await ines.get(f"/api/v1/filters/{bed}")).json()
    own = await ines.put(f"/api/v1/filters/{bed}", json={"whole_word": False})
    whole = (await ines.put(f"/api/v1/filters/{fall}", json={"phrase": "trips", "context": ["public"]})).json()

    assert (refused.status_code, kept["phrase"], own.json()["whole_word"]) == (422, "beds", False)
    assert (whole["phrase"], whole["context"]) == ("trips", ["public"])


async def test_FIL_014_clients_are_told_known_actions_only(world: World) -> None:
    """What a client should do with an unknown action it never has to: none is kept."""
    ines = world.client(await world.user("ines"))
    made = await _filter(ines, "falls", filter_action="blur")

    refused = await ines.put(f"/api/v2/filters/{made['id']}", json={"filter_action": "tremble"})

    kept = (await ines.get(f"/api/v2/filters/{made['id']}")).json()["filter_action"]
    assert (refused.status_code, kept) == (422, "blur")


async def test_fifty_filters_are_searched_together(world: World) -> None:
    """Each that matches is named, in the order they were made, with what of it was found first."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    for number in range(50):
        await _filter(ines, f"ward{number}", f"bed{number}")
    post = await _post(sam, status="From ward7 to bed31, and bed7")

    found = await _matches(ines, post["id"])

    assert [one[0] for one in found] == [["ward7"], ["bed31"]]


async def test_quoted_post_is_searched_as_well(world: World) -> None:
    """Whoever does not want to read it does not want to read it there."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    await _filter(ines, "falls")
    quoted = await _post(sam, status="Two falls")
    post = await _post(sam, status="As I said", quoted_status_id=quoted["id"])

    shown = (await ines.get(f"/api/v1/statuses/{post['id']}")).json()

    assert shown["filtered"] == []
    assert shown["quote"]["quoted_status"]["filtered"][0]["keyword_matches"] == ["falls"]


async def test_keywords_and_filters_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than can be searched quickly are refused."""
    ines = world.client(await world.user("ines"))
    monkeypatch.setattr("node.services.filtering.MAX_FILTERS", 1)
    monkeypatch.setattr("node.services.filtering.MAX_KEYWORDS", 2)
    made = await _filter(ines, "one", "two")

    answers = [
        await ines.post("/api/v2/filters", json={"title": "x", "context": ["home"]}),
        await ines.post(f"/api/v2/filters/{made['id']}/keywords", json={"keyword": "three"}),
        await ines.post(f"/api/v2/filters/{made['id']}/keywords", json={"keyword": "x" * 513}),
    ]

    assert [answer.json().get("code") for answer in answers] == ["too-many", "too-many", "invalid"]
