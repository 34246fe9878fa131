"""What a client sent becomes one struct, whatever its form; what is wrong is named."""

from typing import Annotated, Any, Literal

import httpx
import pytest
from msgspec import Meta, Struct, to_builtins
from starlette.responses import Response

import web
from node.errors import Problem
from tests.support.world import World
from web import answers
from web.api import params
from web.api.params import Upload
from web.routing import Call, Route


class Poll(Struct):
    options: Annotated[list[str], Meta(max_length=4)] = []
    multiple: bool = False


class Pair(Struct):
    name: str = ""
    value: str = ""


class Form(Struct):
    status: Annotated[str, Meta(max_length=20)] | None = None
    media_ids: list[str] = []
    sensitive: bool | None = None
    visibility: Literal["public", "private"] | None = None
    limit: Annotated[int, Meta(ge=1, le=80)] | None = None
    score: float | None = None
    poll: Poll | None = None
    pairs: list[Pair] | None = None


class Strict(Struct):
    status: str


class WithFile(Struct):
    file: Upload
    description: str = ""


async def echo(call: Call) -> Response:
    return answers.json(to_builtins(await params.decode(call, Form)))


async def strict(call: Call) -> Response:
    return answers.json(to_builtins(await params.decode(call, Strict)))


async def file(call: Call) -> Response:
    sent = await params.decode(call, WithFile)
    shown = {"name": sent.file.filename, "type": sent.file.content_type, "size": len(sent.file.data)}
    return answers.json(shown | {"description": sent.description})


ROUTES = [
    Route("GET", "/api/echo", echo),
    Route("POST", "/api/echo", echo),
    Route("POST", "/api/strict", strict),
    Route("POST", "/api/file", file, is_upload=True),
]


@pytest.fixture
def client(world: World) -> httpx.AsyncClient:
    """Return a client of an application that gives back what it understood."""
    world.app = web.build(world.node, areas=[ROUTES])
    return world.anybody


PAIRS: dict[str, Any] = {
    "status": "Hand gel ☺ & more",
    "media_ids[]": ["1", "2"],
    "sensitive": "true",
    "limit": "40",
    "score": "0.5",
    "poll[options][]": ["a", "b"],
    "poll[multiple]": "0",
    "pairs[1][name]": "second",
    "pairs[0][name]": "first",
    "pairs[0][value]": "x",
}
PARTS = [
    (name, (None, one)) for name, value in PAIRS.items() for one in (value if isinstance(value, list) else [value])
]
JSON = {
    "status": "Hand gel ☺ & more",
    "media_ids": [1, "2"],
    "sensitive": True,
    "limit": 40,
    "score": 0.5,
    "poll": {"options": ["a", "b"], "multiple": False},
    "pairs": [{"name": "first", "value": "x"}, {"name": "second"}],
}
UNDERSTOOD = {
    "status": "Hand gel ☺ & more",
    "media_ids": ["1", "2"],
    "sensitive": True,
    "visibility": None,
    "limit": 40,
    "score": 0.5,
    "poll": {"options": ["a", "b"], "multiple": False},
    "pairs": [{"name": "first", "value": "x"}, {"name": "second", "value": ""}],
}


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("POST", {"json": JSON}),
        ("POST", {"data": PAIRS}),
        ("POST", {"files": PARTS}),
        ("GET", {"params": PAIRS}),
        ("GET", {"json": JSON}),
    ],
    ids=["json", "form", "multipart", "query", "json-of-a-get"],
)
async def test_every_form_is_understood_alike(client: httpx.AsyncClient, method: str, sent: dict[str, Any]) -> None:
    """Apps send all four."""
    response = await client.request(method, "/api/echo", **sent)

    assert (response.status_code, response.json()) == (200, UNDERSTOOD)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("true", True),
        ("1", True),
        ("on", True),
        ("yes", True),
        ("false", False),
        ("0", False),
        ("off", False),
        ("", None),
    ],
)
async def test_words_for_yes_and_no(client: httpx.AsyncClient, word: str, meant: bool | None) -> None:
    """As Mastodon reads them: what is not a no is a yes, and nothing is nothing."""
    response = await client.post("/api/echo", data={"sensitive": word})

    assert response.json()["sensitive"] is meant


async def test_body_wins_over_the_query(client: httpx.AsyncClient) -> None:
    """Both may be sent; unknown names are ignored."""
    response = await client.post("/api/echo?status=query&limit=3&odd[x]=1", json={"status": "body", "more": 1})

    assert (response.json()["status"], response.json()["limit"]) == ("body", 3)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"json": {"status": "x" * 21}}, "status may have at most 20 characters"),
        ({"json": {"limit": 81}}, "limit must be <= 80"),
        ({"data": {"limit": "many"}}, "limit must be a number"),
        ({"data": {"visibility": "all"}}, "visibility is none of the known words"),
        ({"json": {"poll": {"options": ["a"] * 5}}}, "poll.options may have at most 4 entries"),
        ({"json": {"poll": {"options": [{}]}}}, "poll.options[0] must be text"),
        ({"json": {"poll": "x"}}, "poll must be an object"),
        ({"json": {"status": {"a": 1}}}, "status must be text"),
        ({"json": {"sensitive": 7}}, "sensitive must be true or false"),
    ],
)
async def test_wrong_value_is_422_and_names_the_field(
    client: httpx.AsyncClient, sent: dict[str, Any], text: str
) -> None:
    """A person can act on it."""
    response = await client.post("/api/echo", **sent)

    assert (response.status_code, response.json()["error"]) == (422, f"Validation failed: {text}")


async def test_missing_value_is_named(client: httpx.AsyncClient) -> None:
    """No body at all is an empty form."""
    response = await client.post("/api/strict")

    assert (response.status_code, response.json()["error"]) == (422, "Validation failed: status is missing")


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b'{"status": "\xff"}', "application/json", 400),
        (b'{"status": "\\ud800"}', "application/json", 400),
        (b'{"status": "a\\u0000b"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 50_000, "application/json", 400),
        (b"status=a%00b", "application/x-www-form-urlencoded", 422),
        (b"\xff=\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a[]=1"] * 1001), "application/x-www-form-urlencoded", 400),
        (b"poll[a][b][c][d]=1", "application/x-www-form-urlencoded", 400),
        (b"poll=1&poll[options][]=1", "application/x-www-form-urlencoded", 400),
        (b"media_ids[]=1&media_ids[x]=1", "application/x-www-form-urlencoded", 400),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=b", 400),
        (b"status=x", "text/plain", 415),
        (b"<status/>", "application/xml", 415),
        (b"status=x", "", 415),
    ],
)
async def test_malformed_body_is_refused(
    client: httpx.AsyncClient, content: bytes, media_type: str, status: int
) -> None:
    """Clearly, at once, and never as a failure of ours."""
    response = await client.post("/api/echo", content=content, headers={"content-type": media_type})

    assert (response.status_code, bool(response.json()["error"])) == (status, True), response.text


async def test_file_comes_with_its_fields(client: httpx.AsyncClient) -> None:
    """Bytes, name and kind as they were sent."""
    response = await client.post(
        "/api/file", files={"file": ("ward.png", b"x" * 2_000_000, "image/png")}, data={"description": "A ward"}
    )

    assert response.json() == {"name": "ward.png", "type": "image/png", "size": 2_000_000, "description": "A ward"}


async def test_text_where_a_file_belongs_is_422(client: httpx.AsyncClient) -> None:
    """And nothing at all, too."""
    text, nothing = await client.post("/api/file", data={"file": "x"}), await client.post("/api/file")

    assert [text.json()["error"], nothing.json()["error"]] == [
        "Validation failed: file must be a file",
        "Validation failed: file is missing",
    ]


async def test_text_part_of_a_form_is_bounded(client: httpx.AsyncClient) -> None:
    """A field is not the place for a megabyte, even where files may be large."""
    parts: dict[str, Any] = {"file": ("a", b"x", "image/png"), "description": (None, "x" * 2_000_000)}
    response = await client.post("/api/file", files=parts)

    assert response.status_code == 413


def test_tree_of_one_list_of_objects_is_read_in_order() -> None:
    """`a[][x]=1&a[][y]=2&a[][x]=3` is two objects, as Rails reads it."""

    class Point(Struct):
        x: int = 0
        y: int = 0

    class Path(Struct):
        a: list[Point] = []

    tree = params._tree([("a[][x]", "1"), ("a[][y]", "2"), ("a[][x]", "3")])

    assert params.convert(tree, Path) == Path([Point(1, 2), Point(3, 0)])


def test_brackets_said_twice_are_said_once() -> None:
    """`a[][]=1` is how some clients send a list whose name has brackets already."""
    assert params._tree([("a[][]", "1"), ("a[][]", "2")]) == {"a": ["1", "2"]}


def test_number_of_a_text_field_stays_text() -> None:
    """Apps send ids as numbers, too."""
    with pytest.raises(Problem):
        params.convert({"status": True}, Strict)

    assert params.convert({"status": 5}, Strict) == Strict("5")


@pytest.mark.parametrize(
    "content",
    [
        b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(1500))
        + b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="status"\r\nX-Long: '
        + b"x" * 900_000
        + b"\r\n\r\nx\r\n--b--\r\n",
        b"\r\n" * 500_000 + b'--b\r\nContent-Disposition: form-data; name="status"\r\n\r\nx\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="status"\r\n\r\nnever ends',
        b"--b\r\n\r\nno name\r\n--b--\r\n",
    ],
    ids=["fields", "header", "newlines", "cut", "nameless"],
)
async def test_hostile_multipart_is_refused_or_harmless(client: httpx.AsyncClient, content: bytes) -> None:
    """Whatever the parser makes of it, it is no failure of ours."""
    headers = {"content-type": "multipart/form-data; boundary=b"}

    response = await client.post("/api/echo", content=content, headers=headers)

    assert response.status_code in (200, 400, 413, 422), response.text
