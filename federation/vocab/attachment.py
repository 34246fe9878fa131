"""Media of a post: one struct out of Documents, Images, Links and the players' own forms. Nothing is fetched here."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from federation import loose, uris

AttachmentKind = Literal["image", "video", "audio", "unknown"]

MAX_ATTACHMENTS: Final = 16
MAX_ALT: Final = 10_000
_MAX_SECONDS: Final = 1e9
_KINDS: Final[Mapping[str, AttachmentKind]] = {"image": "image", "video": "video", "audio": "audio"}
_TYPES: Final[Mapping[str, AttachmentKind]] = {"Image": "image", "Video": "video", "Audio": "audio"}
_PAGES: Final = frozenset({"Page", "Article", "Note", "Event", "Question"})
_ENDINGS: Final[Mapping[str, AttachmentKind]] = {
    "jpg": "image", "jpeg": "image", "png": "image", "gif": "image", "webp": "image", "avif": "image", "heic": "image",
    "mp4": "video", "webm": "video", "mov": "video", "mp3": "audio", "ogg": "audio", "oga": "audio", "flac": "audio",
    "m4a": "audio", "opus": "audio", "wav": "audio",
}  # fmt: skip
_PLAYS: Final[Mapping[str, str]] = {"Video": "video", "Audio": "audio", "Image": "image", "Document": ""}
_WITHOUT_ICON: Final = frozenset(
    {"Note", "Question", "Article", "Page", "ChatMessage", "Event"}
)  # there it is the site's
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")
_BLURHASH: Final = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,100}")
_DURATION: Final = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?)?")


class Attachment(Struct, frozen=True, kw_only=True):
    """A picture, film or sound at `url`. `description` is the alt text, `focus` from -1 to 1, `duration` in seconds.

    `poster` is a picture that stands for what is played.
    """

    url: str
    media_type: str | None = None
    kind: AttachmentKind = "unknown"
    description: str = ""
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    duration: float | None = None
    poster: str | None = None


def attachments_of(document: Mapping[str, object], *, loopback_http: bool = False) -> tuple[Attachment, ...]:
    """Give the media of a post in order, at most 16: attachments, else what it plays, else its cover image."""
    for found in (
        _listed(document.get("attachment")),
        _played(document),
        _listed(document.get("image"), is_image=True),
        _icons(document),
    ):
        usable = [item for item in found if uris.is_for_readers(item.url, loopback_http=loopback_http)]
        if usable:
            return _with_poster(usable[:MAX_ATTACHMENTS], document, loopback_http=loopback_http)
    return ()


def _with_poster(
    found: list[Attachment], document: Mapping[str, object], *, loopback_http: bool
) -> tuple[Attachment, ...]:
    """Let the picture of a post stand for what it plays, unless that has one of its own."""
    first = found[0]
    own = first.poster if uris.is_for_readers(first.poster, loopback_http=loopback_http) else None
    if own is None and len(found) == 1 and first.kind in ("video", "audio"):
        pictures = (*_listed(document.get("image"), is_image=True), *_icons(document))
        usable = (one.url for one in pictures if uris.is_for_readers(one.url, loopback_http=loopback_http))
        own = next(usable, None)
    rest = (
        item if uris.is_for_readers(item.poster, loopback_http=loopback_http) else replace(item, poster=None)
        for item in found[1:]
    )
    return (replace(first, poster=own), *rest)


def _icons(document: Mapping[str, object]) -> list[Attachment]:
    """Give the largest icon of a post as its picture; of words it is none."""
    if _WITHOUT_ICON & set(loose.types_of(document)):
        return []
    return sorted(_listed(document.get("icon"), is_image=True), key=lambda icon: icon.width or 0, reverse=True)[:1]


def cards_of(document: Mapping[str, object]) -> list[str]:
    """Give the addresses of the pages that a post links to by its attachments."""
    found = (
        {"type": "Link", "href": item} if isinstance(item, str) else item
        for item in loose.as_list(document.get("attachment"))
    )
    pages = [item for item in found if isinstance(item, Mapping)]
    return [url for item in pages if _is_page(item) for url, _ in loose.links_of(item)[:1] if _attachment(item) is None]


def _listed(value: object, *, is_image: bool = False) -> Iterator[Attachment]:
    for item in loose.as_list(value):
        bare = {"type": "Image", "url": item} if is_image else {"type": "Link", "href": item}
        found = _attachment(bare if isinstance(item, str) else item)
        if found is not None:
            yield found


def _attachment(item: object) -> Attachment | None:
    if not isinstance(item, Mapping):
        return None
    url, linked_type = next(iter(loose.links_of(item)), (None, None))
    media_type = _media_type(loose.media_type_of(item) or linked_type)
    kind = _kind(item, media_type, url or "")
    if url is None or (_is_page(item) and kind == "unknown") or "PropertyValue" in loose.types_of(item):
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
        poster=next((url for url, _ in loose.links_of(item.get("icon"))), None),
    )


def _is_page(item: Mapping[str, object]) -> bool:
    """Tell whether an attachment leads to a page, unless its media type says otherwise (Friendica's are a `Page`)."""
    return loose.is_link(item) or bool(_PAGES & set(loose.types_of(item)))


def _pixels(item: Mapping[str, object], name: str) -> int | None:
    """Read a size of an attachment, or of the first of its links that says one."""
    said = (part.get(name) for part in (item, *loose.as_list(item.get("url"))) if isinstance(part, Mapping))
    return next((size for value in said if (size := loose.whole_number(value, most=100_000))), None)


def _played(document: Mapping[str, object]) -> Iterator[Attachment]:
    """Give what a post plays or shows by itself, in the first form that can be."""
    said = {name: document[name] for name in ("name", "duration") if document.get(name)}
    for item, wanted in _sources(document):
        found = _attachment({**item, **said, "type": "Document"})
        if found is not None and found.kind == (wanted or found.kind) != "unknown":
            yield found
            return


def _sources(document: Mapping[str, object]) -> Iterator[tuple[Mapping[str, object], str]]:
    """Give where media may be, and of which kind: in `url`, in the `tag` of a playlist there, under a name of its own."""
    wanted = next((_PLAYS[name] for name in loose.types_of(document) if name in _PLAYS), None)
    if wanted is not None:
        plain = {"mediaType": document.get("mediaType")}
        links = [
            item if isinstance(item, Mapping) else {**plain, "href": item}
            for item in loose.as_list(document.get("url"))
        ]
        nested = [inner for item in links for inner in loose.as_list(item.get("tag")) if isinstance(inner, Mapping)]
        yield from ((item, wanted) for item in links + nested)
    for name in ("audio", "video"):
        yield from ((item, name) for item in loose.as_list(document.get(name)) if isinstance(item, Mapping))


def seconds_of(value: object) -> float | None:
    """Read an ISO 8601 duration of days, hours, minutes and seconds, or a number of seconds; None when there is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 < value < _MAX_SECONDS else None
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
    numbers = [number for item in loose.as_list(value) if (number := _number(item)) is not None]
    if len(numbers) != 2 or not all(-1 <= number <= 1 for number in numbers):
        return None
    return numbers[0], numbers[1]


def _number(value: object) -> float | None:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
