"""What an app does to a post or an account, answered with the entity as it is afterwards: act and answer in one unit."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from node.entities.emoji import copied, custom_emojis
from node.entities.instants import iso
from node.entities.relationship import relationship
from node.errors import not_found
from node.services import following, pinning, posting, reacting, reading, scheduling
from node.services.drafting import Draft
from node.store import accounts, follows, lines, media, notifications, relations, statuses
from node.store.edits import Edit
from node.store.unit import Snapshot, Unit

Act = Callable[[Unit, int, int], Any]


def posted(unit: Unit, author_id: int, draft: Draft, due_at: datetime | None = None) -> str:
    """Post and return the Status, or keep a post for a later time and return the ScheduledStatus. Raises: as `posting.post`."""
    if due_at is None or due_at <= unit.now:
        made = posting.post(unit, author_id, draft)
    else:
        later = partial(scheduling.schedule, unit, author_id, draft, due_at)
        made = posting.once(unit, author_id, draft.idempotency_key, later)
    found = lines.by_ids(unit, author_id, [made])
    return found[0].json if found else msgspec.json.encode(scheduling.show(unit, author_id, made)).decode()


def edited(unit: Unit, author_id: int, status_id: int, draft: Draft) -> str:
    """Edit a post and return the Status. Raises: as `posting.edit`."""
    posting.edit(unit, author_id, status_id, draft)
    return reading.status(unit, author_id, status_id)


def deleted(unit: Unit, author_id: int, status_id: int, *, keeps_media: bool) -> dict[str, Any]:
    """Delete a post and return the Status with its source instead of its content, to write it anew. Raises: 404.

    An own boost is taken back.
    """
    status = statuses.by_id(unit, status_id)
    if status is None or status.account_id != author_id:
        raise not_found()
    gone: dict[str, Any] = msgspec.json.decode(reading.status(unit, author_id, status_id))
    if status.boost_of_id is not None:
        reacting.unboost(unit, author_id, status.boost_of_id)
        return gone
    del gone["content"]
    if keeps_media:
        media.attach(unit, status_id, ())
    posting.delete(unit, author_id, status_id)
    return gone | {"text": status.text, "spoiler_text": status.spoiler_text}


def favourited(unit: Unit, account_id: int, status_id: int) -> str:
    """Favourite a post and return it. Raises: 404."""
    status = reacting.original(unit, account_id, status_id)
    reacting.favourite(unit, account_id, status.id)
    return reading.status(unit, account_id, status.id)


def unfavourited(unit: Unit, account_id: int, status_id: int) -> str | None:
    """Take a favourite back and return the post; None when the account may not see it any more, or never could."""
    return undone(unit, reacting.unfavourite, account_id, status_id)


def reacted(unit: Unit, account_id: int, status_id: int, *, name: str) -> str:
    """Put an emoji under a post and return it. Raises: 404; 422 for what is no emoji."""
    status = reacting.original(unit, account_id, status_id)
    reacting.react(unit, account_id, status.id, name)
    return reading.status(unit, account_id, status.id)


def unreacted(unit: Unit, account_id: int, status_id: int, *, name: str) -> str | None:
    """Take an emoji back and return the post; None when the account may not see it any more, or never could."""
    return undone(unit, partial(reacting.unreact, name=name), account_id, status_id)


def boosted(unit: Unit, account_id: int, status_id: int, *, visibility: str | None) -> str:
    """Boost a post, as usual if nothing else is said, and return the boost. Raises: 404, 403 for what may not be boosted."""
    if visibility is None:
        usual = posting.usual(unit, account_id).privacy
        visibility = "private" if usual == "direct" else usual
    return reading.status(unit, account_id, reacting.boost(unit, account_id, status_id, visibility=visibility))


def unboosted(unit: Unit, account_id: int, status_id: int) -> str | None:
    """Take a boost back and return what was boosted; None when the account may not see it."""
    return undone(unit, reacting.unboost, account_id, status_id)


def undone(unit: Unit, act: Act, account_id: int, status_id: int) -> str | None:
    """Undo and return the post. It works on what has become invisible meanwhile; what is public anyway is still shown."""
    status = statuses.by_id(unit, status_id)
    meant_id = status.boost_of_id or status.id if status is not None else status_id
    act(unit, account_id, meant_id)
    found = lines.by_ids(unit, account_id, [meant_id])
    found = found or lines.by_ids(unit, account_id, [meant_id], is_public=True)
    return found[0].json if found else None


def pinned(unit: Unit, account_id: int, status_id: int) -> str:
    """Pin a post of one's own and return it. Raises: as `pinning.pin`."""
    pinning.pin(unit, account_id, status_id)
    return reading.status(unit, account_id, status_id)


def unpinned(unit: Unit, account_id: int, status_id: int) -> str:
    """Take a pin away and return the post. Raises: 404."""
    pinning.unpin(unit, account_id, status_id)
    return reading.status(unit, account_id, status_id)


def related(unit: Unit, act: Act, account_id: int, target_id: int) -> dict[str, Any]:
    """Do something to an account and return the Relationship. Raises: 404 for an unknown account, else as the act."""
    if accounts.by_id(unit, target_id) is None:
        raise not_found()
    act(unit, account_id, target_id)
    return relationship(target_id, relations.of(unit, account_id, [target_id])[target_id])


def authorise(unit: Unit, account_id: int, follower_id: int) -> None:
    """Accept a request to follow. Raises: 404 when there is none."""
    _check_request(unit, account_id, follower_id)
    following.accept(unit, account_id, follower_id)


def refuse(unit: Unit, account_id: int, follower_id: int) -> None:
    """Refuse a request to follow. Raises: 404 when there is none."""
    _check_request(unit, account_id, follower_id)
    following.reject(unit, account_id, follower_id)


def _check_request(unit: Unit, account_id: int, follower_id: int) -> None:
    held = follows.between(unit, follower_id, account_id)
    if held is None or held.is_accepted:
        raise not_found()


def relationships(
    snapshot: Snapshot, viewer_id: int, target_ids: Iterable[int], *, with_suspended: bool
) -> list[dict[str, Any]]:
    """Return how a viewer stands to several accounts, in their order; unknown ones are left out."""
    known = accounts.by_ids(snapshot, target_ids)
    shown = [i for i, account in known.items() if with_suspended or not account.is_suspended]
    found = relations.of(snapshot, viewer_id, shown)
    return [relationship(i, found[i]) for i in dict.fromkeys(target_ids) if i in found]


def versions(snapshot: Snapshot, viewer_id: int | None, status_id: int) -> list[dict[str, Any]]:
    """Return the history of a post as StatusEdits. Raises: 404."""
    found = reading.history(snapshot, viewer_id, status_id)
    account = msgspec.Raw(found.account_json.encode())
    pictures = [copied(edit.extras.emojis, snapshot.site, "statuses", status_id) for edit in found.edits]
    return [_version(edit, account, found.quote_json, those) for edit, those in zip(found.edits, pictures, strict=True)]


def _version(
    edit: Edit, account: msgspec.Raw, quote: msgspec.Raw | None, pictures: list[Mapping[str, str]]
) -> dict[str, Any]:
    extras = edit.extras
    shown: dict[str, Any] = {
        "content": edit.content_html,
        "spoiler_text": edit.spoiler_text,
        "sensitive": edit.is_sensitive,
        "created_at": iso(edit.created_at),
        "account": account,
        "media_attachments": extras.media,
        "emojis": custom_emojis(pictures, within=f"{edit.content_html}\n{edit.spoiler_text}"),
    }
    if extras.poll_options is not None:
        shown["poll"] = {"options": [{"title": title} for title in extras.poll_options]}
    return shown if quote is None else shown | {"quote": quote}


def dismiss(unit: Unit, account_id: int, notification_id: int) -> None:
    """Remove one notification. Raises: 404."""
    if not notifications.dismiss(unit, account_id, notification_id):
        raise not_found()


def dismiss_all(unit: Unit, account_id: int) -> None:
    """Remove every notification of an account."""
    notifications.dismiss(unit, account_id)
