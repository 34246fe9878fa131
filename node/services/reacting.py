"""Favouriting, boosting and reacting with emojis, by local people and by peers alike."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from federation.vocab.emoji import is_emoji
from node.entities.emoji import shown_name
from node.errors import forbidden, invalid, not_found
from node.events import Boosted, Favourited, Reacted, Unboosting, Unfavouriting, Unreacting
from node.services import approving, writing
from node.services.writing import Content, NewStatus
from node.social.visibility import may_boost
from node.store import accounts, favourites, reactions, statuses
from node.store.accounts import Account
from node.store.favourites import Favourite
from node.store.reactions import Reaction
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit

MAX_REACTIONS: Final = 20  # of one account under one post


def favourite(unit: Unit, account_id: int, status_id: int) -> None:
    """Favourite a status the account may see; twice is once. Raises: 404."""
    status = original(unit, account_id, status_id)
    approving.check(unit, "like", status, _account(unit, account_id))
    keep_favourite(unit, account_id, status)


def keep_favourite(unit: Unit, account_id: int, status: Status, *, uri: str | None = None) -> None:
    """Write a favourite and say so; twice is once."""
    made = Favourite(unit.new_id(), account_id, status.id, uri, unit.now)
    if favourites.insert(unit, made):
        unit.record(Favourited(made.id))


def unfavourite(unit: Unit, account_id: int, status_id: int) -> None:
    """Take a favourite back; none is fine."""
    found = favourites.of(unit, account_id, status_id)
    if found is not None:
        unit.record(Unfavouriting(found.id))
        favourites.remove(unit, found)


class Put(Struct, frozen=True):
    """An emoji to put under a post: of Unicode, or the shortcode of a custom one with its picture."""

    name: str
    url: str | None = None
    uri: str | None = None


def react(unit: Unit, account_id: int, status_id: int, name: str) -> None:
    """Put an emoji under a status the account may see, in the place of what it put there before: twice is once.

    Raises: 404; 422 for what is neither an emoji nor one that somebody else put there.
    """
    status = original(unit, account_id, status_id)
    approving.check(unit, "like", status, _account(unit, account_id))
    keep_reaction(unit, account_id, status, _meant(unit, status.id, name), is_only=True)


def _meant(snapshot: Snapshot, status_id: int, name: str) -> Put:
    if is_emoji(name):
        return Put(name)
    for one in reactions.tallies(snapshot, [status_id], None).get(status_id, ()):
        if one.url is not None and name.strip(":") == shown_name(one.name, one.url):
            return Put(one.name, one.url)
    raise invalid("Validation failed: Name is not a recognized emoji", field="name")


def keep_reaction(unit: Unit, account_id: int, status: Status, put: Put, *, is_only: bool) -> None:
    """Write a reaction and say so; one that is there already stays."""
    reactions.hold(unit, status.id)
    held = reactions.of_account(unit, status.id, account_id)
    if any((one.name, one.url) == (put.name, put.url) for one in held):
        return
    if not is_only and len(held) >= MAX_REACTIONS:
        return
    for one in held:
        if is_only or one.name == put.name:
            unit.record(Unreacting(one.id))
            reactions.remove(unit, one)
    made = Reaction(unit.new_id(), account_id, status.id, put.name, put.url, put.uri, unit.now)
    if reactions.insert(unit, made):
        unit.record(Reacted(made.id))
    writing.render(unit, status.id)


def unreact(unit: Unit, account_id: int, status_id: int, name: str) -> None:
    """Take a reaction back; none is fine."""
    status = statuses.by_id(unit, status_id)
    if status is not None:
        take_back(unit, account_id, status, name=name if is_emoji(name) else name.strip(":").partition("@")[0])


def take_back(unit: Unit, account_id: int, status: Status, *, name: str | None = None, uri: str | None = None) -> None:
    """Remove the reaction of an account that has this name, or came with this activity id; none is fine."""
    reactions.hold(unit, status.id)
    for one in reactions.of_account(unit, status.id, account_id):
        if one.name == name or (uri is not None and one.uri == uri):
            unit.record(Unreacting(one.id))
            reactions.remove(unit, one)
            writing.render(unit, status.id)


def boost(unit: Unit, account_id: int, status_id: int, *, visibility: str = "public") -> int:
    """Boost a status and return the boost's id; twice is once. Raises: 404, 403 for what may not be boosted."""
    status = original(unit, account_id, status_id)
    if not may_boost(status.visibility, is_own=status.account_id == account_id):
        raise forbidden("This post is not for boosting: its author chose who sees it.")
    account = _account(unit, account_id)
    approving.check(unit, "boost", status, account)
    boost_id = unit.new_id()
    uri = f"{unit.site.status_uri(account.username, boost_id)}/activity"
    seen_by = status.visibility if status.visibility in ("private", "house") else visibility
    return keep_boost(unit, account, status, uri=uri, visibility=seen_by, boost_id=boost_id) or _boost_id(
        unit, account_id, status.id
    )


def keep_boost(
    unit: Unit,
    account: Account,
    status: Status,
    *,
    uri: str,
    visibility: str,
    boost_id: int | None = None,
    at: datetime | None = None,
) -> int | None:
    """Write a boost; None when this account has boosted the status already."""
    identifier = boost_id or (unit.id_at(at) if at else unit.new_id())
    new = NewStatus(
        id=identifier,
        uri=uri,
        url=status.url,
        account=account,
        is_local=account.is_local,
        visibility=visibility,
        content=Content(content_html=""),
        created_at=at or unit.now,
        context_uri=status.context_uri,
        boost_of_id=status.id,
    )
    if not writing.write(unit, new):
        return None
    unit.record(Boosted(identifier))
    return identifier


def unboost(unit: Unit, account_id: int, status_id: int) -> None:
    """Take a boost back; none is fine."""
    found = statuses.boost_by(unit, account_id, status_id)
    if found is not None:
        unit.record(Unboosting(found.id))
        statuses.delete(unit, found)


def original(snapshot: Snapshot, account_id: int, status_id: int) -> Status:
    """Return the status that an account means: of a boost, what was boosted. Raises: 404 when it may not be seen."""
    status = statuses.visible(snapshot, status_id, account_id)
    if status is not None and status.boost_of_id is not None:
        status = statuses.visible(snapshot, status.boost_of_id, account_id)
    if status is None:
        raise not_found()
    return status


def _boost_id(snapshot: Snapshot, account_id: int, status_id: int) -> int:
    found = statuses.boost_by(snapshot, account_id, status_id)
    if found is None:
        raise not_found()
    return found.id


def _account(snapshot: Snapshot, account_id: int) -> Account:
    account = accounts.by_id(snapshot, account_id)
    if account is None:
        raise not_found()
    return account
