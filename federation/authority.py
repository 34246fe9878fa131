"""Who may speak for what (FEP-fe34): an object counts when its owner signed it, or when its own origin answered with it.

How it works: every rule gives None when all is well, and a `Refused` otherwise. A signature speaks for one actor; that
actor speaks for objects of its own origin that are attributed to it; an origin speaks for every object under it whose
author it houses. What somebody else embedded is a hint at most: it must come again from its origin, in `Facts.fetched`.
"""

from collections.abc import Mapping

from federation import loose, uris
from federation.effects import Facts, Refused
from federation.reasons import Reason
from federation.vocab.note import STATUS_TYPES, authors_of

Document = Mapping[str, object]
_NOTHING_SAID = frozenset({"@context", "id", "type", "url"})


def of_activity(activity_id: str, actor: str, *, signer: str) -> Refused | None:
    """Demand that the signer is the actor, and that the activity's id belongs to the actor's origin."""
    if signer != actor:
        return Refused(Reason.NOT_OWNER, "the signature is not the actor's")
    if not uris.is_same_origin(activity_id, actor):
        return Refused(Reason.FOREIGN_ORIGIN, "the activity's id has another origin than its actor")
    return None


def of_embedded(received: object, actor: str, facts: Facts) -> Refused | None:
    """Demand that an object embedded by an actor is attributed to that actor, of its origin, and not held as another's."""
    uri = loose.id_of(received)
    if uri is None or not is_attributed_to(received, actor):
        return Refused(Reason.NOT_OWNER, "the object is not attributed to the actor")
    return of_owned(uri, actor, facts)


def of_owned(uri: str, actor: str, facts: Facts) -> Refused | None:
    """Demand that an id is of the actor's origin, and that whatever is held under it is the actor's."""
    held = facts.statuses.get(uri)
    if held is not None and held.author_uri != actor:
        return Refused(Reason.NOT_OWNER, "the object belongs to another actor")
    if uri in facts.actors and uri != actor:
        return Refused(Reason.NOT_OWNER, "the object is another actor")
    if not uris.is_same_origin(uri, actor):
        return Refused(Reason.NOT_OWNER, "the object has another origin than the actor")
    return None


def of_fetched(uri: str, received: Document, facts: Facts) -> Refused | None:
    """Demand that the answer of an origin is the object asked for, and that its author lives there and still is the same."""
    document = loose.plain(received)
    authors = authors_of(document)
    if document.get("id") != uri:
        return Refused(Reason.WRONG_ID, "the origin answered with another object")
    if not authors or not uris.is_same_origin(uri, authors[0]):
        return Refused(Reason.FOREIGN_ORIGIN, "the object is not attributed to an actor of its own origin")
    return of_owned(uri, authors[0], facts)


def of_passed_on(uri: str | None, actor: str, group: str, facts: Facts) -> Refused | None:
    """Demand that what a group passes on is of its own host, which speaks for the people it houses (FEP-1b12)."""
    known = facts.actors.get(group)
    if known is None or known.kind != "group":
        return Refused(Reason.NOT_OWNER, "only a group passes on what others did")
    if not (uris.is_same_origin(actor, group) and uris.is_same_origin(uri, group)):
        return Refused(Reason.NOT_OWNER, "the group lives on another host than what it passes on")
    return None


def is_gone(uri: str, facts: Facts, *, owner: str | None) -> bool:
    """Tell whether an id was deleted or undone by its owner; while the owner is unknown, whether it is gone for all.

    A neighbour on the same host must not be able to have a post refused that it does not own.
    """
    if uri not in facts.gone:
        return False
    actors = facts.gone_by.get(uri)
    return actors is None or owner in actors


def is_attributed_to(received: object, actor: str) -> bool:
    """Tell whether an embedded object says it is the actor's, or says nothing and is of the actor's origin."""
    document = plain_of(received)
    if document is None:
        return False
    is_stated = bool(loose.as_list(document.get("attributedTo") or document.get("actor")))  # nonsense is no silence
    return actor in authors_of(document) if is_stated else uris.is_same_origin(loose.id_of(document), actor)


def acts_for(received: object, actor: str, facts: Facts) -> str | None:
    """Give the group of the actor's host that an embedded post belongs to, when the post says the actor made it.

    Source: Mobilizon names the person in `actor` and the group in `attributedTo`.
    """
    document = plain_of(received) or {}
    group = facts.actors.get(next(iter(authors_of(document)), ""))
    if group is None or group.kind != "group" or loose.id_of(document.get("actor")) != actor:
        return None
    is_one_host = all(uris.is_same_origin(uri, actor) for uri in (group.uri, loose.id_of(document)))
    return group.uri if is_one_host else None


def may_be_vouched_for(received: object, actor: str) -> bool:
    """Tell whether an object that is not the actor's own is worth asking their common origin for.

    Source: Mobilizon lets a person create what is attributed to a group of the same server.
    """
    document = plain_of(received)
    if document is None:
        return uris.is_same_origin(loose.id_of(received), actor)
    authors = authors_of(document)
    return bool(authors) and all(uris.is_same_origin(uri, actor) for uri in (loose.id_of(document), authors[0]))


def plain_of(received: object) -> loose.Document | None:
    """Give an embedded object with short keys; None when it is only an id, or a post of which nothing but that is there."""
    received = loose.referred(received)
    document = loose.plain(received) if isinstance(received, Mapping) else None
    return None if document is not None and _is_stub(document) else document


def _is_stub(document: loose.Document) -> bool:
    return document.keys() <= _NOTHING_SAID and bool(STATUS_TYPES & set(loose.types_of(document)))
