"""The Mastodon MediaAttachment: a picture, film or sound of a status, or one that waits for its status."""

from typing import Any

from msgspec import Struct


class MediaView(Struct, frozen=True):
    """A media file as the entity shows it; without `url` it is still being made."""

    id: int
    kind: str
    url: str | None
    preview_url: str | None
    remote_url: str | None
    description: str
    blurhash: str | None
    width: int | None
    height: int | None
    focus: tuple[float, float] = (0.0, 0.0)
    duration_s: float | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    frame_rate: str | None = None
    bitrate: int | None = None
    poster_url: str | None = None  # theirs


def media_json(media: MediaView) -> dict[str, Any]:
    """Return the MediaAttachment entity."""
    return {
        "id": str(media.id),
        "type": media.kind,
        "url": media.url,
        "preview_url": media.preview_url,
        "remote_url": media.remote_url,
        "preview_remote_url": media.poster_url,
        "text_url": None,
        "meta": _meta(media),
        "description": media.description or None,
        "blurhash": media.blurhash,
    }


def _meta(media: MediaView) -> dict[str, Any]:
    sizes = {"original": _original(media), "small": _size(media.preview_width, media.preview_height)}
    focus = {"x": media.focus[0], "y": media.focus[1]}
    return {"focus": focus} | {name: said for name, said in sizes.items() if said}


def _original(media: MediaView) -> dict[str, Any]:
    said = _size(media.width, media.height)
    moving = {"frame_rate": media.frame_rate, "duration": media.duration_s, "bitrate": media.bitrate}
    return said | {name: value for name, value in moving.items() if value is not None}


def _size(width: int | None, height: int | None) -> dict[str, Any]:
    if not width or not height:
        return {}
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}
