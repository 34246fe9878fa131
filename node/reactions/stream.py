"""Tells open streams, in every process, what happened: ids alone, after the commit. `web.api.streaming` looks them up."""

from typing import Final

from node.events import (
    AnnouncementChanged,
    AnnouncementReacted,
    Boosted,
    ConversationChanged,
    FiltersChanged,
    NotificationMade,
    NotificationsMerged,
    StatusDeleting,
    StatusEdited,
    StatusPosted,
    StatusReceived,
    TokensRevoked,
    Unboosting,
)
from node.services.telling import EVERYBODY, EVERYWHERE, PUBLICLY
from node.store import streams
from node.store.unit import Publish, Unit

MAX_NAMED: Final = 200  # in one word, which must fit into a notice of PostgreSQL's
MAX_TOLD: Final = 2000


def status(unit: Unit, event: StatusPosted | StatusReceived) -> None:
    """Show a new post, unless it is an old one that was fetched."""
    if isinstance(event, StatusPosted) or not event.is_old:
        unit.after_commit(Publish("update", event.status_id))


def boost(unit: Unit, event: Boosted) -> None:
    """Show a boost."""
    unit.after_commit(Publish("update", event.boost_id))


def edit(unit: Unit, event: StatusEdited) -> None:
    """Show what a post says now."""
    unit.after_commit(Publish("status.update", event.status_id))


def deletion(unit: Unit, event: StatusDeleting) -> None:
    """Take a post away from whoever may have seen it."""
    _take(unit, event.status_id)


def unboost(unit: Unit, event: Unboosting) -> None:
    """Take a boost away."""
    _take(unit, event.boost_id)


def _take(unit: Unit, status_id: int) -> None:
    """Say who may have seen it, while its rows still tell; where that is all of us, or too many, say so instead."""
    visibility = streams.visibility(unit, status_id)
    is_ours = visibility in ("public", "unlisted", "house")
    people = streams.audience(unit, status_id, limit=MAX_NAMED + 1 if is_ours else MAX_TOLD)
    is_public = visibility == "public"
    if is_ours and len(people) > MAX_NAMED:
        unit.after_commit(Publish("delete", status_id, more=EVERYWHERE if is_public else EVERYBODY))
    elif is_public:
        unit.after_commit(Publish("delete", status_id, to=tuple(people), more=PUBLICLY))
    else:
        for start in range(0, len(people), MAX_NAMED):
            unit.after_commit(Publish("delete", status_id, to=tuple(people[start : start + MAX_NAMED])))


def notification(unit: Unit, event: NotificationMade) -> None:
    """Tell one of ours, unless their policy holds it back."""
    if not event.is_filtered:
        unit.after_commit(Publish("notification", event.notification_id, to=(event.account_id,)))


def merged(unit: Unit, event: NotificationsMerged) -> None:
    """Have one of ours look at their notifications anew."""
    unit.after_commit(Publish("notifications_merged", event.account_id, to=(event.account_id,)))


def conversation(unit: Unit, event: ConversationChanged) -> None:
    """Show one of ours the newest post of a conversation."""
    unit.after_commit(Publish("conversation", event.conversation_id, to=(event.account_id,)))


def filters(unit: Unit, event: FiltersChanged) -> None:
    """Have the apps of one of ours fetch the filters anew."""
    unit.after_commit(Publish("filters_changed", event.account_id, to=(event.account_id,)))


def announcement(unit: Unit, event: AnnouncementChanged) -> None:
    """Show everybody of ours an announcement, or take it away."""
    unit.after_commit(Publish("announcement.delete" if event.is_gone else "announcement", event.announcement_id))


def announcement_reaction(unit: Unit, event: AnnouncementReacted) -> None:
    """Show everybody of ours how often a reaction was chosen."""
    unit.after_commit(Publish("announcement.reaction", event.announcement_id, more=event.name))


def revoked(unit: Unit, event: TokensRevoked) -> None:
    """End the streams of tokens that are worth nothing any more."""
    for token_id in event.token_ids:
        unit.after_commit(Publish("revoked", token_id))
