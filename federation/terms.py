"""The names of properties and types: prefixed and expanded ones made short, and contexts that would bend them refused.

No context is ever fetched. What a context inside a document says is only looked at for whether it takes one of our words
for something else: two readers of such a document would understand two different things.
"""

from collections.abc import Mapping
from typing import Final

_PREFIXES: Final = (
    "as:",
    "toot:",
    "litepub:",
    "ostatus:",
    "misskey:",
    "schema:",
    "sc:",
    "gts:",
    "https://www.w3.org/ns/activitystreams#",
    "http://www.w3.org/ns/activitystreams#",
    "http://joinmastodon.org/ns#",
    "http://litepub.social/ns#",
    "http://ostatus.org#",
    "https://misskey-hub.net/ns#",
    "https://gotosocial.org/ns#",
    "http://fedibird.com/ns#",
    "https://w3id.org/fep/044f#",
    "https://w3id.org/security#",
    "http://schema.org#",
    "http://schema.org/",
    "https://schema.org/",
)
_KEYWORDS: Final = {"@id": "id", "@type": "type"}
_FIXED_TEXT: Final = """
    id type actor object target to cc bto bcc audience attributedTo content contentMap name nameMap summary summaryMap
    inReplyTo published updated url href tag attachment inbox outbox followers following preferredUsername
    Accept Add Announce Block Create Delete Flag Follow Like Move Reject Remove Undo Update
    Application Group Organization Person Service Article Note Page Question Tombstone Link Mention
"""
_FIXED: Final = frozenset(_FIXED_TEXT.split())
_ACTIVITYSTREAMS: Final = "www.w3.org/ns/activitystreams"


def short(term: str) -> str:
    """Give the short form of a prefixed or expanded term; a term that is neither stays as it is."""
    if term in _KEYWORDS:
        return _KEYWORDS[term]
    if ":" in term:
        for prefix in _PREFIXES:
            if term.startswith(prefix) and len(term) > len(prefix):
                return term[len(prefix) :]
    return term


def names_twice(document: Mapping[str, object]) -> bool:
    """Tell whether an object has a property under its short name and under another of its names as well."""
    return any((":" in key or key[:1] == "@") and key != (name := short(key)) and name in document for key in document)


def bends_terms(context: object) -> bool:
    """Tell whether the value of an `@context` gives one of our words another meaning than it has."""
    inline: dict[str, object] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, Mapping):
            inline |= entry
    if "as" in inline and (_iri(inline["as"]) or "").partition("://")[2].rstrip("#") != _ACTIVITYSTREAMS:
        return True
    return any(_is_bent(term, definition, inline) for term, definition in inline.items() if term in _FIXED)


def _is_bent(term: str, definition: object, inline: Mapping[str, object]) -> bool:
    if isinstance(definition, Mapping) and "@id" not in definition:
        return False
    iri = _iri(definition)
    if iri is None:
        return True
    prefix, _, rest = iri.partition(":")
    base = _iri(inline.get(prefix))
    return short(iri) != term and (base is None or short(base + rest) != term)


def _iri(definition: object) -> str | None:
    if isinstance(definition, Mapping):
        definition = definition.get("@id")
    return definition if isinstance(definition, str) else None
