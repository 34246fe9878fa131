"""Serves the style sheet, the mark and the default pictures."""

from typing import Final

from starlette.responses import Response

from node.errors import not_found
from web.pages.assets import assets
from web.routing import Call, Route

_FOREVER: Final = "public, max-age=31536000, immutable"
_SHORT: Final = "public, max-age=300"


async def serve(call: Call) -> Response:
    """Return a file; its address with the version it has now may be kept for a year."""
    asset = assets().get(call.params["name"])
    if asset is None:
        raise not_found()
    tag = f'"{asset.version}"'
    is_exact = call.request.query_params.get("v") == asset.version
    headers = {"Cache-Control": _FOREVER if is_exact else _SHORT, "ETag": tag}
    if tag in call.request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(asset.body, 200, headers, asset.media_type)


routes = (Route("GET", "/static/{name}", serve),)
