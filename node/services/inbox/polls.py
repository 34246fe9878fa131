"""Votes of others in our polls."""

from federation import effects
from node.services import polling
from node.store import accounts, statuses
from node.store.unit import Unit


def cast_vote(unit: Unit, effect: effects.CastVote) -> None:
    """Count a vote, if its actor may see the poll and has it."""
    account, status = accounts.by_uri(unit, effect.actor_uri), statuses.by_uri(unit, effect.object_uri)
    if account is not None and status is not None and statuses.visible_to_peer(unit, status, account.id):
        polling.count(unit, status, account.id, [effect.choice], uri=effect.uri)
