"""The edge of the application: hosts, bodies, headers, methods, and failures that tell nothing."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import Response

import web
from federation.reasons import PeerError, Reason
from tests.support.world import World
from web import answers
from web.api import instance
from web.areas import page_csp
from web.routing import Call, Route


async def read_body(call: Call) -> Response:
    return answers.json({"length": len(await call.request.body())})


async def fail(call: Call) -> Response:
    raise RuntimeError(call.request.url.query)


async def unreachable(call: Call) -> Response:
    raise PeerError(Reason.UNREACHABLE, "far.example")


async def as_activity(call: Call) -> Response:
    return answers.activity({"type": "Person", "name": call.params["name"]})


async def as_page(call: Call) -> Response:
    return Response("<p>page", media_type="text/html")


ROUTES = [
    Route("POST", "/api/v1/body", read_body),
    Route("POST", "/api/v2/file", read_body, is_upload=True),
    Route("POST", "/inbox", read_body),
    Route("GET", "/api/v1/fail", fail),
    Route("GET", "/fail", fail),
    Route("GET", "/api/v1/far", unreachable),
    Route("GET", "/users/{name}", as_activity, serves="activity"),
    Route("GET", "/users/{name}", as_page, serves="html"),
    Route("GET", "/page", as_page),
]


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an application with the rows above."""
    app = web.build(world.node, areas=(instance.routes, ROUTES))
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://ward.example") as made:
        yield made


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("ward.example", 200),
        ("WARD.example", 200),
        ("ward.example:443", 200),
        ("ward.example:8443", 421),
        ("evil.example", 421),
        ("ward.example.evil.example", 421),
        ("ward.example/x?", 421),
        ("", 421),
    ],
)
async def test_only_our_host_is_answered(client: httpx.AsyncClient, host: str, status: int) -> None:
    """A forged Host leads nowhere."""
    response = await client.get("/page", headers={"host": host})

    assert response.status_code == status


async def test_two_hosts_are_refused(client: httpx.AsyncClient) -> None:
    """Nobody can tell which one a proxy looked at."""
    response = await client.get("/page", headers=[("host", "ward.example"), ("host", "evil.example")])

    assert response.status_code == 400


async def test_health_is_answered_on_this_machine_under_any_name(world: World) -> None:
    """A container's health check knows no name; others must use ours."""
    answered = []
    for address in ("127.0.0.1", "::1", "192.0.2.7"):
        transport = httpx.ASGITransport(world.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            answered += [(await client.get(path)).status_code for path in ("/health", "/ready", "/api/v1/instance")]

    assert answered == [200, 200, 421, 200, 200, 421, 421, 421, 421]


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 200), (1024 * 1024 + 1, 413)])
async def test_body_of_a_mebibyte_is_the_most(client: httpx.AsyncClient, size: int, status: int) -> None:
    """One byte more is refused, and the connection is closed."""
    response = await client.post("/api/v1/body", content=b"x" * size)

    assert response.status_code == status
    assert response.headers.get("connection") == ("close" if status == 413 else None)


async def test_body_without_a_length_is_counted_while_it_is_read(client: httpx.AsyncClient) -> None:
    """A stream that never ends is cut off."""
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 1
            yield b"x" * 65536

    response = await client.post("/api/v1/body", content=endless())

    assert (response.status_code, given <= 1000) == (413, True)


@pytest.mark.parametrize("length", ["5", "abc", "-1", "9" * 30])
async def test_length_that_lies_does_not_help(client: httpx.AsyncClient, length: str) -> None:
    """What is read counts; nonsense is refused."""
    response = await client.post("/api/v1/body", content=b"x" * 2**21, headers={"content-length": length})

    assert response.status_code in (400, 413)


async def test_upload_may_be_larger(client: httpx.AsyncClient) -> None:
    """Up to the setting, and not more."""
    fits = await client.post("/api/v2/file", content=b"x" * 40 * 1024 * 1024)
    too_large = await client.post("/api/v2/file", content=b"x" * 41 * 1024 * 1024)

    assert (fits.status_code, too_large.status_code) == (200, 413)


async def test_failure_says_nothing_and_logs_no_content(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The person gets a number, the log the place in our code, nobody what was written."""
    with caplog.at_level(logging.ERROR):
        response = await client.get("/api/v1/fail?name=Example")

    assert response.status_code == 500
    assert response.headers["x-request-id"] in response.json()["error"]
    assert response.headers["x-request-id"] in caplog.text
    assert "test_site.py" in caplog.text
    assert "Example" not in caplog.text + response.text


async def test_failure_of_a_page_is_a_page(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """People read HTML; a program that asks for JSON gets JSON."""
    caplog.set_level(logging.CRITICAL)
    page = await client.get("/fail", headers={"accept": "text/html"})
    data = await client.get("/fail", headers={"accept": "application/json"})

    assert [(r.status_code, r.headers["content-type"].split(";")[0]) for r in (page, data)] == [
        (500, "text/html"),
        (500, "application/json"),
    ]


async def test_peer_that_is_away_is_503(client: httpx.AsyncClient) -> None:
    """Not our failure, and the reason has a code."""
    response = await client.get("/api/v1/far")

    assert (response.status_code, response.json()["code"]) == (503, "unreachable")
    assert "far.example" not in response.text


async def test_unknown_address_is_404_in_the_shape_of_its_area(client: httpx.AsyncClient) -> None:
    """JSON for apps, OAuth's words for OAuth, a page for people, JSON for peers."""
    api, oauth = await client.get("/api/v1/nothing"), await client.get("/oauth/introspect")
    page, peer = await client.get("/nothing"), await client.get("/users/x/y")

    assert [response.status_code for response in (api, oauth, page, peer)] == [404] * 4
    assert (api.json()["error"], list(oauth.json())) == ("Not found", ["error", "error_description"])
    assert page.headers["content-type"].startswith("text/html")
    assert peer.headers["content-type"] == "application/json"


async def test_other_method_is_405_with_what_is_allowed(client: httpx.AsyncClient) -> None:
    """The address exists; the method does not."""
    response = await client.delete("/api/v1/instance")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["error"] == "This address does not know that method"


async def test_head_is_get_without_the_body(client: httpx.AsyncClient) -> None:
    """The same headers, no bytes."""
    head, get = await client.head("/users/ines"), await client.get("/users/ines")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_preflight_lets_apps_of_any_page_in_without_cookies(client: httpx.AsyncClient) -> None:
    """Web clients live on other origins."""
    origin = {"origin": "https://client.example", "access-control-request-method": "POST"}
    api, page = await client.options("/api/v1/body", headers=origin), await client.options("/page", headers=origin)

    assert (api.status_code, api.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in api.headers["access-control-allow-methods"]
    assert "Authorization" in api.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in api.headers
    assert "access-control-allow-origin" not in page.headers


@pytest.mark.parametrize("path", ["/page", "/fail", "/nothing", "/users/ines"])
async def test_pages_are_shut_tight(client: httpx.AsyncClient, path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Every page, failures too, carries the strict policy."""
    caplog.set_level(logging.CRITICAL)
    response = await client.get(path, headers={"accept": "text/html"})

    policy = response.headers["content-security-policy"]
    assert policy == page_csp()
    assert "unsafe" not in policy
    assert (response.headers["x-content-type-options"], response.headers["referrer-policy"]) == (
        "nosniff",
        "same-origin",
    )


async def test_answers_of_the_api_are_private_and_inert(world: World) -> None:
    """No shared cache keeps them; a browser that opens one runs nothing."""
    ines = await world.user("ines")

    response = await world.client(ines).get("/api/v1/preferences")

    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Authorization" in response.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/activity+json", "application/activity+json"),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', "application/activity+json"),
        ("application/activity+json, text/html;q=0.1", "application/activity+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/html, application/activity+json;q=0.5", "text/html"),
        ("*/*", "text/html"),
        ("application/activity+json;q=0", "text/html"),
        ("application/activity+json;q=nan, text/html;q=x", "text/html"),
    ],
)
async def test_accept_chooses_between_document_and_page(client: httpx.AsyncClient, accept: str, kind: str) -> None:
    """One address for people and peers; caches are told."""
    response = await client.get("/users/ines", headers={"accept": accept})

    assert response.headers["content-type"].split(";")[0] == kind
    assert response.headers["vary"] == "Accept"


async def test_inbox_refuses_in_json_whatever_is_accepted(client: httpx.AsyncClient) -> None:
    """A peer reads the reason code."""
    response = await client.post("/inbox", content=b"x" * 2**21, headers={"accept": "*/*"})

    assert (response.status_code, response.json()["code"]) == (413, "too-large")
