"""Consent on the wire: our request to quote, our answer to a peer's request, and our people's word at its own address."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from federation.compose.notes import OutgoingNote, note_body, note_context
from federation.compose.terms import ACTIVITYSTREAMS, Document, present, wrap

_FEP_044F: Final = "https://w3id.org/fep/044f#"
_TERMS: Final[Mapping[str, object]] = {
    "gts": "https://gotosocial.org/ns#",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
}
_TYPES: Final[Mapping[str, str]] = {
    "quote": "QuoteAuthorization",
    "reply": "ReplyAuthorization",
    "like": "LikeAuthorization",
    "boost": "AnnounceAuthorization",
}


class OutgoingApproval(Struct, frozen=True):
    """`author_uri` lets `interaction_uri` do `act` with `target_uri`."""

    uri: str
    act: str
    author_uri: str
    interaction_uri: str
    target_uri: str


class Asked(Struct, frozen=True, kw_only=True):
    """A request that a peer sent, as it is echoed."""

    uri: str
    kind: str
    actor_uri: str
    target_uri: str
    interaction_uri: str


def quote_request(ours: OutgoingNote, *, uri: str, quoted_uri: str, to: str) -> Document:
    """Compose the QuoteRequest for a Note of ours, which is inlined so that the quoted author sees it."""
    first, *others = note_context(ours)
    context = (first, {"QuoteRequest": f"{_FEP_044F}QuoteRequest"}, *others)
    wrapped = wrap("QuoteRequest", uri, ours.author_uri, to=(to,), context=context)
    return wrapped | {"object": quoted_uri, "instrument": note_body(ours)}


def answer(asked: Asked, *, actor: str, uri: str, approval_uri: str | None) -> Document:
    """Compose the Accept of a request, with where our word lies, or its Reject without."""
    kind, context = "Reject" if approval_uri is None else "Accept", (ACTIVITYSTREAMS, _request_terms(asked.kind))
    echoed = {
        "type": asked.kind,
        "id": asked.uri,
        "actor": asked.actor_uri,
        "object": asked.target_uri,
        "instrument": asked.interaction_uri,
    }
    wrapped = wrap(kind, uri, actor, to=(asked.actor_uri,), context=context)
    return wrapped | {"object": echoed, **present(result=approval_uri)}


def approval(ours: OutgoingApproval) -> Document:
    """Compose our people's word as it stands at its own address."""
    return {"@context": _context(ours), **_body(ours)}


def delete_approval(ours: OutgoingApproval, *, to: Sequence[str], cc: Sequence[str]) -> Document:
    """Compose the Delete that takes our people's word back."""
    wrapped = wrap("Delete", f"{ours.uri}#delete", ours.author_uri, to=to, cc=cc, context=_context(ours))
    return wrapped | {"object": _body(ours)}


def _context(ours: OutgoingApproval) -> list[object]:
    name = _TYPES[ours.act]
    namespace = _FEP_044F if ours.act == "quote" else "gts:"
    return [ACTIVITYSTREAMS, {**_TERMS, name: f"{namespace}{name}"}]


def _body(ours: OutgoingApproval) -> Document:
    return {
        "id": ours.uri,
        "type": _TYPES[ours.act],
        "attributedTo": ours.author_uri,
        "interactingObject": ours.interaction_uri,
        "interactionTarget": ours.target_uri,
    }


def _request_terms(kind: str) -> Document:
    if kind == "QuoteRequest":
        return {kind: f"{_FEP_044F}{kind}"}
    return {kind: f"https://gotosocial.org/ns#{kind}"}
