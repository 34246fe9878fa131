"""The Mastodon ScheduledStatus: a post that waits for its time, with what its author sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from node.entities.instants import iso
from node.entities.media import MediaView, media_json


class Sent(Struct, frozen=True, kw_only=True):
    """What the author of a post that waits sent."""

    text: str
    spoiler_text: str
    is_sensitive: bool | None
    visibility: str
    is_for_house: bool
    language: str | None
    reply_to_id: int | None
    quote_of_id: int | None
    quote_policy: str | None
    media_ids: Sequence[int]
    allowed_ids: Sequence[int] | None
    app_id: int | None
    poll: dict[str, Any] | None


def scheduled_json(scheduled_id: int, due_at: datetime, sent: Sent, media: Sequence[MediaView]) -> dict[str, Any]:
    """Return the ScheduledStatus entity."""
    return {
        "id": str(scheduled_id),
        "scheduled_at": iso(due_at),
        "params": {
            "text": sent.text,
            "poll": sent.poll,
            "media_ids": _texts(sent.media_ids or None),
            "sensitive": sent.is_sensitive,
            "spoiler_text": sent.spoiler_text or None,
            "visibility": sent.visibility,
            "local_only": sent.is_for_house,
            "in_reply_to_id": sent.reply_to_id,
            "language": sent.language,
            "quoted_status_id": str(sent.quote_of_id) if sent.quote_of_id is not None else None,
            "quote_approval_policy": sent.quote_policy,
            "allowed_mentions": _texts(sent.allowed_ids),
            "application_id": sent.app_id or 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [media_json(one) for one in media],
    }


def _texts(ids: Sequence[int] | None) -> list[str] | None:
    return None if ids is None else [str(one) for one in ids]
