"""The learningRecord vocabulary for other implementers: the page, the JSON-LD context, the JSON Schema."""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from markdown_it import MarkdownIt
from starlette.responses import Response

from federation.records.context import context
from web.pages.visits import Visit, anyone
from web.routing import Call, Route

_AN_HOUR: Final = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}


class Text(msgspec.Struct, frozen=True):
    """A page that is a text: `html` was made from a file of ours."""

    title: str
    html: str


async def page(visit: Visit) -> Response:
    """Show the vocabulary as a page."""
    return visit.page("text", text(), current="about")


async def jsonld(call: Call) -> Response:
    """Return every term as a JSON-LD context."""
    return Response(_context(), media_type="application/ld+json", headers=_AN_HOUR)


async def schema(call: Call) -> Response:
    """Return the JSON Schema of a record."""
    return Response(_schema(), media_type="application/schema+json", headers=_AN_HOUR)


@cache
def text() -> Text:
    """Return the page's words as HTML."""
    source = _file("learning-record.md").decode()
    return Text(source.partition("\n")[0].strip("# ").replace("`", ""), MarkdownIt().enable("table").render(source))


@cache
def _context() -> bytes:
    return msgspec.json.format(msgspec.json.encode({"@context": context()}), indent=1)


@cache
def _schema() -> bytes:
    return _file("learning-record.schema.json")


def _file(name: str) -> bytes:
    return files("web.pages").joinpath("texts", name).read_bytes()


routes = (
    Route("GET", "/learning-record", anyone(page)),
    Route("GET", "/learning-record/context.jsonld", jsonld),
    Route("GET", "/learning-record/schema.json", schema),
)
