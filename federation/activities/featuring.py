"""What Add and Remove share: a post of one's own goes into one's own featured collection, or out of it."""

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
    """Read it; it must name its object.

    Raises: PeerError(MALFORMED).
    """
    target = loose.id_of(loose.plain(common.document).get("target"))
    return Featuring(**asdict(common), object_uri=common.named_object(), target_uri=target)


def refers_to(activity: Featuring, *, fetches: bool) -> Refs:
    """Name the post."""
    uri = activity.object_uri
    is_post = not isinstance(activity.object, dict) or bool(STATUS_TYPES & set(loose.types_of(activity.object)))
    return Refs(
        actors=(activity.actor,),
        objects=(uri,),
        fetch_actors=(activity.actor,),
        fetch_objects=(uri,) if fetches and is_post else (),
    )


def not_featuring(activity: Featuring, facts: Facts) -> Ignored | None:
    """Ignore what is not about the actor's own featured collection: hashtags, groups' lists, others' collections."""
    actor = facts.actors.get(activity.actor)
    if actor is None or actor.featured_uri is None or activity.target_uri != actor.featured_uri:
        return Ignored(Reason.NOT_RELEVANT)
    return None
