"""Announce: somebody shows a post to their followers; a group passes on what its members did."""

from collections.abc import Mapping

from msgspec.structs import asdict

from federation import authority, loose, uris
from federation.activities import keeping, relayed, wrapped
from federation.activities.activity import Activity
from federation.audience import OPEN, Addressing, visibility_of
from federation.effects import Boost, Facts, Ignored, Judgement, Refs, Refused
from federation.reasons import Reason
from federation.vocab import Note
from federation.vocab.note import authors_of, status_type


class Announce(Activity, frozen=True, kw_only=True):
    """`actor` passes `object` on: a post, or (a group, FEP-1b12) what others did: then `passed_on` holds it."""

    object_uri: str
    passed_on: tuple[Activity, ...] = ()


def read(common: Activity) -> Announce:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    inner = wrapped.inner_of(common.document)
    uri = loose.id_of(common.object) if inner else common.named_object()
    return Announce(**asdict(common), object_uri=uri or "", passed_on=inner)


def refers_to(activity: Announce) -> Refs:
    """Name the post. It is fetched from its origin, unless the actor embedded a post of its own."""
    if activity.passed_on:
        return wrapped.refers_to(activity, activity.passed_on)
    uri, author = _post_uri(activity), _housed_author(activity)
    is_fetched = uri is not None and not _is_own_embedded(activity)
    return Refs(
        actors=keeping.distinct(activity.actor, author, *activity.to, *activity.cc),
        objects=keeping.distinct(uri, activity.id),
        acts=(activity.id,),
        fetch_actors=keeping.distinct(activity.actor, author),
        fetch_objects=keeping.distinct(uri) if is_fetched else (),
        is_partial=author is not None,
    )


def judge(activity: Announce, facts: Facts) -> Judgement:
    """Show the post to the actor's followers here, if anybody here cares and the post may be passed on."""
    if activity.passed_on:
        return wrapped.judge(activity, activity.passed_on, facts)
    uri = _post_uri(activity)
    if uri is None:
        return Ignored(Reason.UNKNOWN_TYPE)
    if relayed.is_relay(activity.actor, facts):
        return relayed.from_origin(uri, facts)
    if any(authority.is_gone(uri, facts, owner=owner) for owner in (None, activity.actor)):
        return Ignored(Reason.GONE)
    if not _is_relevant(activity, uri, facts):
        return Ignored(Reason.NOT_RELEVANT)
    if uri in facts.statuses:
        status = facts.statuses[uri]
        return _boost(activity, uri, author=status.author_uri, visibility=status.visibility, facts=facts)
    return _judge_unknown(activity, uri, facts)


def _judge_unknown(activity: Announce, uri: str, facts: Facts) -> Judgement:
    note = _read(activity, uri, facts)
    if not isinstance(note, Note):
        return note
    boost = _boost(activity, uri, author=note.author_uri, visibility=note.visibility, facts=facts)
    if not isinstance(boost, tuple):
        return boost
    stored = keeping.keep(note, activity=None, facts=facts)
    return stored + boost if isinstance(stored, tuple) else stored


def _read(activity: Announce, uri: str, facts: Facts) -> Note | Ignored | Refused:
    if _is_own_embedded(activity) and isinstance(activity.object, Mapping):
        refusal = authority.of_embedded(activity.object, activity.actor, facts)
        return refusal or keeping.living_note(activity.object, activity.actor, activity=None, facts=facts)
    document = facts.fetched.get(uri)
    if document is not None:
        return keeping.fetched_post(uri, document, facts)
    return _of_house(activity, uri, facts) or Ignored(Reason.UNKNOWN_OBJECT)


def _of_house(activity: Announce, uri: str, facts: Facts) -> Note | Ignored | Refused | None:
    """Read a post as the group embedded it whose host houses its author: that host speaks for both (FEP-1b12)."""
    author = _housed_author(activity)
    if author is None or author not in facts.actors or not isinstance(activity.object, Mapping):
        return None
    if authority.of_passed_on(uri, author, activity.actor, facts) is not None:
        return None
    refusal = authority.of_embedded(activity.object, author, facts)
    return refusal or keeping.living_note(activity.object, author, activity=None, facts=facts)


def _boost(activity: Announce, uri: str, *, author: str, visibility: str, facts: Facts) -> Judgement:
    is_own = author == activity.actor
    if visibility not in OPEN and not (is_own and visibility == "private"):
        return Ignored(Reason.NOT_BOOSTABLE)
    known = facts.actors.get(activity.actor)
    if known is not None and known.kind == "group" and visibility != "private":
        return wrapped.added(activity, uri, facts)
    shown_to = visibility_of(Addressing(activity.to, activity.cc), followers=known.followers_uri if known else None)
    shown_to = "private" if visibility == "private" or shown_to == "direct" else shown_to
    published = min(activity.published or facts.now, facts.now)
    return (Boost(activity.id, activity.actor, uri, shown_to, published),)


def _is_relevant(activity: Announce, uri: str, facts: Facts) -> bool:
    if facts.signer_has_local_followers or (uri in facts.statuses and facts.statuses[uri].is_local):
        return True
    return any(name in facts.actors and facts.actors[name].is_local for name in activity.to + activity.cc)


def _post_uri(activity: Announce) -> str | None:
    """The post itself; None when something else is announced."""
    inner = authority.plain_of(activity.object)
    is_post = inner is None or status_type(inner) is not None
    return activity.object_uri if is_post else None


def _housed_author(activity: Announce) -> str | None:
    """Give the author of an embedded post that lives, as its author does, on the host of who announces it."""
    document = authority.plain_of(activity.object)
    author = next(iter(authors_of(document)), None) if document is not None and status_type(document) else None
    is_one_host = all(uris.is_same_origin(one, activity.actor) for one in (loose.id_of(document), author))
    return author if is_one_host and author != activity.actor else None


def _is_own_embedded(activity: Announce) -> bool:
    uri = loose.id_of(activity.object)
    return authority.is_attributed_to(activity.object, activity.actor) and uris.is_same_origin(uri, activity.actor)
