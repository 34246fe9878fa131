"""Actors of others, and who follows whom."""

from contextlib import suppress

from federation import effects
from node.errors import Problem
from node.services import following, moving, remote
from node.store import accounts, arrivals, follows, relays
from node.store.follows import Pair
from node.store.unit import Unit


def update_account(unit: Unit, effect: effects.UpdateAccount) -> None:
    """Renew a peer's actor."""
    if not unit.site.is_ours(effect.actor.uri):
        remote.keep_actor(unit, effect.actor)


def delete_account(unit: Unit, effect: effects.DeleteAccount) -> None:
    """Remove a peer's actor with everything of it."""
    account = accounts.by_uri(unit, effect.uri)
    arrivals.bury(unit, effect.uri, actor_uri=effect.uri, kind="deleted")
    if account is not None and not account.is_local:
        accounts.remove(unit, account)


def request_follow(unit: Unit, effect: effects.RequestFollow) -> None:
    """Take a wish to follow somebody here."""
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is None or target is None or not target.is_local:
        return
    if target.kind == "application" and not relays.is_accepted(unit, account.uri):
        return  # a relay follows back; nobody else follows the server itself
    accounts.hold(unit, (account.id, target.id))
    if follows.is_blocked_between(unit, account.id, target.id):
        return
    following.request(unit, account.id, target, uri=effect.uri)


def cancel_follow(unit: Unit, effect: effects.CancelFollow) -> None:
    """End a follow, or a wish to."""
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is not None and target is not None:
        following.unfollow(unit, account.id, target.id)


def accept_follow(unit: Unit, effect: effects.AcceptFollow) -> None:
    """Let a follow that was asked for begin."""
    follower, target = accounts.by_uri(unit, effect.follower_uri), accounts.by_uri(unit, effect.target_uri)
    if follower is not None and target is not None and follows.between(unit, follower.id, target.id) is not None:
        following.accept(unit, target.id, follower.id)


def reject_follow(unit: Unit, effect: effects.RejectFollow) -> None:
    """End a follow that was asked for or had begun."""
    follower, target = accounts.by_uri(unit, effect.follower_uri), accounts.by_uri(unit, effect.target_uri)
    if follower is not None and target is not None:
        following.reject(unit, target.id, follower.id)


def block_account(unit: Unit, effect: effects.BlockAccount) -> None:
    """Keep that a peer's actor blocks somebody here, who is not told."""
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is not None and not account.is_local and target is not None and target.is_local:
        follows.set_block(unit, Pair(account.id, target.id), is_on=True)


def unblock_account(unit: Unit, effect: effects.UnblockAccount) -> None:
    """Forget that a peer's actor blocked somebody here."""
    account, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if account is not None and not account.is_local and target is not None:
        follows.set_block(unit, Pair(account.id, target.id), is_on=False)


def move(unit: Unit, effect: effects.MoveAccount) -> None:
    """Let the followers of an account go along to its new address."""
    mover, target = accounts.by_uri(unit, effect.actor_uri), accounts.by_uri(unit, effect.target_uri)
    if mover is not None and target is not None and not mover.is_local:
        with suppress(Problem):  # audited: a target that must not be followed
            moving.move(unit, mover, target)
