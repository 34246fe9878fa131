"""The route table finds the one row, whatever stands around it."""

import pytest
from starlette.responses import Response

from node.errors import Problem
from web.routing import Call, Route, Router, id_of


async def handler(call: Call) -> Response:
    return Response()


ROUTES = [
    Route("GET", "/", handler),
    Route("GET", "/api/v1/accounts/lookup", handler),
    Route("GET", "/api/v1/accounts/{id}", handler),
    Route("POST", "/api/v1/accounts/{id}/follow", handler),
    Route("GET", "/@{name}", handler),
    Route("GET", "/@{name}/{id}", handler),
    Route("GET", "/media/{key:rest}", handler),
    Route("GET", "/users/{name}", handler, serves="activity"),
    Route("GET", "/users/{name}", handler, serves="html"),
]


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/", "/", []),
        ("/api/v1/accounts/lookup", "/api/v1/accounts/lookup", []),
        ("/api/v1/accounts/7", "/api/v1/accounts/{id}", ["7"]),
        ("/api/v1/accounts/7/follow", "/api/v1/accounts/{id}/follow", ["7"]),
        ("/@ines", "/@{name}", ["ines"]),
        ("/@ines@ward.example/9", "/@{name}/{id}", ["ines@ward.example", "9"]),
        ("/media/2026/a.png", "/media/{key:rest}", ["2026/a.png"]),
        ("/users/ines", "/users/{name}", ["ines"]),
        ("/@", None, []),
        ("/@/9", None, []),
        ("//", None, []),
        ("/api/v1/accounts/", None, []),
        ("/api/v1/accounts/7/", "/api/v1/accounts/{id}", ["7"]),
        ("/api/v1/accounts/lookup/", "/api/v1/accounts/lookup", []),
        ("/api/v1/accounts/7//", None, []),
        ("/api/v1//accounts/7", None, []),
        ("/API/v1/accounts/7", None, []),
        ("", None, []),
        ("*", None, []),
    ],
)
def test_path_finds_its_row(path: str, template: str | None, values: list[str]) -> None:
    """A literal wins over a name, an empty segment is nothing but at the end, and case counts."""
    leaf, found = Router(ROUTES).find(path)

    entry = leaf.entries.popitem()[1][0] if leaf else None
    assert (entry.route.path if entry else None, list(found)) == (template, values)


@pytest.mark.parametrize(
    "second",
    [Route("GET", "/users/{id}", handler), Route("GET", "/users/{name}", handler, serves="html")],
)
def test_two_rows_for_one_address_are_refused(second: Route) -> None:
    """A mistake in the table is found when the application is built."""
    with pytest.raises(ValueError, match="two routes"):
        Router([*ROUTES, second])


@pytest.mark.parametrize("text", ["", "0x1", "-1", "1.0", "٣", "9223372036854775808", "1" * 30, "1 "])
def test_what_is_no_id_is_not_found(text: str) -> None:
    """An id that cannot exist is answered like one that does not."""
    with pytest.raises(Problem) as refused:
        id_of(text)

    assert refused.value.status == 404
