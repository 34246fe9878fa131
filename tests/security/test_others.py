"""What belongs to somebody else is not there: every route that names a thing by its id is asked about another's."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import httpx

import web
from tests.contract.pictures import picture
from tests.support.world import World
from web.routing import Route

# whose thing a path names, by the longest beginning that fits; a new route has to be in one of these
OWNED: Final = {
    "/api/v1/statuses/{}": "post",
    "/api/v1/pleroma/statuses/{}": "post",
    "/api/v1/polls/{}": "poll",
    "/api/v1/scheduled_statuses/{}": "scheduled",
    "/api/v1/media/{}": "media",
    "/api/v1/lists/{}": "list",
    "/api/v1/timelines/list/{}": "list",
    "/api/v1/filters/{}": "keyword",
    "/api/v2/filters/{}": "filter",
    "/api/v2/filters/keywords/{}": "keyword",
    "/api/v2/filters/statuses/{}": "marked",
    "/api/v1/conversations/{}": "conversation",
    "/api/v1/notifications/{}": "notification",
    "/api/v2/notifications/{}": "group",
    "/api/v1/notifications/requests/{}": "request",
    "/api/v1/follow_requests/{}": "asker",
    "/api/v1/featured_tags/{}": "featured_tag",
}
OF_NOBODY: Final = (
    "/api/v1/accounts/{}",  # everybody's profile; what one does to it is one's own
    "/api/v1_alpha/accounts/{}",
    "/api/v1/suggestions/{}",
    "/api/v1/tags/{}",
    "/api/v1/timelines/tag/{}",
    "/api/v1/announcements/{}",
    "/api/v1/instance/",
    "/api/v1/streaming/{}",  # its lists are asked about in test_streams
    "/api/v1/annual_reports/{}",
    "/api/v1_alpha/async_refreshes/{}",
    "/api/v1/admin/",  # asked about by rank in test_ranks
    "/api/v1/collections/{}",  # for everybody to read; whose they are is asked about where they are tested
    "/api/v1_alpha/collections/{}",
    "/api/rounds/v1/",  # asked about in test_leaks
)
NONE_IS_FINE: Final = {"POST /api/v2/notifications/{}/dismiss"}  # it is answered alike whatever there is
_SAID: Final[dict[str, Any]] = {
    "title": "Mine now",
    "context": ["home"],
    "keyword": "mine",
    "phrase": "mine",
    "status": "Mine now",
    "choices": [0],
    "quote_approval_policy": "nobody",
    "description": "Mine now",
}


def _named() -> Iterator[tuple[Route, str, str]]:
    """Give every route of the API that names a thing, with its bare path and whose thing that is (nothing: nobody's)."""
    for route in (route for area in web.AREAS for route in area):
        bare = re.sub(r"\{[^{}]*\}", "{}", route.path)
        if not bare.startswith("/api/") or "{}" not in bare:
            continue
        fitting = [start for start in (*OWNED, *OF_NOBODY) if bare.startswith(start)]
        assert fitting, f"say in this file whose thing {route.path} names"
        yield route, bare, OWNED.get(max(fitting, key=len), "")


async def _make(client: httpx.AsyncClient, path: str, **sent: Any) -> dict[str, Any]:
    answer = await client.post(path, json=sent)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _first(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await client.get(path)).json()
    return found[0]


async def _things(world: World, bea: httpx.AsyncClient, carol: httpx.AsyncClient) -> dict[str, str]:
    """Make one thing of each kind that is Bea's, and return its name."""
    post = await _make(bea, "/api/v1/statuses", status="Quiet #wards", visibility="direct")
    asked = {"options": ["Yes", "No"], "expires_in": 3600}
    poll = await _make(bea, "/api/v1/statuses", status="Quiet?", visibility="direct", poll=asked)
    at = (world.clock.now() + timedelta(days=1)).isoformat()
    scheduled = await _make(bea, "/api/v1/statuses", status="Later", visibility="direct", scheduled_at=at)
    file = {"file": ("a.png", picture(), "image/png")}
    filtered = await _make(
        bea, "/api/v2/filters", title="Quiet", context=["home"], keywords_attributes=[{"keyword": "quiet"}]
    )
    marked = await _make(bea, f"/api/v2/filters/{filtered['id']}/statuses", status_id=post["id"])
    await bea.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    bea_id = (await bea.get("/api/v1/accounts/verify_credentials")).json()["id"]
    await carol.post(f"/api/v1/accounts/{bea_id}/follow")
    notification = await _first(bea, "/api/v1/notifications")
    await bea.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await _make(carol, "/api/v1/statuses", status="@bea psst", visibility="direct")
    return {
        "post": post["id"],
        "poll": poll["poll"]["id"],
        "scheduled": scheduled["id"],
        "media": (await bea.post("/api/v2/media", files=file)).json()["id"],
        "list": (await _make(bea, "/api/v1/lists", title="Quiet"))["id"],
        "filter": filtered["id"],
        "keyword": filtered["keywords"][0]["id"],
        "marked": marked["id"],
        "conversation": (await _first(bea, "/api/v1/conversations"))["id"],
        "notification": notification["id"],
        "group": notification["group_key"],
        "request": (await _first(bea, "/api/v1/notifications/requests"))["id"],
        "asker": (await carol.get("/api/v1/accounts/verify_credentials")).json()["id"],
        "featured_tag": (await _make(bea, "/api/v1/featured_tags", name="wards"))["id"],
    }


_OWN: Final = (
    "/api/v1/lists",
    "/api/v2/filters",
    "/api/v1/conversations",
    "/api/v1/scheduled_statuses",
    "/api/v1/notifications?include_filtered=true",
    "/api/v1/notifications/requests",
    "/api/v1/follow_requests",
    "/api/v1/featured_tags",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/bookmarks",
    "/api/v1/favourites",
    "/api/v1/domain_blocks",
)


async def test_S084_nothing_of_another_is_there_whatever_is_done_to_it(world: World) -> None:
    """Reading, changing and removing alike; afterwards everything of the other is as it was."""
    ada, bea, carol = [await world.user(name) for name in ("ada", "bea", "carol")]
    client, theirs = world.client(ada), world.client(bea)
    things = await _things(world, theirs, world.client(carol))
    own = await _make(client, "/api/v1/statuses", status="Mine")
    for act in ("block", "mute"):
        await theirs.post(f"/api/v1/accounts/{ada.id if act == 'mute' else (await world.user('dan')).id}/{act}")
    before = {url: (await theirs.get(url)).json() for url in _OWN}
    later = (world.clock.now() + timedelta(days=2)).isoformat()
    sent = {**_SAID, "status_id": own["id"], "account_ids": [str(carol.id)], "scheduled_at": later}

    wrong = {}
    for route, bare, kind in _named():
        if not kind:
            continue
        path = re.sub(r"\{[^{}]*\}", things[kind], route.path, count=1)
        path = re.sub(r"\{name\}", "👍", path)
        path = re.sub(r"\{[^{}]*\}", things["post"], path)
        body = None if route.method in ("GET", "DELETE") else sent
        answer = await client.request(route.method, path, json=body)
        wanted = 200 if f"{route.method} {bare}" in NONE_IS_FINE else 404
        if answer.status_code != wanted:
            wrong[f"{route.method} {route.path}"] = answer.status_code

    assert wrong == {}
    assert {url: (await theirs.get(url)).json() for url in _OWN} == before
    assert all(before[url] for url in _OWN[:8])


async def test_S084_blocks_and_mutes_are_ones_own(world: World) -> None:
    """Nobody ends those of somebody else, or reads them."""
    ada, bea, carol = [await world.user(name) for name in ("ada", "bea", "carol")]
    client, theirs = world.client(ada), world.client(bea)
    for act in ("block", "mute"):
        await theirs.post(f"/api/v1/accounts/{carol.id}/{act}")
    await theirs.post("/api/v1/domain_blocks", json={"domain": "hill.example"})
    lists = ("/api/v1/blocks", "/api/v1/mutes", "/api/v1/domain_blocks")
    before = [(await theirs.get(url)).json() for url in lists]

    for act in ("unblock", "unmute"):
        await client.post(f"/api/v1/accounts/{carol.id}/{act}")
    await client.request("DELETE", "/api/v1/domain_blocks", json={"domain": "hill.example"})

    assert [(await client.get(url)).json() for url in lists] == [[], [], []]
    assert [(await theirs.get(url)).json() for url in lists] == before
    assert [len(one) for one in before] == [1, 1, 1]
