"""What is asked of a node about relays (FEP-ae0c)."""

from msgspec import Struct


class AnswerRelay(Struct, frozen=True, tag=True):
    """The relay whose actor is `actor_uri` accepted, or refused, the subscription that `follow_uri` asked for."""

    follow_uri: str
    actor_uri: str
    is_accepted: bool


OfRelays = AnswerRelay
