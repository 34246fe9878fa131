"""What is asked of a node about consent: may somebody quote, answer, boost or like a post?"""

from collections.abc import Mapping

from msgspec import Struct

from federation.vocab.policy import Act


class DecideRequest(Struct, frozen=True, tag=True):
    """`actor_uri` asks whether `interaction_uri` may do something with our `target_uri`; the answer echoes `uri`."""

    uri: str
    kind: str
    act: Act
    actor_uri: str
    target_uri: str
    interaction_uri: str


class Approve(Struct, frozen=True, tag=True):
    """`actor_uri` lets our post `interaction_uri` do what it asked for; the word for it lies at `approval_uri`."""

    act: Act
    actor_uri: str
    interaction_uri: str
    approval_uri: str


class Disapprove(Struct, frozen=True, tag=True):
    """`actor_uri` does not let our post `interaction_uri` do what it asked for."""

    act: Act
    actor_uri: str
    interaction_uri: str


class RevokeApproval(Struct, frozen=True, tag=True):
    """`actor_uri` takes back its word at `uri`, with the activity `document`."""

    uri: str
    actor_uri: str
    document: Mapping[str, object]


OfApprovals = DecideRequest | Approve | Disapprove | RevokeApproval
