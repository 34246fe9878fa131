"""Actors: a person, a service, a group, an organisation or an application, read out of the document of its origin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from federation import loose, uris
from federation.reasons import PeerError, Reason
from federation.signatures import multikeys
from federation.signatures.multikeys import KeyKind
from federation.vocab import prose
from federation.vocab.emoji import Emoji, emojis_of

ActorKind = Literal["person", "service", "group", "organization", "application"]

ACTOR_TYPES: Final[Mapping[str, ActorKind]] = {
    "Person": "person",
    "Service": "service",
    "Group": "group",
    "Organization": "organization",
    "Application": "application",
}
_MAX_ID_BYTES: Final = 512  # it stands beside another id in keys of indexes, which have room for 2700 bytes
_MAX_NAME: Final = 2048
_MAX_SUMMARY: Final = 20_000
_MAX_FIELDS: Final = 50
_MAX_VALUE: Final = 2047
_MAX_ALIASES: Final = 256
_MAX_KEYS: Final = 16
_MAX_PEM: Final = 16_384
_MAX_ALT: Final = 10_000


class PublicKey(Struct, frozen=True):
    """A key as its owner's document lists it, whichever way: in `publicKey`, or as a Multikey in `assertionMethod`."""

    uri: str
    owner: str
    pem: str
    kind: KeyKind = "rsa"


class Actor(Struct, frozen=True, kw_only=True):
    """An actor. Collections and inboxes that are not of its own origin are left out; `icon_*` is the largest icon."""

    uri: str
    kind: ActorKind
    preferred_username: str
    inbox: str
    name: str = ""
    summary_html: str = ""
    url: str | None = None
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    moderators: str | None = None
    icon_url: str | None = None
    icon_alt: str = ""
    image_url: str | None = None
    image_alt: str = ""
    is_locked: bool = False
    is_discoverable: bool = False
    is_indexable: bool = False
    is_suspended: bool = False
    published: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    keys: tuple[PublicKey, ...] = ()
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    webfinger: str | None = None
    emojis: tuple[Emoji, ...] = ()


def actor_from(document: Mapping[str, object], *, loopback_http: bool = False) -> Actor:
    """Read an actor.

    Raises: PeerError with UNKNOWN_TYPE, MALFORMED (no name to call it by), INSECURE_ADDRESS (id or inbox),
    FOREIGN_ORIGIN (an inbox elsewhere).
    """
    document = loose.plain(document)
    kind = next((ACTOR_TYPES[name] for name in loose.types_of(document) if name in ACTOR_TYPES), None)
    if kind is None:
        raise PeerError(Reason.UNKNOWN_TYPE, "the document is not an actor")
    uri = uris.check(document.get("id"), loopback_http=loopback_http)
    if len(uri.encode()) > _MAX_ID_BYTES:
        raise PeerError(Reason.INSECURE_ADDRESS, f"an actor's id is longer than {_MAX_ID_BYTES} bytes")
    inbox = uris.check(loose.id_of(document.get("inbox")), loopback_http=loopback_http)
    if not uris.is_same_origin(uri, inbox):
        raise PeerError(Reason.FOREIGN_ORIGIN, "an actor's inbox has another origin")
    icon_url, icon_alt = _picture(document.get("icon"), loopback_http=loopback_http)
    image_url, image_alt = _picture(document.get("image"), loopback_http=loopback_http)
    return Actor(
        uri=uri,
        kind=kind,
        preferred_username=_username(document),
        inbox=inbox,
        name=prose.line(loose.text_of(document, "name"), _MAX_NAME),
        summary_html=prose.markup_of(document, "summary")[:_MAX_SUMMARY],
        url=loose.page_url(document.get("url")),
        shared_inbox=_shared_inbox(document, uri),
        outbox=_own(document, "outbox", uri),
        followers=_own(document, "followers", uri),
        following=_own(document, "following", uri),
        featured=_own(document, "featured", uri),
        moderators=_own(document, "attributedTo", uri) if kind == "group" else None,
        icon_url=icon_url,
        icon_alt=icon_alt,
        image_url=image_url,
        image_alt=image_alt,
        is_locked=loose.is_true(document.get("manuallyApprovesFollowers")),
        is_discoverable=document.get("discoverable") is True,
        is_indexable=document.get("indexable") is True,
        is_suspended=loose.is_true(document.get("suspended")),
        published=loose.timestamp(document.get("published")),
        fields=_fields(document.get("attachment")),
        keys=_keys(document, uri),
        also_known_as=_aliases(document.get("alsoKnownAs"), loopback_http=loopback_http),
        moved_to=_usable(document.get("movedTo"), loopback_http=loopback_http),
        webfinger=_webfinger(document.get("webfinger")),
        emojis=emojis_of(document.get("tag"), loopback_http=loopback_http),
    )


def _username(document: Mapping[str, object]) -> str:
    handle = _webfinger(document.get("webfinger")) or ""
    name = prose.line(loose.text_of(document, "preferredUsername"), 255) or handle.partition("@")[0]
    if not name:
        raise PeerError(Reason.MALFORMED, "an actor has no preferredUsername")
    return name


def _webfinger(value: object) -> str | None:
    handle = uris.parse_handle(value) if isinstance(value, str) and len(value) <= 512 else None
    return handle.text() if handle and handle.host else None


def _own(document: Mapping[str, object], key: str, owner: str) -> str | None:
    found = loose.id_of(document.get(key))
    return found if found and uris.is_same_origin(found, owner) else None


def _shared_inbox(document: Mapping[str, object], owner: str) -> str | None:
    endpoints = document.get("endpoints")
    shared = _own(endpoints, "sharedInbox", owner) if isinstance(endpoints, Mapping) else None
    return shared or _own(document, "sharedInbox", owner)


def _usable(value: object, *, loopback_http: bool) -> str | None:
    found = loose.id_of(value)
    return found if found and uris.is_usable(found, loopback_http=loopback_http) else None


def _aliases(value: object, *, loopback_http: bool) -> tuple[str, ...]:
    aliases = [uri for uri in loose.ids_of(value) if uris.is_usable(uri, loopback_http=loopback_http)]
    return tuple(aliases[:_MAX_ALIASES])


def _keys(document: Mapping[str, object], owner: str) -> tuple[PublicKey, ...]:
    found = [_key(item, owner) for item in loose.as_list(document.get("publicKey"))[:_MAX_KEYS]]
    found += [_multikey(item, owner) for item in loose.as_list(document.get("assertionMethod"))[:_MAX_KEYS]]
    keys = {key.uri: key for key in reversed(found) if key}  # of two under one id the first counts
    return tuple(reversed(keys.values()))[:_MAX_KEYS]


def _key(value: object, owner: str) -> PublicKey | None:
    if not isinstance(value, Mapping):
        return None
    uri, pem, stated = loose.id_of(value), value.get("publicKeyPem"), loose.id_of(value.get("owner")) or owner
    if uri is None or not isinstance(pem, str) or len(pem) > _MAX_PEM or "\0" in pem:
        return None
    is_own = stated == owner and uris.is_same_origin(uri, owner)
    return PublicKey(uri, owner, pem, multikeys.kind_of(pem)) if is_own else None


def _multikey(value: object, owner: str) -> PublicKey | None:
    """Read a key of FEP-521a; one that we cannot use is left out."""
    if not isinstance(value, Mapping) or "Multikey" not in loose.types_of(value):
        return None
    uri, text = loose.id_of(value), value.get("publicKeyMultibase")
    is_own = loose.id_of(value.get("controller")) == owner and uris.is_same_origin(uri, owner)
    if uri is None or not isinstance(text, str) or not is_own:
        return None
    try:
        pem = multikeys.to_pem(text)
    except PeerError:
        return None
    return PublicKey(uri, owner, pem, multikeys.kind_of(pem))


def _fields(value: object) -> tuple[tuple[str, str], ...]:
    fields = [
        (prose.line(loose.text_of(item, "name"), _MAX_VALUE), (loose.text_of(item, "value") or "")[:_MAX_VALUE])
        for item in loose.as_list(value)
        if isinstance(item, Mapping) and "PropertyValue" in loose.types_of(item)
    ]
    return tuple(field for field in fields if field[0])[:_MAX_FIELDS]


def _picture(value: object, *, loopback_http: bool) -> tuple[str | None, str]:
    pictures = [
        (loose.whole_number(item.get("width")) or 0 if isinstance(item, Mapping) else 0, url, _alt(item))
        for item in _with_inner(value)
        for url, _ in loose.links_of(item)[:1]
        if uris.is_for_readers(url, loopback_http=loopback_http)
    ]
    _, url, alt = max(pictures, key=lambda picture: picture[0], default=(0, None, ""))
    return url, alt


def _with_inner(value: object) -> list[object]:
    """Give pictures, and the ones inside those that have no address of their own (Smithereen)."""
    found: list[object] = []
    for item in loose.as_list(value):
        is_frame = isinstance(item, Mapping) and not loose.links_of(item)
        found += loose.as_list(item.get("image")) if is_frame and isinstance(item, Mapping) else [item]
    return found


def _alt(item: object) -> str:
    if not isinstance(item, Mapping):
        return ""
    return (loose.text_of(item, "summary") or loose.text_of(item, "name") or "")[:_MAX_ALT]
