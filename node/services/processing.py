"""Makes what came as a film, a sound or an animated picture anew, and shows it then. What came goes, whatever the outcome."""

from typing import Any

from node.errors import Problem
from node.ports import WorkshopError
from node.privacy import films
from node.privacy.films import Film, UnusableFilm
from node.privacy.images import Encoded
from node.services import tidying, uploading
from node.services.uploading import Outside
from node.store import jobs, media
from node.store.database import Database
from node.store.media import Media
from node.store.unit import Snapshot, Unit


async def process(db: Database, outside: Outside, media_id: int) -> None:
    """Make an uploaded film; one that nothing can be made of counts as failed. Raises: Problem 503 when there is no room."""
    source = await db.read(_source, media_id)
    if source is None:
        return
    try:
        data, _ = await outside.blobs.get(source)
        film = await outside.workshop.run_slowly(films.make, data)
    except (UnusableFilm, WorkshopError, KeyError):
        await db.write(_fail, media_id)
        return
    await _keep(db, outside, media_id, film)


async def process_now(db: Database, outside: Outside, account_id: int, media_id: int) -> dict[str, Any]:
    """Make a film while its sender waits. Raises: Problem 500 when nothing can be made of it."""
    await db.write(_take_over, media_id)
    await process(db, outside, media_id)
    try:
        return await db.read(uploading.show, account_id, media_id)
    except Problem as error:
        if error.code != "not-processed":
            raise
        raise Problem(500, "not-processed", "Nothing could be made of this file. Upload it in another form.") from None


def _take_over(unit: Unit, media_id: int) -> None:
    """Put the job off: it is left to do what a request did not."""
    jobs.drop(unit, "film", str(media_id))
    jobs.add(unit, "film", str(media_id), at=unit.now + uploading.PATIENCE, media_id=media_id)


def _source(snapshot: Snapshot, media_id: int) -> str | None:
    file = media.by_id(snapshot, media_id)
    return file.source_blob if file is not None and file.state == "processing" else None


async def _keep(db: Database, outside: Outside, media_id: int, film: Film) -> None:
    stem = f"files/{uploading.new_name()}"
    blob = f"{stem}{film.suffix}"
    poster = f"{stem}-small{film.poster.suffix}" if film.poster is not None else None
    files: dict[str, Encoded | Film] = {blob: film}
    if film.poster is not None and poster is not None:
        files[poster] = film.poster
    await uploading.keep(outside.blobs, files, lambda: db.write(_finish, media_id, film, (blob, poster)))


def _finish(unit: Unit, media_id: int, film: Film, keys: tuple[str, str | None]) -> bool:
    """Show what was made; False when nobody waits for it any more."""
    file = media.by_id(unit, media_id)
    if file is None or file.state != "processing":
        return False
    made = {
        name: getattr(film, name) for name in ("kind", "content_type", "duration_s", "width", "height", "frame_rate")
    }
    media.change(
        unit,
        media_id,
        state="ready",
        source_blob=None,
        blob=keys[0],
        bitrate=film.bitrate,
        **made,
        **_poster(film, keys, file),
    )
    _let_go(unit, file)
    if file.preview_blob is not None and keys[1] is not None:
        tidying.let_go(unit, (keys[1],))  # its sender chose another
    return True


def _poster(film: Film, keys: tuple[str, str | None], file: Media) -> dict[str, Any]:
    if film.poster is None or file.preview_blob is not None:
        return {}
    size = {"preview_width": film.poster.width, "preview_height": film.poster.height}
    return {"preview_blob": keys[1], "blurhash": film.blurhash, **size}


def _fail(unit: Unit, media_id: int) -> None:
    file = media.by_id(unit, media_id)
    if file is not None and file.state == "processing":
        media.change(unit, media_id, state="failed", source_blob=None)
        _let_go(unit, file)


def _let_go(unit: Unit, file: Media) -> None:
    jobs.drop(unit, "film", str(file.id))
    tidying.let_go(unit, (file.source_blob,))
