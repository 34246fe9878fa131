"""What every activity has in common. Knows no type: each has a file of its own and is named once, in the table."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from federation import loose
from federation.audience import addressing_of
from federation.reasons import PeerError, Reason

Document = Mapping[str, object]
Received = object  # an id, an embedded object, or nonsense


class Activity(Struct, frozen=True, kw_only=True):
    """An activity with its common fields read; `object` and `document` are as they were received.

    By itself it stands for every type we do not know. One that `is_nameless` came without an id and has one made of its
    actor and its words, or came under the id of its object: whatever follows from it must bear to follow twice.
    """

    id: str
    type: str
    actor: str
    object: Received
    document: Document
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    published: datetime | None = None
    is_nameless: bool = False

    def named_object(self) -> str:
        """Give the id of the object.

        Raises: PeerError(MALFORMED) when it has none.
        """
        uri = loose.id_of(self.object)
        if uri is None:
            raise PeerError(Reason.MALFORMED, "the activity has no object")
        return uri


def common_of(document: Document) -> Activity:
    """Read the common fields.

    Source: Mastodon pins and unpins by activities without an `id`; WriteFreely gives all that it does with a post the
    post's own.

    Raises: PeerError(MALFORMED) without `type` or `actor`, or with an `id` that is none.
    """
    short = loose.plain({key: value for key, value in document.items() if loose.short(key) != "object"})
    types, actor, uri = loose.types_of(short), loose.id_of(short.get("actor")), loose.id_of(short)
    is_borrowed = uri is not None and uri == loose.id_of(_object_of(document))
    is_nameless = is_borrowed or (uri is None and short.get("id") in (None, ""))
    if not types or actor is None or not (uri or is_nameless):
        raise PeerError(Reason.MALFORMED, "an activity needs type and actor, and no id but an address")
    addressing = addressing_of(short)
    return Activity(
        id=uri or _made_up_id(actor, document),
        type=types[0],
        actor=actor,
        object=loose.referred(_object_of(document)),
        document=document,
        to=addressing.to,
        cc=addressing.cc,
        published=loose.timestamp(short.get("published")),
        is_nameless=is_nameless,
    )


def _made_up_id(actor: str, document: Document) -> str:
    """Give an id of the actor's origin that is the same for the same words."""
    words = json.dumps(document, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    return f"{actor.partition('#')[0]}#nameless-{sha256(words).hexdigest()[:32]}"


def _object_of(document: Document) -> object:
    if "object" in document:
        return document["object"]
    return next((value for key, value in document.items() if loose.short(key) == "object"), None)
