"""What hangs on a post: pictures, films and sounds, and the preview of what it links to. Nothing is loaded from elsewhere."""

from typing import Final
from urllib.parse import urlsplit

from node.learning.phrases import shortened
from node.social.site import Site
from web.pages.entities import MEDIA, PROXY, Card, Media
from web.pages.views.posts import Picture, Preview

MAX_WORDS: Final = 200  # of a preview
_KINDS: Final = {"video": "film", "gifv": "loop", "audio": "sound"}


def picture(media: Media, site: Site) -> Picture:
    """Return a picture, a film or a sound that is played here, or the picture that stands for one of another place."""
    kind = _KINDS.get(media.type, "image")
    shown = _here(media.url if media.type == "image" else media.preview_url, site)
    here = _here(media.url, site)
    said = (media.meta or {}).get("original" if media.type == "image" or here else "small") or {}
    return Picture(
        alt=media.description or "",
        url=here or media.remote_url or media.url or "",
        is_ours=bool(shown or here),
        shown=shown,
        width=said.get("width") if shown or here else None,
        height=said.get("height") if shown or here else None,
        kind=kind,
    )


def preview(card: Card, site: Site) -> Preview | None:
    """Return what a post links to; the picture is a copy of ours or none."""
    parts = urlsplit(card.url)
    if parts.scheme not in ("http", "https"):
        return None
    words = shortened(card.description, MAX_WORDS)
    return Preview(
        url=card.url,
        title=card.title or parts.netloc,
        words=words,
        place=card.provider_name or parts.netloc,
        language=card.language or "",
        picture=_here(card.image, site),
        alt=card.image_description,
    )


def _here(address: str | None, site: Site) -> str:
    """Return an address of this node as pages write it, empty for any other."""
    path = (address or "").removeprefix(site.base_url)
    return path if path.startswith((MEDIA, PROXY)) else ""
