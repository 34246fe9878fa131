"""What holds for every answer of the API: ids, times, shapes, headers, and how parameters are read."""

import re
from typing import Any

import httpx
import pytest

import web
from tests.contract.entities import faults
from tests.support.world import World

STATUSES = "/api/v1/statuses"
ME = "/api/v1/accounts/verify_credentials"


async def post(client: httpx.AsyncClient, text: str, **more: Any) -> dict[str, Any]:
    """Post something and return the Status."""
    answer = await client.post(STATUSES, data={"status": text} | more)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def values_of(value: Any, wanted: str) -> list[Any]:
    """Return every value that stands under a name, however deep."""
    if isinstance(value, list):
        return [found for one in value for found in values_of(one, wanted)]
    if not isinstance(value, dict):
        return []
    here = [one for name, one in value.items() if re.fullmatch(wanted, name)]
    return here + [found for one in value.values() for found in values_of(one, wanted)]


async def test_GEN_001_every_id_is_text(world: World) -> None:
    """Of posts, people, files, rules, and of those inside others."""
    client = world.client(await world.user("ines"))
    await post(client, "Lids #sepsis @omar")
    bodies = [
        (await client.get(path)).json()
        for path in (ME, "/api/v1/timelines/home", "/api/v2/instance", "/api/v1/apps/verify_credentials")
    ]

    ids = [one for one in values_of(bodies, "id|.*_id") if one is not None]

    assert len(ids) > 5
    assert all(isinstance(one, str) for one in ids)


async def test_GEN_002_times_are_utc_with_milliseconds_and_days_are_days(world: World) -> None:
    """2026-11-26T08:00:00.000Z, and 2026-11-26."""
    client = world.client(await world.user("ines"))
    made = await post(client, "Lids")
    me = (await client.get(ME)).json()

    times = [made["created_at"], me["created_at"]]

    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one) for one in times)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", me["last_status_at"])


async def test_GEN_003_done_and_nothing_to_say_is_an_empty_object(world: World) -> None:
    """With 200."""
    ines, omar = await world.user("ines"), await world.user("omar")
    client = world.client(ines)
    made = (await client.post("/api/v1/lists", data={"title": "Ward"})).json()
    await client.post(f"/api/v1/accounts/{omar.id}/follow")
    answers = [
        await client.post(f"/api/v1/lists/{made['id']}/accounts", data={"account_ids[]": str(omar.id)}),
        await client.delete(f"/api/v1/lists/{made['id']}"),
        await client.post("/api/v1/notifications/clear"),
    ]

    assert [(one.status_code, one.json()) for one in answers] == [(200, {})] * 3


@pytest.mark.parametrize("how", ["json", "data", "files"])
async def test_GEN_004_forms_multipart_and_json_say_the_same(world: World, how: str) -> None:
    """On every write."""
    client = world.client(await world.user("ines"))
    sent: dict[str, Any] = {"status": "Lids", "visibility": "unlisted", "spoiler_text": "Noise"}
    body: Any = {name: (None, one) for name, one in sent.items()} if how == "files" else sent

    answer = await client.post(STATUSES, **{how: body})

    assert (answer.json()["visibility"], answer.json()["spoiler_text"]) == ("unlisted", "Noise")


async def test_GEN_005_lists_end_in_brackets_and_nested_names_stand_in_them(world: World) -> None:
    """As forms write them."""
    client = world.client(await world.user("ines"))
    sent = {"status": "When?", "poll[options][]": ["early", "late"], "poll[expires_in]": "3600"}

    made = (await client.post(STATUSES, data=sent)).json()

    assert [one["title"] for one in made["poll"]["options"]] == ["early", "late"]


@pytest.mark.parametrize(
    ("word", "is_true"),
    [(word, False) for word in ("0", "f", "F", "false", "FALSE", "off", "OFF")]
    + [(word, True) for word in ("1", "t", "true", "on", "yes", "anything")],
)
async def test_GEN_006_a_few_words_are_false_and_all_others_true(
    world: World, word: str, is_true: bool
) -> None:  # of the table
    """Whatever apps write."""
    client = world.client(await world.user("ines"))

    made = await post(client, "Lids", sensitive=word)

    assert made["sensitive"] is is_true


async def test_GEN_007_what_is_not_there_is_null_and_not_missing(world: World) -> None:
    """The tables say which attributes may be missing."""
    client = world.client(await world.user("ines"))
    made = await post(client, "Lids")

    nulls = ("in_reply_to_id", "in_reply_to_account_id", "reblog", "card", "poll", "edited_at")

    assert [made[name] for name in nulls] == [None] * len(nulls)
    assert (faults("Status", made), faults("CredentialAccount", (await client.get(ME)).json())) == ([], [])


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*", ""])
async def test_GEN_008_an_unknown_address_of_the_api_is_404_in_json(world: World, accept: str) -> None:
    """Whatever is asked for, with every method."""
    for method in ("GET", "POST", "DELETE"):
        for path in ("/api/v1/nowhere", "/api/v9/statuses", "/api/", "/api/v1//accounts", "/api/v1/instance.json"):
            answer = await world.anybody.request(method, path, headers={"accept": accept})

            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
            assert faults("Error", answer.json()) == []


async def test_GEN_009_answers_of_the_api_may_load_and_be_framed_by_nothing(world: World) -> None:
    """If a browser ever shows one as a page."""
    for path in ("/api/v1/instance", "/api/v1/nowhere", ME):
        policy = (await world.anybody.get(path)).headers["content-security-policy"]

        assert policy == "default-src 'none'; frame-ancestors 'none'; form-action 'none'"


@pytest.mark.parametrize("path", [ME, "/oauth/token", "/oauth/revoke", "/api/v1/statuses/1", "/api/v1/nowhere"])
async def test_GEN_010_any_page_may_call_the_api_without_cookies(world: World, path: str) -> None:
    """In the question before the call, and in the answer."""
    origin = {"origin": "https://elk.example"}
    before = await world.anybody.options(
        path,
        headers=origin | {"access-control-request-method": "POST", "access-control-request-headers": "authorization"},
    )
    answer = await world.anybody.post(path, headers=origin)

    for one in (before, answer):
        assert one.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in one.headers
    if before.status_code == 204:
        allowed = before.headers["access-control-allow-headers"].lower()
        assert {"authorization", "content-type", "idempotency-key"} <= set(allowed.split(", "))


async def test_GEN_011_scripts_may_read_what_paging_and_waiting_need(world: World) -> None:
    """Link, the limits, the id of the request, and what is still being fetched."""
    exposed = (await world.anybody.get("/api/v1/instance")).headers["access-control-expose-headers"]

    assert set(exposed.lower().split(", ")) >= {
        "link",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
        "mastodon-async-refresh",
    }


async def test_GEN_012_what_is_for_older_apps_says_since_when(world: World) -> None:
    """Also in a refusal; what took its place says nothing."""
    client = world.client(await world.user("ines"))
    old = ("/api/v1/instance", "/api/v1/filters", "/api/v1/suggestions", "/api/v1/trends", "/api/v1/filters/1")
    new = ("/api/v2/instance", "/api/v2/filters", "/api/v2/suggestions", "/api/v1/trends/tags")

    told = [(await client.get(path)).headers.get("deprecation", "") for path in old]
    untold = [(await client.get(path)).headers.get("deprecation") for path in new]

    assert all(re.fullmatch(r"@\d{10}", one) for one in told), told
    assert untold == [None] * 4


async def test_GEN_013_what_everybody_reads_may_be_kept_for_a_moment(world: World) -> None:
    """Fifteen seconds; with a token, by nobody, and a refusal neither."""
    ines = await world.user("ines")
    client = world.client(ines)
    made = await post(client, "Lids")
    for path in ("/api/v1/timelines/public", f"{STATUSES}/{made['id']}", f"/api/v1/accounts/{ines.id}"):
        anybody, somebody = await world.anybody.get(path), await client.get(path)

        assert anybody.headers["cache-control"] == "public, max-age=15"
        assert somebody.headers["cache-control"] == "private, no-store"
    refused = await world.anybody.get(f"{STATUSES}/1")
    assert (refused.status_code, refused.headers["cache-control"]) == (404, "private, no-store")


async def test_GEN_014_what_the_node_says_of_itself_may_be_kept_for_five_minutes(world: World) -> None:
    """Even with a token, because it is the same for all."""
    for client in (world.anybody, world.client(await world.user("ines"))):
        for path in ("/api/v1/instance", "/api/v2/instance", "/api/v1/instance/rules", "/api/v1/custom_emojis"):
            assert (await client.get(path)).headers["cache-control"] == "public, max-age=300"


async def test_GEN_015_what_differs_by_reader_says_so(world: World) -> None:
    """To caches on the way; every row that looks at a token does."""
    client = world.client(await world.user("ines"))
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications"):
        for one in (client, world.anybody):
            assert "Authorization" in (await one.get(path)).headers["vary"]
    assert any(route.access is not None for area in web.AREAS for route in area)


@pytest.mark.parametrize("lang", ["en", "de", "xx", "nonsense-language", "%20", ""])
async def test_GEN_016_a_language_that_is_not_spoken_is_ignored(world: World, lang: str) -> None:
    """This node speaks English alone; whatever is asked for, the answer is the same."""
    plain = await world.anybody.get(ME)

    asked = await world.anybody.get(f"{ME}?lang={lang}")

    assert (asked.status_code, asked.json()) == (plain.status_code, plain.json())


async def test_GEN_017_a_browsers_language_changes_nothing(world: World) -> None:
    """For the same reason."""
    answers = [
        await world.anybody.get(ME, headers={"accept-language": one}) for one in ("de-DE,de;q=0.9", "x" * 2000, "*")
    ]

    assert {answer.json()["error"] for answer in answers} == {"The access token is invalid"}


async def test_GEN_018_html_has_few_tags_and_nothing_that_runs(world: World) -> None:
    """What is typed as markup is text."""
    client = world.client(await world.user("ines"))

    made = await post(client, "<script>alert(1)</script> <b>bold</b> https://a.example/<x>")
    await client.patch("/api/v1/accounts/update_credentials", data={"note": "<img src=x onerror=y>"})
    note = (await client.get(ME)).json()["note"]

    tags = set(re.findall(r"<(\w+)", made["content"] + note))
    assert tags <= {"p", "br", "span", "a", "del", "pre", "code", "em", "strong", "b", "i", "u", "ul", "ol", "li"}
    assert "&lt;script&gt;" in made["content"]


async def test_GEN_020_mentions_hashtags_and_links_have_the_classes_of_mastodon(world: World) -> None:
    """By which apps make them lead into themselves."""
    client = world.client(await world.user("ines"))
    await world.user("omar")
    long = f"https://www.hospital.example/{'path/' * 12}"

    made = await post(client, f"@omar look: #sepsis {long}")

    assert 'class="u-url mention"' in made["content"]
    assert re.search(r'class="mention hashtag"[^>]*>#<span>sepsis</span>', made["content"])
    assert 'class="invisible"' in made["content"]
    assert 'class="ellipsis"' in made["content"]


async def test_every_answer_has_the_id_of_its_request(world: World) -> None:
    """Each another one, good or bad."""
    answers = [await world.anybody.get(path) for path in ("/api/v1/instance", "/api/v1/nowhere", ME, "/about")]

    assert len({answer.headers["x-request-id"] for answer in answers}) == 4
