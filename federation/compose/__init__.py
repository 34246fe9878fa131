"""Our facts as outgoing documents, in the most boring form: what every server reads the same way.

`type` is one string, `to`, `cc`, `tag` and `attachment` are always lists, `actor` and `attributedTo` one string, and the
ActivityStreams context stands literally in `@context`, because Mastodon drops what lacks it.
"""

from federation.compose.activities import (
    accept,
    add,
    announce,
    create,
    delete,
    flag,
    follow,
    like,
    move,
    react,
    reject,
    remove,
    undo,
    update,
    update_actor,
    vote,
)
from federation.compose.actors import OutgoingActor, OutgoingImage, OutgoingKey, actor
from federation.compose.approvals import Asked, OutgoingApproval, answer, approval, delete_approval, quote_request
from federation.compose.groups import pass_on, removal, restoration
from federation.compose.listings import ordered_collection, ordered_page, tombstone
from federation.compose.notes import OutgoingHashtag, OutgoingMedia, OutgoingMention, OutgoingNote, OutgoingPoll, note
from federation.compose.relays import relayed, subscribe
from federation.compose.terms import moment

__all__ = [
    "Asked",
    "OutgoingActor",
    "OutgoingApproval",
    "OutgoingHashtag",
    "OutgoingImage",
    "OutgoingKey",
    "OutgoingMedia",
    "OutgoingMention",
    "OutgoingNote",
    "OutgoingPoll",
    "accept",
    "actor",
    "add",
    "announce",
    "answer",
    "approval",
    "create",
    "delete",
    "delete_approval",
    "flag",
    "follow",
    "like",
    "moment",
    "move",
    "note",
    "ordered_collection",
    "ordered_page",
    "pass_on",
    "quote_request",
    "react",
    "reject",
    "relayed",
    "removal",
    "remove",
    "restoration",
    "subscribe",
    "tombstone",
    "undo",
    "update",
    "update_actor",
    "vote",
]
