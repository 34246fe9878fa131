"""Reactions that tell local people. Nobody is told about oneself or by those they block or mute (the store sees to it)."""

from node.events import (
    Boosted,
    CollectionChanged,
    CollectionJoined,
    CollectionLeft,
    Favourited,
    FollowAccepted,
    FollowEnding,
    FollowRequested,
    PollEnded,
    Reacted,
    ReportOpened,
    SignedUp,
    StatusEdited,
    StatusPosted,
    StatusReceived,
    Unboosting,
    Unfavouriting,
    Unreacting,
    Warned,
)
from node.store import (
    accounts,
    collections,
    favourites,
    follows,
    moderated,
    notifications,
    polls,
    reactions,
    reports,
    staff,
    statuses,
)
from node.store.notifications import New
from node.store.unit import Unit


def people_named(unit: Unit, event: StatusPosted | StatusReceived) -> None:
    """Tell everybody a new status names."""
    status = statuses.by_id(unit, event.status_id)
    if status is None or (isinstance(event, StatusReceived) and event.is_old):
        return
    for account_id in statuses.mention_ids(unit, status.id, with_silent=False):
        notifications.insert(unit, New(account_id, status.account_id, "mention", status.id))


def those_who_asked(unit: Unit, event: StatusPosted | StatusReceived) -> None:
    """Tell followers who asked for it that somebody posted: what they may see, that names them not and answers nobody else."""
    status = statuses.by_id(unit, event.status_id)
    if status is None or status.boost_of_id is not None or (isinstance(event, StatusReceived) and event.is_old):
        return
    if status.reply_to_uri is None or status.reply_to_account_id == status.account_id:
        for account_id in notifications.asking_ids(unit, status.id):
            notifications.insert(unit, New(account_id, status.account_id, "status", status.id))


def those_who_boosted(unit: Unit, event: StatusEdited) -> None:
    """Tell local people whose boosts show an edited status."""
    status = statuses.by_id(unit, event.status_id)
    if status is None:
        return
    for account_id in statuses.local_booster_ids(unit, status.id):
        notifications.insert_anew(unit, New(account_id, status.account_id, "update", status.id))


def author_of_boosted(unit: Unit, event: Boosted) -> None:
    """Tell the author of a boosted status; a group shows whatever was posted into it, which is no news."""
    boost = statuses.by_id(unit, event.boost_id)
    original = statuses.by_id(unit, boost.boost_of_id) if boost and boost.boost_of_id else None
    if boost is not None and original is not None and not _is_group(unit, boost.account_id):
        notifications.insert(unit, New(original.account_id, boost.account_id, "reblog", original.id))


def _is_group(unit: Unit, account_id: int) -> bool:
    account = accounts.by_id(unit, account_id)
    return account is not None and account.kind == "group"


def forget_boost(unit: Unit, event: Unboosting) -> None:
    """Take back what a boost had told."""
    boost = statuses.by_id(unit, event.boost_id)
    if boost is not None:
        notifications.forget(unit, kind="reblog", from_id=boost.account_id, status_id=boost.boost_of_id)


def author_of_favourited(unit: Unit, event: Favourited) -> None:
    """Tell the author of a favourited status."""
    favourite = favourites.by_id(unit, event.favourite_id)
    status = statuses.by_id(unit, favourite.status_id) if favourite else None
    if favourite is not None and status is not None:
        notifications.insert(unit, New(status.account_id, favourite.account_id, "favourite", status.id))


def forget_favourite(unit: Unit, event: Unfavouriting) -> None:
    """Take back what a favourite had told."""
    favourite = favourites.by_id(unit, event.favourite_id)
    if favourite is not None and not reactions.of_account(unit, favourite.status_id, favourite.account_id):
        notifications.forget(unit, kind="favourite", from_id=favourite.account_id, status_id=favourite.status_id)


def author_of_reacted(unit: Unit, event: Reacted) -> None:
    """Tell the author of a status that somebody put an emoji under it, as of a favourite: apps know no other word."""
    reaction = reactions.by_id(unit, event.reaction_id)
    status = statuses.by_id(unit, reaction.status_id) if reaction else None
    if reaction is not None and status is not None:
        notifications.insert(unit, New(status.account_id, reaction.account_id, "favourite", status.id))


def forget_reaction(unit: Unit, event: Unreacting) -> None:
    """Take back what the last reaction of somebody had told, unless it is a favourite too."""
    one = reactions.by_id(unit, event.reaction_id)
    if one is None or favourites.of(unit, one.account_id, one.status_id) is not None:
        return
    if len(reactions.of_account(unit, one.status_id, one.account_id)) == 1:
        notifications.forget(unit, kind="favourite", from_id=one.account_id, status_id=one.status_id)


def poll_ended(unit: Unit, event: PollEnded) -> None:
    """Tell who asked, and everybody of ours who voted, that a poll is over."""
    status = statuses.by_id(unit, event.status_id)
    if status is None:
        return
    for account_id in dict.fromkeys([status.account_id, *polls.voter_ids(unit, status.id)]):
        notifications.insert(unit, New(account_id, status.account_id, "poll", status.id))


def followed(unit: Unit, event: FollowRequested | FollowAccepted) -> None:
    """Tell who is followed, or asked to be."""
    edge = follows.by_id(unit, event.follow_id)
    if edge is None:
        return
    if isinstance(event, FollowRequested):
        notifications.insert(unit, New(edge.target_id, edge.account_id, "follow_request"))
        return
    notifications.forget(unit, kind="follow_request", from_id=edge.account_id, to_id=edge.target_id)
    if not event.is_repeated:
        notifications.insert(unit, New(edge.target_id, edge.account_id, "follow"))


def moderators(unit: Unit, event: ReportOpened) -> None:
    """Tell every moderator of a report."""
    report = reports.by_id(unit, event.report_id)
    if report is not None and report.reporter_id is not None:
        for account_id in staff.ids_of_roles(unit, ("moderator", "admin")):
            notifications.insert(unit, New(account_id, report.reporter_id, "admin.report", report_id=report.id))


def administrators(unit: Unit, event: SignedUp) -> None:
    """Tell moderators that somebody made an account."""
    for account_id in staff.ids_of_roles(unit, ("moderator", "admin")):
        notifications.insert(unit, New(account_id, event.account_id, "admin.sign_up"))


def warned(unit: Unit, event: Warned) -> None:
    """Tell whom a moderator dealt with; not which moderator."""
    target_id = moderated.target_of(unit, event.strike_id)
    if target_id is not None:
        notifications.insert(unit, New(target_id, target_id, "moderation_warning", strike_id=event.strike_id))


def put_into_collection(unit: Unit, event: CollectionJoined) -> None:
    """Tell who was put into a collection."""
    kept = collections.by_id(unit, event.collection_id)
    if kept is not None:
        told = New(event.account_id, kept.account_id, "added_to_collection", collection_id=kept.id)
        notifications.insert_anew(unit, told)


def those_in_collection(unit: Unit, event: CollectionChanged) -> None:
    """Tell those who are in a collection that it says something else of itself."""
    kept = collections.by_id(unit, event.collection_id)
    if kept is not None:
        for account_id in collections.member_ids(unit, kept.id):
            told = New(account_id, kept.account_id, "collection_update", collection_id=kept.id)
            notifications.insert_anew(unit, told)


def forget_collection(unit: Unit, event: CollectionLeft) -> None:
    """Take back what somebody was told of a collection that they are not in any more."""
    notifications.forget_collection(unit, event.collection_id, event.account_id)


def forget_follow(unit: Unit, event: FollowEnding) -> None:
    """Take back what a follow or request had told."""
    edge = follows.by_id(unit, event.follow_id)
    if edge is not None:
        for kind in ("follow_request", "follow"):
            notifications.forget(unit, kind=kind, from_id=edge.account_id, to_id=edge.target_id)
