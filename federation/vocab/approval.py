"""An author's word that somebody may quote, answer, boost or like a post, as it is found at its own address.

It counts only there: a copy inside another document proves nothing.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from federation import loose, uris
from federation.reasons import PeerError, Reason
from federation.vocab.policy import Act

TYPES: Final[Mapping[str, Act]] = {
    "QuoteAuthorization": "quote",
    "ReplyApproval": "reply",
    "ReplyAuthorization": "reply",
    "LikeApproval": "like",
    "LikeAuthorization": "like",
    "AnnounceApproval": "boost",
    "AnnounceAuthorization": "boost",
}


class Approval(Struct, frozen=True):
    """`author_uri` lets `interaction_uri` do something with `target_uri`, which older GoToSocial may leave out."""

    uri: str
    act: Act
    author_uri: str
    interaction_uri: str
    target_uri: str | None = None


def approval_from(received: Mapping[str, object]) -> Approval:
    """Read an approval. Shapes: `interactingObject` and `interactionTarget`, or `object` and `target`.

    Raises: PeerError with UNKNOWN_TYPE, MALFORMED, and FOREIGN_ORIGIN when its id is not of its author's host.
    """
    document = loose.plain(received)
    act = next((TYPES[name] for name in loose.types_of(document) if name in TYPES), None)
    if act is None:
        raise PeerError(Reason.UNKNOWN_TYPE, "this is no approval")
    uri, author = loose.id_of(document), loose.id_of(document.get("attributedTo"))
    interaction = loose.id_of(document.get("interactingObject")) or loose.id_of(document.get("object"))
    target = loose.id_of(document.get("interactionTarget")) or loose.id_of(document.get("target"))
    if uri is None or author is None or interaction is None:
        raise PeerError(Reason.MALFORMED, "an approval needs an id, an author and what it approves")
    if not uris.is_same_origin(uri, author):
        raise PeerError(Reason.FOREIGN_ORIGIN, "the approval is not of its author's host")
    return Approval(uri, act, author, interaction, target)
