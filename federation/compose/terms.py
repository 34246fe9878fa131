"""The words of outgoing contexts, how a time is written, and what every activity has around it. Nothing here knows any document."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

Document = dict[str, object]

ACTIVITYSTREAMS: Final = "https://www.w3.org/ns/activitystreams"
SECURITY: Final = "https://w3id.org/security/v1"
OBJECT_TYPE: Final = f'application/ld+json; profile="{ACTIVITYSTREAMS}"'

ACTOR_TERMS: Final[Mapping[str, object]] = {
    "toot": "http://joinmastodon.org/ns#",
    "schema": "http://schema.org#",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "featured": {"@id": "toot:featured", "@type": "@id"},
    "discoverable": "toot:discoverable",
    "indexable": "toot:indexable",
    "Emoji": "toot:Emoji",
    "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
    "movedTo": {"@id": "as:movedTo", "@type": "@id"},
    "PropertyValue": "schema:PropertyValue",
    "value": "schema:value",
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "lemmy": "https://join-lemmy.org/ns#",
    "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
}
NOTE_TERMS: Final[Mapping[str, object]] = {
    "ostatus": "http://ostatus.org#",
    "toot": "http://joinmastodon.org/ns#",
    "sensitive": "as:sensitive",
    "Hashtag": "as:Hashtag",
    "conversation": "ostatus:conversation",
    "blurhash": "toot:blurhash",
    "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
}
POLL_TERMS: Final[Mapping[str, object]] = {"votersCount": "toot:votersCount"}
EMOJI_TERMS: Final[Mapping[str, object]] = {"toot": "http://joinmastodon.org/ns#", "Emoji": "toot:Emoji"}
REACTION_TERMS: Final[Mapping[str, object]] = {
    "toot": "http://joinmastodon.org/ns#",
    "Emoji": "toot:Emoji",
    "misskey": "https://misskey-hub.net/ns#",
    "_misskey_reaction": "misskey:_misskey_reaction",
}
QUOTE_TERMS: Final[Mapping[str, object]] = {
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
    "quoteUrl": "as:quoteUrl",
    "quoteAuthorization": {"@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id"},
}
POLICY_TERMS: Final[Mapping[str, object]] = {
    "gts": "https://gotosocial.org/ns#",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "canReply": {"@id": "gts:canReply", "@type": "@id"},
    "canLike": {"@id": "gts:canLike", "@type": "@id"},
    "canAnnounce": {"@id": "gts:canAnnounce", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
}
APPROVED_TERMS: Final[Mapping[str, object]] = {
    "gts": "https://gotosocial.org/ns#",
    "approvedBy": {"@id": "gts:approvedBy", "@type": "@id"},
}


def emoji_tags(emojis: Iterable[tuple[str, str]]) -> list[Document]:
    """Give the tags of custom emoji: (shortcode, address of the picture)."""
    return [
        {"type": "Emoji", "id": url, "name": f":{shortcode}:", "icon": {"type": "Image", "url": url}}
        for shortcode, url in emojis
    ]


def moment(at: datetime) -> str:
    """Write an aware time as `YYYY-MM-DDTHH:MM:SSZ`, with milliseconds when there are any."""
    at = at.astimezone(UTC)
    text = at.strftime("%Y-%m-%dT%H:%M:%S")
    thousandths = at.microsecond // 1000
    return f"{text}.{thousandths:03d}Z" if thousandths else f"{text}Z"


def present(**fields: object) -> Document:
    """Give the fields that have a value: None, empty texts and empty lists are left out."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def wrap(
    kind: str,
    uri: str,
    actor: str,
    *,
    to: Sequence[str],
    cc: Sequence[str] = (),
    context: Sequence[object] = (ACTIVITYSTREAMS,),
) -> Document:
    """Give what every activity says about itself; what it is about is added by who composes it."""
    written = context[0] if len(context) == 1 else list(context)
    return {"@context": written, "id": uri, "type": kind, "actor": actor, "to": list(to), "cc": list(cc)}
