"""Our actors as documents: people, the institution, the server itself."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from federation.compose.terms import ACTIVITYSTREAMS, ACTOR_TERMS, SECURITY, Document, emoji_tags, moment, present
from federation.signatures import multikeys
from federation.signatures.multikeys import KeyKind

_MULTIKEY: Final = "https://w3id.org/security/multikey/v1"
_ASSERTION: Final = {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id", "@container": "@set"}

_TYPES: Final = {
    "person": "Person",
    "service": "Service",
    "group": "Group",
    "organization": "Organization",
    "application": "Application",
}


class OutgoingImage(Struct, frozen=True):
    """A picture of an actor."""

    url: str
    media_type: str
    description: str = ""


class OutgoingKey(Struct, frozen=True):
    """A public key of an actor: its address, kind and PEM."""

    uri: str
    kind: KeyKind
    pem: str


class OutgoingActor(Struct, frozen=True, kw_only=True):
    """What an actor document says. `fields` are (name, value as HTML); `handle` is `name@host` without the first `@`.

    Of `keys` the one that signs now comes first of its kind: some peers read no further.
    """

    uri: str
    kind: str
    preferred_username: str
    inbox: str
    outbox: str
    followers: str
    following: str
    shared_inbox: str
    keys: tuple[OutgoingKey, ...]
    handle: str
    name: str = ""
    summary_html: str = ""
    url: str | None = None
    published: datetime | None = None
    featured: str | None = None
    icon: OutgoingImage | None = None
    image: OutgoingImage | None = None
    is_locked: bool = False
    is_discoverable: bool = False
    is_indexable: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    moderators: str | None = None  # of a group
    is_restricted: bool = False
    emojis: tuple[tuple[str, str], ...] = ()  # (shortcode, address of the picture)


def actor(ours: OutgoingActor) -> Document:
    """Compose an actor document. What some peers cannot do without is always there, empty if need be."""
    return {"@context": actor_context(), **actor_body(ours)}


def actor_context() -> list[object]:
    """Give the context of whatever holds an actor of ours."""
    return [ACTIVITYSTREAMS, SECURITY, _MULTIKEY, {**ACTOR_TERMS, "assertionMethod": _ASSERTION}]


def actor_body(ours: OutgoingActor) -> Document:
    """Compose an actor document without its context, to stand inside another."""
    return {
        "id": ours.uri,
        "type": _TYPES[ours.kind],
        "preferredUsername": ours.preferred_username,
        "webfinger": ours.handle,
        "name": ours.name,
        "summary": ours.summary_html,
        "inbox": ours.inbox,
        "outbox": ours.outbox,
        "followers": ours.followers,
        "following": ours.following,
        "manuallyApprovesFollowers": ours.is_locked,
        "discoverable": ours.is_discoverable,
        "indexable": ours.is_indexable,
        "endpoints": {"sharedInbox": ours.shared_inbox},
        **_keys(ours),
        "tag": emoji_tags(ours.emojis),
        "attachment": [{"type": "PropertyValue", "name": name, "value": value} for name, value in ours.fields],
        **present(
            url=ours.url or ours.uri,
            published=moment(ours.published) if ours.published else None,
            featured=ours.featured,
            icon=_picture(ours.icon),
            image=_picture(ours.image),
            alsoKnownAs=list(ours.also_known_as),
            movedTo=ours.moved_to,
            attributedTo=ours.moderators,
            postingRestrictedToMods=ours.is_restricted if ours.moderators else None,
        ),
    }


def _keys(ours: OutgoingActor) -> Document:
    """Compose what the older form of signatures needs as everybody reads it, and what proves as FEP-521a has it."""
    plain = [{"id": key.uri, "owner": ours.uri, "publicKeyPem": key.pem} for key in ours.keys if key.kind == "rsa"]
    proving = [
        {
            "id": key.uri,
            "type": "Multikey",
            "controller": ours.uri,
            "publicKeyMultibase": multikeys.from_pem(key.pem),
        }
        for key in ours.keys
        if key.kind == "ed25519"
    ]
    return present(publicKey=plain[0] if len(plain) == 1 else plain, assertionMethod=proving)


def _picture(image: OutgoingImage | None) -> Document | None:
    if image is None:
        return None
    said = present(summary=image.description, name=image.description)
    return {"type": "Image", "mediaType": image.media_type, "url": image.url, **said}
