"""The wire documents as typed structs, normalised once: whoever holds one never meets JSON-LD's many shapes again."""

from federation.vocab.actor import ACTOR_TYPES, Actor, PublicKey, actor_from
from federation.vocab.attachment import Attachment
from federation.vocab.emoji import Emoji
from federation.vocab.note import STATUS_TYPES, Mention, Note, note_from
from federation.vocab.poll import Poll

__all__ = [
    "ACTOR_TYPES",
    "STATUS_TYPES",
    "Actor",
    "Attachment",
    "Emoji",
    "Mention",
    "Note",
    "Poll",
    "PublicKey",
    "actor_from",
    "note_from",
]
