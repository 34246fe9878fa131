"""What Accept and Reject share: finding the follow that is answered among those we hold."""

from msgspec.structs import asdict

from federation import authority, loose
from federation.activities import consent
from federation.activities.activity import Activity
from federation.effects import Facts, FollowFact, Refs


class Answer(Activity, frozen=True, kw_only=True):
    """An answer to a Follow, which is named by its id, by its actor and object, or by both."""

    follow_uri: str | None = None
    follower: str | None = None
    target: str | None = None


def read(common: Activity) -> Answer:
    """Read the Follow out of its id or its embedded form; an answer to anything else names none."""
    follow = authority.plain_of(common.object)
    if follow is None:
        return Answer(**asdict(common), follow_uri=loose.id_of(common.object))
    if loose.types_of(follow) not in ((), ("Follow",)):
        return Answer(**asdict(common))
    follower, target = loose.id_of(follow.get("actor")), loose.id_of(follow.get("object"))
    return Answer(**asdict(common), follow_uri=loose.id_of(follow), follower=follower, target=target)


def refers_to(activity: Answer) -> Refs:
    """Name the follow and its two ends."""
    ends = (uri for uri in (activity.actor, activity.follower) if uri)
    follows = (activity.follow_uri,) if activity.follow_uri else ()
    return Refs(
        actors=tuple(dict.fromkeys(ends)),
        follows=follows,
        asked=consent.names(activity),
        fetch_actors=(activity.actor,),
    )


def answered(activity: Answer, facts: Facts) -> FollowFact | None:
    """Give the follow that is answered: by its id, else by its two ends."""
    by_id = [edge for edge in facts.follows if edge.uri is not None and edge.uri == activity.follow_uri]
    ends = (activity.follower, activity.target or activity.actor)
    by_ends = [edge for edge in facts.follows if (edge.follower_uri, edge.target_uri) == ends]
    return next(iter(by_id + by_ends), None)
