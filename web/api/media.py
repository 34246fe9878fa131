"""Media files: uploaded, described and removed by apps, and served to everybody who knows the address."""

from typing import Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import invalid
from node.services import uploading
from node.services.uploading import FileChange, NewFile, Outside, focus_of
from web import answers
from web.api import auth, params
from web.api.params import Upload
from web.routing import Call, Route

_FOREVER: Final = "public, max-age=31536000, immutable"  # an address is never used for another file
_SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


class _New(Struct):
    file: Upload | None = None
    description: str | None = None
    focus: str | None = None


class _Change(Struct):
    description: str | None = None
    focus: str | None = None


async def upload(call: Call) -> Response:
    """Keep a picture; it is ready when this answers."""
    sent = await params.decode(call, _New)
    if sent.file is None:
        raise invalid("Validation failed: file is missing: send it as a part of a multipart form", field="file")
    node = call.node
    new = NewFile(sent.file.data, sent.file.content_type, sent.description or "", focus_of(sent.focus))
    outside = Outside(node.workshop, node.blobs)
    limit = node.settings.max_upload_bytes
    return answers.json(await uploading.upload(node.db, outside, call.account_id, new, max_bytes=limit))


async def show(call: Call) -> Response:
    """Return an own file that no post uses yet."""
    return answers.json(await call.node.db.read(uploading.show, call.account_id, call.id()))


async def change(call: Call) -> Response:
    """Describe an own file that no post uses yet."""
    sent = await params.decode(call, _Change)
    what = FileChange(call.id(), sent.description, focus_of(sent.focus))
    return answers.json(await call.node.db.write(uploading.change, call.account_id, what))


async def remove(call: Call) -> Response:
    """Remove an own file that no post uses."""
    await call.node.db.write(uploading.remove, call.account_id, call.id())
    return answers.empty()


async def serve(call: Call) -> Response:
    """Return a file; what is no picture is offered for saving and never shown."""
    data, content_type = await uploading.serve(call.node.db, call.node.blobs, call.params["path"])
    shown = "inline" if content_type in _SHOWN else "attachment"
    return Response(data, 200, {"cache-control": _FOREVER, "content-disposition": shown}, content_type)


_write = auth.user("write:media")

routes = [
    Route("POST", "/api/v1/media", upload, _write, is_upload=True),
    Route("POST", "/api/v2/media", upload, _write, is_upload=True),
    Route("GET", "/api/v1/media/{id}", show, _write),
    Route("PUT", "/api/v1/media/{id}", change, _write, is_upload=True),
    Route("PATCH", "/api/v1/media/{id}", change, _write, is_upload=True),
    Route("DELETE", "/api/v1/media/{id}", remove, _write),
    Route("GET", "/media/{path:rest}", serve),
]
