"""What every activity has in common. Knows no type: each has a file of its own and is named once, in the table."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from federation import loose
from federation.audience import addressing_of
from federation.reasons import PeerError, Reason

Document = Mapping[str, object]
Received = object  # an id, an embedded object, or nonsense


class Activity(Struct, frozen=True, kw_only=True):
    """An activity with its common fields read; `object` and `document` are as they were received.

    By itself it stands for every type we do not know.
    """

    id: str
    type: str
    actor: str
    object: Received
    document: Document
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    published: datetime | None = None

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

    Raises: PeerError(MALFORMED) without `id`, `type` or `actor`.
    """
    short = loose.plain({key: value for key, value in document.items() if loose.short(key) != "object"})
    types, actor, uri = loose.types_of(short), loose.id_of(short.get("actor")), loose.id_of(short)
    if not types or actor is None or uri is None:
        raise PeerError(Reason.MALFORMED, "an activity needs id, type and actor")
    addressing = addressing_of(short)
    return Activity(
        id=uri,
        type=types[0],
        actor=actor,
        object=loose.first(_object_of(document)),
        document=document,
        to=addressing.to,
        cc=addressing.cc,
        published=loose.timestamp(short.get("published")),
    )


def _object_of(document: Document) -> object:
    if "object" in document:
        return document["object"]
    return next((value for key, value in document.items() if loose.short(key) == "object"), None)
