"""How often one may call, and what apps are told of it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from node.social.limits import PUBLISHED
from tests.contract.behaviours.apps import APP
from tests.support.world import World, make_world
from tests.web.api.test_media import picture, upload
from web.limiting import MAX_CALLERS, Window, family_of

HOME = "/api/v1/timelines/home"
OPEN = "/api/v1/custom_emojis"


@pytest.fixture
async def counting(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Return a node with the limits as published."""
    made = await make_world(sqlite_url, tmp_path, rate_limits={})
    yield made
    await made.close()


def told(answer: httpx.Response) -> tuple[int, int]:
    """Return the limit that an answer tells, and how much of it is left."""
    return int(answer.headers["x-ratelimit-limit"]), int(answer.headers["x-ratelimit-remaining"])


async def test_RAT_001_every_answer_tells_limit_rest_and_reset(counting: World) -> None:
    """Good ones and refusals, with and without a token; the reset is a time with microseconds."""
    ines = counting.client(await counting.user("ines"))
    answers = [
        await ines.get(HOME),
        await ines.get("/api/v1/statuses/1"),
        await counting.anybody.get(OPEN),
        await counting.anybody.get(HOME),
        await counting.anybody.get("/api/v1/nowhere"),
        await counting.client("x" * 43).get(HOME),
        await counting.anybody.post("/oauth/token", data={"grant_type": "x"}),
    ]

    assert [told(answer)[0] for answer in answers] == [300] * 7
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", one.headers["x-ratelimit-reset"]) for one in answers
    )


async def test_RAT_002_the_limit_that_is_nearest_is_told(sqlite_url: str, tmp_path: Path) -> None:
    """Here the account's, because it has used two tokens."""
    world = await make_world(sqlite_url, tmp_path, rate_limits={"account": 301})
    ines = await world.user("ines")
    first, second = world.client(ines), world.client(await world.token(ines, "read"))

    seen = [told(await one.get(HOME)) for one in (first, first, second)]

    assert seen == [(300, 299), (300, 298), (301, 298)]
    await world.close()


async def test_RAT_003_a_token_has_300_calls_and_an_account_1500_in_five_minutes(counting: World) -> None:
    """Then 429, until the window is over."""
    ines = await counting.user("ines")
    clients = [counting.client(await counting.token(ines, "read")) for _ in range(6)]

    codes = [[(await one.get("/api/v1/markers")).status_code for _ in range(301)] for one in clients[:1]]
    rest = [(await one.get("/api/v1/markers")).status_code for one in clients[1:] for _ in range(300)]
    counting.clock.pass_time(minutes=5)
    later = await clients[0].get("/api/v1/markers")

    assert (codes[0].count(200), codes[0][-1]) == (300, 429)
    assert (rest.count(200), rest[-1]) == (1500 - 301, 429)
    assert later.status_code == 200


async def test_RAT_004_without_a_token_an_address_has_300_calls(counting: World) -> None:
    """An IPv6 one shares them with its /64; a token that is none counts for the address, too."""

    def at(address: str, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(counting.app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="https://ward.example", headers=headers)

    async with at("2001:db8::1") as one, at("2001:db8::ffff:2") as near, at("2001:db8:0:1::1") as far:
        used = [(await one.get(OPEN)).status_code for _ in range(299)]
        last, beyond, elsewhere = await near.get(OPEN), await near.get(OPEN), await far.get(OPEN)
    async with at("192.0.2.50", authorization="Bearer wrong") as guessing:
        guesses = [(await guessing.get(HOME)).status_code for _ in range(301)]

    assert (set(used), last.status_code, beyond.status_code, elsewhere.status_code) == ({200}, 200, 429, 200)
    assert (guesses.count(401), guesses[-1]) == (300, 429)


async def test_RAT_005_thirty_files_in_half_an_hour(counting: World) -> None:
    """The headers tell that limit, which is nearer than the token's."""
    ines = await counting.user("ines")
    image = picture("PNG")

    answers = [await upload(counting, ines, image) for _ in range(3)]
    more = [(await counting.client(ines).post("/api/v1/media")).status_code for _ in range(28)]

    assert [told(answer) for answer in answers] == [(30, 29), (30, 28), (30, 27)]
    assert (more[26], more[27]) == (422, 429)


async def test_RAT_006_deleting_and_taking_boosts_back_share_thirty(counting: World) -> None:
    """Whether there was something to delete or not."""
    ines = counting.client(await counting.user("ines"))

    first = await ines.delete("/api/v1/statuses/1")
    codes = [(await ines.post("/api/v1/statuses/1/unreblog")).status_code for _ in range(30)]

    assert told(first) == (30, 29)
    assert (codes[28], codes[29]) == (404, 429)


async def test_RAT_007_five_apps_in_ten_minutes_from_an_address(counting: World) -> None:
    """Whatever else is called from there."""
    codes = [(await counting.anybody.post("/api/v1/apps", json=APP)).status_code for _ in range(6)]
    counting.clock.pass_time(minutes=10)
    later = await counting.anybody.post("/api/v1/apps", json=APP)

    assert (codes, later.status_code, told(later)) == ([200] * 5 + [429], 200, (5, 4))


async def test_RAT_008_five_accounts_in_half_an_hour_from_an_address(counting: World) -> None:
    """Also when several apps ask."""
    apps = [counting.client(await counting.token(None, "write")) for _ in range(2)]

    codes = [(await apps[number % 2].post("/api/v1/accounts", data={})).status_code for number in range(6)]

    assert codes == [403] * 5 + [429]


async def test_RAT_009_writing_editing_and_boosting_share_300_in_three_hours(counting: World) -> None:
    """The headers tell of these, not of the token's calls."""
    client = counting.client(await counting.user("ines"))
    for _ in range(4):
        await client.get(HOME)

    made = await client.post("/api/v1/statuses", data={"status": "Soft-close lids."})
    edited = await client.put(f"/api/v1/statuses/{made.json()['id']}", data={"status": "Soft-close lids!"})
    boosted = await client.post(f"/api/v1/statuses/{made.json()['id']}/reblog")

    assert [told(one) for one in (made, edited, boosted)] == [(300, 299), (300, 298), (300, 297)]
    assert made.headers["x-ratelimit-reset"] != (await client.get(HOME)).headers["x-ratelimit-reset"]


async def test_RAT_010_people_and_hashtags_share_400_follows_a_day(counting: World) -> None:
    """Both are told of it."""
    ines, omar = await counting.user("ines"), await counting.user("omar")
    client = counting.client(ines)

    person = await client.post(f"/api/v1/accounts/{omar.id}/follow")
    tag = await client.post("/api/v1/tags/sepsis/follow")

    assert [told(person), told(tag)] == [(400, 399), (400, 398)]


async def test_RAT_011_400_reports_a_day(counting: World) -> None:
    """Of an account, from all its apps."""
    ines, omar = await counting.user("ines"), await counting.user("omar")

    answer = await counting.client(ines).post("/api/v1/reports", data={"account_id": str(omar.id)})

    assert (answer.status_code, told(answer)) == (200, (400, 399))


@pytest.mark.parametrize("query", ["max_id=5", "limit=2&min_id=1", "since_id=1", "page=2"])
async def test_RAT_012_paging_has_300_of_its_own_in_a_quarter_of_an_hour(counting: World, query: str) -> None:
    """Three windows of the token's are one of paging's."""
    client = counting.client(await counting.user("ines"))
    codes = []
    for _ in range(3):
        codes += [(await client.get(f"/api/v1/notifications?{query}")).status_code for _ in range(101)]
        counting.clock.pass_time(minutes=5)

    unpaged = await client.get("/api/v1/notifications?limit=2&types[]=page")

    assert (codes.index(429), unpaged.status_code) == (300, 200)


async def test_ERR_017_too_much_is_429_with_words_and_headers(sqlite_url: str, tmp_path: Path) -> None:
    """And says when to come back; nothing of the call was done."""
    world = await make_world(sqlite_url, tmp_path, rate_limits={"statuses": 1})
    client = world.client(await world.user("ines"))
    await client.post("/api/v1/statuses", data={"status": "One"})

    answer = await client.post("/api/v1/statuses", data={"status": "Two"})

    shown = await client.get("/api/v1/accounts/verify_credentials")
    assert (answer.status_code, told(answer)) == (429, (1, 0))
    assert answer.json()["error"].startswith("Too many requests")
    assert 0 < int(answer.headers["retry-after"]) <= 3 * 3600 + 1
    assert answer.headers["access-control-allow-origin"] == "*"
    assert shown.json()["statuses_count"] == 1
    await world.close()


@pytest.mark.parametrize(
    ("decided", "headers"),
    [({"rate_limits": dict.fromkeys(PUBLISHED, 0)}, False), ({"rate_limit_free": None}, False), ({}, True)],
)
async def test_limits_can_be_lifted(
    sqlite_url: str, tmp_path: Path, decided: dict[str, Any], headers: bool
) -> None:  # of the table
    """All of them, or for the networks that a hospital's people come from."""
    from ipaddress import ip_network

    if "rate_limit_free" in decided:
        decided = {"rate_limit_free": (ip_network("192.0.2.0/24"),)}
    world = await make_world(sqlite_url, tmp_path, **({"rate_limits": {}} | decided))

    answer = await world.anybody.get(OPEN)

    assert ("x-ratelimit-limit" in answer.headers) is headers
    await world.close()


def test_a_window_remembers_a_bounded_number_of_callers() -> None:
    """Whoever called longest ago is forgotten first."""
    window = Window(PUBLISHED["address"])

    for number in range(MAX_CALLERS + 10):
        window.count(number, 1000.0)

    assert len(window._counts) == MAX_CALLERS
    assert (window.count(0, 1000.0), window.count(MAX_CALLERS, 1000.0)) == (299, 298)


def test_every_family_is_that_of_a_row() -> None:
    """A family of an address that does not exist would limit nothing."""
    import web
    from web import limiting

    rows = {(route.method, re.sub(r"\{[^}]*\}", "{}", route.path)) for area in web.AREAS for route in area}

    assert set(limiting._FAMILIES) - rows == set()
    assert family_of("GET", "/api/v1/statuses/{id}") is None
