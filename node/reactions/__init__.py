"""THE TABLE: what follows from each event, in the same transaction.

A reaction is a plain function of the unit and the event; it writes rows (a notification, deliveries, a job) and may ask
to wake a worker. Reading this page answers "what happens when ...?".
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from node import events
from node.events import Event
from node.reactions import (
    command,
    consent,
    converse,
    deliver,
    gather,
    hook,
    later,
    liken,
    notify,
    preview,
    push,
    recall,
    reexpose,
    relay,
    spread,
    stream,
    tidy,
)
from node.store.unit import Unit

Reaction = Callable[[Unit, Any], None]

TABLE: Final[Mapping[type[Event], tuple[Reaction, ...]]] = {
    events.StatusPosted: (
        command.learning_marked,
        command.posted,
        notify.people_named,
        notify.those_who_asked,
        later.end_of_poll,
        preview.link,
        stream.status,
    ),
    events.StatusReady: (
        converse.status,
        deliver.status,
        consent.ask_to_quote,
        spread.by_institution,
        relay.status,
        gather.submission,
    ),
    events.StatusReceived: (
        notify.people_named,
        notify.those_who_asked,
        converse.status,
        preview.link,
        stream.status,
    ),
    events.StatusEdited: (
        command.learning_edited,
        command.edited,
        notify.those_who_boosted,
        consent.those_who_quoted,
        deliver.edit,
        relay.edit,
        gather.edit,
        later.end_of_poll,
        preview.link,
        stream.edit,
    ),
    events.StatusDeleting: (
        command.deleting,
        deliver.deletion,
        tidy.files,
        gather.deletion,
        converse.deletion,
        stream.deletion,
    ),
    events.Boosted: (notify.author_of_boosted, deliver.boost, stream.boost),
    events.Unboosting: (notify.forget_boost, deliver.unboost, stream.unboost),
    events.Favourited: (notify.author_of_favourited, deliver.favourite, gather.favourite),
    events.Unfavouriting: (notify.forget_favourite, deliver.unfavourite, gather.unfavourite),
    events.Bookmarked: (reexpose.kept,),
    events.Unbookmarked: (reexpose.let_go,),
    events.Pinned: (deliver.pin,),
    events.Unpinned: (deliver.unpin,),
    events.Reacted: (notify.author_of_reacted, deliver.reaction),
    events.Unreacting: (notify.forget_reaction, deliver.unreaction),
    events.VotesCast: (deliver.votes, later.tally, later.end_for_voter, reexpose.voted),
    events.PollCounted: (deliver.results,),
    events.PollEnded: (notify.poll_ended, deliver.results),
    events.FollowRequested: (notify.followed, deliver.follow),
    events.FollowAccepted: (notify.followed, deliver.follow_accepted, recall.history),
    events.FollowEnding: (notify.forget_follow, deliver.follow_ending, tidy.places_in_lists),
    events.FollowDisowned: (deliver.disown,),
    events.AccountEdited: (deliver.account,),
    events.AccountMoved: (deliver.account, deliver.move),
    events.ReportOpened: (notify.moderators, deliver.report),
    events.QuoteAccepted: (consent.quote_accepted,),
    events.QuoteEnded: (consent.quote_ended,),
    events.RequestDecided: (consent.answer,),
    events.ApprovalRevoked: (consent.approval_revoked,),
    events.PolicyChanged: (consent.policy_changed,),
    events.ReplyApproved: (consent.reply_approved, spread.by_institution),
    events.NotificationMade: (push.subscribers, stream.notification),
    events.NotificationsMerged: (stream.merged,),
    events.ConversationChanged: (stream.conversation,),
    events.FiltersChanged: (stream.filters,),
    events.AnnouncementChanged: (stream.announcement,),
    events.AnnouncementReacted: (stream.announcement_reaction,),
    events.CollectionJoined: (notify.put_into_collection,),
    events.CollectionChanged: (notify.those_in_collection,),
    events.CollectionLeft: (notify.forget_collection,),
    events.TokensRevoked: (push.forget, stream.revoked),
    events.SignedUp: (notify.administrators,),
    events.Warned: (notify.warned,),
    events.RecordKept: (
        spread.ancestors,
        spread.institution,
        spread.those_above,
        spread.those_trying,
        reexpose.author,
        reexpose.lineage,
        liken.terms,
        liken.source,
        hook.record,
    ),
    events.PointEntered: (hook.point,),
}


def react(unit: Unit, event: Event) -> None:
    """Run what follows from an event. This is what the composition root hands to the database."""
    for reaction in TABLE[type(event)]:
        reaction(unit, event)
