"""QuoteRequest, ReplyRequest, LikeRequest, AnnounceRequest: somebody asks before they do something with a post of ours."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import asdict

from federation import authority, loose, uris
from federation.activities.activity import Activity
from federation.effects import DecideRequest, Facts, Ignored, Judgement, Refs, Refused
from federation.reasons import PeerError, Reason
from federation.vocab.policy import Act
from federation.vocab.quote import quote_of

ACTS: Final[Mapping[str, Act]] = {
    "QuoteRequest": "quote",
    "ReplyRequest": "reply",
    "LikeRequest": "like",
    "AnnounceRequest": "boost",
}


class Request(Activity, frozen=True, kw_only=True):
    """`actor` asks for `object_uri`, a post, to be quoted, answered, liked or boosted by `instrument`."""

    act: Act
    object_uri: str
    instrument: object
    instrument_uri: str


def read(common: Activity) -> Request:
    """Read it; it must name the post and what shall be done with it.

    Raises: PeerError(MALFORMED).
    """
    document = loose.plain({key: value for key, value in common.document.items() if loose.short(key) == "instrument"})
    instrument = loose.first(document.get("instrument"))
    uri = loose.id_of(instrument)
    if uri is None:
        raise PeerError(Reason.MALFORMED, "the request has no instrument")
    act = next(ACTS[name] for name in loose.types_of(common.document) if name in ACTS)
    return Request(
        **asdict(common), act=act, object_uri=common.named_object(), instrument=instrument, instrument_uri=uri
    )


def refers_to(activity: Request) -> Refs:
    """Name the post and who asks."""
    return Refs(
        actors=(activity.actor,),
        objects=(activity.object_uri, activity.instrument_uri),
        fetch_actors=(activity.actor,),
    )


def judge(activity: Request, facts: Facts) -> Judgement:
    """Have it decided, if the post is ours and what shall be done with it is the actor's own doing."""
    status = facts.statuses.get(activity.object_uri)
    if status is None or not status.is_local:
        return Ignored(Reason.UNKNOWN_OBJECT)
    if not _is_own(activity, facts):
        return Refused(Reason.NOT_OWNER, "the instrument is not the actor's")
    quoted = quote_of(authority.plain_of(activity.instrument) or {}) if activity.act == "quote" else None
    if quoted not in (None, activity.object_uri):
        return Refused(Reason.MALFORMED, "the instrument quotes another post")
    return (
        DecideRequest(
            activity.id, activity.type, activity.act, activity.actor, activity.object_uri, activity.instrument_uri
        ),
    )


def _is_own(activity: Request, facts: Facts) -> bool:
    held = facts.statuses.get(activity.instrument_uri)
    if held is not None and held.author_uri != activity.actor:
        return False
    document = authority.plain_of(activity.instrument) or {}
    author = loose.id_of(document.get("attributedTo")) or loose.id_of(document.get("actor"))
    return author in (None, activity.actor) and uris.is_same_origin(activity.instrument_uri, activity.actor)
