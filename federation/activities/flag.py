"""Flag: another server's people ask our moderators to look at somebody of ours, or at what they posted."""

from typing import Final

from msgspec.structs import asdict

from federation import loose
from federation.activities.activity import Activity
from federation.effects import Facts, Ignored, Judgement, Refs, Report
from federation.reasons import PeerError, Reason

MAX_OBJECTS: Final = 100
MAX_COMMENT: Final = 5000


class Flag(Activity, frozen=True, kw_only=True):
    """`actor` (often a server's own) reports actors and posts. The comment is `content`, or `summary` (Lemmy)."""

    object_uris: tuple[str, ...]
    comment: str


def read(common: Activity) -> Flag:
    """Read it; it must name what it is about.

    Raises: PeerError(MALFORMED).
    """
    document = loose.plain(common.document)
    named = loose.ids_of(document.get("object"))[:MAX_OBJECTS]
    if not named:
        raise PeerError(Reason.MALFORMED, "the report names nobody")
    said = loose.text_of(document, "content") or loose.text_of(document, "summary") or ""
    return Flag(**asdict(common), object_uris=tuple(named), comment=said.replace("\0", "")[:MAX_COMMENT])


def refers_to(activity: Flag) -> Refs:
    """Name everything that is reported, as actors and as posts."""
    return Refs(
        actors=(activity.actor, *activity.object_uris),
        objects=activity.object_uris,
        fetch_actors=(activity.actor,),
    )


def judge(activity: Flag, facts: Facts) -> Judgement:
    """Report each of our people who is named, or whose post is. Other servers' people are no business of ours.

    An id that says nothing to us, or a post that the reporter may not see, is left out without a word.
    """
    posts = [facts.statuses[uri] for uri in activity.object_uris if uri in facts.statuses]
    ours = [post for post in posts if post.is_local]
    named = [uri for uri in activity.object_uris if uri in facts.actors and facts.actors[uri].is_local]
    targets = dict.fromkeys([*named, *(post.author_uri for post in ours)])
    if not targets:
        return Ignored(Reason.UNKNOWN_OBJECT)
    return tuple(
        Report(
            uri=activity.id,
            actor_uri=activity.actor,
            target_uri=target,
            status_uris=tuple(post.uri for post in ours if post.author_uri == target),
            comment=activity.comment,
        )
        for target in targets
    )
