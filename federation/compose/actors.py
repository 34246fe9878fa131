"""Our actors as documents: people, the institution, the server itself."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from federation.compose.terms import ACTIVITYSTREAMS, ACTOR_TERMS, SECURITY, Document, moment, present

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


class OutgoingActor(Struct, frozen=True, kw_only=True):
    """What an actor document says. `fields` are (name, value as HTML); `handle` is `name@host` without the first `@`."""

    uri: str
    kind: str
    preferred_username: str
    inbox: str
    outbox: str
    followers: str
    following: str
    shared_inbox: str
    key_uri: str
    key_pem: str
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


def actor(ours: OutgoingActor) -> Document:
    """Compose an actor document. What some peers cannot do without is always there, empty if need be."""
    return {"@context": [ACTIVITYSTREAMS, SECURITY, dict(ACTOR_TERMS)], **actor_body(ours)}


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
        "publicKey": {"id": ours.key_uri, "owner": ours.uri, "publicKeyPem": ours.key_pem},
        "tag": [],
        "attachment": [{"type": "PropertyValue", "name": name, "value": value} for name, value in ours.fields],
        **present(
            url=ours.url or ours.uri,
            published=moment(ours.published) if ours.published else None,
            featured=ours.featured,
            icon=_picture(ours.icon),
            image=_picture(ours.image),
            alsoKnownAs=list(ours.also_known_as),
            movedTo=ours.moved_to,
        ),
    }


def _picture(image: OutgoingImage | None) -> Document | None:
    if image is None:
        return None
    said = present(summary=image.description, name=image.description)
    return {"type": "Image", "mediaType": image.media_type, "url": image.url, **said}
