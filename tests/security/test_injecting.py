"""What looks like SQL in a parameter is a text like any other, on both databases."""

import csv
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pytest

from tests.support.world import World
from tests.web.api.test_statuses import post

PARAMS: Final = Path(__file__).parents[1] / "contract" / "mastodon" / "params.tsv"
MARKS: Final = (
    "'",
    '"',
    "';--",
    "/*",
    "\\",
    "%",
    "_",
    "$1",
    ":name",
    "?",
    "{}",
    "->>'$.a'",
    "a\x1ab",
    "') UNION SELECT 1--",
)
PAIRS: Final = (
    ("zz' OR '1'='1", "zz' OR '1'='2"),
    ("zz') OR 1=1--", "zz') OR 1=2--"),
    ("1 AND 1=1", "1 AND 1=2"),
    ('zz" OR ""="', 'zz" OR ""="x'),
    ("zz%", "zz_"),
)
STREAMS: Final = "/api/v1/streaming"


def asked() -> dict[str, list[str]]:
    """Return the parameters of every route that is read, by the route."""
    found: dict[str, list[str]] = {}
    with PARAMS.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["method"] == "GET" and row["path"].startswith("/api/") and not row["path"].startswith(STREAMS):
                found.setdefault(row["path"], []).append(f"{row['in']}:{row['name']}")
    return found


def url(path: str, where: str, name: str, value: str, status_id: str) -> str:
    """Return an address with a value in one place of it, and a good one in every other of its path."""
    steps = []
    for step in path.split("/"):
        is_meant = where == "path" and step == f":{name}"
        steps.append(quote(value, safe="") if is_meant else status_id if step.startswith(":") else step)
    query = f"?{quote(name)}={quote(value, safe='')}" if where == "query" else ""
    more = "&q=gel&acct=ines" if query and name not in ("q", "acct") else ""
    return "/".join(steps) + query + more


def answer(response: httpx.Response) -> tuple[int, object]:
    """Return what an answer says, but for the text that repeats what was sent."""
    body = response.json() if response.content else None
    return response.status_code, None if isinstance(body, dict) and "error" in body else body


@pytest.mark.parametrize("path", asked())
async def test_S173_what_looks_like_sql_is_a_text_like_any_other(world: World, path: str) -> None:
    """No fault of the database, and what a condition would turn round gives equal answers."""
    ines = await world.user("ines", role="admin")
    made = await post(world, ines, "#gel by every bed")
    client = world.client(ines)
    for where, name in (one.split(":", 1) for one in asked()[path]):
        for value in MARKS:
            response = await client.get(url(path, where, name, value, made["id"]))
            assert response.status_code < 500, (name, value)
        for true, false in PAIRS:
            both = [answer(await client.get(url(path, where, name, one, made["id"]))) for one in (true, false)]
            if where == "query":  # a step of a path is one thing or another
                assert both[0] == both[1], (name, true)


@pytest.mark.parametrize("place", ["/api/v1/timelines/tag/gel?any[]={}", "/api/v1/timelines/tag/{}"])
@pytest.mark.parametrize("wildcard", ["%", "g%", "g_l", "_ul", "*", "g*"])
async def test_S173_wildcards_in_hashtags_stand_for_themselves(world: World, place: str, wildcard: str) -> None:
    """They find nothing more."""
    ines = await world.user("ines")
    await post(world, ines, "#gul by every bed")

    assert (await world.anybody.get(place.format(quote(wildcard, safe="")))).json() == []
