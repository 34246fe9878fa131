"""The only table Effect -> service: carries out what `federation.activities.judge` says follows from an activity.

A subject is a file. Every function runs in the transaction that also claims the activity's id, so doing it twice is
impossible.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from federation import effects
from federation.effects import Effect
from node.services.inbox import acts, approvals, groups, moderating, people, pins, polls, posts, reactions, relays
from node.store.unit import Unit


def carry_out(unit: Unit, effect: Effect) -> None:
    """Do what an effect asks for."""
    TABLE[type(effect)](unit, effect)


TABLE: Final[Mapping[type[Effect], Callable[[Unit, Any], None]]] = {
    effects.StoreStatus: posts.store,
    effects.UpdateStatus: posts.update,
    effects.DeleteStatus: posts.delete,
    effects.UpdateAccount: people.update_account,
    effects.DeleteAccount: people.delete_account,
    effects.Favourite: acts.favourite,
    effects.Unfavourite: acts.unfavourite,
    effects.Boost: acts.boost,
    effects.Unboost: acts.unboost,
    effects.Pin: pins.pin,
    effects.Unpin: pins.unpin,
    effects.RequestFollow: people.request_follow,
    effects.CancelFollow: people.cancel_follow,
    effects.AcceptFollow: people.accept_follow,
    effects.RejectFollow: people.reject_follow,
    effects.MoveAccount: people.move,
    effects.BlockAccount: people.block_account,
    effects.UnblockAccount: people.unblock_account,
    effects.Report: moderating.report,
    effects.AddToGroup: groups.add,
    effects.ForgetModerators: groups.forget_moderators,
    effects.Moderate: groups.moderate,
    effects.Recheck: groups.recheck,
    effects.DecideRequest: approvals.decide,
    effects.Approve: approvals.approve,
    effects.Disapprove: approvals.disapprove,
    effects.RevokeApproval: approvals.revoke,
    effects.AnswerRelay: relays.answer,
    effects.CastVote: polls.cast_vote,
    effects.React: reactions.react,
    effects.Unreact: reactions.unreact,
    effects.RememberUndone: acts.remember_undone,
}
