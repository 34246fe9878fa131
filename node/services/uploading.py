"""Media files on their way in: checked by what they are, kept, described and removed.

A picture is made anew while its sender waits. A film, a sound and an animated picture are kept as they came until a job
(`processing`) has made them anew; nobody but that job ever reads what came.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeVar

from msgspec import Struct

from node.entities.instance import MAX_DESCRIPTION_CHARS
from node.entities.media import media_json
from node.errors import busy, invalid, not_found
from node.ports import Blobs, Workshop, WorkshopError
from node.privacy import images, sniffing
from node.privacy.films import Film
from node.privacy.images import Encoded, Picture, UnusableImage
from node.services import attaching, tidying
from node.store import jobs, media
from node.store.database import Database
from node.store.media import Media
from node.store.unit import Snapshot, Unit

T = TypeVar("T")

Focus = tuple[float, float]
MAX_UNUSED: Final = 100
MAX_PROCESSING: Final = 10
PATIENCE: Final = timedelta(minutes=15)  # how long a request makes a film itself before a job does
_MOVING: Final = ("video", "audio")


class Thumbnail(Struct, frozen=True):
    """A picture that is kept already, to stand for a film or sound."""

    blob: str
    width: int
    height: int
    blurhash: str


class FileChange(Struct, frozen=True):
    """What changes about a file of one's own; None leaves things as they are."""

    id: int
    description: str | None = None
    focus: Focus | None = None
    thumbnail: Thumbnail | None = None


class NewFile(Struct, frozen=True):
    """A file as it came; nothing of what it is called or said to be, which nobody here believes."""

    data: bytes
    description: str = ""
    focus: Focus | None = None
    thumbnail: bytes | None = None


class Outside(NamedTuple):
    """Where files are worked on and kept."""

    workshop: Workshop
    blobs: Blobs


class Limits(NamedTuple):
    """How many bytes a file may have as it comes."""

    picture: int
    film: int


async def upload(db: Database, outside: Outside, account_id: int, new: NewFile, limits: Limits) -> dict[str, Any]:
    """Keep a file and return its MediaAttachment; without a url if a job has to make it first.

    Raises: 422 in words for what cannot be kept and for too many files in no post, 503 when there is no room.
    """
    _check_description(new.description)
    kind = sniffing.kind_of(new.data)
    check_file(new.data, limits.film if kind == "film" else limits.picture)
    await db.read(_check_room, account_id)
    if kind is None:
        raise invalid(
            "Validation failed: the file is no JPEG, PNG, WebP or GIF picture, and no MP4, MOV, WebM, MP3, M4A, Ogg,"
            " FLAC, WAV or AAC",
            field="file",
        )
    if kind == "image":
        if new.thumbnail is not None:
            raise _no_thumbnail()
        picture = await worked(outside.workshop, images.clean_unless_moving, new.data)
        if picture is not None:
            return await _keep_picture(db, outside, account_id, new, picture)
    return await _keep_source(db, outside, account_id, new, limits)


async def _keep_picture(
    db: Database, outside: Outside, account_id: int, new: NewFile, picture: Picture
) -> dict[str, Any]:
    name = new_name()
    blob, small = f"files/{name}{picture.whole.suffix}", f"files/{name}-small{picture.preview.suffix}"
    made = {
        "kind": "image",
        "content_type": picture.whole.content_type,
        "blob": blob,
        "preview_blob": small,
        "blurhash": picture.blurhash,
        "width": picture.whole.width,
        "height": picture.whole.height,
        "preview_width": picture.preview.width,
        "preview_height": picture.preview.height,
    }
    files = {blob: picture.whole, small: picture.preview}
    return await keep(outside.blobs, files, lambda: db.write(_insert, account_id, new, made))


async def _keep_source(db: Database, outside: Outside, account_id: int, new: NewFile, limits: Limits) -> dict[str, Any]:
    demuxer = sniffing.demuxer_of(new.data)
    kind = "gifv" if demuxer is None else "video" if demuxer in ("mov", "matroska") else "audio"
    source = f"sources/{new_name()}"
    made: dict[str, Any] = {
        "kind": kind,
        "content_type": "application/octet-stream",
        "state": "processing",
        "source_blob": source,
    }
    shown = await thumbnail(outside, new.thumbnail, limits) if new.thumbnail is not None else None
    if shown is not None:
        made |= _thumbnail_columns(shown, kind)
    try:
        await put(outside.blobs, source, Encoded(new.data, "application/octet-stream", "", 0, 0))
        return await db.write(_insert, account_id, new, made)
    except BaseException:
        await take_back(outside.blobs, [source, *([shown.blob] if shown is not None else [])])
        raise


async def thumbnail(outside: Outside, data: bytes, limits: Limits) -> Thumbnail:
    """Keep a picture that is to stand for a film or sound. Raises: 422, 503."""
    check_file(data, limits.picture, field="thumbnail")
    picture = await worked(outside.workshop, images.preview, data, field="thumbnail")
    key = f"files/{new_name()}-small{picture.preview.suffix}"
    await put(outside.blobs, key, picture.preview)
    return Thumbnail(key, picture.preview.width, picture.preview.height, picture.blurhash)


@asynccontextmanager
async def thumbnails(
    db: Database, outside: Outside, account_id: int, sent: Mapping[int, bytes], limits: Limits
) -> AsyncIterator[dict[int, Thumbnail]]:
    """Keep pictures for films and sounds of one's own, by their ids, unless what is done with them then fails.

    Raises: 422, 503.
    """
    if sent:
        await db.read(_check_thumbnails, account_id, list(sent))
    kept: dict[int, Thumbnail] = {}
    try:
        for media_id, data in sent.items():
            kept[media_id] = await thumbnail(outside, data, limits)
        yield kept
    except BaseException:
        await take_back(outside.blobs, [one.blob for one in kept.values()])
        raise


def _check_thumbnails(snapshot: Snapshot, account_id: int, ids: list[int]) -> None:
    files = media.by_ids(snapshot, ids)
    if len(files) < len(ids) or any(file.account_id != account_id or file.kind not in _MOVING for file in files):
        raise _no_thumbnail()


def _thumbnail_columns(shown: Thumbnail, kind: str) -> dict[str, Any]:
    blurhash = {} if kind == "audio" else {"blurhash": shown.blurhash}
    return {"preview_blob": shown.blob, "preview_width": shown.width, "preview_height": shown.height, **blurhash}


def _no_thumbnail() -> Exception:
    return invalid("Validation failed: a thumbnail can be set for a video or a sound only", field="thumbnail")


def new_name() -> str:
    """Return a name that nobody guesses, in one of 256 folders."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def check_file(data: bytes, max_bytes: int, *, field: str = "file") -> None:
    """Raises: 422 for a file that is empty or too large."""
    if not data:
        raise invalid(f"Validation failed: {field} is empty", field=field)
    if len(data) > max_bytes:
        raise invalid(f"Validation failed: {field} is larger than {max_bytes} bytes", field=field)


def _check_room(snapshot: Snapshot, account_id: int) -> None:
    if media.count_unused(snapshot, account_id) >= MAX_UNUSED:
        raise invalid(
            f"Validation failed: {MAX_UNUSED} files of yours are in no post yet. Post or remove some, or wait a day.",
            field="file",
            code="too-many",
        )
    if media.count_processing(snapshot, account_id) >= MAX_PROCESSING:
        raise invalid(
            f"Validation failed: {MAX_PROCESSING} files of yours are still being processed. Wait a little.",
            field="file",
            code="too-many",
        )


def _check_description(text: str) -> None:
    if len(text) > MAX_DESCRIPTION_CHARS:
        raise invalid(
            f"Validation failed: description may have at most {MAX_DESCRIPTION_CHARS} characters", field="description"
        )


async def worked(workshop: Workshop, work: Callable[[bytes], T], data: bytes, *, field: str = "file") -> T:
    """Return what the workshop makes of a picture. Raises: 422 in words when it can make nothing of it."""
    try:
        return await workshop.run(work, data)
    except UnusableImage as error:
        raise invalid(f"Validation failed: {error}", field=field) from None
    except WorkshopError:
        raise invalid("Validation failed: the picture took too long to read; make it smaller", field=field) from None


async def keep(blobs: Blobs, files: Mapping[str, Encoded | Film], name: Callable[[], Awaitable[T]]) -> T:
    """Keep files and return what `name` does, which writes the rows that name them, or false when there are none to write.

    Raises: 503 when there is no room, and what `name` raises. Files that no row came to name are taken back.
    """
    is_named = False
    try:
        for key, file in files.items():
            await put(blobs, key, file)
        named = await name()
        is_named = bool(named)
        return named
    finally:
        if not is_named:
            await take_back(blobs, files)


async def put(blobs: Blobs, key: str, file: Encoded | Film) -> None:
    """Keep a file. Raises: 503 when there is no room."""
    try:
        await blobs.put(key, file.data, content_type=file.content_type)
    except OSError:
        raise busy("There is no room for the file just now. Nothing was saved. Try again.") from None


def _insert(unit: Unit, account_id: int, new: NewFile, made: dict[str, Any]) -> dict[str, Any]:
    _check_room(unit, account_id)
    focus = new.focus or (0.0, 0.0)
    unknown = ("status_id", "blob", "preview_blob", "remote_url", "blurhash", "width", "height")
    values: dict[str, Any] = {
        **dict.fromkeys(unknown),
        "id": unit.new_id(),
        "account_id": account_id,
        "position": 0,
        "description": new.description.strip(),
        "focus_x": focus[0],
        "focus_y": focus[1],
        "created_at": unit.now,
        **made,
    }
    row = Media(**values)
    media.insert(unit, row)
    if row.state == "processing":
        jobs.add(unit, "film", str(row.id), media_id=row.id)
    return _shown(unit, row)


async def take_back(blobs: Blobs, keys: Iterable[str]) -> None:
    """Remove files that no row came to name; one that cannot be removed now lies unreachable."""
    for key in keys:
        try:
            await blobs.delete(key)
        except OSError:
            continue


# ------------------------------------------------------------------ files that are not used yet


def _shown(snapshot: Snapshot, file: Media) -> dict[str, Any]:
    return media_json(attaching.media_view(file, snapshot.site))


def show(snapshot: Snapshot, account_id: int, media_id: int) -> dict[str, Any]:
    """Return the MediaAttachment of an own file that no post uses yet; its url is None while it is made.

    Raises: 404, 422 when nothing could be made of it.
    """
    return _shown(snapshot, own(snapshot, account_id, media_id))


def own(snapshot: Snapshot, account_id: int, media_id: int) -> Media:
    """Return an own file that no post uses yet. Raises: 404, 422 when nothing could be made of it."""
    file = media.by_id(snapshot, media_id)
    if file is None or file.account_id != account_id or file.status_id is not None:
        raise not_found()
    if file.state == "failed":
        raise invalid("Nothing could be made of this file. Upload it in another form.", code="not-processed")
    return file


def change(unit: Unit, account_id: int, what: FileChange) -> dict[str, Any]:
    """Describe an own file that no post uses yet and return it. Raises: 404, 422."""
    own(unit, account_id, what.id)
    change_files(unit, account_id, [what])
    return show(unit, account_id, what.id)


def change_files(unit: Unit, account_id: int, changes: Iterable[FileChange]) -> None:
    """Change the description, focus and thumbnail of own files, used or not; others' are left alone. Raises: 422."""
    for one in changes:
        file = media.by_id(unit, one.id)
        if file is None or file.account_id != account_id:
            continue
        values: dict[str, Any] = {}
        if one.description is not None:
            _check_description(one.description)
            values["description"] = one.description.strip()
        if one.focus is not None:
            values |= {"focus_x": one.focus[0], "focus_y": one.focus[1]}
        if one.thumbnail is not None:
            if file.kind not in _MOVING:
                raise _no_thumbnail()
            values |= _thumbnail_columns(one.thumbnail, file.kind)
            tidying.let_go(unit, (file.preview_blob,))
        if values:
            media.change(unit, one.id, **values)


def remove(unit: Unit, account_id: int, media_id: int) -> None:
    """Remove an own file. Raises: 404, 422 while a post uses it."""
    file = media.by_id(unit, media_id)
    if file is None or file.account_id != account_id:
        raise not_found()
    if file.status_id is not None or file.scheduled_id is not None:
        raise invalid("Media attachment is currently used by a status", code="in-use")
    media.remove(unit, media_id)
    jobs.drop(unit, "film", str(media_id))
    tidying.let_go(unit, file.blobs)


def focus_of(text: str | None) -> Focus | None:
    """Return the focus that a client sent as `x,y`, each from -1 to 1. Raises: 422."""
    if not text:
        return None
    try:
        x, y = (float(number) for number in text.split(","))
    except ValueError:
        x = y = 2.0
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise invalid("Validation failed: focus must be two numbers from -1 to 1 with a comma between", field="focus")
    return x, y
