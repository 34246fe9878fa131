"""What others show at the top of their profiles."""

from federation import effects
from node.services import pinning
from node.store import accounts, statuses
from node.store.unit import Unit


def pin(unit: Unit, effect: effects.Pin) -> None:
    """Show a post of an actor at the top of its profile."""
    account, status = accounts.by_uri(unit, effect.actor_uri), statuses.by_uri(unit, effect.object_uri)
    if account is not None and status is not None and not account.is_local:
        pinning.keep(unit, account, status)


def unpin(unit: Unit, effect: effects.Unpin) -> None:
    """No longer show it there."""
    account, status = accounts.by_uri(unit, effect.actor_uri), statuses.by_uri(unit, effect.object_uri)
    if account is not None and status is not None and not account.is_local:
        pinning.drop(unit, account.id, status.id)
