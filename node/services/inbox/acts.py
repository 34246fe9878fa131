"""What others do with posts: like them, pass them on, take that back."""

from federation import effects
from node.services import reacting
from node.store import accounts, arrivals, statuses
from node.store.accounts import Account
from node.store.statuses import Status
from node.store.unit import Unit


def favourite(unit: Unit, effect: effects.Favourite) -> None:
    """Count a favourite, if its actor may see the post."""
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None and statuses.visible_to_peer(unit, status, account.id):
        reacting.keep_favourite(unit, account.id, status, uri=effect.uri)


def unfavourite(unit: Unit, effect: effects.Unfavourite) -> None:
    """Take a favourite back."""
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None:
        reacting.unfavourite(unit, account.id, status.id)


def boost(unit: Unit, effect: effects.Boost) -> None:
    """Show a post to the followers of an actor, who may see it and was not blocked by its author."""
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None and statuses.visible_to_peer(unit, status, account.id):
        at = min(effect.published, unit.now)
        reacting.keep_boost(unit, account, status, uri=effect.uri, visibility=effect.visibility, at=at)


def unboost(unit: Unit, effect: effects.Unboost) -> None:
    """Take a boost back."""
    account, status = _pair(unit, effect.actor_uri, effect.object_uri)
    if account is not None and status is not None:
        reacting.unboost(unit, account.id, status.id)


def remember_undone(unit: Unit, effect: effects.RememberUndone) -> None:
    """Refuse an act that was undone before it came."""
    arrivals.bury(unit, effect.uri, actor_uri=effect.actor_uri, kind="undone")


def _pair(unit: Unit, actor_uri: str, object_uri: str) -> tuple[Account | None, Status | None]:
    status = statuses.by_uri(unit, object_uri)
    is_boost = status is not None and status.boost_of_id is not None  # a boost is no post
    return accounts.by_uri(unit, actor_uri), None if is_boost else status
