"""What Create, Update, Announce and fetched objects share: which posts are worth keeping, and with which record."""

from collections.abc import Mapping

from msgspec.structs import replace

from federation import authority, loose, records
from federation.activities.activity import Activity
from federation.audience import addressing_of
from federation.effects import Facts, Ignored, Judgement, Refs, Refused, StoreStatus, UpdateStatus
from federation.reasons import Reason
from federation.vocab import Note, note_from
from federation.vocab.note import author_of, authors_of
from federation.vocab.quote import quote_of

Keep = type[StoreStatus] | type[UpdateStatus]


def living_note(
    received: Mapping[str, object], author: str, *, activity: Activity | None, facts: Facts
) -> Note | Ignored:
    """Read the post of an author, unless its author deleted it.

    Raises: PeerError as `note_from` does.
    """
    known = facts.actors.get(author)
    note = note_from(
        received,
        activity=activity.document if activity else None,
        received_at=facts.now,
        followers=known.followers_uri if known else None,
        author=author,
        loopback_http=facts.loopback_http,
    )
    is_gone = authority.is_gone(note.uri, facts, owner=author)
    return Ignored(Reason.GONE) if is_gone else note


def keep(note: Note, *, activity: Activity | None, facts: Facts, effect: Keep = StoreStatus) -> Judgement:
    """Keep a post whose authority is settled, with its learningRecord if there is one and as far as it is believed."""
    if not records.has_record(note.raw):
        return (effect(note),)
    outcome = records.verify(
        note.raw,
        activity=activity.document if activity else None,
        signer=note.author_uri,
        loopback_http=facts.loopback_http,
    )
    if isinstance(outcome, records.RefusedRecord):
        return Refused(outcome.reason, outcome.rule)
    if isinstance(outcome, records.IgnoredRecord):
        return (effect(note, record_warnings=(f"ignored:{outcome.rule}",)),)
    return (effect(note, record=outcome.record, record_warnings=outcome.warnings),)


def renew(note: Note, *, activity: Activity | None, facts: Facts, effect: Keep) -> Judgement:
    """Keep a newer version of a post. One with a believed record stands by its revision, whatever the times say."""
    judgement = keep(note, activity=activity, facts=facts, effect=effect)
    if is_outdated(note, facts) and not _has_believed_record(judgement):
        return Ignored(Reason.OUTDATED)
    return judgement


def _has_believed_record(judgement: Judgement) -> bool:
    return isinstance(judgement, tuple) and any(
        isinstance(effect, StoreStatus | UpdateStatus) and effect.record is not None for effect in judgement
    )


def keep_old(note: Note, *, facts: Facts) -> Judgement:
    """Keep a post that was fetched because of something else: nobody here is told of it."""
    effects = keep(note, activity=None, facts=facts)
    if not isinstance(effects, tuple):
        return effects
    return tuple(replace(effect, is_old=True) if isinstance(effect, StoreStatus) else effect for effect in effects)


def is_relevant(note: Note, *, activity: Activity, facts: Facts) -> bool:
    """Tell whether anybody here has to do with a post: follows its author, is addressed, replied to or quoted, or has a
    part in the lineage of its record.
    """
    if facts.signer_has_local_followers or (facts.is_lineage_ours and records.has_record(note.raw)):
        return True
    addressed = (*note.to, *note.cc, *activity.to, *activity.cc)
    if any(uri in facts.actors and facts.actors[uri].is_local for uri in addressed):
        return True
    return any(
        uri in facts.statuses and facts.statuses[uri].is_local for uri in (note.in_reply_to, note.quote_uri) if uri
    )


def is_outdated(note: Note, facts: Facts) -> bool:
    """Tell whether a newer version of the post is held. Equal times pass: the text of either may stand."""
    held = facts.statuses.get(note.uri)
    return bool(held and held.updated and note.updated and note.updated < held.updated)


def post_of(activity: Activity, facts: Facts) -> Note | Ignored | Refused:
    """Read the post an activity is about from a source that may speak for it: the signer, or the post's own origin.

    Raises: PeerError as `note_from` does.
    """
    if isinstance(activity.object, Mapping) and authority.is_attributed_to(activity.object, activity.actor):
        refusal = authority.of_embedded(activity.object, activity.actor, facts)
        return refusal or living_note(activity.object, activity.actor, activity=activity, facts=facts)
    group = authority.acts_for(activity.object, activity.actor, facts)
    if group is not None and isinstance(activity.object, Mapping):
        refusal = authority.of_embedded(activity.object, group, facts)
        return refusal or living_note(activity.object, group, activity=activity, facts=facts)
    if not authority.may_be_vouched_for(activity.object, activity.actor):
        return Refused(Reason.NOT_OWNER, "the object is not attributed to the actor")
    uri = activity.named_object()
    if uri not in facts.fetched:
        is_claimed = isinstance(activity.object, Mapping)
        return Refused(Reason.NOT_OWNER, "the object is another's") if is_claimed else Ignored(Reason.UNKNOWN_OBJECT)
    return fetched_post(uri, facts.fetched[uri], facts)


def fetched_post(uri: str, document: Mapping[str, object], facts: Facts) -> Note | Ignored | Refused:
    """Read a post that its own origin answered with.

    Raises: PeerError as `note_from` does.
    """
    refusal = authority.of_fetched(uri, document, facts)
    return refusal or living_note(document, author_of(loose.plain(document)), activity=None, facts=facts)


def refs_to_post(activity: Activity) -> Refs:
    """Name what must be known to judge an activity about a post, embedded or not."""
    document = authority.plain_of(activity.object) or {}
    uri = activity.named_object()
    is_own = authority.is_attributed_to(activity.object, activity.actor)
    wanted = not is_own and authority.may_be_vouched_for(activity.object, activity.actor)
    related = (uri, activity.id, loose.id_of(document.get("inReplyTo")), quote_of(document))
    return Refs(
        actors=distinct(
            activity.actor, *authors_of(document), *activity.to, *activity.cc, *addressing_of(document).everyone()
        ),
        objects=distinct(*related),
        fetch_actors=(activity.actor,),
        fetch_objects=(uri,) if wanted else (),
        lineage=_lineage_of(document),
    )


def _lineage_of(document: Mapping[str, object]) -> tuple[str, ...]:
    """Name the nearest things that a record says it goes back to."""
    record = document.get("learningRecord")
    named = [record.get("reportsOn"), record.get("basedOn")] if isinstance(record, Mapping) else []
    return distinct(*(uri for uri in named if isinstance(uri, str)))


def distinct(*uris: str | None) -> tuple[str, ...]:
    """Give the ids that are there, once each and in order, without the public collection."""
    return tuple(dict.fromkeys(uri for uri in uris if uri and uri != loose.PUBLIC))
