"""The Mastodon Status: the reader-independent JSON text, kept in `statuses.part`.

`node.entities.splice` adds what changes or depends on the reader.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from node.entities.card import CardView, card_json
from node.entities.emoji import copied, custom_emojis
from node.entities.instants import iso
from node.entities.media import MediaView, media_json
from node.social.site import Site
from node.social.visibility import INSIDE

_encode = msgspec.json.Encoder().encode

LIVE: Final = ',"poll":{}}'  # how a part ends whose poll or reactions `splice.alive` puts in when it is read

# house and circle have no word in the Mastodon API; apps may show them to nobody but the audience the post has
API_VISIBILITY = {"house": "private", "circle": "private"}


class MentionView(Struct, frozen=True):
    """Somebody named in a status."""

    id: int
    username: str
    acct: str
    url: str


class StatusView(Struct, frozen=True):
    """Everything of a status that no reader changes."""

    id: int
    uri: str
    url: str
    created_at: datetime
    visibility: str
    content_html: str
    spoiler_text: str = ""
    is_sensitive: bool = False
    language: str | None = None
    edited_at: datetime | None = None
    reply_to_id: int | None = None
    reply_to_account_id: int | None = None
    app_name: str | None = None
    app_website: str | None = None
    media: tuple[MediaView, ...] = ()
    card: CardView | None = None
    mentions: tuple[MentionView, ...] = ()
    tags: tuple[str, ...] = ()
    record: dict[str, Any] | None = None
    has_quote: bool = False
    quotes_count: int = 0
    quote_approval: dict[str, Any] = {}
    emojis: tuple[dict[str, str], ...] = ()
    is_live: bool = False  # has a poll or reactions


def render_part(view: StatusView, site: Site) -> str:
    """Return the reader-independent JSON text of a status; `splice.begun` goes on."""
    part: dict[str, Any] = {
        "id": str(view.id),
        "created_at": iso(view.created_at),
        "in_reply_to_id": _text(view.reply_to_id),
        "in_reply_to_account_id": _text(view.reply_to_account_id),
        "sensitive": view.is_sensitive,
        "spoiler_text": view.spoiler_text,
        "visibility": API_VISIBILITY.get(view.visibility, view.visibility),
        "local_only": view.visibility in INSIDE,
        "language": view.language,
        "uri": view.uri,
        "url": view.url,
        "edited_at": iso(view.edited_at) if view.edited_at else None,
        "content": view.content_html,
        "media_attachments": [media_json(media) for media in view.media],
        "mentions": [{"id": str(m.id), "username": m.username, "acct": m.acct, "url": m.url} for m in view.mentions],
        "tags": [{"name": name, "url": site.tag_url(name)} for name in view.tags],
        "emojis": custom_emojis(copied(view.emojis, site, "statuses", view.id)),
        "card": card_json(view.card) if view.card else None,
        "quote": f"#{view.id}" if view.has_quote else None,  # filled in for each reader, by `node.store.quoted`
        "quotes_count": view.quotes_count,
        "quote_approval": view.quote_approval,
        "application": {"name": view.app_name, "website": view.app_website} if view.app_name else None,
    }
    if view.record is not None:
        part["learning_record"] = view.record
    if view.is_live:
        return _encode(part).decode()[:-1] + LIVE
    return _encode(part | {"poll": None, "reactions": []}).decode()


def field_text(name: str, identifier: int | None) -> str:
    """Return how a part writes an id; quotes inside a text are escaped, so it stands nowhere else."""
    return f'"{name}":' + ("null" if identifier is None else f'"{identifier}"')


def _text(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
