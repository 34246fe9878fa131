"""Reactions that send our acts to peers: a body once, a row per inbox. Acts of peers are never sent on from here."""

from federation import compose
from federation.audience import OPEN
from node.events import (
    AccountEdited,
    AccountMoved,
    Boosted,
    Favourited,
    FollowAccepted,
    FollowDisowned,
    FollowEnding,
    FollowRequested,
    Pinned,
    PollCounted,
    PollEnded,
    Reacted,
    ReportOpened,
    StatusDeleting,
    StatusEdited,
    StatusReady,
    Unboosting,
    Unfavouriting,
    Unpinned,
    Unreacting,
    VotesCast,
)
from node.services import alerting, composing, documents, sending
from node.services.documents import Document
from node.social.visibility import INSIDE
from node.store import accounts, arrivals, deliveries, fanning, favourites, follows, reactions, reports, statuses
from node.store.statuses import Status
from node.store.unit import Unit


def status(unit: Unit, event: StatusReady) -> None:
    """Send a new post to followers and to everybody it names."""
    found = _ours(unit, event.status_id)
    if found is not None:
        to_audience(unit, found, composing.create(unit, found))


def edit(unit: Unit, event: StatusEdited) -> None:
    """Send the new version of a post to those who have the old one."""
    found = _ours(unit, event.status_id)
    if found is not None:
        to_audience(unit, found, composing.update(unit, found))


def deletion(unit: Unit, event: StatusDeleting) -> None:
    """Send the deletion of a post to those who have it, and leave a tombstone."""
    found = _ours(unit, event.status_id)
    if found is not None:
        kind = "deleted" if found.visibility in OPEN else "hidden"  # whose tombstone would tell that it was there
        arrivals.bury(unit, found.uri, actor_uri=_uri_of(unit, found.account_id), kind=kind)
        deliveries.withdraw(unit, found.id)
        body_id = to_audience(unit, found, composing.delete(unit, found), with_boosters=True)
        fanning.fan_out_to_holders(unit, body_id, found.id)


def boost(unit: Unit, event: Boosted) -> None:
    """Send a boost to the booster's followers and to the author."""
    found = _ours(unit, event.boost_id)
    if found is not None:
        _send_boost(unit, found, composing.announce(unit, found))


def unboost(unit: Unit, event: Unboosting) -> None:
    """Send that a boost was taken back."""
    found = _ours(unit, event.boost_id)
    if found is not None:
        _send_boost(unit, found, compose.undo(composing.announce(unit, found)))


def favourite(unit: Unit, event: Favourited) -> None:
    """Send a favourite to the author, if the author is elsewhere."""
    found = favourites.by_id(unit, event.favourite_id)
    if found is not None and _is_local(unit, found.account_id):
        _send_favourite(unit, found, composing.like(unit, found))


def unfavourite(unit: Unit, event: Unfavouriting) -> None:
    """Send that a favourite was taken back."""
    found = favourites.by_id(unit, event.favourite_id)
    if found is not None and _is_local(unit, found.account_id):
        _send_favourite(unit, found, compose.undo(composing.like(unit, found)))


def pin(unit: Unit, event: Pinned) -> None:
    """Send followers that a post stands at the top of a profile."""
    _to_followers(unit, event, is_pinned=True)


def unpin(unit: Unit, event: Unpinned) -> None:
    """Send followers that it does no longer."""
    _to_followers(unit, event, is_pinned=False)


def _to_followers(unit: Unit, event: Pinned | Unpinned, *, is_pinned: bool) -> None:
    found = _ours(unit, event.status_id)
    if found is not None:
        sending.to_followers(unit, event.account_id, composing.pin(unit, found, is_pinned=is_pinned))


def reaction(unit: Unit, event: Reacted) -> None:
    """Send an emoji under a post to the author, if the author is elsewhere."""
    found = reactions.by_id(unit, event.reaction_id)
    target = statuses.by_id(unit, found.status_id) if found is not None else None
    if found is not None and target is not None and _is_local(unit, found.account_id):
        sending.to_people(unit, found.account_id, composing.react(unit, found), [target.account_id])


def unreaction(unit: Unit, event: Unreacting) -> None:
    """Send that an emoji was taken back."""
    found = reactions.by_id(unit, event.reaction_id)
    target = statuses.by_id(unit, found.status_id) if found is not None else None
    if found is not None and target is not None and _is_local(unit, found.account_id):
        sending.to_people(unit, found.account_id, compose.undo(composing.react(unit, found)), [target.account_id])


def votes(unit: Unit, event: VotesCast) -> None:
    """Send what somebody of ours chose to the author of the poll, and to nobody else."""
    found = statuses.by_id(unit, event.status_id)
    if found is not None and not found.is_local and _is_local(unit, event.account_id):
        for document in composing.votes(unit, found, event.account_id, event.choices):
            sending.to_people(unit, event.account_id, document, [found.account_id])


def results(unit: Unit, event: PollCounted | PollEnded) -> None:
    """Send how a poll stands to those who have it, and to all who voted."""
    found = _ours(unit, event.status_id)
    if found is not None:
        body_id = to_audience(unit, found, composing.results(unit, found))
        if found.visibility != "direct":  # else everybody who may vote is named
            fanning.fan_out(unit, body_id, [fanning.inboxes_of_voters(found.id)])


def follow(unit: Unit, event: FollowRequested) -> None:
    """Ask the followed account's node."""
    edge = follows.by_id(unit, event.follow_id)
    if edge is not None and _is_local(unit, edge.account_id):
        sending.to_people(unit, edge.account_id, composing.follow(unit, edge), [edge.target_id])


def follow_accepted(unit: Unit, event: FollowAccepted) -> None:
    """Tell a follower elsewhere that a local account accepts."""
    edge = follows.by_id(unit, event.follow_id)
    if edge is not None and _is_local(unit, edge.target_id):
        answer = composing.answer_follow(unit, edge, is_accepted=True)
        sending.to_people(unit, edge.target_id, answer, [edge.account_id])


def follow_ending(unit: Unit, event: FollowEnding) -> None:
    """Tell the other side that a follow ends: Undo from the follower, Reject from the followed."""
    edge = follows.by_id(unit, event.follow_id)
    if edge is None:
        return
    if event.by_target and _is_local(unit, edge.target_id):
        answer = composing.answer_follow(unit, edge, is_accepted=False)
        sending.to_people(unit, edge.target_id, answer, [edge.account_id])
    elif not event.by_target and _is_local(unit, edge.account_id):
        sending.to_people(unit, edge.account_id, compose.undo(composing.follow(unit, edge)), [edge.target_id])


def disown(unit: Unit, event: FollowDisowned) -> None:
    """Tell a peer that somebody here does not follow, whom it takes for a follower."""
    sending.to_people(
        unit, event.account_id, composing.disown(unit, event.account_id, event.target_id), [event.target_id]
    )


def account(unit: Unit, event: AccountEdited | AccountMoved) -> None:
    """Send a changed profile to followers."""
    found = accounts.by_id(unit, event.account_id)
    if found is not None and found.is_local:
        stamp = int(unit.now.timestamp() * 1000)
        body = compose.update_actor(documents.outgoing_actor(unit, found), uri=f"{found.uri}#updates/{stamp}")
        sending.to_followers(unit, found.id, body)


def move(unit: Unit, event: AccountMoved) -> None:
    """Tell followers under which address an account goes on."""
    found = accounts.by_id(unit, event.account_id)
    if found is not None and found.is_local and found.moved_to_uri:
        followers = found.followers_collection
        sending.to_followers(unit, found.id, compose.move(found.uri, found.moved_to_uri, followers=followers))


def report(unit: Unit, event: ReportOpened) -> None:
    """Pass a report of ours on to the server of whom it is about, if its author wants that. Who it was is not said."""
    found = reports.by_id(unit, event.report_id)
    target = accounts.by_id(unit, found.target_id) if found else None
    server = accounts.by_uri(unit, unit.site.server_actor_uri)
    if found is None or target is None or server is None or not found.is_forwarded or target.is_local:
        return
    named = [status for i in found.status_ids if (status := statuses.by_id(unit, i)) is not None]
    posts = [status.uri for status in named if status.account_id == target.id]
    uri = f"{unit.site.base_url}/reports/{found.id}"
    document = compose.flag(server.uri, [target.uri, *posts], uri=uri, comment=found.comment, to=target.uri)
    sending.to_people(unit, server.id, document, [target.id])


def _ours(unit: Unit, status_id: int) -> Status | None:
    """Return a local status that may leave the house."""
    found = statuses.by_id(unit, status_id)
    return found if found is not None and found.is_local and found.visibility not in INSIDE else None


def to_audience(
    unit: Unit, found: Status, document: Document, *, with_boosters: bool = False, is_forwarded: bool = False
) -> int:
    """Send to the named people and, unless the post is direct, to followers; never more than may read it.

    Whom the author is blocked by gets nothing new, only a removal.

    A reply that waits for the consent of whom it answers goes to them alone. What is forwarded stays as its author made it.
    """
    if found.approval in ("pending", "rejected"):
        return _to_answered(unit, found, document)
    is_direct = found.visibility == "direct"
    people = statuses.mention_ids(unit, found.id)
    people += [group.id for group in documents.groups_of(unit, found)]
    if found.reply_to_account_id is not None and found.visibility in OPEN:
        people.append(found.reply_to_account_id)
    if found.visibility in OPEN and (quoted := documents.quoted_author(unit, found)) is not None:
        people.append(quoted.id)
    people += alerting.abroad(unit, found)
    if people and document.get("type") != "Delete":
        people = follows.without_blockers(unit, people, found.account_id)
    selections = [fanning.inboxes_of(people, is_shared=not is_direct)]
    if with_boosters:
        selections.append(fanning.inboxes_of_boosters(found.id))
    if not is_direct:
        selections.append(fanning.inboxes_of_followers(found.account_id))
    keep = sending.keep_as_it_is if is_forwarded else sending.keep
    body_id = keep(unit, found.account_id, document, status_id=found.id)
    fanning.fan_out(unit, body_id, selections)
    return body_id


def _to_answered(unit: Unit, found: Status, document: Document) -> int:
    body_id = sending.keep(unit, found.account_id, document, status_id=found.id)
    answered = [found.reply_to_account_id] if found.reply_to_account_id is not None else []
    fanning.fan_out(unit, body_id, [fanning.inboxes_of(answered, is_shared=False)])
    return body_id


def _send_boost(unit: Unit, found: Status, document: Document) -> None:
    original = statuses.by_id(unit, found.boost_of_id or 0)
    authors = [original.account_id] if original is not None else []
    body_id = sending.keep(unit, found.account_id, document, status_id=found.id)
    selections = [
        fanning.inboxes_of(authors, is_shared=True),
        fanning.inboxes_of_followers(found.account_id),
    ]
    fanning.fan_out(unit, body_id, selections)


def _send_favourite(unit: Unit, found: favourites.Favourite, document: Document) -> None:
    target = statuses.by_id(unit, found.status_id)
    if target is not None:
        sending.to_people(unit, found.account_id, document, [target.account_id])


def _is_local(unit: Unit, account_id: int) -> bool:
    found = accounts.by_id(unit, account_id)
    return found is not None and found.is_local


def _uri_of(unit: Unit, account_id: int) -> str:
    found = accounts.by_id(unit, account_id)
    return found.uri if found is not None else ""
