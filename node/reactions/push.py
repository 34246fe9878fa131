"""Reactions that push to apps: a job for each subscription that wants to know."""

from node.events import NotificationMade, TokensRevoked
from node.services import pushing
from node.store import jobs, pushes
from node.store.unit import Unit


def subscribers(unit: Unit, event: NotificationMade) -> None:
    """Push to the apps of whom somebody tells something, unless their policy holds it back."""
    if event.is_filtered:
        return
    for one in pushes.wanting(unit, event.notification_id):
        if pushing.lets_through(one):
            key = f"{one.subscription_id}:{event.notification_id}"
            to, about = one.subscription_id, event.notification_id
            jobs.add(unit, pushing.PUSH, key, subscription_id=to, notification_id=about)


def forget(unit: Unit, event: TokensRevoked) -> None:
    """Push to nobody who signed out."""
    pushes.remove_of_tokens(unit, event.token_ids)
