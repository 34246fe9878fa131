"""Create: somebody made a post."""

from msgspec.structs import asdict

from federation import authority, loose
from federation.activities import keeping
from federation.activities.activity import Activity
from federation.effects import CastVote, Facts, Ignored, Judgement, Refs, StoreStatus
from federation.reasons import Reason
from federation.vocab import Note
from federation.vocab.note import is_vote
from federation.vocab.poll import choice_of


class Create(Activity, frozen=True, kw_only=True):
    """`actor` made `object`, which is embedded or only named."""

    object_uri: str


def read(common: Activity) -> Create:
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    return Create(**asdict(common), object_uri=common.named_object())


def refers_to(activity: Create) -> Refs:
    """Name the post, whom it is for, what it answers and quotes; fetch it only where the embedded form cannot count."""
    return keeping.refs_to_post(activity)


def judge(activity: Create, facts: Facts) -> Judgement:
    """Store the post once, if its author may be believed and anybody here has to do with it."""
    document = authority.plain_of(activity.object)
    if document is not None and not loose.types_of(document):
        return Ignored(Reason.UNKNOWN_TYPE)
    note = keeping.post_of(activity, facts)
    return _judge_note(activity, note, facts) if isinstance(note, Note) else note


def _judge_note(activity: Create, note: Note, facts: Facts) -> Judgement:
    if note.uri in facts.statuses:
        return Ignored(Reason.SEEN)
    vote = _vote(activity, note, facts)
    if vote is not None:
        return vote
    if not keeping.is_relevant(note, activity=activity, facts=facts):
        return Ignored(Reason.NOT_RELEVANT)
    wrapper = activity if note.raw is activity.object else None
    return keeping.keep(note, activity=wrapper, facts=facts, effect=StoreStatus)


def _vote(activity: Create, note: Note, facts: Facts) -> Judgement | None:
    """Read the answer to a poll of ours out of a post; None when it is a post, which an empty one never becomes."""
    document = loose.plain(note.raw)
    choice, poll = choice_of(document), facts.statuses.get(note.in_reply_to or "")
    if choice is None:
        return None
    if poll is not None and poll.is_local and choice in poll.options:
        vote = CastVote(note.uri, activity.actor, poll.uri, poll.options.index(choice))
        return Ignored(Reason.CLOSED) if poll.is_closed else (vote,)
    return Ignored(Reason.UNKNOWN_OBJECT) if is_vote(document) else None
