"""Media files: uploaded, described and removed by apps, and served to everybody who knows the address."""

import re
from typing import Any, Final

from msgspec import Struct
from starlette.responses import Response

from node.errors import Problem, invalid
from node.services import mirroring, processing, serving, uploading
from node.services.mirroring import Owner
from node.services.proxying import Tools
from node.services.uploading import FileChange, NewFile, focus_of
from web import answers
from web.api import auth, files, params
from web.api.params import Upload
from web.routing import Call, Handler, Route

_FOREVER: Final = "max-age=31536000, immutable"  # an address is never used for another file
_A_DAY: Final = "public, max-age=86400"
_SHOWN: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "audio/mpeg", "audio/mp4")
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class _New(Struct):
    file: Upload | None = None
    thumbnail: Upload | None = None
    description: str | None = None
    focus: str | None = None


class _Change(Struct):
    thumbnail: Upload | None = None
    description: str | None = None
    focus: str | None = None


async def _kept(call: Call) -> dict[str, Any]:
    sent = await params.decode(call, _New)
    if sent.file is None:
        raise invalid("Validation failed: file is missing: send it as a part of a multipart form", field="file")
    shown = sent.thumbnail.data if sent.thumbnail is not None else None
    new = NewFile(sent.file.data, sent.description or "", focus_of(sent.focus), shown)
    return await uploading.upload(call.node.db, files.outside(call), call.account_id, new, files.limits(call))


async def upload(call: Call) -> Response:
    """Keep a file; 202 when something has to be made of it first."""
    made = await _kept(call)
    return answers.json(made, 202 if made["url"] is None else 200)


async def upload_and_wait(call: Call) -> Response:
    """Keep a file; it is ready when this answers."""
    made = await _kept(call)
    if made["url"] is None:
        made = await processing.process_now(call.node.db, files.outside(call), call.account_id, int(made["id"]))
    return answers.json(made)


async def show(call: Call) -> Response:
    """Return an own file that no post uses yet; 206 while it is made."""
    shown = await call.node.db.read(uploading.show, call.account_id, call.id())
    return answers.json(shown, 206 if shown["url"] is None else 200)


async def change(call: Call) -> Response:
    """Describe an own file that no post uses yet; 206 while it is made."""
    sent = await params.decode(call, _Change)
    db, media_id = call.node.db, call.id()
    await db.read(uploading.own, call.account_id, media_id)
    sized = {media_id: sent.thumbnail.data} if sent.thumbnail is not None else {}
    async with files.thumbnails(call, sized) as kept:
        what = FileChange(media_id, sent.description, focus_of(sent.focus), kept.get(media_id))
        shown = await db.write(uploading.change, call.account_id, what)
    return answers.json(shown, 206 if shown["url"] is None else 200)


async def remove(call: Call) -> Response:
    """Remove an own file that no post uses."""
    await call.node.db.write(uploading.remove, call.account_id, call.id())
    return answers.empty()


async def serve(call: Call) -> Response:
    """Return a file, or a part of it; what is no picture, film or sound is offered for saving and never shown."""
    found = await serving.serve(call.node.db, call.node.blobs, call.params["path"])
    return _file(call, found.data, found.content_type, f"{'public' if found.is_public else 'private'}, {_FOREVER}")


async def proxy(call: Call) -> Response:
    """Return our copy of a picture of a peer's, made when it is asked for first."""
    key, size = call.params["key"], call.params.get("size", "original")
    data, content_type = await call.node.shelf.get(_tools(call), key, size)
    return _file(call, data, content_type, _A_DAY)


def _tools(call: Call) -> Tools:
    return Tools(call.node.db, call.node.fetcher, files.outside(call))


def _mirror(owner: Owner) -> Handler:
    """Return what gives our copy of an avatar, header or emoji of a peer's, made when it is asked for first."""

    async def answer(call: Call) -> Response:
        data, content_type = await mirroring.copy(call.node.shelf, _tools(call), owner, call.id(), call.params["name"])
        return _file(call, data, content_type, _A_DAY)

    return answer


def _file(call: Call, data: bytes, content_type: str, cached: str) -> Response:
    shown = "inline" if content_type in _SHOWN else "attachment"
    headers = {"cache-control": cached, "content-disposition": shown, "accept-ranges": "bytes"}
    part = _part(call.request.headers.get("range", ""), len(data))
    if part is None:
        return Response(data, 200, headers, content_type)
    headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, headers, content_type)


def _part(asked: str, size: int) -> range | None:
    """Return the one part that a Range header asks for; None for the whole. Raises: 416 beyond the end."""
    found = _RANGE.fullmatch(asked)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    if start >= stop:
        raise Problem(416, "out-of-range", "The file has no such part")
    return range(start, stop)


_write = auth.user("write:media")

routes = [
    Route("POST", "/api/v1/media", upload_and_wait, _write, is_upload=True),
    Route("POST", "/api/v2/media", upload, _write, is_upload=True),
    Route("GET", "/api/v1/media/{id}", show, _write),
    Route("PUT", "/api/v1/media/{id}", change, _write, is_upload=True),
    Route("PATCH", "/api/v1/media/{id}", change, _write, is_upload=True),
    Route("DELETE", "/api/v1/media/{id}", remove, _write),
    Route("GET", "/media/{path:rest}", serve),
    Route("GET", "/media_proxy/{key}", proxy),
    Route("GET", "/media_proxy/{key}/{size}", proxy),
    Route("GET", "/media_proxy/accounts/{id}/{name}", _mirror("accounts")),
    Route("GET", "/media_proxy/statuses/{id}/{name}", _mirror("statuses")),
]
