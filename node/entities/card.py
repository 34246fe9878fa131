"""The Mastodon PreviewCard: what a linked page says of itself, in words and a picture of ours. Never its HTML."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from node.entities.instants import iso


class CardView(Struct, frozen=True, kw_only=True):
    """A preview of a page."""

    url: str
    kind: str = "link"
    title: str = ""
    description: str = ""
    language: str | None = None
    authors: tuple[tuple[str, str], ...] = ()  # name and address
    provider_name: str = ""
    provider_url: str = ""
    image_url: str | None = None
    image_alt: str = ""
    blurhash: str | None = None
    width: int = 0
    height: int = 0
    published_at: datetime | None = None


def card_json(card: CardView) -> dict[str, Any]:
    """Return the PreviewCard entity."""
    authors = [{"name": name, "url": url, "account": None} for name, url in card.authors]
    first = card.authors[0] if card.authors else ("", "")
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": card.language,
        "type": card.kind,
        "author_name": first[0],
        "author_url": first[1],
        "provider_name": card.provider_name,
        "provider_url": card.provider_url,
        "html": "",
        "width": card.width,
        "height": card.height,
        "image": card.image_url,
        "image_description": card.image_alt,
        "embed_url": "",
        "blurhash": card.blurhash,
        "published_at": iso(card.published_at) if card.published_at else None,
        "authors": authors,
        "missing_attribution": False,  # nobody here is said to be an author, so nobody is missing
    }
