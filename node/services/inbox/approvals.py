"""Consent: what peers ask of our posts, and what they say to what ours asked."""

from federation import effects
from node.services import approving
from node.store.unit import Unit


def decide(unit: Unit, effect: effects.DecideRequest) -> None:
    """Decide about a peer's request by the policy of our post, and answer it always."""
    approving.decide(unit, effect)


def approve(unit: Unit, effect: effects.Approve) -> None:
    """Let our post do what it waited to do."""
    approving.granted(unit, effect)


def disapprove(unit: Unit, effect: effects.Disapprove) -> None:
    """Let our post no longer do, or not at all, what it asked for."""
    approving.refused(unit, effect)


def revoke(unit: Unit, effect: effects.RevokeApproval) -> None:
    """End what rested on a peer's word."""
    approving.revoked(unit, effect)
