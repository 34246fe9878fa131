"""What an activity asks of a node, as frozen structs in the imperative, and the facts a judgement may rest on.

The only words between the protocol and the node: `activities.judge` returns them, `node.services.inbox` carries them out.
A subject is a file here and a file there.
"""

from federation.effects.answers import Ignored, Refused
from federation.effects.approvals import Approve, DecideRequest, Disapprove, OfApprovals, RevokeApproval
from federation.effects.facts import ActFact, ActorFact, AskedFact, Facts, FollowFact, Refs, RelayFact, StatusFact
from federation.effects.groups import AddToGroup, ForgetModerators, Moderate, OfGroups, Recheck
from federation.effects.moderating import OfModerating, Report
from federation.effects.people import (
    AcceptFollow,
    BlockAccount,
    CancelFollow,
    DeleteAccount,
    MoveAccount,
    OfPeople,
    RejectFollow,
    RequestFollow,
    UnblockAccount,
    UpdateAccount,
)
from federation.effects.pins import OfPins, Pin, Unpin
from federation.effects.polls import CastVote, OfPolls
from federation.effects.posts import (
    Boost,
    DeleteStatus,
    Favourite,
    OfPosts,
    RememberUndone,
    StoreStatus,
    Unboost,
    Unfavourite,
    UpdateStatus,
)
from federation.effects.reactions import OfReactions, React, Unreact
from federation.effects.relays import AnswerRelay, OfRelays

Effect = OfPins | OfPosts | OfPeople | OfModerating | OfGroups | OfApprovals | OfRelays | OfPolls | OfReactions
Judgement = tuple[Effect, ...] | Ignored | Refused

__all__ = [
    "AcceptFollow",
    "ActFact",
    "ActorFact",
    "AddToGroup",
    "AnswerRelay",
    "Approve",
    "AskedFact",
    "BlockAccount",
    "Boost",
    "CancelFollow",
    "CastVote",
    "DecideRequest",
    "DeleteAccount",
    "DeleteStatus",
    "Disapprove",
    "Effect",
    "Facts",
    "Favourite",
    "FollowFact",
    "ForgetModerators",
    "Ignored",
    "Judgement",
    "Moderate",
    "MoveAccount",
    "Pin",
    "React",
    "Recheck",
    "Refs",
    "Refused",
    "RejectFollow",
    "RelayFact",
    "RememberUndone",
    "Report",
    "RequestFollow",
    "RevokeApproval",
    "StatusFact",
    "StoreStatus",
    "UnblockAccount",
    "Unboost",
    "Unfavourite",
    "Unpin",
    "Unreact",
    "UpdateAccount",
    "UpdateStatus",
]
