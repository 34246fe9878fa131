"""Media of a post: one struct out of Documents, Images, Links and the players' own forms. Nothing is fetched here."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from federation import loose, uris

AttachmentKind = Literal["image", "video", "audio", "unknown"]

MAX_ATTACHMENTS: Final = 16
MAX_ALT: Final = 10_000
_KINDS: Final[Mapping[str, AttachmentKind]] = {"image": "image", "video": "video", "audio": "audio"}
_TYPES: Final[Mapping[str, AttachmentKind]] = {"Image": "image", "Video": "video", "Audio": "audio"}
_ENDINGS: Final[Mapping[str, AttachmentKind]] = {
    "jpg": "image", "jpeg": "image", "png": "image", "gif": "image", "webp": "image", "avif": "image", "heic": "image",
    "mp4": "video", "webm": "video", "mov": "video", "mp3": "audio", "ogg": "audio", "oga": "audio", "flac": "audio",
    "m4a": "audio", "opus": "audio", "wav": "audio",
}  # fmt: skip
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_BLURHASH: Final = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,100}")
_DURATION: Final = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?)?")


class Attachment(Struct, frozen=True, kw_only=True):
    """A picture, film or sound at `url`. `description` is the alt text, `focus` from -1 to 1, `duration` in seconds."""

    url: str
    media_type: str | None = None
    kind: AttachmentKind = "unknown"
    description: str = ""
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    duration: float | None = None


def attachments_of(document: Mapping[str, object], *, loopback_http: bool = False) -> tuple[Attachment, ...]:
    """Give the media of a post in order, at most 16: attachments, else what it plays, else its cover image."""
    for found in (
        _listed(document.get("attachment")),
        _played(document),
        _listed(document.get("image"), is_image=True),
    ):
        usable = [item for item in found if uris.is_for_readers(item.url, loopback_http=loopback_http)]
        if usable:
            return tuple(usable[:MAX_ATTACHMENTS])
    return ()


def cards_of(document: Mapping[str, object]) -> list[str]:
    """Give the addresses of the pages that a post links to by its attachments."""
    links = [item for item in loose.as_list(document.get("attachment")) if loose.is_link(item)]
    return [url for item in links for url, _ in loose.links_of(item)[:1] if _attachment(item) is None]


def _listed(value: object, *, is_image: bool = False) -> Iterator[Attachment]:
    for item in loose.as_list(value):
        found = _attachment({"type": "Image", "url": item} if is_image and isinstance(item, str) else item)
        if found is not None:
            yield found


def _attachment(item: object) -> Attachment | None:
    if not isinstance(item, Mapping):
        return None
    url, linked_type = next(iter(loose.links_of(item)), (None, None))
    media_type = _media_type(loose.media_type_of(item) or linked_type)
    kind = _kind(item, media_type, url or "")
    if url is None or (loose.is_link(item) and kind == "unknown") or "PropertyValue" in loose.types_of(item):
        return None
    return Attachment(
        url=url,
        media_type=media_type,
        kind=kind,
        description=(loose.text_of(item, "summary") or loose.text_of(item, "name") or "")[:MAX_ALT],
        width=_pixels(item, "width"),
        height=_pixels(item, "height"),
        blurhash=_blurhash(item.get("blurhash")),
        focus=_focus(item.get("focalPoint")),
        duration=seconds_of(item.get("duration")),
    )


def _pixels(item: Mapping[str, object], name: str) -> int | None:
    """Read a size of an attachment, or of the first of its links that says one."""
    said = (part.get(name) for part in (item, *loose.as_list(item.get("url"))) if isinstance(part, Mapping))
    return next((size for value in said if (size := loose.whole_number(value, most=100_000))), None)


def _played(document: Mapping[str, object]) -> Iterator[Attachment]:
    """A Video or Audio carries its media in `url`, PeerTube one level deeper in the `tag` of a playlist."""
    wanted = {"Video": "video/", "Audio": "audio/"}.get(next(iter(loose.types_of(document)), ""))
    if wanted is None:
        return
    links = [item for item in loose.as_list(document.get("url")) if isinstance(item, Mapping)]
    nested = [inner for item in links for inner in loose.as_list(item.get("tag")) if isinstance(inner, Mapping)]
    for item in links + nested:
        if (loose.media_type_of(item) or "").startswith(wanted):
            said = {"name": document.get("name"), "duration": document.get("duration")}
            found = _attachment({**item, **said, "type": "Document"})
            if found is not None:
                yield found
                return


def seconds_of(value: object) -> float | None:
    """Read an ISO 8601 duration of days, hours, minutes and seconds; None when there is none."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return days * 86_400 + hours * 3_600 + minutes * 60 + seconds


def _kind(item: Mapping[str, object], media_type: str | None, url: str) -> AttachmentKind:
    if media_type:
        return _KINDS.get(media_type.partition("/")[0], "unknown")
    stated = next((_TYPES[name] for name in loose.types_of(item) if name in _TYPES), None)
    return stated or _ENDINGS.get(_ending(url), "unknown")


def _ending(url: str) -> str:
    try:
        return urlsplit(url).path.rpartition(".")[2].lower()
    except ValueError:
        return ""


def _media_type(value: str | None) -> str | None:
    return value if value and _MEDIA_TYPE.fullmatch(value) else None


def _blurhash(value: object) -> str | None:
    return value if isinstance(value, str) and _BLURHASH.fullmatch(value) else None


def _focus(value: object) -> tuple[float, float] | None:
    numbers = [item for item in loose.as_list(value) if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(numbers) != 2 or not all(-1 <= number <= 1 for number in numbers):
        return None
    return float(numbers[0]), float(numbers[1])
