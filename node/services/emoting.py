"""Our own custom emoji: made anew from their pixels, chosen by people here, and sent along with the posts that use them."""

import re
import secrets
from collections.abc import Iterable
from typing import Any, Final

from node.errors import invalid, not_found
from node.ports import Blobs, Workshop
from node.privacy import images
from node.services import tidying, uploading
from node.store import emojis
from node.store.database import Database
from node.store.emojis import CustomEmoji
from node.store.unit import Snapshot, Unit

MAX_EMOJI_BYTES: Final = 256 * 1024
MAX_USED: Final = 50  # in one text
MAX_CATEGORY_CHARS: Final = 60
SHORTCODE: Final = re.compile(r"[A-Za-z0-9_]{2,50}")
_USED: Final = re.compile(r"(?<![\w:]):([A-Za-z0-9_]{2,50}):(?![\w:])")


def listed(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the CustomEmoji entities of those that people choose from."""
    return [_entity(snapshot, one) for one in emojis.every(snapshot) if one.is_enabled and one.is_listed]


def _entity(snapshot: Snapshot, one: CustomEmoji) -> dict[str, Any]:
    site = snapshot.site
    category = {} if one.category is None else {"category": one.category, "featured": False}
    return {
        "shortcode": one.shortcode,
        "url": site.media_url(one.blob),
        "static_url": site.media_url(one.static_blob),
        "visible_in_picker": one.is_listed,
        **category,
    }


def used(snapshot: Snapshot, *texts: str) -> tuple[dict[str, str], ...]:
    """Return our own emoji that texts use, as posts and profiles keep them."""
    wanted = list(dict.fromkeys(code for text in texts for code in _USED.findall(text)))[:MAX_USED]
    found = emojis.named(snapshot, wanted) if wanted else []
    return tuple({"shortcode": one.shortcode, "url": snapshot.site.media_url(one.blob)} for one in found)


def every(snapshot: Snapshot) -> list[CustomEmoji]:
    """Return all of them, for administrators."""
    return emojis.every(snapshot)


async def add(
    db: Database, blobs: Blobs, workshop: Workshop, shortcode: str, data: bytes, *, category: str | None, by: str
) -> CustomEmoji:
    """Make a picture an emoji. Raises: 422 naming what is wrong."""
    if not SHORTCODE.fullmatch(shortcode):
        raise invalid("A shortcode has 2 to 50 of a-z, A-Z, 0-9 and _", field="shortcode")
    if len(data) > MAX_EMOJI_BYTES:
        raise invalid(f"The picture may have at most {MAX_EMOJI_BYTES // 1024} KiB", field="image")
    if category is not None and not 1 <= len(category.strip()) <= MAX_CATEGORY_CHARS:
        raise invalid(f"A category has 1 to {MAX_CATEGORY_CHARS} characters", field="category")
    picture = await uploading.worked(workshop, images.clean, data, field="image")
    key = f"emojis/{secrets.token_hex(16)}{picture.whole.suffix}"
    kind = category.strip() if category else None
    return await uploading.keep(blobs, {key: picture.whole}, lambda: db.write(_keep, shortcode, key, kind, by=by))


def _keep(unit: Unit, shortcode: str, key: str, category: str | None, *, by: str) -> CustomEmoji:
    made = CustomEmoji(unit.new_id(), shortcode, key, key, category, True, True, unit.now)  # noqa: FBT003 # a row
    if not emojis.insert(unit, made):
        raise invalid(f"There is an emoji :{shortcode}: already", field="shortcode", code="taken")
    unit.audit(actor=by, act="emoji.add", object=f"emoji:{shortcode}")
    return made


def remove(unit: Unit, shortcode: str, *, by: str) -> None:
    """Remove an emoji; posts that used it show its name. Raises: 404."""
    gone = emojis.remove(unit, shortcode.strip(":"))
    if gone is None:
        raise not_found()
    tidying.let_go(unit, _files(gone))
    unit.audit(actor=by, act="emoji.remove", object=f"emoji:{gone.shortcode}")


def _files(one: CustomEmoji) -> Iterable[str]:
    return {one.blob, one.static_blob}
