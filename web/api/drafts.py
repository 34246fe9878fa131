"""What an app sends to write a post, become a draft: names and forms of the Mastodon API, judged one by one."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from node.errors import invalid
from node.services import consenting
from node.services.drafting import Draft
from node.services.polling import NewPoll
from node.services.uploading import FileChange, Thumbnail, focus_of
from web.api import listing
from web.api.params import Upload
from web.routing import Call, id_of

MAX_LANGUAGE_CHARS: Final = 16
MAX_NAMED: Final = 1000
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class SentFile(Struct):
    """What changes about an attached file."""

    id: str
    description: str | None = None
    focus: str | None = None
    thumbnail: Upload | None = None


class SentPoll(Struct):
    """A poll."""

    options: list[str]
    expires_in: int
    multiple: bool | None = None
    hide_totals: bool | None = None


class SentPost(Struct):
    """A post to write, or a newer version of one."""

    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    visibility: str | None = None
    local_only: bool | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    quoted_status_id: str | None = None
    quote_approval_policy: str | None = None
    media_ids: list[str] | None = None
    media_attributes: list[SentFile] | None = None
    allowed_mentions: list[str] | None = None
    scheduled_at: str | None = None
    poll: SentPoll | None = None


def draft(call: Call, sent: SentPost, *, key: str | None = None) -> Draft:
    """Return what an app sent as a draft. Raises: 404 for what it answers or quotes; 422 naming the field."""
    text, warning = (sent.status or "").strip(), (sent.spoiler_text or "").strip()
    if not (text or sent.media_ids or sent.quoted_status_id or sent.poll is not None):
        text, warning = warning, ""  # a warning without a text is the text
    return Draft(
        text=text,
        spoiler_text=warning,
        is_sensitive=sent.sensitive,
        visibility=sent.visibility or None,
        is_for_house=bool(sent.local_only),
        language=_language(sent.language),
        reply_to_id=id_of(sent.in_reply_to_id) if sent.in_reply_to_id else None,
        quote_of_id=id_of(sent.quoted_status_id) if sent.quoted_status_id else None,
        quote_policy=consenting.policy_word(sent.quote_approval_policy) if sent.quote_approval_policy else None,
        media_ids=_media_ids(sent),
        poll=_poll(sent.poll) if sent.poll is not None else None,
        media_changes=tuple(_file_change(one) for one in sent.media_attributes or ()),
        idempotency_key=key or None,
        app_id=call.viewer.app_id if call.viewer is not None else None,
        allowed_ids=_allowed(sent.allowed_mentions),
    )


def instant(text: str | None, *, field: str) -> datetime | None:
    """Return the time that an app sent in ISO 8601; without a zone it is UTC. Raises: 422."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid(f"Validation failed: {field} must be a time such as 2027-01-15T09:00:00Z", field=field) from None


def _poll(sent: SentPoll) -> NewPoll:
    return NewPoll(
        options=tuple(sent.options),
        lasts_s=sent.expires_in,
        is_multiple=bool(sent.multiple),
        hides_totals=bool(sent.hide_totals),
    )


def _media_ids(sent: SentPost) -> tuple[int, ...]:
    wrong = [one for one in sent.media_ids or () if not listing.is_id(one)]
    if wrong:
        raise invalid("Validation failed: a file is not there", field="media_ids")
    return tuple(dict.fromkeys(int(one) for one in sent.media_ids or ()))


def _allowed(sent: list[str] | None) -> tuple[int, ...] | None:
    """Return whom a post may name; an empty list is nobody, none at all is everybody."""
    return None if sent is None else tuple(listing.ids(sent, field="allowed_mentions", most=MAX_NAMED))


def _file_change(sent: SentFile) -> FileChange:
    return FileChange(id_of(sent.id), sent.description, focus_of(sent.focus))


def thumbnails(sent: SentPost) -> dict[int, bytes]:
    """Return the pictures that came for films and sounds of the post, by their ids."""
    named = set(_media_ids(sent))
    came = ((id_of(one.id), one.thumbnail) for one in sent.media_attributes or ())
    return {media_id: file.data for media_id, file in came if file is not None and media_id in named}


def with_thumbnails(what: Draft, kept: Mapping[int, Thumbnail]) -> Draft:
    """Return a draft whose films get the pictures that were kept for them."""
    changes = tuple(msgspec.structs.replace(one, thumbnail=kept.get(one.id)) for one in what.media_changes)
    return msgspec.structs.replace(what, media_changes=changes)


def _language(sent: str | None) -> str | None:
    is_code = sent is not None and len(sent) <= MAX_LANGUAGE_CHARS and _LANGUAGE.fullmatch(sent)
    return sent if is_code else None
