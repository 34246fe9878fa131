"""Every row of the API's table keeps out who has no token, a wrong scope, or no user."""

import pytest

import web
from node.services import scopes
from tests.support.world import World
from web.api.auth import Token
from web.routing import Route

ROWS = [route for area in web.AREAS for route in area if route.path.startswith(("/api/", "/oauth/"))]
GUARDED = [route for route in ROWS if isinstance(route.access, Token) and route.access.who != "anyone"]
OPEN = {
    ("POST", "/api/v1/apps"),
    ("POST", "/oauth/token"),
    ("GET", "/api/oembed"),
    ("GET", "/api/v1/peers/search"),
    ("POST", "/api/v1/accounts/{id}/email_subscriptions"),
    ("POST", "/oauth/revoke"),
    ("POST", "/oauth/introspect"),
    ("GET", "/oauth/applications"),
    ("GET", "/oauth/applications/{rest:rest}"),
    ("GET", "/api/v1/accounts/{id}/featured_tags"),
    ("GET", "/api/v1/custom_emojis"),
    ("GET", "/api/oembed"),
    ("GET", "/api/v1/directory"),
    ("GET", "/api/v1/trends"),
    ("GET", "/api/v1/trends/tags"),
    ("GET", "/api/v1/trends/links"),
    ("GET", "/api/rounds/v1/openapi.json"),
    ("GET", "/api/v1/streaming"),
    ("GET", "/api/v1/streaming/health"),
}


def path_of(route: Route) -> str:
    return route.path.replace("{id}", "1").replace("{name}", "x")


async def test_every_row_declares_its_access(world: World) -> None:
    """A row without access is open to everybody, so each of them is named here."""
    undeclared = {(route.method, route.path) for route in ROWS if route.access is None}

    assert {row for row in undeclared if "/instance" not in row[1] and "/oauth/authorize" not in row[1]} - OPEN == set()


async def test_no_token_and_a_wrong_one_are_401(world: World) -> None:
    """With words, and without doing anything."""
    client, stranger = world.anybody, world.client("x" * 43)

    answers = [
        (route.path, response.status_code, bool(response.json()["error"]))
        for route in GUARDED
        for response in (
            await client.request(route.method, path_of(route)),
            await stranger.request(route.method, path_of(route)),
        )
    ]

    assert [answer for answer in answers if answer[1:] != (401, True)] == []


async def test_wrong_scope_is_403_in_mastodons_words(world: World) -> None:
    """For each row a token with every scope but those that are enough."""
    ines = await world.user("ines")
    wrong = []
    for route in GUARDED:
        assert isinstance(route.access, Token)
        enough = {scope for wanted in route.access.scopes for scope in scopes.covering(wanted)}
        if not enough:
            continue
        token = await world.token(ines, *(scope for scope in scopes.SUPPORTED if scope not in enough))
        response = await world.client(token).request(route.method, path_of(route))
        if (response.status_code, response.json().get("error", response.json().get("error_description"))) != (
            403,
            "This action is outside the authorized scopes",
        ) and not route.path.startswith("/oauth/"):
            wrong.append((route.path, response.status_code))

    assert wrong == []


async def test_app_alone_is_422_where_a_user_is_needed(world: World) -> None:
    """An app's own token never acts as somebody."""
    everything = await world.token(None, *scopes.SUPPORTED)
    client = world.client(everything)
    rows = [route for route in GUARDED if isinstance(route.access, Token) and route.access.who == "user"]

    answers = [(route.path, (await client.request(route.method, path_of(route))).status_code) for route in rows]

    assert [answer for answer in answers if answer[1] != 422] == []


@pytest.mark.parametrize(
    ("granted", "wanted", "is_enough"),
    [
        ("read", "read:statuses", True),
        ("read:statuses", "read:statuses", True),
        ("read:accounts", "read:statuses", False),
        ("read:statuses", "read", False),
        ("write", "read:statuses", False),
        ("follow", "read:follows", True),
        ("follow", "write:mutes", True),
        ("follow", "write:statuses", False),
        ("admin:read", "admin:read:accounts", True),
        ("read", "profile", False),
        ("write", "admin:write", False),
    ],
)
def test_wide_scopes_cover_narrow_ones(granted: str, wanted: str, is_enough: bool) -> None:
    """As Mastodon counts them, the old `follow` included."""
    assert scopes.covers([granted], wanted) is is_enough


@pytest.mark.parametrize(
    "header", ["Basic aW5lczpx", "Bearer", "Bearer ", "Token x", "Bearer " + "x" * 300, "bearer a b"]
)
async def test_odd_authorization_headers_are_401(world: World, header: str) -> None:
    """Also where no token is needed: who sends one means it."""
    response = await world.anybody.get("/api/v1/trends/statuses", headers={"authorization": header})

    assert response.status_code == 401


async def test_token_in_the_query_is_not_looked_at(world: World) -> None:
    """Queries end up in logs."""
    ines = await world.user("ines")

    response = await world.anybody.get("/api/v1/preferences", params={"access_token": ines.token})

    assert response.status_code == 401


async def test_empty_answers_are_empty_and_right(world: World) -> None:
    """Lists are lists; what does not exist is 404."""
    ines = await world.user("ines")
    client = world.client(ines)
    paths = ("lists", "filters", "bookmarks", "mutes", "announcements", "conversations", "custom_emojis", "trends/tags")

    lists = [(await client.get(f"/api/v1/{path}")).json() for path in paths]
    markers, push = await client.get("/api/v1/markers"), await client.get("/api/v1/push/subscription")

    assert (lists, markers.json(), push.status_code) == ([[]] * len(paths), {}, 404)
