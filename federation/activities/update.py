"""Update: somebody changed a post of theirs, or themselves."""

from msgspec.structs import asdict

from federation import authority, loose
from federation.activities import keeping
from federation.activities.activity import Activity
from federation.effects import Facts, Ignored, Judgement, Refs, Refused, UpdateAccount, UpdateStatus
from federation.reasons import Reason
from federation.vocab import ACTOR_TYPES, Note, actor_from


class Update(Activity, frozen=True, kw_only=True):
    """`actor` changed `object`."""

    object_uri: str


def read(common: Activity) -> Update:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Update(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Update) -> Refs:
    """Name the post or the actor."""
    return keeping.refs_to_post(activity)


def judge(activity: Update, facts: Facts) -> Judgement:
    """Take the newer version over, if its owner sent it."""
    document = authority.plain_of(activity.object)
    if activity.object_uri == activity.actor or ACTOR_TYPES.keys() & set(loose.types_of(document)):
        return _judge_actor(activity, document, facts)
    note = keeping.post_of(activity, facts)
    return _judge_note(activity, note, facts) if isinstance(note, Note) else note


def _judge_actor(activity: Update, document: loose.Document | None, facts: Facts) -> Judgement:
    if activity.object_uri != activity.actor:
        return Refused(Reason.NOT_OWNER, "an actor can change only itself")
    document = document or dict(facts.fetched.get(activity.actor, {}))
    if not document:
        return Ignored(Reason.UNKNOWN_ACTOR)
    actor = actor_from(document, loopback_http=facts.loopback_http)
    return (UpdateAccount(actor),) if actor.uri == activity.actor else Refused(Reason.WRONG_ID)


def _judge_note(activity: Update, note: Note, facts: Facts) -> Judgement:
    if note.uri not in facts.statuses and not keeping.is_relevant(note, activity=activity, facts=facts):
        return Ignored(Reason.NOT_RELEVANT)
    wrapper = activity if note.raw is activity.object else None
    return keeping.renew(note, activity=wrapper, facts=facts, effect=UpdateStatus)
