"""oEmbed: how another site shows a post of ours that is open to everybody. Words alone, no frame and no script."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.services import embedding
from web import answers
from web.api import params
from web.routing import Call, Route

_CACHED: Final = {"cache-control": "public, max-age=3600"}


class _Asked(Struct):
    url: str = ""
    maxwidth: int | None = None
    maxheight: int | None = None


async def show(call: Call) -> Response:
    """Return the OEmbed of a post of ours."""
    asked = params.query(call, _Asked)
    found = await call.node.db.read(embedding.oembed, asked.url, width=asked.maxwidth, height=asked.maxheight)
    return answers.json(found, headers=_CACHED)


routes = [Route("GET", "/api/oembed", show)]
