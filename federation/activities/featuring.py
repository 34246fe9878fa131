"""What Add and Remove share: a post of one's own goes into one's own featured collection, or out of it.

Source: Mastodon puts hashtags, which have no id, into the very same collection.
"""

from msgspec.structs import asdict

from federation import loose
from federation.activities.activity import Activity
from federation.effects import Facts, Ignored, Refs
from federation.reasons import Reason
from federation.vocab import STATUS_TYPES


class Featuring(Activity, frozen=True, kw_only=True):
    """`actor` puts `object` into `target` or takes it out."""

    object_uri: str
    target_uri: str | None = None


def read(common: Activity) -> Featuring:
    """Read it; what has no id is no post."""
    target = loose.id_of(loose.plain(common.document).get("target"))
    return Featuring(**asdict(common), object_uri=loose.id_of(common.object) or "", target_uri=target)


def refers_to(activity: Featuring, *, fetches: bool) -> Refs:
    """Name the post."""
    named = (activity.object_uri,) if _may_be_post(activity) else ()
    return Refs(
        actors=(activity.actor,),
        objects=named,
        fetch_actors=(activity.actor,),
        fetch_objects=named if fetches else (),
    )


def not_featuring(activity: Featuring, facts: Facts) -> Ignored | None:
    """Ignore what is not about the actor's own featured collection: hashtags, groups' lists, others' collections."""
    actor = facts.actors.get(activity.actor)
    is_theirs = actor is not None and actor.featured_uri is not None and activity.target_uri == actor.featured_uri
    return None if is_theirs and _may_be_post(activity) else Ignored(Reason.NOT_RELEVANT)


def _may_be_post(activity: Featuring) -> bool:
    is_embedded = isinstance(activity.object, dict)
    return bool(activity.object_uri) and (not is_embedded or bool(STATUS_TYPES & set(loose.types_of(activity.object))))
