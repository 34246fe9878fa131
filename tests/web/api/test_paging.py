"""Cursors in, links out."""

from typing import Any

import pytest
from starlette.requests import Request

from node.errors import Problem
from node.services.reading import Page
from tests.support.world import World
from web.api import paging
from web.routing import Call


@pytest.fixture
def calling(world: World) -> Any:
    """Return what makes a call with a query."""

    def make(query: str) -> Call:
        scope = {"type": "http", "method": "GET", "path": "/api/v1/x", "query_string": query.encode(), "headers": []}
        return Call(world.node, Request(scope), {})

    return make


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Page(20)),
        ("limit=5&max_id=9", Page(5, max_id=9)),
        ("limit=500", Page(40)),
        ("limit=-7", Page(7)),
        ("limit=0&max_id=", Page(20)),
        ("since_id=3&min_id=4", Page(20, min_id=4)),
        ("since_id=3&max_id=8", Page(20, max_id=8, since_id=3)),
    ],
)
def test_wanted_part_is_read_as_mastodon_reads_it(calling: Any, query: str, expected: Page) -> None:
    """Too much is cut, nothing is a default, `min_id` wins over `since_id`."""
    assert paging.page(calling(query)) == expected


@pytest.mark.parametrize(("query", "status"), [("max_id=abc", 404), ("limit=many", 422), ("min_id=" + "9" * 19, 404)])
def test_cursor_that_cannot_be_is_refused(calling: Any, query: str, status: int) -> None:
    """Clearly, and before anything is read."""
    with pytest.raises(Problem) as refused:
        paging.page(calling(query))

    assert refused.value.status == status


def test_link_keeps_the_filters_and_replaces_the_cursors(calling: Any) -> None:
    """Absolute, under our own name, whatever the request said."""
    call = calling("limit=2&only_media=true&tag[]=a%20b&max_id=50")

    header = paging.link(call, next_id=7, prev_id=9)["link"]

    base = "https://ward.example/api/v1/x?limit=2&only_media=true&tag%5B%5D=a+b"
    assert header == f'<{base}&max_id=7>; rel="next", <{base}&min_id=9>; rel="prev"'


def test_page_with_nothing_on_it_has_no_link(calling: Any) -> None:
    """There is nowhere to go."""
    assert paging.link(calling(""), next_id=None, prev_id=None) == {}
