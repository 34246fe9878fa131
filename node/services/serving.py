"""Files on their way out: to whoever knows the address, which nobody guesses, as long as something shows them."""

from msgspec import Struct

from node.errors import busy, not_found
from node.ports import Blobs
from node.store import accounts, cards, emojis, media
from node.store.database import Database
from node.store.unit import Snapshot


class Served(Struct, frozen=True):
    """A file, and whether caches that people share may keep it."""

    data: bytes
    content_type: str
    is_public: bool


async def serve(db: Database, blobs: Blobs, key: str) -> Served:
    """Return a file that a post, an upload, a preview or a profile of ours names. Raises: 404, 503."""
    is_public = await db.read(_is_public, key)
    data, content_type = await found(blobs, key) or (None, "")
    if data is None:
        raise not_found()
    return Served(data, content_type, is_public)


async def found(blobs: Blobs, key: str) -> tuple[bytes, str] | None:
    """Return a file from where it lies, None when it is not there. Raises: 503."""
    try:
        return await blobs.get(key)
    except (KeyError, ValueError):
        return None
    except OSError:
        raise busy("The file cannot be read just now. Try again.") from None


def _is_public(snapshot: Snapshot, key: str) -> bool:
    """Tell whether a file is shown to everybody. Raises: 404 when nothing shows it."""
    account = accounts.with_picture(snapshot, key)
    if account is not None:
        if account.is_suspended:
            raise not_found()
        return True
    is_open = media.is_open(snapshot, key)
    if is_open is not None:
        return is_open
    if cards.has_image(snapshot, key) or emojis.has_blob(snapshot, key):
        return True
    raise not_found()
