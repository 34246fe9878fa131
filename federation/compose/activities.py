"""Our activities: each a small wrapper of the one shape that every server reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from federation import loose
from federation.compose.actors import OutgoingActor, actor_body, actor_context
from federation.compose.listings import tombstone_body
from federation.compose.notes import OutgoingNote, note_body, note_context
from federation.compose.terms import ACTIVITYSTREAMS, REACTION_TERMS, Document, moment, present, wrap
from federation.vocab.emoji import Reaction

_UNDONE: Final = ("id", "type", "actor", "object", "content", "_misskey_reaction")


def create(ours: OutgoingNote, *, uri: str | None = None) -> Document:
    """Compose the Create of a Note, addressed as the Note is; its id is the Note's with `/activity`, unless given."""
    wrapped = _about_note("Create", uri or f"{ours.uri}/activity", ours)
    return wrapped | {"published": moment(ours.published), "object": note_body(ours)}


def update(ours: OutgoingNote, *, uri: str) -> Document:
    """Compose the Update of a Note. `uri` must differ from version to version."""
    said = present(updated=moment(ours.updated) if ours.updated else None)
    return _about_note("Update", uri, ours) | said | {"object": note_body(ours)}


def update_actor(ours: OutgoingActor, *, uri: str) -> Document:
    """Compose the Update of an actor, to everyone and its followers."""
    wrapped = wrap("Update", uri, ours.uri, to=(loose.PUBLIC,), cc=(ours.followers,), context=actor_context())
    return wrapped | {"object": actor_body(ours)}


def delete(
    actor: str, object_uri: str, *, to: Sequence[str], cc: Sequence[str] = (), uri: str | None = None
) -> Document:
    """Compose the Delete of a post (a Tombstone) or of the actor itself (its id), addressed as the post was."""
    wrapped = wrap("Delete", uri or f"{object_uri}#delete", actor, to=to, cc=cc)
    return wrapped | {"object": object_uri if actor == object_uri else tombstone_body(object_uri)}


def follow(actor: str, target: str, *, uri: str) -> Document:
    """Compose the Follow of an actor."""
    return wrap("Follow", uri, actor, to=(target,)) | {"object": target}


def accept(actor: str, *, uri: str, follow_uri: str | None, follower: str) -> Document:
    """Compose the Accept of a follow of `actor`, echoing the id under which it was asked."""
    return wrap("Accept", uri, actor, to=(follower,)) | {"object": _echo(follow_uri, follower, actor)}


def reject(actor: str, *, uri: str, follow_uri: str | None, follower: str) -> Document:
    """Compose the Reject of a follow of `actor`, asked or already granted."""
    return wrap("Reject", uri, actor, to=(follower,)) | {"object": _echo(follow_uri, follower, actor)}


def like(actor: str, object_uri: str, *, uri: str, author: str) -> Document:
    """Compose the Like of a post, for its author."""
    return wrap("Like", uri, actor, to=(author,)) | {"object": object_uri}


def react(actor: str, object_uri: str, reaction: Reaction, *, uri: str, author: str) -> Document:
    """Compose an emoji under a post as the Like that every server reads: with its name, or as a favourite."""
    name = reaction.name if reaction.url is None else f":{reaction.name}:"
    picture = {"type": "Image", "url": reaction.url}
    tag = [{"type": "Emoji", "id": reaction.url, "name": name, "icon": picture}] if reaction.url else []
    context = (ACTIVITYSTREAMS, dict(REACTION_TERMS))
    wrapped = wrap("Like", uri, actor, to=(author,), context=context)
    return wrapped | {"object": object_uri, "content": name, "_misskey_reaction": name, "tag": tag}


def add(actor: str, object_uri: str, *, target: str, uri: str, to: Sequence[str], cc: Sequence[str]) -> Document:
    """Compose the Add of a post to a collection of the actor's."""
    return wrap("Add", uri, actor, to=to, cc=cc) | {"object": object_uri, "target": target}


def remove(actor: str, object_uri: str, *, target: str, uri: str, to: Sequence[str], cc: Sequence[str]) -> Document:
    """Compose the Remove of a post from a collection of the actor's."""
    return wrap("Remove", uri, actor, to=to, cc=cc) | {"object": object_uri, "target": target}


def vote(actor: str, title: str, *, uri: str, poll_uri: str, author: str) -> Document:
    """Compose the answer to a poll, one for each option chosen: a Note with a name and nothing else, for its author."""
    chosen = {"id": uri, "type": "Note", "name": title, "attributedTo": actor, "inReplyTo": poll_uri, "to": [author]}
    return wrap("Create", f"{uri}/activity", actor, to=(author,)) | {"object": chosen}


def announce(
    actor: str, object_uri: str, *, uri: str, published: datetime, to: Sequence[str], cc: Sequence[str]
) -> Document:
    """Compose the Announce of a post, by its id."""
    wrapped = wrap("Announce", uri, actor, to=to, cc=cc)
    return wrapped | {"published": moment(published), "object": object_uri}


def move(actor: str, target: str, *, followers: str) -> Document:
    """Compose the Move of an actor to another one, which names it in its `alsoKnownAs`, for its followers."""
    wrapped = wrap("Move", f"{actor}#moves/{target}", actor, to=(followers,))
    return wrapped | {"object": actor, "target": target}


def flag(actor: str, objects: Sequence[str], *, uri: str, comment: str, to: str) -> Document:
    """Compose the report of an actor and of posts of it. `actor` is the server's: who complains is not said."""
    return wrap("Flag", uri, actor, to=(to,)) | {"object": list(objects), "content": comment}


def undo(activity: Mapping[str, object], *, uri: str | None = None) -> Document:
    """Compose the Undo of an activity of ours, addressed as it was, with its id, type, actor and object inside."""
    inner = {name: activity[name] for name in _UNDONE if name in activity}
    to, cc = loose.ids_of(activity.get("to")), loose.ids_of(activity.get("cc"))
    wrapped = wrap("Undo", uri or f"{inner['id']}#undo", str(inner["actor"]), to=to, cc=cc)
    return wrapped | {"object": inner}


def _about_note(kind: str, uri: str, ours: OutgoingNote) -> Document:
    return wrap(kind, uri, ours.author_uri, to=ours.to, cc=ours.cc, context=note_context(ours))


def _echo(follow_uri: str | None, follower: str, target: str) -> Document:
    return {**present(id=follow_uri), "type": "Follow", "actor": follower, "object": target}
