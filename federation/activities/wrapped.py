"""What a group passes on (FEP-1b12): the activities of its members inside its Announce, one or a list of them.

How it works. A group's host speaks for the people it houses: what they did and made there counts as embedded. What
lives on another host must verify by itself: a post or an activity is fetched from its origin, and of a post that is
held already its origin is asked whether it changed or is gone. Inside the group, and only there, its moderators' word
is enough. A list (FEP-1a11) is judged one by one; what of it cannot be had is left out.
"""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

from msgspec.structs import replace

from federation import authority, loose, uris
from federation.activities import (
    add,
    block,
    create,
    delete,
    governing,
    keeping,
    like,
    relayed,
    remove,
    ruling,
    undo,
    update,
)
from federation.activities.activity import Activity, common_of
from federation.audience import OPEN, Addressing, addressing_of, visibility_of
from federation.effects import (
    AddToGroup,
    Effect,
    Facts,
    Ignored,
    Judgement,
    Moderate,
    Recheck,
    Refs,
    Refused,
    StoreStatus,
    UpdateStatus,
)
from federation.reasons import PeerError, Reason
from federation.vocab import ACTOR_TYPES, STATUS_TYPES, Note
from federation.vocab.note import status_type

MAX_ITEMS: Final = 50
MAX_FETCHES: Final = 20
MAX_REFS: Final = 1000
_OBJECTS: Final = STATUS_TYPES | ACTOR_TYPES.keys() | {"Tombstone"}
_FAREWELLS: Final = ("Delete", "Undo")
_WANTING: Final = (Reason.UNKNOWN_OBJECT, Reason.UNKNOWN_ACTOR)


def inner_of(document: Mapping[str, object]) -> tuple[Activity, ...]:
    """Give the activities inside an Announce; none when it announces a thing. What cannot be read is left out."""
    found = next((value for key, value in document.items() if loose.short(key) == "object"), None)
    inner = (_read(received) for received in loose.as_list(found)[:MAX_ITEMS])
    return tuple(activity for activity in inner if activity is not None)


def refers_to(announce: Activity, passed_on: tuple[Activity, ...]) -> Refs:
    """Name everything that any of the activities refers to, bounded."""
    parts = [_refs(inner, announce.actor) for inner in passed_on]
    named = (announce.actor, *announce.to, *announce.cc)
    return Refs(
        actors=keeping.distinct(*named, *(uri for part in parts for uri in part.actors))[:MAX_REFS],
        objects=keeping.distinct(announce.id, *(uri for part in parts for uri in part.objects))[:MAX_REFS],
        follows=(),
        acts=keeping.distinct(announce.id, *(uri for part in parts for uri in part.acts)),
        fetch_actors=keeping.distinct(announce.actor, *(u for part in parts for u in part.fetch_actors))[:MAX_FETCHES],
        fetch_objects=keeping.distinct(*(uri for part in parts for uri in part.fetch_objects))[:MAX_FETCHES],
        is_partial=len(passed_on) > 1,
    )


def judge(announce: Activity, passed_on: tuple[Activity, ...], facts: Facts) -> Judgement:
    """Say what follows from all that is passed on; nothing yet while something can still be fetched."""
    is_list = len(passed_on) > 1
    ids = [f"{announce.id}#{place}" if is_list else announce.id for place in range(len(passed_on))]
    wrappers = [replace(announce, id=uri) for uri in ids]  # a boost each, under an id of its own
    judgements = [_judged(inner, one, facts) for inner, one in zip(passed_on, wrappers, strict=True)]
    wanting = [j for j in judgements if isinstance(j, Ignored) and j.reason in _WANTING]
    if wanting and not facts.has_asked:
        return wanting[0]
    effects = tuple(effect for j in judgements if isinstance(j, tuple) for effect in j)
    others = [j for j in judgements if not isinstance(j, tuple)]
    return effects if effects or not others else others[0]


def _read(received: object) -> Activity | None:
    if not isinstance(received, Mapping) or _OBJECTS & set(loose.types_of(received)):
        return None
    try:
        common = common_of(received)
        module = _module_of(common)
        activity: Activity = common if module is None or common.object is None else module.read(common)
    except PeerError:
        return None
    return activity


def _module_of(inner: Activity) -> ModuleType | None:
    return _MODULES.get(inner.type)


def _as_sent(inner: Activity, facts: Facts) -> Judgement:
    """Judge an activity whose authority is settled as if its actor had sent it."""
    judgement: Judgement = _MODULES[inner.type].judge(inner, facts)
    return judgement


def _refs(inner: Activity, group: str) -> Refs:
    module = _module_of(inner)
    if module is None or inner.object is None:
        return Refs()
    refs: Refs = module.refers_to(inner)
    is_post = inner.type in ("Create", "Update")
    uri = loose.id_of(inner.object) if is_post else inner.id
    is_told = not is_post or authority.is_attributed_to(inner.object, inner.actor)
    if is_told and _is_of_host(inner, uri, group):
        return _without_fetches(refs, fetch_actors=(inner.actor,) if is_post or inner.type == "Like" else ())
    wanted = is_post or inner.type in ("Like", "Undo")
    return _without_fetches(refs, fetch_objects=keeping.distinct(uri) if wanted else ())


def _without_fetches(refs: Refs, *, fetch_actors: tuple[str, ...] = (), fetch_objects: tuple[str, ...] = ()) -> Refs:
    return Refs(
        actors=refs.actors,
        objects=refs.objects,
        acts=refs.acts,
        fetch_actors=fetch_actors,
        fetch_objects=fetch_objects,
    )


def _is_of_host(inner: Activity, uri: str | None, group: str) -> bool:
    """Tell whether an activity, who did it and what it is about are of the group's origin."""
    return all(uris.is_same_origin(one, group) for one in (inner.id, inner.actor, uri))


def _judged(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    rule = _RULES.get(inner.type)
    if rule is None or inner.object is None:
        return Ignored(Reason.UNKNOWN_TYPE)
    if not _is_relevant(inner, announce, facts):
        return Ignored(Reason.NOT_RELEVANT)
    if authority.is_gone(inner.id, facts, owner=inner.actor):
        return Ignored(Reason.UNDONE)
    member = facts.actors.get(inner.actor)
    if member is not None and member.is_suspended and inner.type not in _FAREWELLS:
        return Refused(Reason.BLOCKED, "this node does not speak with who did this")
    try:
        return rule(inner, announce, facts)
    except PeerError as error:
        return Ignored(error.reason) if error.reason is Reason.UNKNOWN_TYPE else Refused(error.reason, error.detail)


def _is_relevant(inner: Activity, announce: Activity, facts: Facts) -> bool:
    """Tell whether anybody here follows the group, is addressed, or posted what it is about."""
    if facts.signer_has_local_followers or relayed.is_relay(announce.actor, facts):
        return True
    held = facts.statuses.get(loose.id_of(inner.object) or "")
    document = authority.plain_of(inner.object) or {}
    addressed = (*announce.to, *announce.cc, *inner.to, *inner.cc, *addressing_of(document).everyone())
    is_addressed = any(uri in facts.actors and facts.actors[uri].is_local for uri in addressed)
    return is_addressed or (held is not None and held.is_local)


def _trusts(inner: Activity, announce: Activity, facts: Facts, uri: str | None) -> bool:
    return all(authority.of_passed_on(one, inner.actor, announce.actor, facts) is None for one in (inner.id, uri))


# ------------------------------------------------------------------ posts


def _post(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    """Keep a post, and have it in the group: as the group's host embedded it, or as its own origin answers."""
    uri = inner.named_object()
    if any(authority.is_gone(uri, facts, owner=owner) for owner in (None, announce.actor)):
        return Ignored(Reason.GONE)
    if inner.type == "Update" and uri == announce.actor:
        return governing.profile(inner, announce, facts)
    if authority.is_attributed_to(inner.object, inner.actor) and _trusts(inner, announce, facts, uri):
        return _embedded(inner, announce, facts)
    held = facts.statuses.get(uri)
    if held is None:
        return _from_origin(uri, announce, facts)
    if held.visibility not in OPEN:
        return Ignored(Reason.NOT_BOOSTABLE)
    if inner.type == "Update":
        return Ignored(Reason.SEEN) if held.is_local else (Recheck(uri),)
    return added(announce, uri, facts)


def _embedded(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    if status_type(authority.plain_of(inner.object) or {}) is None:
        return Ignored(Reason.UNKNOWN_TYPE)
    if inner.actor not in facts.actors:
        return Ignored(Reason.UNKNOWN_ACTOR)
    uri = inner.named_object()
    judgement = _as_sent(inner, facts)
    if isinstance(judgement, tuple):
        if any(_is_closed(effect) for effect in judgement):
            return Ignored(Reason.NOT_BOOSTABLE)
        return (*judgement, *added(announce, uri, facts)) if uri not in facts.statuses else judgement
    held = facts.statuses.get(uri)
    is_known = judgement == Ignored(Reason.SEEN) and held is not None and held.visibility in OPEN
    return added(announce, uri, facts) if is_known else judgement


def _is_closed(effect: Effect) -> bool:
    return isinstance(effect, StoreStatus | UpdateStatus) and effect.note.visibility not in OPEN


def _from_origin(uri: str, announce: Activity, facts: Facts) -> Judgement:
    if uri not in facts.fetched:
        return Ignored(Reason.UNKNOWN_OBJECT)
    note = keeping.fetched_post(uri, facts.fetched[uri], facts)
    if not isinstance(note, Note):
        return note
    if note.visibility not in OPEN:
        return Ignored(Reason.NOT_BOOSTABLE)
    stored = keeping.keep(note, activity=None, facts=facts)
    return (*stored, *added(announce, uri, facts)) if isinstance(stored, tuple) else stored


def added(announce: Activity, uri: str, facts: Facts) -> tuple[AddToGroup, ...]:
    """Give what has a group show a post; nothing when the sender is no group, or a relay."""
    group = facts.actors.get(announce.actor)
    if group is None or group.kind != "group" or relayed.is_relay(announce.actor, facts):
        return ()
    shown_to = visibility_of(Addressing(announce.to, announce.cc), followers=group.followers_uri)
    published = min(announce.published or facts.now, facts.now)
    return (AddToGroup(announce.id, group.uri, uri, "private" if shown_to == "direct" else shown_to, published),)


# ------------------------------------------------------------------ removals


def _delete(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    """Remove what its author removed; what somebody else did is for the group's moderators and for the group alone."""
    uri = inner.named_object()
    held = facts.statuses.get(uri)
    if held is not None and held.author_uri != inner.actor:
        return _moderated(inner, uri, announce, facts)
    if held is not None and held.is_local:
        return Refused(Reason.NOT_OWNER, "ours delete their posts here")
    if not _trusts(inner, announce, facts, uri):
        return (Recheck(uri),) if held is not None else Ignored(Reason.NOT_RELEVANT)
    if uri == inner.actor or uri in facts.actors:
        return Ignored(Reason.UNKNOWN_TYPE)
    judgement = _as_sent(inner, facts)
    moderated = _moderated(inner, uri, announce, facts) if held is None else ()
    return (*judgement, *moderated) if isinstance(judgement, tuple) and isinstance(moderated, tuple) else judgement


def _moderated(
    inner: Activity, uri: str, announce: Activity, facts: Facts, *, is_removal: bool = True
) -> tuple[Effect, ...] | Refused:
    group = facts.actors.get(announce.actor)
    if group is None or group.kind != "group":
        return Refused(Reason.NOT_OWNER, "only a group has moderators")
    is_known = group.moderators is not None
    if group.moderators is not None and inner.actor not in group.moderators:
        return Refused(Reason.NOT_OWNER, "who did this is no moderator of the group")
    return (Moderate(announce.actor, uri, inner.actor, ruling.reason_of(inner), is_removal, is_known),)


# ------------------------------------------------------------------ likes, and what is taken back


def _like(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    held = facts.statuses.get(inner.named_object())
    if held is None or not held.is_local:
        return Ignored(Reason.NOT_RELEVANT)  # likes elsewhere are another server's numbers
    act = _proven(inner, announce, facts)
    if act is None:
        return Ignored(Reason.UNKNOWN_OBJECT)
    if act.actor not in facts.actors:
        return Ignored(Reason.UNKNOWN_ACTOR)
    return _as_sent(act, facts)


def _undo(inner: Activity, announce: Activity, facts: Facts) -> Judgement:
    undone = authority.plain_of(inner.object) or {}
    kinds, uri = loose.types_of(undone), loose.id_of(undone.get("object"))
    if "Delete" in kinds and uri is not None:
        return _moderated(inner, uri, announce, facts, is_removal=False)
    held = facts.statuses.get(uri or "")
    if "Like" not in kinds or held is None:
        return Ignored(Reason.UNKNOWN_TYPE if "Like" not in kinds else Reason.NOT_RELEVANT)
    act = _proven(inner, announce, facts)
    return Ignored(Reason.UNKNOWN_OBJECT) if act is None else _as_sent(act, facts)


def _proven(inner: Activity, announce: Activity, facts: Facts) -> Activity | None:
    """Give an activity as it counts: embedded by the host of who did it, or as that host answers for it."""
    if _trusts(inner, announce, facts, inner.id):
        return inner
    document = facts.fetched.get(inner.id)
    fetched = _read(document) if document is not None else None
    if fetched is None or fetched.id != inner.id or fetched.type != inner.type:
        return None
    is_same = fetched.actor == inner.actor and uris.is_same_origin(fetched.id, fetched.actor)
    return fetched if is_same and loose.id_of(fetched.object) == loose.id_of(inner.object) else None


_MODULES: Final[Mapping[str, ModuleType]] = {
    "Add": add,
    "Block": block,
    "Create": create,
    "Remove": remove,
    "Update": update,
    "Delete": delete,
    "Like": like,
    "Undo": undo,
}
_RULES: Final[Mapping[str, Callable[[Activity, Activity, Facts], Judgement]]] = {
    "Add": governing.moderators,
    "Block": governing.ban,
    "Create": _post,
    "Remove": governing.moderators,
    "Update": _post,
    "Delete": _delete,
    "Like": _like,
    "Undo": _undo,
}
