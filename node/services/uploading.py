"""Media files on their way in: checked by what they are, made anew from their pixels, kept, and described."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeVar

from msgspec import Struct

from node.entities.instance import MAX_DESCRIPTION_CHARS
from node.entities.media import media_json
from node.errors import busy, invalid, not_found
from node.ports import Blobs, Workshop, WorkshopError
from node.privacy import images
from node.privacy.images import Encoded, Picture, UnusableImage
from node.services import tidying, writing
from node.store import accounts, media
from node.store.database import Database
from node.store.media import Media
from node.store.unit import Snapshot, Unit

T = TypeVar("T")

Focus = tuple[float, float]
MAX_UNUSED: Final = 100
_MOVING: Final = ("video/", "audio/")


class FileChange(Struct, frozen=True):
    """What changes about a file of one's own; None leaves things as they are."""

    id: int
    description: str | None = None
    focus: Focus | None = None


class NewFile(Struct, frozen=True):
    """A file as it came. What it says about its own kind is not believed."""

    data: bytes
    content_type: str = ""
    description: str = ""
    focus: Focus | None = None


class Outside(NamedTuple):
    """Where files are worked on and kept."""

    workshop: Workshop
    blobs: Blobs


async def upload(db: Database, outside: Outside, account_id: int, new: NewFile, *, max_bytes: int) -> dict[str, Any]:
    """Keep a picture and return its MediaAttachment. Of anything that moves the first picture is kept.

    Raises: 422 in words for what cannot be kept and for too many files in no post, 503 when there is no room.
    """
    _check_description(new.description)
    check_file(new, max_bytes)
    await db.read(_check_room, account_id)
    picture = await worked(outside.workshop, images.clean, new.data)
    name = secrets.token_hex(16)
    blob, preview = (
        f"files/{name[:2]}/{name}{end}" for end in (picture.whole.suffix, f"-small{picture.preview.suffix}")
    )
    try:
        await put(outside.blobs, blob, picture.whole)
        await put(outside.blobs, preview, picture.preview)
        return await db.write(_keep, account_id, new, picture, (blob, preview))
    except BaseException:
        await take_back(outside.blobs, (blob, preview))
        raise


def check_file(new: NewFile, max_bytes: int, *, field: str = "file") -> None:
    """Raises: 422 for a file that is empty, too large, or says itself that it moves."""
    if not new.data:
        raise invalid(f"Validation failed: {field} is empty", field=field)
    if len(new.data) > max_bytes:
        raise invalid(f"Validation failed: {field} is larger than {max_bytes} bytes", field=field)
    if new.content_type.startswith(_MOVING):
        raise invalid(
            "Validation failed: this server does not keep video or sound yet; use a JPEG, PNG, WebP or GIF picture",
            field=field,
            code="not-offered",
        )


def _check_room(snapshot: Snapshot, account_id: int) -> None:
    if media.count_unused(snapshot, account_id) >= MAX_UNUSED:
        raise invalid(
            f"Validation failed: {MAX_UNUSED} files of yours are in no post yet. Post or remove some, or wait a day.",
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


async def put(blobs: Blobs, key: str, file: Encoded) -> None:
    """Keep a file. Raises: 503 when there is no room."""
    try:
        await blobs.put(key, file.data, content_type=file.content_type)
    except OSError:
        raise busy("There is no room for the file just now. Nothing was saved. Try again.") from None


def _keep(unit: Unit, account_id: int, new: NewFile, picture: Picture, keys: tuple[str, str]) -> dict[str, Any]:
    _check_room(unit, account_id)
    focus = new.focus or (0.0, 0.0)
    row = Media(
        id=unit.new_id(),
        account_id=account_id,
        status_id=None,
        position=0,
        kind="image",
        content_type=picture.whole.content_type,
        blob=keys[0],
        preview_blob=keys[1],
        remote_url=None,
        description=new.description.strip(),
        blurhash=picture.blurhash,
        width=picture.whole.width,
        height=picture.whole.height,
        focus_x=focus[0],
        focus_y=focus[1],
        created_at=unit.now,
    )
    media.insert(unit, {name: getattr(row, name) for name in Media.__struct_fields__})
    return media_json(writing.media_view(row, unit.site))


async def take_back(blobs: Blobs, keys: Iterable[str]) -> None:
    """Remove files that no row came to name; one that cannot be removed now lies unreachable."""
    for key in keys:
        try:
            await blobs.delete(key)
        except OSError:
            continue


# ------------------------------------------------------------------ files that are not used yet


def show(snapshot: Snapshot, account_id: int, media_id: int) -> dict[str, Any]:
    """Return the MediaAttachment of an own file that no post uses yet. Raises: 404."""
    return media_json(writing.media_view(_own(snapshot, account_id, media_id), snapshot.site))


def change(unit: Unit, account_id: int, what: FileChange) -> dict[str, Any]:
    """Describe an own file that no post uses yet and return it. Raises: 404, 422."""
    _own(unit, account_id, what.id)
    change_files(unit, account_id, [what])
    return show(unit, account_id, what.id)


def change_files(unit: Unit, account_id: int, changes: Iterable[FileChange]) -> None:
    """Change the description and focus of own files, used or not; others' are left alone. Raises: 422."""
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
        if values:
            media.change(unit, one.id, **values)


def remove(unit: Unit, account_id: int, media_id: int) -> None:
    """Remove an own file. Raises: 404, 422 while a post uses it."""
    file = media.by_id(unit, media_id)
    if file is None or file.account_id != account_id:
        raise not_found()
    if file.status_id is not None:
        raise invalid("Media attachment is currently used by a status", code="in-use")
    media.remove(unit, media_id)
    tidying.let_go(unit, (file.blob, file.preview_blob))


def _own(snapshot: Snapshot, account_id: int, media_id: int) -> Media:
    file = media.by_id(snapshot, media_id)
    if file is None or file.account_id != account_id or file.status_id is not None:
        raise not_found()
    return file


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


# ------------------------------------------------------------------ files on their way out


async def serve(db: Database, blobs: Blobs, key: str) -> tuple[bytes, str]:
    """Return a file that a post, an upload or a profile of ours names, and its content type. Raises: 404, 503."""
    if not await db.read(_is_shown, key):
        raise not_found()
    try:
        return await blobs.get(key)
    except (KeyError, ValueError):
        raise not_found() from None
    except OSError:
        raise busy("The file cannot be read just now. Try again.") from None


def _is_shown(snapshot: Snapshot, key: str) -> bool:
    account = accounts.with_picture(snapshot, key)
    return media.is_public(snapshot, key) if account is None else not account.is_suspended
