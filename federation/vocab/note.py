"""Posts: a Note, or anything another server makes that can be shown like one, read out of its document.

Whether the document may be believed is not decided here: `federation.authority` does that.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from federation import loose, uris
from federation.audience import Visibility, addressing_of, visibility_of
from federation.reasons import PeerError, Reason
from federation.vocab import prose
from federation.vocab.attachment import Attachment, attachments_of
from federation.vocab.body import MAX_NAME, body_of, title_of
from federation.vocab.emoji import Emoji, emojis_of
from federation.vocab.policy import Policy, policy_of
from federation.vocab.poll import Poll, choice_of, poll_of
from federation.vocab.quote import Quote, quote_from

STATUS_TYPES: Final = frozenset(
    {"Note", "Article", "Page", "Question", "Event", "Video", "Audio", "Image", "Document", "ChatMessage"}
)
_NO_POSTS: Final = frozenset(
    {"Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "EmojiReact", "Flag", "Follow"}
    | {"Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Lock", "Move", "Offer", "QuoteRequest", "Read", "Reject"}
    | {"Remove", "TentativeAccept", "TentativeReject", "Travel", "Undo", "Update", "View"}
    | {"Person", "Service", "Group", "Organization", "Application", "Tombstone"}
    | {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
    | {"Emoji", "Hashtag", "Link", "Mention", "PropertyValue", "Key", "Multikey", "DataIntegrityProof"}
    | {"QuoteAuthorization", "ReplyApproval", "LikeApproval", "AnnounceApproval", "ReplyRequest", "Recall"}
)
_WITH_WARNING: Final = frozenset({"Note", "Question", "ChatMessage"})  # on all others `summary` is a teaser
MAX_MENTIONS: Final = 100
_MAX_CONTENT: Final = 500_000


class Mention(Struct, frozen=True):
    """Somebody named in a post: the actor's id and, when the peer says it, how the text names them."""

    href: str
    name: str = ""


class Note(Struct, frozen=True, kw_only=True):
    """A post. `content_html` is not sanitised; `summary` is a content warning; `raw` is the object as it was received."""

    uri: str
    type: str
    author_uri: str
    content_html: str
    published: datetime
    visibility: Visibility
    raw: Mapping[str, object]
    name: str = ""
    summary: str = ""
    is_sensitive: bool = False
    language: str | None = None
    in_reply_to: str | None = None
    context: str | None = None
    updated: datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    url: str | None = None
    quote: Quote | None = None
    policy: Policy | None = None
    emojis: tuple[Emoji, ...] = ()
    poll: Poll | None = None

    @property
    def quote_uri(self) -> str | None:
        """The id of the quoted post."""
        return (self.quote.uri or None) if self.quote is not None else None


def note_from(
    received: Mapping[str, object],
    *,
    activity: Mapping[str, object] | None = None,
    received_at: datetime,
    followers: str | None = None,
    author: str | None = None,
    loopback_http: bool = False,
) -> Note:
    """Read a post. `activity` fills in addressing that the object lacks; `followers` is its author's own collection.

    `author` is who counts as its author, whomever it names.

    Raises: PeerError with UNKNOWN_TYPE, INSECURE_ADDRESS (id), MALFORMED (no author).
    """
    document = loose.plain(received)
    kind = status_type(document if author is None else {**document, "attributedTo": author})
    if kind is None:
        raise PeerError(Reason.UNKNOWN_TYPE, "the object cannot be shown as a post")
    uri = uris.check(document.get("id"), loopback_http=loopback_http)
    addressing = addressing_of(document, loose.plain(activity) if activity else None)
    summary, is_sensitive = _warning(document, kind)
    return Note(
        uri=uri,
        type=kind,
        author_uri=author or author_of(document),
        content_html=body_of(document, kind)[:_MAX_CONTENT],
        name=title_of(document),
        summary=summary,
        is_sensitive=is_sensitive,
        language=_language(document),
        in_reply_to=_usable(document.get("inReplyTo"), loopback_http=loopback_http),
        context=_context(document),
        published=_published(document, activity, received_at),
        updated=_moment(document.get("updated"), received_at),
        visibility="direct" if kind == "ChatMessage" else visibility_of(addressing, followers=followers),
        to=addressing.to,
        cc=addressing.cc,
        mentions=tuple(_mentions(document, loopback_http=loopback_http)),
        hashtags=_hashtags(document),
        attachments=attachments_of(document, loopback_http=loopback_http),
        url=loose.page_url(document.get("url")),
        quote=quote_from(document, loopback_http=loopback_http),
        policy=policy_of(document),
        emojis=emojis_of(document.get("tag"), loopback_http=loopback_http),
        poll=poll_of(document, received_at) if kind == "Question" else None,
        raw=received,
    )


def status_type(document: Mapping[str, object]) -> str | None:
    """Give the first type that can be shown as a post, or None.

    A type that nobody told us of is shown by its name, words and address, if it has an author and something to read.
    """
    types = loose.types_of(document)
    known = next((name for name in types if name in STATUS_TYPES), None)
    if known is not None or _NO_POSTS & set(types) or not authors_of(document):
        return known
    says = any((loose.text_of(document, key) or "").strip() for key in ("content", "summary", "name"))
    return next(iter(types), "Object") if says else None


def authors_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Give every actor an object is attributed to, persons first."""
    owners = loose.as_list(document.get("attributedTo") or document.get("actor"))
    owners.sort(key=lambda owner: "Person" not in loose.types_of(owner) if isinstance(owner, Mapping) else False)
    return loose.ids_of(owners)


def author_of(document: Mapping[str, object]) -> str:
    """Give the one author to show.

    Raises: PeerError(MALFORMED) when the object is attributed to nobody.
    """
    authors = authors_of(document)
    if not authors:
        raise PeerError(Reason.MALFORMED, "the object is attributed to nobody")
    return authors[0]


def is_vote(document: Mapping[str, object]) -> bool:
    """Tell whether a Note is an answer to a poll: a name, something it replies to, and no content."""
    return choice_of(document) is not None and not loose.text_of(document, "content")


def _warning(document: Mapping[str, object], kind: str) -> tuple[str, bool]:
    media = [item for item in loose.as_list(document.get("attachment")) if isinstance(item, Mapping)]
    is_sensitive = any(loose.is_true(item.get("sensitive")) for item in (document, *media))
    warns = _warns(document, kind, is_sensitive=is_sensitive)
    stated = _subject(document) or (loose.text_of(document, "summary") if warns else None)
    if not stated:
        return "", is_sensitive
    return ("" if prose.has_nothing_to_see(stated) else prose.line(stated, MAX_NAME)), True


def _warns(document: Mapping[str, object], kind: str, *, is_sensitive: bool) -> bool:
    """Tell whether a summary warns. On what is no Note it is a teaser, unless that is sensitive and has no other one."""
    if kind in _WITH_WARNING:
        return True
    return is_sensitive and (kind == "Article" or kind not in STATUS_TYPES) and not document.get("preview")


def _subject(document: Mapping[str, object]) -> str | None:
    """Give the warning that WordPress keeps apart from the excerpt."""
    nested = document.get("dcterms")
    said = loose.text_of(document, "dcterms:subject")
    return said or (loose.text_of(nested, "subject") if isinstance(nested, Mapping) else None)


def _language(document: Mapping[str, object]) -> str | None:
    stated = document.get("language") or document.get("inLanguage")
    stated = stated.get("identifier") if isinstance(stated, Mapping) else stated
    found = loose.language_of(document)
    return found or (loose.language_of({"nameMap": {stated: ""}}) if isinstance(stated, str) else None)


def _context(document: Mapping[str, object]) -> str | None:
    found = loose.id_of(document.get("context")) or loose.id_of(document.get("conversation"))
    return found if found and len(found.encode("utf-8", "replace")) <= uris.MAX_URI_CHARS else None


def _moment(value: object, received_at: datetime) -> datetime | None:
    moment = loose.timestamp(value)
    return received_at if moment and moment > received_at + timedelta(hours=24) else moment


def _published(
    document: Mapping[str, object], activity: Mapping[str, object] | None, received_at: datetime
) -> datetime:
    """Give when a post was made: as it says, or else as near to that as it, or the activity around it, says."""
    around = (value for key, value in (activity or {}).items() if loose.short(key) == "published")
    said = (document.get("published"), document.get("updated"), next(around, None))
    return next((at for value in said if (at := _moment(value, received_at))), received_at)


def _tags(document: Mapping[str, object], kind: str) -> Iterator[Mapping[str, object]]:
    for tag in loose.as_list(document.get("tag")):
        if isinstance(tag, Mapping) and kind in loose.types_of(tag):
            yield tag


def _mentions(document: Mapping[str, object], *, loopback_http: bool) -> Iterator[Mention]:
    seen: set[str] = set()
    for tag in _tags(document, "Mention"):
        if len(seen) == MAX_MENTIONS:
            return
        href = _usable(tag.get("href"), loopback_http=loopback_http)
        if href and href not in seen:
            seen.add(href)
            yield Mention(href, prose.line(loose.text_of(tag, "name"), 500))


def _hashtags(document: Mapping[str, object]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in _tags(document, "Hashtag"):
        text = unicodedata.normalize("NFKC", loose.text_of(tag, "name") or "")
        text = prose.line(text.lstrip("#＃"), 200)
        if text and " " not in text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _usable(value: object, *, loopback_http: bool) -> str | None:
    found = loose.id_of(value)
    return found if found and uris.is_usable(found, loopback_http=loopback_http) else None
