"""Favouriting and boosting, by local people and by peers alike."""

from datetime import datetime

from node.errors import forbidden, not_found
from node.events import Boosted, Favourited, Unboosting, Unfavouriting
from node.services import approving, writing
from node.services.writing import Content, NewStatus
from node.social.visibility import may_boost
from node.store import accounts, favourites, statuses
from node.store.accounts import Account
from node.store.favourites import Favourite
from node.store.statuses import Status
from node.store.unit import Snapshot, Unit


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


def boost(unit: Unit, account_id: int, status_id: int, *, visibility: str = "public") -> int:
    """Boost a status and return the boost's id; twice is once. Raises: 404, 403 for what may not be boosted."""
    status = original(unit, account_id, status_id)
    if not may_boost(status.visibility, is_own=status.account_id == account_id):
        raise forbidden("This post is not for boosting: its author chose who sees it.")
    account = _account(unit, account_id)
    approving.check(unit, "boost", status, account)
    boost_id = unit.new_id()
    uri = f"{unit.site.status_uri(account.username, boost_id)}/activity"
    seen_by = status.visibility if status.visibility == "private" else visibility
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
