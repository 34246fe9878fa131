"""Our posts as Notes: a plain Note that every server shows, plus at most one `learningRecord` beside its words."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from federation.compose.terms import (
    ACTIVITYSTREAMS,
    APPROVED_TERMS,
    EMOJI_TERMS,
    NOTE_TERMS,
    OBJECT_TYPE,
    POLICY_TERMS,
    POLL_TERMS,
    QUOTE_TERMS,
    Document,
    emoji_tags,
    moment,
    present,
)


class OutgoingMention(Struct, frozen=True):
    """Somebody named: the actor's id, and `@name@host` as the text says it."""

    href: str
    name: str


class OutgoingHashtag(Struct, frozen=True):
    """A hashtag without its `#`, and the address of its page."""

    name: str
    href: str


class OutgoingMedia(Struct, frozen=True, kw_only=True):
    """A picture, film or sound with its alt text."""

    url: str
    media_type: str
    description: str = ""
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    duration_s: float | None = None
    poster_url: str | None = None  # a picture that stands for what is played


class OutgoingPoll(Struct, frozen=True, kw_only=True):
    """What a post asks. `tallies` None: nobody is told yet how the options stand."""

    options: tuple[str, ...]
    tallies: tuple[int, ...] | None
    voters_count: int
    is_multiple: bool = False
    ends_at: datetime | None = None
    closed_at: datetime | None = None


class OutgoingNote(Struct, frozen=True, kw_only=True):
    """What a Note says. `to` and `cc` come from `audience.addressing_for`; `summary` is a content warning.

    `record` is the learningRecord as it travels; `record_context` the terms it needs, which end the context.
    """

    uri: str
    author_uri: str
    content_html: str
    published: datetime
    to: tuple[str, ...]
    cc: tuple[str, ...]
    url: str
    language: str | None = None
    summary: str = ""
    is_sensitive: bool = False
    in_reply_to: str | None = None
    context: str | None = None
    updated: datetime | None = None
    mentions: tuple[OutgoingMention, ...] = ()
    hashtags: tuple[OutgoingHashtag, ...] = ()
    attachments: tuple[OutgoingMedia, ...] = ()
    quote_uri: str | None = None
    quote_authorization: str | None = None
    interaction_policy: Mapping[str, object] | None = None
    approved_by: str | None = None
    audience: str | None = None  # the group it is for
    replies_uri: str | None = None
    poll: OutgoingPoll | None = None
    emojis: tuple[tuple[str, str], ...] = ()  # (shortcode, address of the picture)
    record: Mapping[str, object] | None = None
    record_context: Mapping[str, object] | None = None


def note(ours: OutgoingNote) -> Document:
    """Compose a Note that stands by itself."""
    return {"@context": note_context(ours), **note_body(ours)}


def note_context(ours: OutgoingNote) -> list[object]:
    """Give the context a Note needs, also for the activity around it; the record's terms come last."""
    terms = dict(NOTE_TERMS)
    if ours.emojis:
        terms |= EMOJI_TERMS
    if ours.poll is not None:
        terms |= POLL_TERMS
    if ours.quote_uri:
        terms |= QUOTE_TERMS
    if ours.interaction_policy is not None:
        terms |= POLICY_TERMS
    if ours.approved_by is not None:
        terms |= APPROVED_TERMS
    record_terms = [dict(ours.record_context)] if ours.record is not None and ours.record_context else []
    return [ACTIVITYSTREAMS, terms, *record_terms]


def note_body(ours: OutgoingNote) -> Document:
    """Compose a Note without its context, to stand inside an activity."""
    return {
        "id": ours.uri,
        "type": "Note" if ours.poll is None else "Question",
        "attributedTo": ours.author_uri,
        "to": list(ours.to),
        "cc": list(ours.cc),
        "published": moment(ours.published),
        "url": ours.url,
        "content": ours.content_html,
        "summary": ours.summary or None,
        "sensitive": ours.is_sensitive or bool(ours.summary),
        "inReplyTo": ours.in_reply_to,
        "tag": _tags(ours),
        "attachment": [_document(media) for media in ours.attachments],
        **present(
            contentMap={ours.language: ours.content_html} if ours.language else None,
            updated=moment(ours.updated) if ours.updated else None,
            context=ours.context,
            conversation=ours.context,
            replies=ours.replies_uri,
            interactionPolicy=dict(ours.interaction_policy) if ours.interaction_policy is not None else None,
            approvedBy=ours.approved_by,
            audience=ours.audience,
            learningRecord=dict(ours.record) if ours.record is not None else None,
        ),
        **_quote(ours),
        **_poll(ours.poll),
    }


def _tags(ours: OutgoingNote) -> list[Document]:
    mentions: list[Document] = [{"type": "Mention", "href": tag.href, "name": tag.name} for tag in ours.mentions]
    hashtags: list[Document] = [{"type": "Hashtag", "href": tag.href, "name": f"#{tag.name}"} for tag in ours.hashtags]
    return mentions + hashtags + emoji_tags(ours.emojis) + _quote_links(ours.quote_uri)


def _quote_links(uri: str | None) -> list[Document]:
    """FEP-e232: the quote once more as a link, which Misskey's and Akkoma's families read."""
    if uri is None:
        return []
    rel = "https://misskey-hub.net/ns#_misskey_quote"
    return [{"type": "Link", "mediaType": OBJECT_TYPE, "rel": rel, "href": uri, "name": f"RE: {uri}"}]


def _quote(ours: OutgoingNote) -> Document:
    uri = ours.quote_uri
    if uri is None:
        return {}
    said = {"quote": uri, "quoteUri": uri, "_misskey_quote": uri, "quoteUrl": uri}
    return said | present(quoteAuthorization=ours.quote_authorization)


def _poll(poll: OutgoingPoll | None) -> Document:
    if poll is None:
        return {}
    tallies = poll.tallies if poll.tallies is not None else [None] * len(poll.options)
    said = [_option(title, votes) for title, votes in zip(poll.options, tallies, strict=True)]
    moments = present(
        endTime=moment(poll.ends_at) if poll.ends_at else None,
        closed=moment(poll.closed_at) if poll.closed_at else None,
    )
    return {"anyOf" if poll.is_multiple else "oneOf": said, "votersCount": poll.voters_count, **moments}


def _option(title: str, votes: int | None) -> Document:
    counted = {} if votes is None else {"totalItems": votes}
    return {"type": "Note", "name": title, "replies": {"type": "Collection", **counted}}


def _document(media: OutgoingMedia) -> Document:
    return {
        "type": "Document",
        "mediaType": media.media_type,
        "url": media.url,
        "name": media.description or None,
        **present(
            width=media.width,
            height=media.height,
            blurhash=media.blurhash,
            focalPoint=list(media.focus) if media.focus else None,
            duration=f"PT{media.duration_s:.3f}S" if media.duration_s is not None else None,
            icon={"type": "Image", "url": media.poster_url} if media.poster_url else None,
        ),
    }
